"""Whether there is a test part, and whether its groups stand apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.view import NotRun, View
from auscult.evaluate.plan_checks import overlapping_groups
from auscult.types import Finding

SEEN = 0.1
FEW = 5


def test_set(view: View) -> Iterator[Finding]:
    """No test part, or one whose cases the models are trained on."""
    if not view.splits:
        yield Finding(
            "no-test-set",
            "No case is kept aside to be tested: any figure would be of cases the model knows.",
            mend="name a plan, or a file of test cases with --test",
        )
        return
    if len(view.splits) > 1:
        return
    train, test = view.halves
    seen = np.isin(view.kinds[test], view.kinds[train])
    share = float(seen.mean())
    if share >= SEEN and seen.sum() >= FEW:
        yield Finding(
            "no-test-set",
            f"{int(seen.sum())} of {len(test)} test cases ({share:.0%}) stand in the training file "
            "too, value by value. That part of the figure tells how well the model remembers.",
            mend="leave them out of one of the two files",
        )


def group_overlap(view: View) -> Iterator[Finding]:
    """Groups on both sides of a split."""
    if view.dataset.groups is None:
        raise NotRun("no column of patients was named with --group")
    shared = overlapping_groups(view.splits, view.dataset)
    if shared:
        stand = "1 group stands" if shared == 1 else f"{shared} groups stand"
        yield Finding(
            "group-overlap",
            f"{stand} on both sides of a split ('{view.dataset.group_name}'), so the models are "
            "tested on what they partly know.",
            mend="leave out --plan and --test; then whole groups are tested",
        )
