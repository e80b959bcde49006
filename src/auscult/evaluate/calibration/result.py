"""What is said of a model's probabilities: frozen figures, as ``result.json`` keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auscult.types import Estimate


@dataclass(frozen=True)
class DecisionCurve:
    """Net benefit by the probability from which one would act (Vickers & Elkin 2006).

    Parameters
    ----------
    threshold
        Probabilities of the second class, rising.
    net_benefit, low, high
        A value a threshold, with the ends of its 95 % interval.
    treat_all
        Of acting on every case; acting on none has 0.
    """

    threshold: tuple[float, ...]
    net_benefit: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    treat_all: tuple[float, ...]


@dataclass(frozen=True)
class Recalibration:
    """What ``--calibrate`` changed; the row's own figures are those after it.

    Parameters
    ----------
    method
        ``temperature``, ``platt`` or ``isotonic``.
    learned_on
        In words: on which cases.
    before
        ``ece``, ``log_loss``, ``brier``, ``accuracy`` and ``roc_auc`` of the model as it was.
    change
        After less before, paired over the same resamples.
    temperatures
        One a fit, for ``temperature``.
    bins
        ``(predicted, observed)`` share of ten bins before it, all repeats pooled.
    """

    method: str
    learned_on: str
    before: Mapping[str, Estimate]
    change: Mapping[str, Estimate]
    temperatures: tuple[float, ...] = ()
    bins: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Calibration:
    """How far a model's probabilities can be taken at their word.

    Parameters
    ----------
    ece
        Expected calibration error over ten bins of equally many cases.
    ece_by_chance
        What a perfectly calibrated model with the same probabilities would show on average.
    brier
        ``reliability``, ``resolution``, ``uncertainty`` and ``within`` of two classes; the Brier
        score is reliability - resolution + uncertainty + within.
    decision
        Of two classes.
    recalibration
        Where ``--calibrate`` was asked.
    """

    ece: Estimate
    ece_by_chance: float
    brier: Mapping[str, Estimate] = field(default_factory=dict)
    decision: DecisionCurve | None = None
    recalibration: Recalibration | None = None


@dataclass(frozen=True)
class ChosenSensitivity:
    """What a threshold chosen for a wanted sensitivity comes to on test cases.

    Parameters
    ----------
    target
        The class to find.
    wanted
        The sensitivity asked.
    learned_on
        In words: on which cases the thresholds were chosen.
    sensitivity, specificity, precision
        Reached on test cases.
    called
        The share of all test cases that is called.
    thresholds
        One a fit, on the probability of the class; empty where a fit has no single one.
    too_few
        In how many fits too few cases of the class were kept aside, so that every case is called.
    """

    target: str
    wanted: float
    learned_on: str
    sensitivity: Estimate
    specificity: Estimate
    precision: Estimate
    called: Estimate
    thresholds: tuple[float, ...] = ()
    too_few: int = 0


@dataclass(frozen=True)
class PredictionSets:
    """What conformal sets of classes come to on test cases.

    Parameters
    ----------
    method
        ``lac`` or ``aps``.
    wanted
        The coverage asked.
    by_class
        Whether it was asked of every class.
    guarantee
        In words: what holds, and under which conditions.
    learned_on
        In words: on which cases.
    coverage
        The share of cases whose set holds the true class.
    coverage_by_class
        The same of the cases of each class.
    size
        Mean number of classes in a set.
    abstained
        The share of cases whose set is not one class.
    accuracy
        Of the cases whose set is one class; NaN where there are none.
    sizes
        The share of sets of 0, 1, … classes.
    too_few
        In how many fits too few cases were kept aside to leave any class out of a set.
    """

    method: str
    wanted: float
    by_class: bool
    guarantee: str
    learned_on: str
    coverage: Estimate
    coverage_by_class: tuple[Estimate, ...]
    size: Estimate
    abstained: Estimate
    accuracy: Estimate
    sizes: tuple[float, ...]
    too_few: int = 0


@dataclass(frozen=True)
class Subgroup:
    """The best model on the cases of one subgroup, and beside all other cases.

    Parameters
    ----------
    column, name
        The column and its value, or band of values.
    n_cases
        Tested cases in it.
    class_counts
        Of each class.
    metrics
        ``accuracy``, ``roc_auc``, ``sensitivity`` and ``specificity`` of the second class (of
        more classes ``balanced_accuracy``), and ``in_the_large``: mean predicted less observed
        share of the second class (of more classes: confidence less accuracy).
    difference
        The same figures less those of all other cases.
    p_adjusted
        Two-sided p-value of each difference, Holm's correction over all subgroups; absent where
        either side has too few cases to say.
    """

    column: str
    name: str
    n_cases: int
    class_counts: tuple[int, ...]
    metrics: Mapping[str, Estimate]
    difference: Mapping[str, Estimate]
    p_adjusted: Mapping[str, float] = field(default_factory=dict)
