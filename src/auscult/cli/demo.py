"""``auscult demo``: the main job on real data, at once."""

from __future__ import annotations

import click


@click.command()
@click.option("--out", default="demo-report", show_default=True, metavar="DIR", help="Run folder.")
def demo(out: str) -> None:
    """Tell infarctions from normal heartbeats on ECG200, 200 real ECGs.

    The data come from AUSCULT_DATA, the cache, its archive, or the Python package index.
    """
    from auscult.cli.compare import run_compare  # noqa: PLC0415

    options = {
        "models": None,
        "plan": None,
        "folds": 5,
        "repeats": 2,
        "seed": 0,
        "epochs": None,
        "metric": "accuracy",
    }
    click.echo("$ auscult compare ecg200")
    then = "auscult compare YOUR.csv --target COLUMN"
    run_compare("ecg200", out, options, command="auscult compare ecg200", then=then)
