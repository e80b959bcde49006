"""The page of all systems: what each section holds, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from auscult.replicate.picture import forest_of, overview, track_picture
from auscult.replicate.record import Curves, Record, Row
from auscult.replicate.shown import HEADS, cells, main_rows, metric_name
from auscult.replicate.verdict import verdict
from auscult.report import words
from auscult.report.charts.confusion import confusion_matrix
from auscult.report.charts.learning import learning_curves, legend
from auscult.report.forecast.charts.sizes import both
from auscult.report.html import render_page, write_page
from auscult.report.reading import Row as ReportRow
from auscult.report.tables import Cell, Table, head_of

Parts = dict[str, Any]


def render(records: Sequence[Record], failed: Mapping[str, str] | None = None) -> str:
    """One HTML page, without scripts and without anything fetched from elsewhere.

    Parameters
    ----------
    records
        Finished systems, in the order they are to stand.
    failed
        Systems that are missing, and why.
    """
    rows = main_rows(list(records))
    quick = any(record.quick for record in records)
    return render_page(
        "replicate.html",
        {
            "title": _title(len(records)),
            "quick": quick,
            "facts_line": _facts_line(records),
            "verdict": verdict(records),
            "overview": both(lambda wide: overview(rows, wide=wide)),
            "overview_table": _table(rows, first="system"),
            "systems": [_system(record) for record in records],
            "failed": dict(failed or {}),
            "learning_legend": legend(),
            "run_facts": _run_facts(records),
            "command": _command(records),
        },
    )


def write_page_of(
    records: Sequence[Record], path: Path, failed: Mapping[str, str] | None = None
) -> Path:
    """Write the page, whole or not at all.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    return write_page(render(records, failed), path)


def _title(count: int) -> str:
    return (
        "A published system, repeated"
        if count == 1
        else f"{words.number_word(count)} published systems, repeated"
    )


def _facts_line(records: Sequence[Record]) -> str:
    said = [
        words.plural(len(records), "set of data", "sets of data"),
        f"seed {records[0].seed}",
        words.duration(sum(record.seconds for record in records)),
        max(record.created for record in records)[:10],
    ]
    return " · ".join([*(["quick run"] if records[0].quick else []), *said])


def _table(rows: Sequence[Row], *, first: str) -> Table:
    head = head_of(first, *HEADS)
    return Table(
        head,
        tuple(
            (_name(row, first), *(Cell(text, aside, "num") for text, aside in cells(row)))
            for row in rows
        ),
    )


def _name(row: Row, first: str) -> Cell:
    if first == "system":
        return Cell(row.system, metric_name(row.metric))
    return Cell(metric_name(row.metric), row.system)


def _system(record: Record) -> Parts:
    found = record.found
    mains = [row for row in found.rows if row.main]
    return {
        "name": record.name,
        "title": record.title,
        "data": found.data,
        "published": record.published,
        "leaks": [words.upper_first(words.bare(leak)) + "." for leak in record.leaks],
        "wrong": record.wrong,
        "forests": [(row.system, (forest_of(row), forest_of(row, wide=False))) for row in mains],
        "table": _table(found.rows, first="metric") if len(found.rows) > len(mains) else None,
        "learning": [_curves(curves) for curves in found.curves],
        "matrices": [
            (matrix.label, matrix.leaky, picture)
            for matrix in found.matrices
            if (picture := confusion_matrix(matrix.counts, matrix.classes, matrix.label))
        ],
        "tracks": [
            (track.label, (track_picture(track), track_picture(track, wide=False)))
            for track in found.tracks
        ],
        "notes": found.notes,
        "commands": found.commands,
        "seconds": words.duration(record.seconds),
    }


def _curves(curves: Curves) -> Parts:
    # Of a leaderboard's row the picture takes the label and the histories only.
    drawn = learning_curves(cast(ReportRow, curves))
    watched = any(name.startswith("val_") for h in curves.histories for name in h.curves)
    return {
        "label": curves.label,
        "leaky": curves.leaky,
        "watched": curves.watched if watched else "",
        "panels": drawn.panels if drawn else (),
        "note": drawn.note if drawn else "",
    }


def _run_facts(records: Sequence[Record]) -> list[tuple[str, str]]:
    newest = max(records, key=lambda record: record.created)
    return [
        ("run", "quick: fewer epochs and repeats" if newest.quick else "full"),
        ("seed", str(newest.seed)),
        ("threads", str(newest.threads)),
        ("time", ", ".join(f"{r.name} {words.duration(r.seconds)}" for r in records)),
        ("made", newest.created),
        ("versions", ", ".join(f"{name} {v}" for name, v in newest.versions.items())),
    ]


def _command(records: Sequence[Record]) -> str:
    name = records[0].name if len(records) == 1 else "all"
    quick = " --quick" if records[0].quick else ""
    return f"auscult replicate {name}{quick} --seed {records[0].seed}"
