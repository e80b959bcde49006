"""The command line: opens, calls one function, prints."""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from auscult import __version__
from auscult.errors import AuscultError, ClusterError, DiskError, Terminated, did_you_mean

COMMANDS = {
    "compare": ("auscult.cli.compare:compare", "Compare models on a file, every figure earned."),
    "resume": ("auscult.cli.resume:resume", "Go on with a study that was stopped."),
    "bench": ("auscult.cli.bench:bench", "Compare models on many files or data sets at once."),
    "audit": ("auscult.cli.audit:audit", "Find what makes figures better than they are."),
    "forecast": ("auscult.cli.forecast:forecast", "Forecast a series, and what that is worth."),
    "predict": ("auscult.cli.predict:predict", "Train on all of a file and answer for another."),
    "serve": ("auscult.cli.serve:serve", "Answer for kept models: a page, and an API."),
    "replicate": (
        "auscult.cli.replicate:replicate",
        "Repeat published systems, with and without leaks.",
    ),
    "history": ("auscult.cli.history:history", "What was answered, what came of it, drift."),
    "replay": ("auscult.cli.replay:replay", "Feed a recording to a service in real time."),
    "data": ("auscult.cli.data:data", "List, describe and get the datasets of the catalog."),
    "models": ("auscult.cli.models:models", "List the models and what each can take."),
    "demo": ("auscult.cli.demo:demo", "Run the main job on real ECGs in under two minutes."),
}

_SERVING = (
    *("alembic", "httptools", "onnxruntime", "prometheus_client", "python_multipart"),
    *("sqlalchemy", "starlette", "uvicorn", "websockets"),
)
EXTRAS = {
    "wfdb": "ecg",
    "pyarrow": "parquet",
    "statsmodels": "forecast",
    "optuna": "search",
    "shap": "explain",
    **dict.fromkeys(_SERVING, "serve"),
    "distributed": "cluster",
    "dask_jobqueue": "cluster",
}
"""Packages that stand in another extra than ``train``."""


class LazyGroup(click.Group):
    """Loads a command's module when it is called, so that help costs no torch."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        return getattr(import_module(module), attribute)  # type: ignore[no-any-return]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no command is called '{args[0]}'. {did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="auscult")
def cli() -> None:
    """From a file of patients, ECGs or a series to a model and a figure you can trust.

    Try `auscult demo`, then `auscult compare YOUR.csv --target COLUMN`.
    """


def main() -> NoReturn:
    """Run the command line; exit 0 done, 2 the input is wrong, 130/143 on signals."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        code = cli.main(prog_name="auscult", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except (AuscultError, ClusterError, DiskError) as error:
        _refuse(str(error))
    except click.UsageError as error:
        if error.ctx and error.message == error.ctx.get_help():  # called without arguments
            click.echo(error.message)
            sys.exit(0)
        name = error.ctx.command_path if error.ctx else "auscult"
        _refuse(f"{name}: {' '.join(error.format_message().split())} See {name} --help.")
    except click.ClickException as error:
        _refuse(error.format_message())
    except (KeyboardInterrupt, click.Abort) as stop:
        # click turns one into the other and keeps what it came from.
        click.echo(str(stop) or str(stop.__cause__ or "") or "stopped", err=True)
        sys.exit(130)
    except Terminated as stop:
        if str(stop):
            click.echo(str(stop), err=True)
        sys.exit(143)
    except ModuleNotFoundError as error:
        _refuse(_missing(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _missing(error: ModuleNotFoundError) -> str:
    """What to install; an error of ours goes on."""
    package = (error.name or "").partition(".")[0]
    if package in ("", "auscult"):
        raise error
    return (
        f"this needs the package '{package}': pip install 'auscult[{EXTRAS.get(package, 'train')}]'"
    )


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)


def _terminated(*_: object) -> NoReturn:
    raise Terminated
