"""``auscult predict``: answers for the cases of another file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from auscult.cli.compare import reading_options

_PREDICTING = ("models", "vote", "seed", "epochs", "public")


@click.command()
@click.argument("train", metavar="TRAIN")
@click.argument("cases", metavar="CASES")
@reading_options
@click.option(
    "--models",
    metavar="LIST",
    help="Names with settings, e.g. lenet,resnet-1d; several vote.  [default: one that suits the "
    "data]",
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
def predict(
    train: str, cases: str, out: str | None, submission: str | None, **options: Any
) -> None:
    """Train on all of TRAIN and answer for the cases of CASES.

    TRAIN is a file with classes or a name of the catalog, CASES a file like it; its classes, where
    it has some, are never shown to a model. What the answers are worth is for `auscult compare
    TRAIN` to say. Not a medical device.
    """
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
