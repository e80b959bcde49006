"""Write docs/models.md and docs/cli.md from the code they describe.

``python docs/generate.py`` writes them; ``--check`` writes nothing and exits with 1 where one of
them is not what the code says.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import get_args

import click

from auscult.cli.main import cli
from auscult.evaluate.catalogue import takes, written
from auscult.models.network import Architecture
from auscult.models.table import BASELINES, MODELS, default_models, model_class
from auscult.train.estimator import NetworkClassifier, estimator_class
from auscult.train.settings import Training
from auscult.types import DataKind

DOCS = Path(__file__).parent
SHARED = (Training, NetworkClassifier)
"""Where the settings that all networks share are described."""

_MARK = "<!-- Written by docs/generate.py; change the code, then run `make docs`. -->"
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^(\w[\w, ]*)\n((?: {4}.*\n?)+)", re.MULTILINE)


def models_page() -> str:
    """Every model of the table: what it is, what it takes, its settings."""
    parts = [_MARK, "# Models", _MODELS_INTRO, _overview()]
    parts += [part for name in MODELS for part in _model(name)]
    return "\n\n".join([*parts, *_training()]) + "\n"


_MODELS_INTRO = """\
`--models` takes names with settings: `logistic`, `lstm:units=64`, `lstm:units=64+32` for two
layers, `knn-dtw:k=1..9` for nine models, one a `k`. `all` names every model. The baselines are in
every study, named or not. `auscult models NAME` prints the settings of one."""


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
    cls = estimator_class(name)
    settings = cls().get_params()
    own = {key: settings[key] for key in settings if key not in _shared_names(name)}
    yield f"## {name}"
    yield _markdown(_prose(inspect.getdoc(cls) or ""))
    if own:
        yield _settings(name, own, _described(*reversed(model_class(name).__mro__)))
    if _is_network(name):
        yield _trained_with(settings)


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
    network = next(name for name in MODELS if _is_network(name))
    values = {field.name: field.default for field in fields(Training)}
    values = estimator_class(network)(**values).get_params()
    yield "## Training settings of networks"
    yield _TRAINING_INTRO
    shared = {key: values[key] for key in values if key in _shared_names(network)}
    yield _settings("the training", shared, _described(*SHARED))


_TRAINING_INTRO = """\
Every network takes these as well, as in `--models lstm:learning_rate=0.003`. In a study the plan
cuts the validation part, the same for every model, so that `validation_fraction` is refused there;
`early_stopping=false` trains on that part too. The plan also draws a seed for each fit, unless
`random_state` gives one to them all."""


def _is_network(name: str) -> bool:
    return issubclass(model_class(name), Architecture)


def _shared_names(name: str) -> set[str]:
    """The settings of a network that are not its architecture's."""
    if not _is_network(name):
        return set()
    return set(estimator_class(name)().get_params()) - {f.name for f in fields(model_class(name))}


def _settings(owner: str, values: dict[str, object], said: dict[str, str]) -> str:
    """One row a description, in the order of the docstrings."""
    together: dict[str, list[str]] = {}
    order = [key for key in said if key in values]
    for key in dict.fromkeys([*order, *values]):
        together.setdefault(_meaning(owner, key, said), []).append(key)
    rows = [("setting", "default", "meaning")]
    for meaning, keys in together.items():
        names, defaults = (_spans(texts) for texts in (keys, [written(values[k]) for k in keys]))
        rows.append((names, defaults, meaning))
    return _table(rows)


def _meaning(owner: str, key: str, said: dict[str, str]) -> str:
    beside = (f"see `{other}`" for other, text in said.items() if f"`{key}`" in text)
    meaning = said.get(key) or next(beside, None)
    if meaning is None:
        raise SystemExit(f"{owner}: the setting '{key}' is described in no docstring")
    return meaning


def _spans(texts: Sequence[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _prose(doc: str) -> str:
    """A docstring down to its first section."""
    section = _SECTION.search(doc)
    return (doc[: section.start()] if section else doc).strip()


def _described(*classes: type) -> dict[str, str]:
    """Setting to its description, from the "Parameters" of docstrings; the last one wins."""
    found: dict[str, str] = {}
    for cls in classes:
        parts = _SECTION.split(inspect.cleandoc(cls.__doc__ or "") + "\n")
        sections = dict(zip(parts[1::2], parts[2::2], strict=True))
        for names, text in _ENTRY.findall(sections.get("Parameters", "")):
            found |= dict.fromkeys(names.split(", "), _markdown(" ".join(text.split())))
    return found


def _markdown(text: str) -> str:
    """Docstring markup as Markdown: code spans, blocks behind ``::``, links to classes."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    text = re.sub(r"``(.+?)``", r"`\1`", text)
    return re.sub(r"^::\n\n((?: {4}.*\n?|\n)+)", _fenced, text, flags=re.MULTILINE).strip()


def _fenced(block: re.Match[str]) -> str:
    return f"```text\n{inspect.cleandoc(block[1]).rstrip()}\n```\n\n"


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
