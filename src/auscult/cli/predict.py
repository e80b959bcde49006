"""``auscult predict``: answers for the cases of another file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from auscult.cli.compare import reading_options
from auscult.cli.forecast import FILE, SERIES, series_options
from auscult.errors import InputError

_AHEAD = ("horizon", *SERIES)
_PREDICTING = ("models", "vote", "seed", "epochs", "public")
_BUNDLE = ("target", "id", "drop", "sheet", "encoding", "header", "channel")


@click.command()
@click.argument("train", metavar="TRAIN")
@click.argument("cases", metavar="CASES")
@reading_options
@click.option(
    "--models",
    metavar="LIST",
    help="Names with settings, e.g. lenet,resnet-1d; several vote. Of a forecast's run, one model "
    "of it.  [default: one that suits the data; the run's best]",
)
@click.option("--vote", metavar="KIND", help="soft, hard or weighted.  [default: soft]")
@click.option("--seed", default=0, show_default=True, metavar="S", help="Where all chance starts.")
@click.option("--epochs", type=int, metavar="N", help="The most epochs of the networks.")
@click.option(
    "-o",
    "--out",
    metavar="FILE",
    help="CSV of ids, classes and probabilities.  [default: predictions-NAME.csv, where there is "
    "no --submission]",
)
@click.option(
    "--submission",
    metavar="FILE",
    help="CSV as contests want it: id and class, named as in TRAIN, in the order of CASES.",
)
@click.option(
    "--public",
    type=float,
    metavar="SHARE",
    help="Where CASES holds the classes: score a random share beside the rest, and say how far "
    "such a figure wanders.",
)
@click.option(
    "--horizon",
    type=int,
    metavar="H",
    help="Of a series: how many points ahead.  [default: as many as the study measured]",
)
@series_options
def predict(
    train: str, cases: str, out: str | None, submission: str | None, **options: Any
) -> None:
    """Train on all of TRAIN and answer for the cases of CASES.

    TRAIN is a file with classes or a name of the catalog, CASES a file like it; its classes, where
    it has some, are never shown to a model. What the answers are worth is for `auscult compare
    TRAIN` to say. Not a medical device.

    Where TRAIN is a bundle that `auscult compare --keep` wrote, its folder or .zip, nothing is
    trained: the kept model answers for any file like its own, however large. FILE of --out then
    ends in .csv, .xlsx or
    .parquet.

    Where TRAIN is the run folder of `auscult forecast`, CASES is the series with all points that
    are known by now: the best model is fitted on them and forecasts what follows. The options
    from --horizon on are for this.
    """
    from auscult.bundles import is_bundle  # noqa: PLC0415

    given = _given(click.get_current_context().params)
    if is_bundle(train):
        others = given - {"train", "cases", "out", *_BUNDLE}
        _refuse_others(others, "a training file", "a bundle, which is trained")
        kept = {name: options[name] for name in _BUNDLE}
        _predict_by_bundle(train, cases, out or f"predictions-{Path(cases).stem}.csv", kept)
        return
    from auscult.runs import is_forecast_run, require_not_a_run  # noqa: PLC0415

    if is_forecast_run(train):
        allowed = (*_AHEAD, *FILE, "models")
        others = given - {"train", "cases", "out", *allowed}
        _refuse_others(others, "cases with a class", "the run folder of a forecast")
        kept = {name: options[name] for name in allowed}
        _predict_ahead(train, cases, out or f"forecast-{Path(cases).stem}.csv", kept)
    else:
        require_not_a_run(train)
        _refuse_others(given & set(_AHEAD), "the run folder of a forecast", "this TRAIN")
        for name in _AHEAD:
            del options[name]
        _predict_cases(train, cases, out, submission, options)


def _given(params: Mapping[str, Any]) -> set[str]:
    """Which arguments and flags stand on the command line."""
    context = click.get_current_context()
    said = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
    return {name for name in params if context.get_parameter_source(name) in said}


def _refuse_others(names: set[str], meant_for: str, here: str) -> None:
    if names:
        flag = sorted(names)[0].replace("_", "-")
        raise InputError(f"is for {meant_for}, not for {here}. Leave it out.", where=f"--{flag}")


def _predict_by_bundle(bundle: str, data: str, out: str, options: dict[str, Any]) -> None:
    from auscult.bundle.output import require_place  # noqa: PLC0415
    from auscult.bundles import load_bundle, predict_bundle  # noqa: PLC0415
    from auscult.cli.answered import (  # noqa: PLC0415
        NOT_A_DEVICE,
        AnswerBar,
        answered_lines,
        bundle_line,
    )
    from auscult.report.terminal import console, print_findings, print_reading  # noqa: PLC0415

    require_place(Path(out), [Path(bundle), Path(data)])
    kept = load_bundle(bundle)
    screen = console()
    print_reading([bundle_line(kept.document, kept.sha256)], screen)
    with AnswerBar() as bar:
        found = predict_bundle(kept, data, out=out, progress=bar, **options)
    print_findings(found.findings, screen)
    print_reading([*answered_lines(found), NOT_A_DEVICE], screen)
    screen.print(f"Written: {Path(out)}", soft_wrap=True)


def _predict_ahead(run: str, data: str, out: str, options: dict[str, Any]) -> None:
    from auscult.data.series.describe import describe_series  # noqa: PLC0415
    from auscult.data.series.named import read_series  # noqa: PLC0415
    from auscult.report.answers import require_writable  # noqa: PLC0415
    from auscult.report.terminal import (  # noqa: PLC0415
        Progress,
        console,
        print_findings,
        print_reading,
    )
    from auscult.runs import predict_ahead, read_run  # noqa: PLC0415

    study, horizon, model = read_run(run), options.pop("horizon"), options.pop("models")
    require_writable(Path(out), "--out", [Path(data)])
    series = read_series(data, **options)
    screen = console()
    print_reading(describe_series(series), screen)
    print_findings(series.findings, screen)
    with Progress(screen) as progress:
        ahead = predict_ahead(
            study, series, horizon=horizon, model=model, out=out, progress=progress
        )
    print_findings(ahead.findings, screen)
    points = "point" if ahead.horizon == 1 else f"{ahead.horizon:,} points"
    screen.print(f"Written: {out} (the next {points}, by {ahead.model})", soft_wrap=True)


def _predict_cases(
    train: str, cases: str, out: str | None, submission: str | None, options: dict[str, Any]
) -> None:
    from auscult.data.describe import describe  # noqa: PLC0415
    from auscult.data.reading_bar import ReadingBar  # noqa: PLC0415
    from auscult.prediction import predict as run  # noqa: PLC0415
    from auscult.prediction import read_asked  # noqa: PLC0415
    from auscult.report.public import print_public  # noqa: PLC0415
    from auscult.report.terminal import (  # noqa: PLC0415
        Progress,
        console,
        print_findings,
        print_reading,
    )

    how = {key: options.pop(key) for key in _PREDICTING}
    with ReadingBar() as bar:
        asked = read_asked(train, cases, need_ids=submission is not None, progress=bar, **options)
    screen = console()
    print_reading(describe(asked.train), screen)
    # A column that names the case is left out of the training, and here that is as it should be.
    known = "looks-like-id" if asked.id_name else ""
    print_findings([found for found in asked.train.findings if found.code != known], screen)
    named = f", called by '{asked.id_name}'" if asked.id_name else ""
    print_reading([f"{describe(asked.cases)[0]}{named}"], screen)
    told = asked.train.findings
    print_findings([found for found in asked.cases.findings if found not in told], screen)
    out = out or (None if submission else f"predictions-{asked.cases.name}.csv")
    with Progress(screen) as progress:
        result = run(asked, out=out, submission=submission, progress=progress, **how)
    print_reading(_answers(Counter(result.predicted), result.answers.classes), screen)
    if how["public"] is not None:
        print_public(result.public(how["public"]), result.answers.labels, screen)
    for written in filter(None, (out, submission)):
        screen.print(f"Written: {Path(written)}", soft_wrap=True)


def _answers(counts: Counter[str], classes: tuple[str, ...]) -> list[str]:
    told = ", ".join(f"{name}: {counts[name]:,}" for name in classes[:12])
    return [f"predicted: {told}", "Not a medical device: for research and teaching only."]
