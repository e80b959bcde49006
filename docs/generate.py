"""Write docs/models.md and docs/cli.md from the code they describe.

``python docs/generate.py`` writes them; ``--check`` writes nothing and exits with 1 where one of
them is not what the code says.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import click

from auscult.cli.main import cli
from auscult.evaluate.catalogue import (
    Setting,
    is_network,
    own_settings,
    prose,
    takes,
    training_settings,
    written,
)
from auscult.evaluate.forecast import catalogue as forecasts
from auscult.models.forecast.table import FORECASTERS
from auscult.models.table import BASELINES, MODELS, default_models, model_class
from auscult.train.estimator import estimator_class
from auscult.train.settings import Training
from auscult.types import DataKind

DOCS = Path(__file__).parent
_MARK = "<!-- Written by docs/generate.py; change the code, then run `make docs`. -->"


def models_page() -> str:
    """Every model of the two tables: what it is, what it takes, its settings."""
    parts = [_MARK, "# Models", _MODELS_INTRO, _overview()]
    parts += [part for name in MODELS for part in _model(name)]
    parts += [*_training(), "## Forecasters", _FORECASTERS_INTRO, _forecasters()]
    parts += [part for name in FORECASTERS for part in _forecaster(name)]
    return "\n\n".join([*parts, *_training_of_forecasts()]) + "\n"


_MODELS_INTRO = """\
`--models` takes names with settings: `logistic`, `lstm:units=64`, `lstm:units=64+32` for two
layers, `knn-dtw:k=1..9` for nine models, one a `k`. `all` names every model. The baselines are in
every study, named or not. `auscult models NAME` prints the settings of one. What forecasts series
has [a table of its own](#forecasters)."""


def _overview() -> str:
    rows = [("model", "what", "takes", "tried unless told otherwise")]
    for name in MODELS:
        cls = model_class(name)
        link = f"[`{name}`](#{name})" + (" (baseline)" if name in BASELINES else "")
        rows.append((link, cls.label, takes(cls.tags), _tried(name)))
    return _table(rows)


def _tried(name: str) -> str:
    kinds = [kind for kind in get_args(DataKind) if name in default_models(kind)]
    return ", ".join(kinds).replace("table", "tables") or "no"


def _model(name: str) -> Iterator[str]:
    own = own_settings(name)
    yield f"## {name}"
    yield _markdown(prose(name))
    if own:
        yield _settings(own)
    if is_network(name):
        yield _trained_with(estimator_class(name)().get_params())


def _trained_with(settings: dict[str, object]) -> str:
    standard = {field.name: field.default for field in fields(Training)}
    other = [
        f"`{key}={written(settings[key])}`"
        for key, value in standard.items()
        if settings[key] != value
    ]
    differs = f" Its own defaults: {', '.join(other)}." if other else ""
    return f"Also takes the [training settings](#training-settings-of-networks).{differs}"


def _training() -> Iterator[str]:
    network = next(name for name in MODELS if is_network(name))
    common = {field.name: written(field.default) for field in fields(Training)}
    shared = training_settings(network)
    yield "## Training settings of networks"
    yield _TRAINING_INTRO
    yield _settings([replace(s, default=common.get(s.name, s.default)) for s in shared])
    yield "## Rare classes"
    yield _RARE_INTRO
    yield _table(_RARE)
    yield _RARE_END


_TRAINING_INTRO = """\
Every network takes these as well, as in `--models lstm:learning_rate=0.003`. In a study the plan
cuts the validation part, the same for every model, so that `validation_fraction` is refused there;
`early_stopping=false` trains on that part too. The plan also draws a seed for each fit, unless
`random_state` gives one to them all."""


_RARE_INTRO = """\
A network trained as it comes minimises its mistakes, and a class of one case in a hundred hardly
counts among them. Sort by what counts it (`--metric f1_macro` or `balanced_accuracy`) and try one
of these; nothing of it is on by default."""

_RARE = [
    ("setting", "acts", "price"),
    (
        "`class_weight=balanced` or `effective`",
        "on the loss: a mistake in a rare class weighs more",
        "few cases steer large steps",
    ),
    (
        "`loss=focal`",
        "on the loss: cases that are right already weigh less",
        "probabilities shrink towards the middle",
    ),
    (
        "`sampling=balanced`",
        "on the epoch: every class is drawn equally often",
        "rare cases come again and again",
    ),
    (
        "`threshold=f1_macro` or `balanced_accuracy`",
        "after training: factors on the probabilities, chosen on the validation part",
        "probabilities are no longer chances; few validation cases choose poorly",
    ),
]

_RARE_END = """\
The first three change what is learned, the last only where it decides: it can be put on top, as in
`lenet:loss=focal:threshold=f1_macro`. Weights, factors and draws come from the training and
validation cases of each fit; the test cases keep the shares of the classes that they have."""


def _settings(settings: Sequence[Setting]) -> str:
    """One row a description."""
    together: dict[str, list[Setting]] = {}
    for setting in settings:
        together.setdefault(_markdown(setting.meaning), []).append(setting)
    rows = [("setting", "default", "meaning")]
    for meaning, alike in together.items():
        names, defaults = _spans([s.name for s in alike]), _spans([s.default for s in alike])
        rows.append((names, defaults, meaning))
    return _table(rows)


def _spans(texts: Sequence[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _markdown(text: str) -> str:
    """Docstring markup as Markdown: code spans, blocks behind ``::``, links to classes."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    text = re.sub(r"``(.+?)``", r"`\1`", text)
    return re.sub(r"^::\n\n((?: {4}.*\n?|\n)+)", _fenced, text, flags=re.MULTILINE).strip()


def _fenced(block: re.Match[str]) -> str:
    return f"```text\n{inspect.cleandoc(block[1]).rstrip()}\n```\n\n"


_FORECASTERS_INTRO = """\
`auscult forecast --models` takes these, with settings likewise: `ridge:lags=672`,
`lstm:units=64:epochs=10`. The baselines are in every study. A study gives every forecaster that has
them `season`, `horizon`, `every` (the spacing of origins) and `random_state`; what stands behind a
name goes before that. From Python: `auscult.forecaster("ridge", lags=96)`, with `fit(y, X=None)`
and `predict(horizon)`. [Forecasts](forecast.md) says how they are judged."""


def _forecasters() -> str:
    rows = [("forecaster", "what", "takes")]
    for name in FORECASTERS:
        link = f"[`{name}`](#forecaster-{name})"
        baseline = " (baseline)" if forecasts.is_baseline(name) else ""
        rows.append((link + baseline, forecasts.label(name), forecasts.takes(name)))
    return _table(rows)


def _forecaster(name: str) -> Iterator[str]:
    own = forecasts.own_settings(name)
    yield f"### Forecaster {name}"
    yield _markdown(forecasts.prose(name))
    if own:
        yield _settings(own)
    if forecasts.is_network(name):
        common = {s.name: s.default for s in forecasts.training_settings(_plain_network())}
        shared = forecasts.training_settings(name)
        other = [f"`{s.name}={s.default}`" for s in shared if s.default != common[s.name]]
        differs = f" Its own defaults: {', '.join(other)}." if other else ""
        link = "[settings of networks that forecast](#settings-of-networks-that-forecast)"
        yield f"Also takes the {link}.{differs}"


def _training_of_forecasts() -> Iterator[str]:
    yield "### Settings of networks that forecast"
    yield _settings(forecasts.training_settings(_plain_network()))


def _plain_network() -> str:
    """A network whose settings of training are those that all have."""
    return forecasts.networks()[0]


_BAR = r"\|"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = [f"| {' | '.join(cell.replace('|', _BAR) for cell in row)} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])


def cli_page() -> str:
    """What every command says to ``--help``."""
    context = click.Context(cli, info_name="auscult", terminal_width=80, **cli.context_settings)
    return "\n\n".join([_MARK, "# Command line", _CLI_INTRO, *_helps(context)]) + "\n"


_CLI_INTRO = """\
Exit codes: 0 done; 2 the input is wrong, and one line says what, where and how to mend it; 130 or
143 stopped by a signal; 1 a fault of auscult itself. `AUSCULT_DATA` names a folder that the catalog
looks in before it downloads, `AUSCULT_HOME` the folder where it keeps downloads. `NO_COLOR` is
respected."""


def _helps(context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```text\n{context.get_help()}\n```"
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _helps(click.Context(found, parent=context, info_name=name))


PAGES = {"models.md": models_page, "cli.md": cli_page}


def main(arguments: list[str]) -> int:
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(f"docs/{name}")
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"{' and '.join(stale)}: not what the code says. Run: python docs/generate.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
