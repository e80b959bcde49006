"""The docs say what the code does: generated pages, commands, links, names."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from auscult.cli.main import COMMANDS, cli
from auscult.data.catalog import catalog
from auscult.models.spec import parse_models

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def commands() -> Iterator[tuple[str, str]]:
    """Every ``auscult …`` line of a bash block, with the page it stands on."""
    for page in PAGES:
        for language, block in _FENCE.findall(page.read_text(encoding="utf-8")):
            lines = block.splitlines() if language == "bash" else []
            found = (re.match(r"(?:[A-Z_]+=\S+ )?(auscult .*)", line) for line in lines)
            yield from ((page.name, match[1]) for match in found if match)


def test_generated_pages_are_fresh() -> None:
    script = ROOT / "docs" / "generate.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_check_tells_of_a_stale_page(tmp_path: Path) -> None:
    script = tmp_path / "generate.py"
    script.write_text((ROOT / "docs" / "generate.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "cli.md").write_text("old", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "docs/cli.md" in done.stdout
    assert (tmp_path / "cli.md").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(("page", "line"), list(dict.fromkeys(commands())))
def test_commands_are_real(page: str, line: str) -> None:
    if "naive-bayes" in line:
        pytest.skip("the example of how to add a model is not in the table")
    context = parsed(shlex.split(line)[1:])
    if context.command_path == "auscult compare":
        parse_models(context.params["models"], "table")


def parsed(arguments: list[str]) -> click.Context:
    """The context of the innermost command; raises on a command or flag that there is not."""
    # A command keeps the help flags of the first context that it is asked in.
    context = click.Context(cli, info_name="auscult", **cli.context_settings)
    command: click.Command = cli
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command = found
        parts = [] if isinstance(command, click.Group) else arguments
        if "--help" in parts:
            parts = []
        context = command.make_context(
            name, list(parts), parent=context, resilient_parsing=isinstance(command, click.Group)
        )
    return context


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_data_page_names_the_whole_catalog() -> None:
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert [name for name in catalog() if f"| `{name}` |" not in text] == []


def test_command_page_names_every_command() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## auscult {name}\n" not in text] == []
