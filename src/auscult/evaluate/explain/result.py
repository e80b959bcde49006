"""What is kept of explanations: figures, and a few test cases with their values."""

from __future__ import annotations

from dataclasses import dataclass

from auscult.types import Estimate

Row = tuple[float, ...]


@dataclass(frozen=True)
class Importance:
    """How much worse a model answers where one part of the test cases is exchanged among them.

    ``drop`` is in the study's headline metric, positive where the model needs the part. A part of
    signals is the time points ``start`` to ``stop`` (exclusive) of a ``channel``; of a table it is
    a column and ``channel`` its number.
    """

    part: str
    drop: Estimate
    channel: int = 0
    start: int = 0
    stop: int = 0


@dataclass(frozen=True)
class Attributions:
    """What each column added to the answers for test cases.

    Parameters
    ----------
    method
        ``linear``, ``tree-shap`` or ``integrated-gradients``.
    unit
        ``log odds`` or ``probability``.
    towards
        The class that a positive attribution speaks for; None for the predicted one of each case.
    columns, mean
        Names, the most used first, and the mean absolute attribution over all test cases.
    values, inputs
        One row a case that is kept: attributions of the first columns, and what stood there.
    n_cases
        Over how many answers the means are taken; a case counts once a repeat.
    """

    method: str
    unit: str
    towards: int | None
    columns: tuple[str, ...]
    mean: Row
    values: tuple[Row, ...]
    inputs: tuple[Row, ...]
    n_cases: int


@dataclass(frozen=True)
class Neighbour:
    """The nearest training signal, and how a test signal is warped onto it."""

    case: int
    true: int
    distance: float
    signal: tuple[Row, ...]
    path: tuple[tuple[int, int], ...]
    """Pairs of time points, of the test signal and of the neighbour."""


@dataclass(frozen=True)
class ExplainedCase:
    """One test signal with what each of its time points spoke for.

    Parameters
    ----------
    case, fold
        Its number in the dataset, and the fold of the first repeat that tested it.
    true, predicted, probability
        Codes of classes, and the predicted one's probability.
    chosen
        The rule that picked it: ``surest right``, ``least sure right`` or ``surest wrong``.
    signal
        ``(n_channels, n_timepoints)``, as long as the signal.
    method
        ``class-activation-map``, ``integrated-gradients``, ``linear``, ``tree-shap`` or
        ``warping-path``.
    weight
        ``(n_channels, n_timepoints)``, or ``(1, n_timepoints)`` where channels share it: how
        much a point speaks for the predicted class (positive) or against it. Empty for a warping
        path.
    neighbour
        Of a warping path.
    """

    case: int
    fold: int
    true: int
    predicted: int
    probability: float
    chosen: str
    signal: tuple[Row, ...]
    method: str
    weight: tuple[Row, ...] = ()
    neighbour: Neighbour | None = None


@dataclass(frozen=True)
class Memory:
    """How far back a recurrent network looks; entry ``k`` is ``k`` steps before the last.

    Parameters
    ----------
    cell, units
        ``rnn``, ``gru`` or ``lstm``, and the width of the state.
    reach
        Norm of ∂output/∂input of that step.
    carried
        Root mean square gain of ∂(last state)/∂(state of that step), along every path; the state
        is C of an LSTM and h of the others. 1 keeps a change as large as it was.
    gates
        The same along the forget (update) gates alone.
    step, step_gate, step_hidden
        Of one step into that state: the gain of all of ∂Cₜ/∂Cₜ₋₁, of its gate term, and of its
        terms through h.
    n_cases
        Test cases that the medians are over.
    """

    cell: str
    units: int
    reach: Row
    carried: Row
    gates: Row
    step: Row
    step_gate: Row
    step_hidden: Row
    n_cases: int


@dataclass(frozen=True)
class Explanation:
    """What one model of a study looks at."""

    model: str
    metric: str
    importance: tuple[Importance, ...] = ()
    """In the order of columns, or of channels and time."""
    n_shuffles: int = 0
    attributions: Attributions | None = None
    cases: tuple[ExplainedCase, ...] = ()
    memory: Memory | None = None
    note: str = ""
    """What could not be explained, and how it can."""
