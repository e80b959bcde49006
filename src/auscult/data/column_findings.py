"""What is said of columns: by code, the severity, the sentence and what mends it."""

from __future__ import annotations

from auscult.types import Severity

SENTENCES: dict[str, tuple[Severity, str, str]] = {
    "constant-column": ("warning", "Left out {names}: one value only, so it tells nothing.", ""),
    "empty-column": ("warning", "Left out {names}: no cell has a value.", ""),
    "free-text": (
        "warning",
        "Left out {names}: nearly every row has a text of its own; looks like an identifier or "
        "free text.",
        "--id NAME, or --categorical NAME to keep it",
    ),
    "date-column": (
        "note",
        "Left out {names}: a date is no measurement.",
        "turn it into a number (age, days since) to use it",
    ),
    "leading-zeros": (
        "note",
        "{names} holds codes such as 007 or very long numbers; read as categories.",
        "",
    ),
    "mixed-column": (
        "warning",
        "{names} mixes numbers and texts; read as categories.",
        "leave the cell empty where a number is missing",
    ),
    "numbers-with-text": (
        "warning",
        "{names} looks like numbers with a unit or a sign; read as categories.",
        "write plain numbers, with the unit in the header",
    ),
    "many-categories": (
        "warning",
        "{names} has more than 50 categories.",
        "--drop NAME",
    ),
    "alike-names": (
        "warning",
        "{names} has categories that look alike (capitals, spaces, quotes, alphabets).",
        "write one name in one way",
    ),
    "broken-characters": (
        "warning",
        "{names} has texts with characters that look lost, quoted or decoded wrongly.",
        "save the file as UTF-8, or name its encoding with --encoding",
    ),
    "missing-code": (
        "warning",
        "{names}: a value such as -9 or 999 lies far from all others and was read as a number.",
        "leave the cell empty where it says that a value is missing",
    ),
    "few-values": (
        "note",
        "{names}: whole numbers with 3 to 10 values, taken as a measurement.",
        "--categorical NAME if they are codes of categories",
    ),
    "spreadsheet-errors": (
        "warning",
        "{names} holds error cells such as #DIV/0!; read as missing.",
        "mend the formulas",
    ),
}
