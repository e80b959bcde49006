"""``auscult replay``: a recording fed to a running service as if it happened now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auscult.errors import InputError


@click.command()
@click.argument("record", metavar="RECORD", type=click.Path(path_type=Path))
@click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    metavar="URL",
    help="Where `auscult serve` answers.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.1, 50),
    metavar="N",
    help="Times as fast as it was recorded.",
)
@click.option("--channel", metavar="NAME", help="Of the recording.  [default: the first]")
@click.option("--bundle", metavar="NAME", help="Which of the bundles labels the beats.")
@click.option(
    "--seconds", type=click.FloatRange(1), metavar="S", help="Of the recording.  [default: all]"
)
@click.option(
    "--token-file",
    metavar="FILE",
    help="The service's token, in a file that only you can read.  [default: AUSCULT_TOKEN]",
)
def replay(
    record: Path,
    url: str,
    speed: float,
    channel: str | None,
    bundle: str | None,
    seconds: float | None,
    token_file: str | None,
) -> None:
    """Feed RECORD to a running service in real time and print its beats as they are labelled.

    RECORD is NAME.hea of a WFDB record. Each line has the time of the R-peak, the label with its
    probability, and how long after the R-peak it came; `*` marks beats on which the model is not
    sure. Ctrl+C ends it.

    Not a medical device: for research and teaching only.
    """
    from auscult.data.ecg.records import channel_names, read_record  # noqa: PLC0415
    from auscult.serve.replaying import Replay, play  # noqa: PLC0415
    from auscult.serve.tokens import find_secret  # noqa: PLC0415

    if not record.with_suffix(".hea").is_file():
        raise InputError("there is no such record (NAME.hea).", where=str(record))
    chosen = channel or channel_names(record.with_suffix(".hea"))[0]
    recording = read_record(record, [chosen])
    signal = recording.signals[:, 0]
    if seconds is not None:
        signal = signal[: round(seconds * recording.sampling_rate)]
    played = Replay(signal, recording.sampling_rate, chosen, speed, bundle)
    click.echo(f"{recording.name}: {chosen}, {len(signal) / recording.sampling_rate:,.0f} s")
    ended = play(played, url, find_secret(token_file), ready=_ready, beat=_beat)
    counts = ", ".join(f"{name} {n:,}" for name, n in ended["counts"].items()) or "none"
    click.echo(f"{ended['beats']:,} beats: {counts}")
    if ended["usual_ms"] is not None:
        fast = "" if speed == 1 else f"At {speed:g} times its speed: "
        click.echo(
            f"{fast}Labelled {ended['usual_ms']:.0f} ms after the R-peak (median), 99 of 100 "
            f"within {ended['longest_ms']:.0f} ms; {ended['late']:,} found late, in a pause."
        )
    click.echo("Not a medical device: for research and teaching only.")


def _ready(said: dict[str, Any]) -> None:
    click.echo(f"{said['bundle']['name']}: labels come {said['needs']}.")
    for note in said["notes"]:
        click.echo(note)


def _beat(beat: dict[str, Any]) -> None:
    minutes, seconds = divmod(beat["time"], 60)
    label = beat["label"]
    if label is None:
        said = "in a gap"
    else:
        said = f"{label} {100 * beat['probability'][label]:.0f} %{' *' if beat['unsure'] else ''}"
    late = ", found late" if beat["late"] else ""
    click.echo(f"{minutes:3.0f}:{seconds:06.3f}  {said:<12}  after {beat['delay_ms']:.0f} ms{late}")
