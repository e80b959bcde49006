"""The table of checks."""

from __future__ import annotations

from typing import Final

from auscult.evaluate.audit import (
    counts,
    duplicates,
    identities,
    illegitimate,
    independence,
    inversion,
    labels,
    missing,
    near_duplicates,
    oversampling,
    preprocessing,
    sampling,
    selection,
    splits,
    time_order,
    units,
)
from auscult.evaluate.audit.checks import Check

CHECKS: Final[dict[str, Check]] = {
    "test-set": Check(
        "Test cases are kept aside", "Test cases are not kept aside", splits.test_set, "L1.1"
    ),
    "scaling": Check(
        "No scaler has seen the test cases",
        "A scaler may have seen the test cases",
        preprocessing.scaling,
        "L1.2",
        brief=True,
    ),
    "filling": Check(
        "No gap was filled from test cases",
        "Gaps may have been filled from test cases",
        preprocessing.filling,
        "L1.2",
    ),
    "oversampling": Check(
        "No case was made of others",
        "Cases may be made of others",
        oversampling.oversampling,
        "L1.2",
    ),
    "selection": Check(
        "No column was chosen by test cases",
        "Columns may have been chosen by test cases",
        selection.feature_selection,
        "L1.3",
    ),
    "duplicates": Check(
        "No case stands there twice",
        "Some cases stand there twice",
        duplicates.duplicate_cases,
        "L1.4",
        brief=True,
    ),
    "near-duplicates": Check(
        "No case is nearly another",
        "Some cases are nearly others",
        near_duplicates.near_duplicates,
        "L1.4",
    ),
    "telling-columns": Check(
        "No column alone is the answer",
        "A column alone is nearly the answer",
        illegitimate.telling_columns,
        "L2",
        brief=True,
    ),
    "identities": Check(
        "No id or date tells the class",
        "An id or date tells the class",
        identities.identities,
        "L2",
    ),
    "names": Check(
        "No column is named after the outcome",
        "A column is named after the outcome",
        identities.names_after,
        "L2",
    ),
    "target-encoding": Check(
        "No column holds shares of a class",
        "A column holds shares of a class",
        identities.target_encoding,
        "L2",
    ),
    "time": Check(
        "No training case is later than test cases",
        "Training cases are later than test cases",
        time_order.time_order,
        "L3.1",
    ),
    "groups": Check(
        "Groups stand on one side",
        "Groups stand on both sides",
        splits.group_overlap,
        "L3.2",
        brief=True,
    ),
    "patients": Check(
        "No column looks like the patient",
        "A column looks like the patient",
        independence.patient_columns,
        "L3.2",
    ),
    "clusters": Check(
        "Cases beside each other are not alike",
        "Cases beside each other are alike",
        independence.clusters,
        "L3.2",
    ),
    "grouping": Check(
        "Knowing the group gains nothing",
        "Knowing the group gains much",
        independence.grouping,
        "L3.2",
    ),
    "sampling": Check(
        "Test cases are like training cases",
        "Test cases are unlike training cases",
        sampling.test_sampling,
        "L3.3",
    ),
    "disagreement": Check(
        "Identical cases agree", "Identical cases disagree", duplicates.disagreeing, brief=True
    ),
    "inverted-labels": Check(
        "Classes mean the same throughout", "A class means two things", inversion.inverted
    ),
    "label-noise": Check(
        "Labels fit their cases", "Some labels do not fit their cases", labels.label_noise
    ),
    "units": Check("Columns have one unit", "A column has two units", units.unit_mix),
    "missing-predicts": Check(
        "Gaps tell no class", "Gaps tell the class", missing.missing_predicts
    ),
    "small-test": Check(
        "Enough cases are tested", "Few cases are tested", counts.small_test, brief=True
    ),
    "small-classes": Check(
        "Enough cases of each class", "A class has few cases", counts.small_classes, brief=True
    ),
    "few-groups": Check(
        "Enough groups are tested", "Few groups are tested", counts.few_groups, brief=True
    ),
    "imbalance": Check(
        "No class is nearly all", "One class is nearly all", counts.imbalance, brief=True
    ),
    "constant-columns": Check(
        "No column is constant", "A column is constant", counts.constant_columns, brief=True
    ),
    "missing-values": Check(
        "No value is missing", "Values are missing", missing.missing_values, brief=True
    ),
}
"""Name → what it asks. The brief ones are made in every study, in this order."""
