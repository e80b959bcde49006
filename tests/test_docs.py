"""What the documentation tells a person to type can be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from auscult.cli.main import cli
from auscult.data.catalog import catalog
from auscult.evaluate.fitting import make_estimator
from auscult.evaluate.grid import divide
from auscult.evaluate.votes import parse_votes
from auscult.models.forecast.spec import Task, parse_forecasters
from auscult.models.spec import parse_models
from auscult.train.forecasters import build
from auscult.types import DataKind

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    path for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if path.is_file()
]
BLOCK = re.compile(r"^```(?:console|sh|bash|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> Iterator[list[str]]:
    """The words behind ``auscult`` of every command in a page's shell blocks."""
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words.pop(0)  # a variable of the environment
            if words and Path(words[0]).name == "auscult":
                yield words[1:]


# Its commands name models that the reader is about to write.
TUTORIAL = "adding-a-model.md"

DOCUMENTED = [
    pytest.param(words, page.name != TUTORIAL, id=f"{page.name}: {' '.join(words)}")
    for page in PAGES
    for words in commands(page)
]


def parsed(words: list[str]) -> click.Context:
    """The context of the innermost command, its arguments read and nothing run."""
    context = cli.make_context("auscult", list(words), resilient_parsing=False)
    rest = [*context._protected_args, *context.args]
    while isinstance(context.command, click.Group):
        _, command, rest = context.command.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(command.name, rest, parent=context)
        rest = [*context._protected_args, *context.args]
    return context


@pytest.mark.parametrize(("words", "models_are_known"), DOCUMENTED)
def test_a_documented_command_is_understood(words: list[str], models_are_known: bool) -> None:
    if not {"--help", "-h", "--version"}.isdisjoint(words):
        with pytest.raises(click.exceptions.Exit):
            parsed(words)
        return
    context = parsed(words)
    data = context.params.get("data")
    if isinstance(data, str) and not Path(data).suffix:
        assert data in catalog(), f"no data set is called {data}"
    entry = catalog().get(str(data))
    if context.command.name == "forecast":
        for forecaster in parse_forecasters(context.params["models"]):
            build(forecaster, Task())
        return
    kind: DataKind = "signals" if entry and entry.kind == "signals" else "table"
    if models_are_known and "models" in context.params:
        specs = parse_models(context.params["models"], kind)
        for spec in specs:
            make_estimator(spec, context.params["epochs"])
        divide(specs, context.params.get("grid"), context.params["epochs"])
        votes = context.params.get("votes", ())
        parse_votes(votes, {str(spec): spec.label for spec in specs})


def test_there_are_documented_commands() -> None:
    if not PAGES:
        pytest.skip("there is no documentation yet")
    assert len(DOCUMENTED) >= 10
    assert {words[0] for page in PAGES for words in commands(page)} >= {"compare", "data", "models"}


def command_names(command: click.Command, words: str = "auscult") -> Iterator[str]:
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from command_names(inner, f"{words} {name}")


@pytest.mark.parametrize("name", list(command_names(cli)))
def test_every_command_is_in_the_docs(name: str) -> None:
    page = ROOT / "docs" / "cli.md"
    if not page.is_file():
        pytest.skip("docs/cli.md is not there yet")
    headings = re.findall(r"^#+ (.*)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert any(heading.strip("`") == name for heading in headings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
