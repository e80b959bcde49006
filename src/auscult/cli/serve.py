"""``auscult serve``: kept models behind HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("bundles", metavar="BUNDLE…", nargs=-1, required=True)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen. Beyond this machine a token is required.",
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: a free one."
)
@click.option(
    "--token-file",
    metavar="FILE",
    help="The token that clients must send, in a file that only you can read.  "
    "[default: AUSCULT_TOKEN, where it is set]",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="A further name that clients call this machine by; may be repeated.",
)
@click.option("--tls-cert", metavar="FILE", help="Certificate in PEM, to answer over https.")
@click.option("--tls-key", metavar="FILE", help="Its key in PEM.")
@click.option(
    "--max-body",
    default=8.0,
    show_default=True,
    type=click.FloatRange(0.001, 1024),
    metavar="MB",
    help="The largest body of a request.",
)
@click.option(
    "--max-requests",
    default=256,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="Requests that are answered at a time.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0.01),
    metavar="N",
    help="Requests a second from one address.  [default: 100 beyond this machine, else any]",
)
@click.option(
    "--access-log",
    default="-",
    show_default=True,
    metavar="FILE",
    help="JSON lines, without any values of patients; - is the error output, none writes none.",
)
@click.option(
    "--history",
    metavar="FILE|URL",
    help="Where answers are kept: a file, postgresql://USER@HOST/DATABASE, or none.  "
    "[default: history.sqlite in AUSCULT_HOME, else in ~/.local/share/auscult]",
)
@click.option("--keep-inputs", is_flag=True, help="Keep the values of cases in the history too.")
def serve(bundles: tuple[str, ...], **options: Any) -> None:
    """Answer for kept models: a page for people, an API for programs.

    BUNDLE is what `auscult compare --keep` wrote, a folder or a .zip; NAME=BUNDLE gives it another
    address. A bundle whose files are replaced is taken over without a restart. Ctrl+C ends after
    the last answer.

    Not a medical device: for research and teaching only.
    """
    from auscult.serve.bundles import Source  # noqa: PLC0415
    from auscult.serve.server import require_safe  # noqa: PLC0415
    from auscult.serve.server import serve as run  # noqa: PLC0415
    from auscult.serve.state import ServeState  # noqa: PLC0415

    settings = _settings(options)
    require_safe(settings)
    recorder = _recorder(options["history"], keep_inputs=options["keep_inputs"])
    state = ServeState([Source.parse(text) for text in bundles], settings, recorder)
    for name, bundle in state.bundles.items():
        document = bundle.document
        click.echo(f"{name}: {document.target} by {document.model.label} ({bundle.sha256[:12]})")
    run(state, _announce)


def _settings(options: dict[str, Any]) -> Any:
    from auscult.serve.limits import Limits  # noqa: PLC0415
    from auscult.serve.origins import is_loopback  # noqa: PLC0415
    from auscult.serve.state import Settings  # noqa: PLC0415
    from auscult.serve.tokens import find_token  # noqa: PLC0415

    host, rate, log = options["host"], options["rate"], options["access_log"]
    beyond = 100.0 if not is_loopback(host) else None
    body = round(options["max_body"] * 2**20)
    limits = Limits(
        body_bytes=body,
        bodies_bytes=max(4 * body, Limits.bodies_bytes),
        requests=options["max_requests"],
        rate=beyond if rate is None else rate,
    )
    return Settings(
        host=host,
        port=options["port"],
        allowed_hosts=options["allowed_hosts"],
        limits=limits,
        token=find_token(options["token_file"]),
        tls_certificate=_path(options["tls_cert"]),
        tls_key=_path(options["tls_key"]),
        access_log=None if log == "none" else log,
    )


def _recorder(where: str | None, *, keep_inputs: bool) -> Any:
    from auscult.history.recorder import HistoryRecorder  # noqa: PLC0415
    from auscult.history.store import History  # noqa: PLC0415

    if where == "none":
        return None
    history = History(where)
    kept = "with the values of cases" if keep_inputs else "without the values of cases"
    click.echo(f"History: {history.name}, {kept}")
    return HistoryRecorder(history, keep_inputs=keep_inputs)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _announce(address: str) -> None:
    click.echo(f"Serving at {address} (API: {address}openapi.json). Ctrl+C ends.")
    click.echo("Not a medical device: for research and teaching only.")
