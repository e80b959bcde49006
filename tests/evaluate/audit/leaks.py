"""The kinds of leak that are planted, each at three strengths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.evaluate.audit import planted_cases as cases
from tests.evaluate.audit import planted_columns as columns
from tests.evaluate.audit.clean import Subject
from tests.evaluate.audit.planting import Rng

from auscult.data.dataset import Dataset

STRENGTHS = ("weak", "middle", "strong")


@dataclass(frozen=True)
class Leak:
    """A kind of leak: the check that finds it, its code, what is planted, and how much of it."""

    check: str
    code: str
    plant: Callable[[Dataset, float, Rng], Subject | None]
    amounts: tuple[float, float, float]
    unit: str

    @property
    def strengths(self) -> str:
        """The three amounts in words; shares in percent."""
        shares = self.unit.startswith(("of ", "alike", "more "))
        factor, sign = (100, " %") if shares else (1, "")
        return f"{', '.join(f'{factor * a:.4g}' for a in self.amounts)}{sign} {self.unit}"


LEAKS: dict[str, Leak] = {
    "copies": Leak(
        "duplicates", "duplicate-cases", cases.copies, (0.005, 0.03, 0.2), "of the cases again"
    ),
    "near copies": Leak(
        "near-duplicates",
        "near-duplicates",
        cases.near_copies,
        (0.02, 0.05, 0.2),
        "of the cases again, with noise; signals shifted and scaled",
    ),
    "one cell changed": Leak(
        "near-duplicates",
        "near-duplicates",
        cases.one_cell,
        (0.005, 0.03, 0.2),
        "of the cases again, with one value changed",
    ),
    "tested on training": Leak(
        "test-set",
        "no-test-set",
        cases.tested_training,
        (0.1, 0.4, 1.0),
        "of the test cases are training cases",
    ),
    "scaled together": Leak(
        "scaling", "scaled-before-split", columns.scaled_together, (2, 4, 9), "decimals kept"
    ),
    "min–max together": Leak(
        "scaling", "scaled-before-split", columns.ranged_together, (0.2, 0.5, 1.0), "of the columns"
    ),
    "test scaled apart": Leak(
        "scaling", "test-scaled-apart", columns.scaled_apart, (2, 4, 9), "decimals kept"
    ),
    "gaps filled together": Leak(
        "filling",
        "filled-before-split",
        columns.filled_together,
        (0.02, 0.05, 0.2),
        "of the cells filled",
    ),
    "SMOTE before split": Leak(
        "oversampling",
        "oversampled-before-split",
        cases.smote,
        (0.02, 0.1, 0.5),
        "of the cases made",
    ),
    "columns chosen by all": Leak(
        "selection",
        "selected-before-split",
        columns.selected,
        (200, 1000, 10000),
        "columns of chance, the best 20 kept",
    ),
    "telling column": Leak(
        "telling-columns", "illegitimate-feature", columns.telling, (0.98, 0.995, 1.0), "AUC"
    ),
    "id by class": Leak(
        "identities",
        "id-predicts",
        columns.numbered,
        (0.3, 0.6, 1.0),
        "of the ids given class by class",
    ),
    "named after outcome": Leak(
        "names", "post-outcome-name", columns.after, (0.6, 0.75, 0.9), "AUC"
    ),
    "target encoding": Leak(
        "target-encoding", "target-encoded", columns.encoded, (4, 12, 40), "categories"
    ),
    "time": Leak(
        "time", "trained-on-later", cases.later, (0.1, 0.3, 1.0), "of the test cases from any time"
    ),
    "patient column": Leak(
        "patients", "looks-like-patient", cases.patients, (0.5, 0.8, 0.95), "alike"
    ),
    "unnamed patients": Leak(
        "clusters", "neighbours-alike", cases.unnamed, (0.5, 0.8, 0.95), "alike"
    ),
    "other place": Leak(
        "sampling", "test-differs", cases.other_place, (0.3, 1.0, 3.0), "standard deviations higher"
    ),
    "test labels turned": Leak(
        "inverted-labels", "labels-inverted", cases.turned, (0.5, 0.9, 1.0), "of the test labels"
    ),
    "a site's labels turned": Leak(
        "inverted-labels", "labels-inverted", cases.turned_site, (0.08, 0.25, 0.4), "of the cases"
    ),
    "wrong labels": Leak(
        "label-noise", "label-noise", cases.wrong_labels, (0.03, 0.08, 0.15), "of the labels"
    ),
    "unit mix-up": Leak(
        "units", "unit-mix-up", columns.other_unit, (0.01, 0.05, 0.3), "of a column"
    ),
    "telling gaps": Leak(
        "missing-predicts",
        "missing-predicts",
        columns.telling_gaps,
        (0.1, 0.3, 0.6),
        "more gaps in a class",
    ),
    "copies that disagree": Leak(
        "disagreement",
        "duplicates-disagree",
        cases.torn_copies,
        (0.005, 0.03, 0.2),
        "of the cases again, of another class",
    ),
}
