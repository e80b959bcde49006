"""Do the intervals of the calibration error hold it, and how often do alike subgroups alarm?

Predictions are drawn whose truth is known: ``python benchmarks/calibration.py [--draws 200]``.
With ``--methods`` instead: what each way to calibrate does to models of two tables, learned on
validation parts and on folds of the training cases.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

import numpy as np

import auscult
from auscult.data.dataset import Dataset
from auscult.evaluate.calibration.figures import calibration
from auscult.evaluate.calibration.kept import from_folds, from_parts
from auscult.evaluate.calibration.recalibrate import recalibrate
from auscult.evaluate.calibration.scaling import METHODS
from auscult.evaluate.fitting import fit_all, make_estimator
from auscult.evaluate.inputs import fit_inputs
from auscult.evaluate.intervals import wilson
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent
from auscult.evaluate.result import Predictions
from auscult.evaluate.subgroups import subgroup_findings, subgroups
from auscult.models.spec import ModelSpec
from auscult.types import Column, Estimate, FloatArray, IntArray
from table import table

SIZES = (100, 300, 1000)
HEATS = (1.0, 1.5, 2.5)
"""How much too sure the model is; at 1 it is right."""


def drawn(n: int, heat: float, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, IntArray]:
    """What is said and what is so, as probabilities, and the class."""
    logit = rng.normal(0, 1.5, n)
    so = 1 / (1 + np.exp(-logit))
    return 1 / (1 + np.exp(-heat * logit)), so, (rng.random(n) < so).astype(np.int64)


def answers(said: FloatArray, true: IntArray) -> Predictions:
    zero = np.zeros(len(true), dtype=np.int64)
    return Predictions(np.arange(len(true)), zero, zero, true, np.column_stack([1 - said, said]))


def true_error(heat: float) -> float:
    """The calibration error over ten bins of very many cases, by what is so."""
    said, so, _ = drawn(400_000, heat, np.random.default_rng(0))
    parts = np.array_split(np.argsort(said), 10)
    return float(np.mean([abs((said[part] - so[part]).mean()) for part in parts]))


def error_row(n: int, heat: float, draws: int) -> tuple[str, ...]:
    truth, held, values = true_error(heat), 0, []
    for draw in range(draws):
        said, _, true = drawn(n, heat, np.random.default_rng([n, draw]))
        told = calibration(answers(said, true))
        assert told is not None
        held += told.ece.low <= truth <= told.ece.high
        values.append(told.ece.value)
    share = held / draws
    low, high = wilson(share, draws)
    ends = f"({100 * low:.0f}–{100 * high:.0f})"
    mean = f"{np.mean(values):.3f}"
    return f"{n} cases", f"{heat:g}", f"{truth:.3f}", mean, f"{100 * share:.1f} {ends}"


def alarm_row(n: int, draws: int) -> tuple[str, ...]:
    """Studies in which some of six subgroups of two columns, all alike, is called worse."""
    alarms = 0
    columns = (Column("a", "numeric"), Column("b", "numeric"))
    for draw in range(draws):
        rng = np.random.default_rng([n, draw, 1])
        said, _, true = drawn(n, 1.0, rng)
        X = np.column_stack([rng.integers(2, size=n), rng.normal(size=n)])
        study = Dataset("drawn", "table", X, true, ("no", "yes"), columns)
        found = subgroups(study, ["a", "b"], answers(said, true), seed=draw)
        alarms += any(f.code == "worse-subgroup" for f in subgroup_findings(found))
    low, high = wilson(alarms / draws, draws)
    return f"{n} cases", f"{100 * alarms / draws:.1f} ({100 * low:.0f}–{100 * high:.0f})"


def method_rows(name: str, models: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The log loss and its change by every method, on both kinds of cases kept aside."""
    dataset = auscult.read(name)
    plan = Plan()
    splits = plan.splits(dataset)
    inputs = fit_inputs(dataset, splits)
    seeds = [plan.fit_seed(split.repeat, split.fold) for split in splits]
    for model in models:
        spec = ModelSpec(model, {})
        estimator = make_estimator(spec)
        fits = fit_all(spec, estimator, dataset, inputs, seeds, Silent(), True, True)
        folds = from_folds(spec, estimator, dataset, splits, seeds, Silent(), False)
        for where, kept in (("parts", from_parts(fits)), ("folds", folds)):
            size = min(len(one.true) for one in kept)
            degrees: tuple[float, ...] = ()
            cells = []
            for method in METHODS:
                _, told = recalibrate(method, fits.predictions, kept)
                degrees = degrees or told.temperatures
                cells += [_change(told.change["log_loss"]), _change(told.change["ece"])]
            loss = told.before["log_loss"].value
            error = told.before["ece"].value
            row = (f"{name}, {model}", f"{where} of {size}", f"{loss:.3f}", f"{error:.3f}")
            yield (*row, *cells, f"{min(degrees):.2f}–{max(degrees):.2f}")


def _change(change: Estimate) -> str:
    clear = "*" if change.low > 0 or change.high < 0 else ""
    return f"{change.value:+.3f}{clear}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--methods", action="store_true", help="ways to calibrate, on real data")
    asked = parser.parse_args()
    if asked.methods:
        heads = [text for method in METHODS for text in (method, "ECE")]
        head = ("model", "kept aside", "log loss", "ECE", *heads, "temperatures")
        rows = list(method_rows("heart", ("logistic", "random-forest")))
        rows += method_rows("alzheimers", ("logistic", "random-forest", "gradient-boosting"))
        print(table(head, rows))
        return
    draws = asked.draws
    head = ("study", "too sure by", "true error", "mean of ECE", "interval holds it, %")
    print(table(head, [error_row(n, heat, draws) for n in SIZES for heat in HEATS]), flush=True)
    print(table(("study", "false alarms, %"), [alarm_row(n, draws) for n in SIZES]))


if __name__ == "__main__":
    main()
