"""A threshold for a wanted sensitivity, chosen on cases kept aside and judged on test cases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from auscult.evaluate.calibration.kept import Kept, learned_on
from auscult.evaluate.calibration.result import ChosenSensitivity
from auscult.evaluate.conformal.sets import least_kept, prediction_sets, threshold
from auscult.evaluate.result import Predictions
from auscult.evaluate.row_figures import ratio_estimates
from auscult.types import IntArray


def chosen_sensitivity(
    code: int,
    name: str,
    wanted: float,
    predictions: Predictions,
    kept: Sequence[Kept],
    *,
    groups: IntArray | None = None,
    seed: int = 0,
) -> ChosenSensitivity:
    """Call every case whose probability of a class reaches the fit's threshold.

    Of ``n`` cases of the class kept aside, the threshold leaves the ``(1 - wanted)(n + 1)``
    least probable below it (rounded down): the sensitivity on new cases is then ``wanted`` or
    more on average, which the share of cases kept aside alone would not give. It is the
    class's conformal set by class.

    Parameters
    ----------
    code, name
        The class to find.
    wanted
        Between 0 and 1.
    predictions
        Of the test cases.
    kept
        One entry a fit.
    groups, seed
        As of :func:`~auscult.evaluate.intervals.estimate_all`.
    """
    called = np.zeros(len(predictions.true), dtype=bool)
    for place, one in enumerate(kept):
        draw = int(np.random.SeedSequence([seed, place]).generate_state(1)[0])
        called[one.rows] = prediction_sets(one, wanted, by_class=True, seed=draw)[:, code]
    positive = predictions.true == code
    found = ratio_estimates(
        predictions,
        {
            "sensitivity": (called & positive, positive),
            "specificity": (~called & ~positive, ~positive),
            "precision": (called & positive, called),
            "called": (called, np.ones(len(called))),
        },
        groups=groups,
        seed=seed,
    )
    single = all(len(one.members) == 1 for one in kept)
    few = sum(int(np.sum(one.true == code)) < least_kept(wanted) for one in kept)
    return ChosenSensitivity(
        name,
        wanted,
        learned_on(kept),
        **found,
        thresholds=tuple(threshold(one, code, wanted) for one in kept) if single else (),
        too_few=few,
    )
