"""Heartbeats of the MIT-BIH recordings, networks of the kinds that a contest tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auscult import api
from auscult.data.dataset import Dataset
from auscult.evaluate.beat_splits import LEAKY_BY_BEAT
from auscult.evaluate.metrics import score
from auscult.evaluate.plan import Plan
from auscult.evaluate.result import ModelResult, Result, Split
from auscult.replicate.fits import Fit, curves_of, fit_network
from auscult.replicate.record import Curves, Figure, Found, Matrix, Row
from auscult.replicate.replica import Asked, Replica
from auscult.replicate.studies import (
    NO_FIGURE,
    compare,
    curves,
    matrix,
    model_of,
    plain_estimate,
    row_of,
)

LENET = "lenet:batch_size=128"
RESNET = (
    "resnet-1d:filters=32+32+32+64+64:kernels=5+5:pool=2:batch_size=128"
    ":optimizer=adamw:weight_decay=0.01:learning_rate=0.002"
)
"""That of ``benchmarks/heartbeats.py``, which takes 25 epochs and 20 minutes."""
MLP = "mlp:batch_size=256:learning_rate=0.002:schedule=cosine:early_stopping=false"
LABELS = {"lenet": "LeNet", "resnet-1d": "ResNet"}
METRICS = ("accuracy", "balanced_accuracy", "f1_macro")


@dataclass(frozen=True, eq=False)
class _Twice:
    """A network with every patient on both sides, and with none."""

    model: str
    leaky: Fit
    study: Result

    @property
    def label(self) -> str:
        return LABELS[self.model.partition(":")[0]]

    @property
    def honest(self) -> ModelResult:
        return self.study[self.model]

    def curves(self) -> Iterator[Curves]:
        beside = "other beats of the same patients"
        yield curves_of(f"{self.label}, by beat", [self.leaky], beside, LEAKY_BY_BEAT)
        own = curves(self.honest, f"{self.label}, by patient", "patients not trained on")
        if own is not None:
            yield own

    def rows(self, studies: Sequence[Result], *, main: bool) -> Iterator[Row]:
        for metric in METRICS:
            value = float(score(metric, self.leaky.true, self.leaky.probability)[0])
            yield row_of(
                f"{self.label} on heartbeats",
                metric,
                _published() if metric == "accuracy" else NO_FIGURE,
                Figure(self.label, plain_estimate(value), LEAKY_BY_BEAT),
                (self.study, self.honest),
                studies,
                label=self.label,
                main=main and metric == "accuracy",
            )

    def matrices(self, classes: tuple[str, ...]) -> tuple[Matrix, Matrix]:
        return (
            self.leaky.matrix(f"{self.label}, by beat", classes, LEAKY_BY_BEAT),
            matrix(self.study, self.honest, f"{self.label}, by patient"),
        )


def repeat(asked: Asked) -> Found:
    """The same networks by beat and by patient, and what does best by patient."""
    beats = api.read("mitdb")
    networks = asked.choose((f"{LENET}:epochs=10", f"{RESNET}:epochs=7"), (f"{LENET}:epochs=3",))
    split = Plan("by-beat", seed=asked.seed).splits(beats)
    leaky = [_by_beat(asked, model, beats, split) for model in networks]
    study = compare(asked, "mitdb", loaded=beats, plan="ds1-ds2", models=",".join(networks))
    tried = [_Twice(model, fit, study) for model, fit in zip(networks, leaky, strict=True)]
    best = compare(
        asked,
        "mitdb",
        recipe="relative",
        channel="all",
        plan="ds1-ds2",
        models=f"{MLP},{MLP}:class_weight=balanced",
        epochs=6,
        vote=("soft:mlp",),
    )
    studies = [study, best]
    largest = tried[-1]
    return Found(
        data=f"{beats.n_cases:,} beats of 47 people, five classes",
        rows=tuple(
            row for one in reversed(tried) for row in one.rows(studies, main=one is largest)
        ),
        commands=tuple(one.provenance.command for one in studies),
        curves=tuple(each for one in tried for each in one.curves()),
        matrices=(
            *largest.matrices(beats.classes),
            matrix(best, best.winner, f"{best.winner.label}, by patient"),
        ),
        notes=(_shorter(tried), _always_normal(best, largest)),
    )


def _by_beat(asked: Asked, model: str, beats: Dataset, split: Sequence[Split]) -> Fit:
    told = f"{LABELS[model.partition(':')[0]]}, by beat"
    return fit_network(asked, told, model, beats, split)[0]


def _published() -> Figure:
    return Figure("by beat", plain_estimate(0.986), LEAKY_BY_BEAT, "0.970–0.986")


def _shorter(tried: list[_Twice]) -> str:
    epochs = " and ".join(
        f"the {one.label} for {len(one.leaky.history.curves['loss'])} epochs" for one in tried
    )
    return (
        f"Trained here: {epochs}. A contest trains longer; 25 epochs of the ResNet reach "
        "0.990 by beat (leaky)."
    )


def _always_normal(study: Result, largest: _Twice) -> str:
    always = model_of(study, "majority").metrics["accuracy"].value
    fit, metric = largest.leaky, "balanced_accuracy"
    leaky = float(score(metric, fit.true, fit.probability)[0])
    honest = largest.honest.metrics[metric].value
    return (
        f"By patient, always answering the class N is right for {always:.3f} of the beats. What is "
        f"lost shows where every class counts the same: {leaky:.3f} by beat (leaky), {honest:.3f} "
        f"by patient, for the {largest.label}."
    )


HEARTBEATS = Replica(
    name="heartbeats",
    title="Heartbeats, networks of a contest",
    published="Accuracies from 0.97 to 0.986 on 109,446 beats of 47 people, split by beat.",
    leaks=(LEAKY_BY_BEAT,),
    wrong=(
        "Beats were dealt one by one, so that every tested beat has near twins of the same patient "
        "among those that were learnt from.",
        "What a new patient meets is not that figure: with whole patients held back it falls.",
    ),
    repeat=repeat,
    seconds=(900.0, 75.0),
)
