"""``auscult audit``: what makes figures better than they are, in data or in a script."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from auscult.cli.compare import reading_options
from auscult.errors import InputError

_AUDIT = ("plan", "folds", "seed")
_SCRIPTS = (".py", ".ipynb")


@click.command()
@click.argument("data", metavar="DATA")
@click.option("--test", metavar="FILE", help="A file of test cases; without one, k-fold.")
@reading_options
@click.option(
    "--plan",
    metavar="NAME",
    help="kfold or grouped; of ECG records also ds1-ds2, or by-beat.  [default: from the data]",
)
@click.option("--folds", default=5, show_default=True, metavar="K", help="Folds.")
@click.option("--seed", default=0, show_default=True, metavar="S", help="Where all chance starts.")
@click.option(
    "--brief", is_flag=True, help="Only the checks that every study makes, without models."
)
@click.option(
    "--check",
    "only",
    metavar="NAME",
    multiple=True,
    help="Make this check only, e.g. near-duplicates; repeatable.",
)
@click.option("--out", metavar="FILE", help="Write the checks and their findings as JSON.")
def audit(data: str, out: str | None, **options: Any) -> None:
    """Find what makes figures better than they are: in DATA, or in a training script.

    DATA is a file or a name of the catalog as of `auscult compare`, with its test file in --test
    where there is one; or a .py or .ipynb file, which is read and not run. Every check prints what
    it found, with the evidence and what mends it. Findings are no error: the exit code is 0.
    """
    target = None if out is None else _writable(Path(out))
    if Path(data).suffix.lower() in _SCRIPTS:
        _refuse_data_options()
        found = _script(Path(data))
    else:
        found = _data(data, options)
    if target is not None:
        _write(target, found)
        click.echo(f"Audit: {out}")


def _data(data: str, options: dict[str, Any]) -> dict[str, Any]:
    from auscult.api import read_study  # noqa: PLC0415
    from auscult.auditing import audit as run  # noqa: PLC0415
    from auscult.auditing import require_checks  # noqa: PLC0415
    from auscult.data.describe import describe  # noqa: PLC0415
    from auscult.data.reading_bar import ReadingBar  # noqa: PLC0415
    from auscult.report.audited import print_audit  # noqa: PLC0415
    from auscult.report.terminal import console, print_findings, print_reading  # noqa: PLC0415

    study = {name: options.pop(name) for name in _AUDIT}
    brief, only = options.pop("brief"), options.pop("only")
    require_checks(only)
    with ReadingBar() as bar:
        loaded = read_study(data, options.pop("test"), progress=bar, **options)
    screen = console()
    print_reading(describe(loaded.dataset), screen)
    print_findings(loaded.dataset.findings, screen)
    error = console(stderr=True)
    with error.status("auditing") as status:
        result = run(
            loaded,
            deep=not brief,
            only=only,
            progress=lambda title, done, n: status.update(f"{done + 1} of {n}: {title}"),
            **study,
        )
    print_audit(result, screen)
    return dict(result.as_dict())


def _script(path: Path) -> dict[str, Any]:
    from auscult.evaluate.scripts.audit import audit_script  # noqa: PLC0415
    from auscult.report.audited import print_script  # noqa: PLC0415
    from auscult.report.terminal import console  # noqa: PLC0415

    found = audit_script(path)
    print_script(str(path), found, console())
    return {"schema": 1, "script": path.name, "findings": [asdict(one) for one in found]}


def _refuse_data_options() -> None:
    context = click.get_current_context()
    source = click.core.ParameterSource.COMMANDLINE
    for option in context.command.params:
        name = str(option.name)
        given = context.get_parameter_source(name) == source
        if given and name not in ("data", "out"):
            raise InputError("is for data; a script has none.", where=option.opts[-1])


def _writable(path: Path) -> Path:
    if path.is_dir():
        raise InputError("is a folder. Name a file.", where=f"--out {path}")
    if not path.absolute().parent.is_dir():
        raise InputError("its folder is not there. Make it first.", where=f"--out {path}")
    return path


def _write(path: Path, found: dict[str, Any]) -> None:
    from auscult.data.whole import whole_file  # noqa: PLC0415

    text = json.dumps(_plain(found), indent=2, ensure_ascii=False)
    try:
        with whole_file(path) as file:
            file.write((text + "\n").encode())
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror}).", where=str(path)) from None


def _plain(value: Any) -> Any:
    """What JSON can hold: no NaN."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
