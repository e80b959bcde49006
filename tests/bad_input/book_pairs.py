"""The clean table in workbooks, as people and programs save it."""

from __future__ import annotations

from collections.abc import Callable

from tests.bad_input.books import Cell, ods, rows_xml, xlsx
from tests.bad_input.more_pairs import Dirty
from tests.bad_input.pairs import CLEAN, with_cells, written


def typed(table: list[list[str]] | None = None) -> list[list[Cell]]:
    """The clean table with numbers as numbers."""
    head, *body = CLEAN if table is None else table
    return [list(head), *([_value(c) for c in row] for row in body)]


def _value(text: str) -> Cell:
    if not text:
        return None
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def having(**cells: Cell) -> list[list[Cell]]:
    """The clean table with other cells: ``b3=1`` is column b, row 3 of the file."""
    table = typed()
    for place, value in cells.items():
        table[int(place[1:]) - 1]["abcd".index(place[0])] = value
    return table


def column(name: str, change: Callable[[Cell], Cell]) -> list[list[Cell]]:
    j = CLEAN[0].index(name)
    head, *body = typed()
    return [head, *([*row[:j], change(row[j]), *row[j + 1 :]] for row in body)]


def book(name: str, data: bytes, outcome: str, **kwargs: object) -> Dirty:
    return Dirty(name, data, outcome, "twin.xlsx", **kwargs)  # type: ignore[arg-type]


_BOOLEANS = written([CLEAN[0], *([*r[:3], "true" if r[3] == "1" else "false"] for r in CLEAN[1:])])
_ERROR = '<c t="e"><v>#N/A</v></c>'
_NOTES = ("notes", rows_xml([["read me first"], ["second line"]]))

BOOKS = [
    book("workbook", xlsx(typed()), "equal"),
    book("workbook, all as text", xlsx([list(r) for r in CLEAN]), "equal"),
    book("workbook, spaces", xlsx(column("sex", lambda c: f" {c} ")), "equal"),
    book("workbook, table lower right", xlsx(rows_xml(typed(), top=4, left=3)), "equal"),
    book("workbook, blank row", xlsx(rows_xml(typed()[:4]) + rows_xml(typed()[4:], top=7)), "equal"),
    book("workbook, 1904", xlsx(typed(), epoch_1904=True), "equal"),
    book("workbook, formulas", xlsx(having(a2="<c><f>60+3</f><v>63</v></c>")), "equal"),
    book("workbook, formula without value", xlsx(having(b7="<c><f>60+3</f></c>")), "equal"),
    book("workbook, text formula", xlsx(having(c2='<c t="str"><f>"ma"&amp;"le"</f><v>male</v></c>')), "equal"),
    book("workbook, error", xlsx(having(b7=_ERROR)), "equal"),
    book("workbook, error in a class", xlsx(having(d5=_ERROR)), "refused"),
    book("workbook, booleans", xlsx(column("target", bool)), "equal", clean=_BOOLEANS),
    book("workbook, one boolean", xlsx(having(d2=True)), "refused"),
    book("workbook, a boolean age", xlsx(having(a2=True)), "refused"),
    book("workbook, date in a column of numbers", xlsx(having(a5='<c s="1"><v>41640</v></c>')), "refused"),
    book("workbook, dates for ages", xlsx(column("age", lambda c: f'<c s="1"><v>{c}</v></c>')), "told"),
    book("workbook, percent", xlsx(column("age", lambda c: f'<c s="2"><v>{c}</v></c>')), "equal"),
    book("workbook, comma text", xlsx(having(b2="233,5")), "refused"),
    book("workbook, comma texts", xlsx(column("chol", lambda c: None if c is None else str(c).replace(".", ","))), "equal"),
    book("workbook, thousands text", xlsx(having(b2="1,233.5")), "refused"),
    book("workbook, 007", xlsx(having(a2="007")), "refused"),
    book("workbook, unit", xlsx(having(b2="233.5 mg")), "refused"),
    book("workbook, zero-width", xlsx(having(c2="male\u200b")), "equal"),
    book("workbook, NBSP", xlsx(having(c2="male\u00a0")), "equal"),
    book("workbook, escaped return", xlsx(having(c2="male_x000D_")), "equal"),
    book("workbook, full-width digits", xlsx(having(a2="６３")), "refused"),
    book("workbook, exponent", xlsx(having(b2="<c><v>2.335E2</v></c>")), "equal"),
    book("workbook, rich text", xlsx(having(c2='<c t="inlineStr"><is><r><t>ma</t></r><r><t>le</t></r></is></c>')), "equal"),
    book("workbook, merged words", xlsx(having(c4=None), merged="C3:C4"), "refused"),
    book("workbook, merged numbers", xlsx(having(a4=None), merged="A3:A4"), "refused"),
    book("workbook, merged header", xlsx([["age", None, "sex", "target"], *typed()[1:]], merged="A1:B1"), "refused"),
    book("workbook, merged nothing", xlsx(typed(), merged="H20:J22"), "equal"),
    book("workbook, title", xlsx([["Our study", None, None, None], *typed()], merged="A1:D1"), "refused"),
    book("workbook, title of one cell", xlsx([["Our study"], *typed()]), "refused"),
    book("workbook, unit row", xlsx([typed()[0], ["years", "mg/dl", "m/f", "yes/no"], *typed()[1:]]), "refused"),
    book("workbook, sum below", xlsx([*typed(), ["Total", 1345, None, 4]]), "refused"),
    book("workbook, note below", xlsx([*typed(), ["Source: clinic"]]), "refused"),
    book("workbook, header twice", xlsx([*typed(), typed()[0]]), "refused"),
    book("workbook, name twice", xlsx([["age", "age", "sex", "target"], *typed()[1:]]), "refused"),
    book("workbook, number in the header", xlsx([["age", 2014, "sex", "target"], *typed()[1:]]), "refused"),
    book("workbook, no header", xlsx(typed()[1:]), "refused"),
    book("workbook, notes in front", xlsx(typed(), before=[_NOTES]), "refused"),
    book("workbook, hidden notes in front", xlsx(typed(), before=[_NOTES], state=' state="hidden"'), "equal"),
    book("workbook, very hidden notes", xlsx(typed(), before=[_NOTES], state=' state="veryHidden"'), "equal"),
    book("workbook, sheet said", xlsx(typed(), before=[_NOTES]), "equal", options={"sheet": "data"}),
    book("workbook, rows out of order", xlsx(rows_xml(typed()[:3]) + rows_xml(typed()[4:5], top=5) + rows_xml(typed()[3:4], top=4) + rows_xml(typed()[5:], top=6)), "equal"),
    book("workbook, cells without places", xlsx(rows_xml(typed()).replace(' r="A2"', "").replace(' r="B2"', "")), "equal"),
    book("workbook, same cell twice", xlsx(rows_xml(typed()).replace("</row>", '<c r="A1"><v>9</v></c></row>', 1)), "refused"),
    Dirty("workbook as CSV text", written(with_cells(a2="63.0")).encode(), "equal"),
    Dirty("OpenDocument", ods(typed()), "equal", "twin.ods"),
    Dirty("OpenDocument, text", ods([list(r) for r in CLEAN]), "equal", "twin.ods"),
    Dirty("OpenDocument, booleans", ods(column("target", bool)), "equal", "twin.ods", _BOOLEANS),
    Dirty("OpenDocument, percent", ods(column("age", lambda c: f'<table:table-cell office:value-type="percentage" office:value="{c}"><text:p>x</text:p></table:table-cell>')), "equal", "twin.ods"),
    Dirty("OpenDocument, money", ods(column("age", lambda c: f'<table:table-cell office:value-type="currency" office:value="{c}"><text:p>x</text:p></table:table-cell>')), "equal", "twin.ods"),
    Dirty("OpenDocument, date", ods(having(a5='<table:table-cell office:value-type="date" office:date-value="2014-01-01"><text:p>x</text:p></table:table-cell>')), "refused", "twin.ods"),
    Dirty("OpenDocument, comment", ods(having(c2='<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>male</text:p></table:table-cell>')), "equal", "twin.ods"),
    Dirty("OpenDocument, covered", ods(having(a4="<table:covered-table-cell/>", a3='<table:table-cell table:number-rows-spanned="2" office:value-type="float" office:value="37"><text:p>37</text:p></table:table-cell>')), "refused", "twin.ods"),
    Dirty("OpenDocument, repeated columns", ods([[*r, '<table:table-cell table:number-columns-repeated="900"/>'] for r in typed()]), "equal", "twin.ods"),
    Dirty("OpenDocument, two paragraphs", ods(having(c2='<table:table-cell office:value-type="string"><text:p>male</text:p><text:p/></table:table-cell>')), "equal", "twin.ods"),
]  # fmt: skip
