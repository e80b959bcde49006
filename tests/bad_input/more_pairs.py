"""More tables as they come out of real hands: marks, signs, structure, and other formats.

What a twin may become is said with it: ``equal``, ``refused``, or ``told`` (read otherwise, with a
finding that names the column or the doubt).
"""

from __future__ import annotations

import codecs
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.bad_input.pairs import CLEAN, comma, mapped, utf8, with_cells, written

Outcome = Literal["equal", "refused", "told"]


@dataclass(frozen=True)
class Dirty:
    """A dirty twin, the text of its clean one, and what it may become."""

    name: str
    data: bytes
    outcome: Outcome
    file: str = "twin.csv"
    clean: str = field(default_factory=written)
    options: dict[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()


_TEXT = written()
_LINES = _TEXT.splitlines()
_UMLAUT = written(mapped("sex", lambda c: {"male": "männlich", "female": "weiblich"}[c]))
_ACCENT = written(mapped("sex", lambda c: {"male": "généré", "female": "né"}[c]))


def _numbers(change: Callable[[str], str], **kwargs: Any) -> bytes:
    return utf8(written(mapped("chol", lambda c: change(c) if c else c), **kwargs))


def _quoted(text: str) -> str:
    return f'"{text}"'


ENCODED = [
    Dirty("mark and semicolons", codecs.BOM_UTF8 + utf8(written(sep=";")), "equal"),
    Dirty("mark and sep line", codecs.BOM_UTF8 + utf8("sep=;\n" + written(sep=";")), "equal"),
    Dirty("mark before CR only", codecs.BOM_UTF8 + utf8(written(end="\r")), "equal"),
    Dirty("mark inside quotes", utf8('\ufeff"age"' + _TEXT[3:]), "equal"),
    Dirty("UTF-16 CRLF", written(end="\r\n").encode("utf-16"), "equal"),
    Dirty("UTF-16 tabs", written(sep="\t").encode("utf-16"), "equal"),
    Dirty("UTF-16 CR only", written(end="\r").encode("utf-16"), "equal"),
    Dirty("UTF-32 big", codecs.BOM_UTF32_BE + _TEXT.encode("utf-32-be"), "equal"),
    Dirty("UTF-32 little", codecs.BOM_UTF32_LE + _TEXT.encode("utf-32-le"), "equal"),
    Dirty("UTF-7 mark", b"+/v8-" + utf8(_TEXT), "refused"),
    Dirty("mark of UTF-16 on UTF-8", codecs.BOM_UTF16_LE + utf8(_TEXT), "refused"),
    Dirty("UTF-16 big said little", _TEXT.encode("utf-16-be"), "refused", options={"encoding": "utf-16-le"}),
    Dirty("mark amid the rows", utf8("\n".join([*_LINES[:4], "\ufeff" + _LINES[4], *_LINES[5:]])), "equal"),
    Dirty("umlauts", utf8(_UMLAUT), "equal", clean=_UMLAUT),
    Dirty("umlauts, cp1252", _UMLAUT.encode("cp1252"), "equal", clean=_UMLAUT),
    Dirty("umlauts, Latin-1 said", _UMLAUT.encode("latin-1"), "equal", clean=_UMLAUT, options={"encoding": "latin-1"}),
    Dirty("umlauts, UTF-16", _UMLAUT.encode("utf-16"), "equal", clean=_UMLAUT),
    Dirty("umlauts, DOS", _UMLAUT.encode("cp437"), "told", clean=_UMLAUT),
    Dirty("umlauts, Macintosh", _UMLAUT.encode("mac-roman"), "told", clean=_UMLAUT),
    Dirty("umlauts, one row in cp1252", utf8(_UMLAUT).replace("männlich".encode(), "männlich".encode("cp1252"), 1), "told", clean=_UMLAUT),
    Dirty("umlauts encoded twice", utf8(_UMLAUT).decode("latin-1").encode(), "told", clean=_UMLAUT),
    Dirty("umlauts lost", _UMLAUT.encode("ascii", "replace"), "told", clean=_UMLAUT),
    Dirty("umlauts as �", utf8(_UMLAUT.replace("ä", "\ufffd")), "told", clean=_UMLAUT),
    Dirty("accents apart", utf8(unicodedata.normalize("NFD", _ACCENT)), "equal", clean=_ACCENT),
    Dirty("accents apart in one row", utf8(_ACCENT.replace("généré", unicodedata.normalize("NFD", "généré"), 1)), "equal", clean=_ACCENT),
    Dirty("NUL at the end", utf8(_TEXT) + b"\0", "refused"),
    Dirty("NULs behind", utf8(_TEXT) + b"\0" * 512, "refused"),
    Dirty("Ctrl-Z at the end", utf8(_TEXT) + b"\x1a", "refused"),
    Dirty("form feed between rows", utf8("\n".join([*_LINES[:5], "\f", *_LINES[5:]])), "equal"),
    Dirty("line separators", utf8(_TEXT.replace("\n", "\u2028")), "refused"),
    Dirty("NEL line ends", utf8(_TEXT.replace("\n", "\u0085")), "refused"),
    Dirty("CR CR LF", utf8(written(end="\r\r\n")), "equal"),
    Dirty("LF CR", utf8(written(end="\n\r")), "equal"),
]  # fmt: skip

SIGNS = [
    Dirty("thousands in quotes", _numbers(lambda c: _quoted(f"1,{c.lstrip('-')[:3]}")), "refused"),
    Dirty("thousands of India", _numbers(lambda c: _quoted("1,23," + c.lstrip("-"))), "refused"),
    Dirty("thousands with points", _numbers(lambda c: "1.234." + c.lstrip("-")[:3]), "refused"),
    Dirty("thousands with spaces", _numbers(lambda c: "1 " + c.lstrip("-")), "refused"),
    Dirty("thousands with NBSP", _numbers(lambda c: "1\u00a0" + c.lstrip("-")), "refused"),
    Dirty("thousands with thin spaces", _numbers(lambda c: "1\u202f" + c.lstrip("-")), "refused"),
    Dirty("thousands with apostrophes", _numbers(lambda c: "1'" + c.lstrip("-")), "refused"),
    Dirty("one thousand in quotes", utf8(written(with_cells(b2='"1,233"'))), "refused"),
    Dirty("one Indian number", utf8(written(with_cells(b2='"1,23,456"'))), "refused"),
    Dirty("minus behind", utf8(written(with_cells(b4="204.125-"))), "refused"),
    Dirty("minus in brackets", utf8(written(with_cells(b4="(204.125)"))), "refused"),
    Dirty("minus spaced", utf8(written(with_cells(b4="- 204.125"))), "refused"),
    Dirty("dash for minus", utf8(written(with_cells(b4="–204.125"))), "refused"),
    Dirty("full-width minus", utf8(written(with_cells(b4="－204.125"))), "refused"),
    Dirty("currency", utf8(written(with_cells(b2="$233.5"))), "refused"),
    Dirty("euro behind", utf8(written(with_cells(b2="233.5 €"))), "refused"),
    Dirty("footnote star", utf8(written(with_cells(b2="233.5*"))), "refused"),
    Dirty("superscript", utf8(written(with_cells(b2="233.5²"))), "refused"),
    Dirty("vulgar fraction", utf8(written(with_cells(b2="233½"))), "refused"),
    Dirty("fraction", utf8(written(with_cells(b2="467/2"))), "refused"),
    Dirty("full-width digits", utf8(written(with_cells(b2="２３３.５"))), "refused"),
    Dirty("full-width ages", utf8(written(mapped("age", lambda c: "".join(chr(ord(d) + 0xFEE0) for d in c)))), "refused"),
    Dirty("Arabic digits", utf8(written(with_cells(a2="٦٣"))), "refused"),
    Dirty("Arabic decimal mark", utf8(written(with_cells(b2="233٫5"))), "refused"),
    Dirty("Devanagari ages", utf8(written(mapped("age", lambda c: "".join(chr(0x966 + int(d)) for d in c)))), "refused"),
    Dirty("middle point", utf8(written(with_cells(b2="233·5"))), "refused"),
    Dirty("Fortran exponent", utf8(written(with_cells(b2="2.335D2"))), "refused"),
    Dirty("exponent of print", utf8(written(with_cells(b2="2.335×10^2"))), "refused"),
    Dirty("exponent", utf8(written(with_cells(b2="2.335E+2"))), "equal"),
    Dirty("exponent with comma", utf8(written(mapped("chol", lambda c: comma(f"{float(c):.6e}") if c else c), sep=";")), "equal"),
    Dirty("apostrophe of Excel", utf8(written(with_cells(a2="'63"))), "refused"),
    Dirty("apostrophes of Excel", utf8(written(mapped("age", lambda c: "'" + c))), "told"),
    Dirty("formula for text", utf8(written(with_cells(a2='="63"'))), "refused"),
    Dirty("formula", utf8(written(with_cells(a2="=60+3"))), "refused"),
    Dirty("error of Excel", utf8(written(with_cells(b7="#DIV/0!"))), "equal"),
    Dirty("too narrow column", utf8(written(with_cells(b2="#####"))), "refused"),
    Dirty("zero-width space in a number", utf8(written(with_cells(a2="6\u200b3"))), "equal"),
    Dirty("zero-width space behind a number", utf8(written(with_cells(a2="63\u200b"))), "equal"),
    Dirty("zero-width space behind a word", utf8(written(with_cells(c2="male\u200b"))), "equal"),
    Dirty("zero-width space behind a class", utf8(written(with_cells(d2="1\u200b"))), "equal"),
    Dirty("mark before a word", utf8(written(with_cells(c2="\ufeffmale"))), "equal"),
    Dirty("direction mark", utf8(written(with_cells(c3="female\u200e"))), "equal"),
    Dirty("soft hyphen in a word", utf8(written(with_cells(c3="fe\u00admale"))), "equal"),
    Dirty("word joiner", utf8(written(with_cells(c2="\u2060male"))), "equal"),
    Dirty("NBSP behind a word", utf8(written(with_cells(c2="male\u00a0"))), "equal"),
    Dirty("ideographic space", utf8(written(with_cells(c2="male\u3000"))), "equal"),
    Dirty("tab behind a word", utf8(written(with_cells(c2="male\t"))), "equal"),
    Dirty("control character in a word", utf8(written(with_cells(c2="ma\x07le"))), "told"),
    Dirty("escape in a number", utf8(written(with_cells(a2="6\x1b3"))), "refused"),
    Dirty("other capitals", utf8(written(with_cells(c2="Male"))), "told"),
    Dirty("other alphabet", utf8(written(with_cells(c2="m\u0430le"))), "told"),
    Dirty("full-width word", utf8(written(with_cells(c2="ｍａｌｅ"))), "told"),
    Dirty("class of another alphabet", utf8(written(mapped("target", lambda c: {"1": "ja", "0": "no"}[c])).replace("ja", "j\u0430", 1)), "told", clean=written(mapped("target", lambda c: {"1": "ja", "0": "no"}[c]))),
    Dirty("leading zero", utf8(written(with_cells(a2="063"))), "refused"),
    Dirty("leading zeros", utf8(written(mapped("age", lambda c: "0" + c))), "told"),
    Dirty("007 among ages", utf8(written(with_cells(a5="007"))), "refused"),
    Dirty("date of Excel", utf8(written(with_cells(a5="1-Dec"))), "refused"),
    Dirty("dates of Excel", utf8(written(with_cells(a5="1-Dec", a6="2-Dec", a7="3-Dec", a8="4-Dec"))), "told"),
    Dirty("dates for numbers", utf8(written(mapped("age", lambda c: f"19{c}-01-01"))), "told"),
    Dirty("range", utf8(written(with_cells(a5="50-60"))), "refused"),
    Dirty("limits", utf8(written(mapped("chol", lambda c: "<" + c if c else c))), "told"),
    Dirty("units in all cells", utf8(written(mapped("chol", lambda c: c + " mg" if c else c))), "told"),
    Dirty("percents in all cells", utf8(written(mapped("chol", lambda c: c + "%" if c else c))), "told"),
    Dirty("missing as 999", utf8(written(with_cells(b7="999"))), "told"),
    Dirty("missing as -999", utf8(written(with_cells(b7="-999"))), "told"),
    Dirty("missing as -9999", utf8(written(with_cells(b7="-9999"))), "told"),
    Dirty("missing as word", utf8(written(with_cells(b7="missing"))), "refused"),
    Dirty("missing as dot", utf8(written(with_cells(b7="."))), "refused"),
    Dirty("missing as \\N", utf8(written(with_cells(b7="\\N"))), "refused"),
    Dirty("missing as NaT", utf8(written(with_cells(b7="NaT"))), "refused"),
    Dirty("missing as em dash", utf8(written(with_cells(b7="—"))), "refused"),
    Dirty("missing as #N/A", utf8(written(with_cells(b7="#N/A"))), "equal"),
    Dirty("missing as <NA>", utf8(written(with_cells(b7="<NA>"))), "equal"),
]  # fmt: skip

STRUCTURE = [
    Dirty("comment above", utf8("# made by hand\n" + _TEXT), "refused"),
    Dirty("comment with commas above", utf8("# made, by, hand, now\n" + _TEXT), "refused"),
    Dirty("comment below", utf8(_TEXT + "# made by hand\n"), "refused"),
    Dirty("note below", utf8(_TEXT + "Source: clinic,,,\n"), "refused"),
    Dirty("note below, quoted", utf8(_TEXT + '"Source: clinic, 2014"\n'), "refused"),
    Dirty("sum below", utf8(_TEXT + "Total,1345,,8\n"), "refused"),
    Dirty("unit row", utf8("\n".join([_LINES[0], "years,mg/dl,,", *_LINES[1:]])), "refused"),
    Dirty("unit row with class", utf8("\n".join([_LINES[0], "years,mg/dl,m/f,yes/no", *_LINES[1:]])), "refused"),
    Dirty("two headers", utf8("\n".join([_LINES[0], *_LINES])), "refused"),
    Dirty("names over two rows", utf8("patient,,,outcome\n" + _TEXT), "refused"),
    Dirty("a second table", utf8(_TEXT + "\n" + _TEXT), "refused"),
    Dirty("a second, other table", utf8(_TEXT + "\nname,place\nx,y\n"), "refused"),
    Dirty("delimiters at all ends", utf8(written(end=",\n")), "equal"),
    Dirty("many delimiters at all ends", utf8(written(end=",,,\n")), "equal"),
    Dirty("delimiter in front", utf8("".join("," + x + "\n" for x in _LINES)), "equal"),
    Dirty("semicolons at all ends", utf8(written(sep=";", end=";\n")), "equal"),
    Dirty("index of pandas", utf8("".join(f"{i - 1 if i else ''},{x}\n" for i, x in enumerate(_LINES))), "equal"),
    Dirty("index of R", utf8("".join(f'"{i or ""}",{x}\n' for i, x in enumerate(_LINES))), "equal"),
    Dirty("spaces as delimiter", utf8(written(with_cells(b7="?"), sep=" ")), "refused"),
    Dirty("aligned columns", utf8("".join("".join(f"{c:<12}" for c in row) + "\n" for row in CLEAN)), "refused"),
    Dirty("Markdown table", utf8("".join("| " + " | ".join(r) + " |\n" for r in CLEAN)), "equal"),
    Dirty("colons as delimiter", utf8(written(sep=":")), "refused"),
    Dirty("two commas as delimiter", utf8(written(sep=",,")), "equal"),
    Dirty("tab and comma", utf8(written(sep=",\t")), "refused"),
    Dirty("single quotes", utf8(written(mapped("sex", lambda c: f"'{c}'"))), "told"),
    Dirty("curly quotes", utf8(written(mapped("sex", lambda c: f"“{c}”"))), "told"),
    Dirty("backslash quotes", utf8(written(with_cells(c2='"ma\\"le"'))), "refused"),
    Dirty("newline in a cell", utf8(written(with_cells(c2='"male\n"'))), "equal"),
    Dirty("newline in the header", utf8(_TEXT.replace("age", '"age\n"', 1)), "equal"),
    Dirty("quoted rows", utf8("".join(f'"{x}"\n' for x in _LINES)), "refused"),
    Dirty("quoted rows, doubled", utf8("".join('"{}"\n'.format(x.replace(",", '"",""')) for x in _LINES)), "refused"),
    Dirty("header of capitals", utf8(_TEXT.replace("age", "AGE", 1)), "equal", clean=_TEXT.replace("age", "AGE", 1)),
    Dirty("zero-width in the header", utf8(_TEXT.replace("age", "age\u200b", 1)), "equal"),
    Dirty("NBSP in the header", utf8(_TEXT.replace("age", "\u00a0age", 1)), "equal"),
    Dirty("name twice by spaces", utf8(_TEXT.replace("age,chol", "age,age ", 1)), "refused"),
    Dirty("name twice by zero-width", utf8(_TEXT.replace("age,chol", "age,age\u200b", 1)), "refused"),
    Dirty("empty name", utf8(_TEXT.replace("age", "", 1)), "told"),
    Dirty("HTML", utf8("<table>" + "".join("<tr><td>" + "</td><td>".join(r) + "</td></tr>\n" for r in CLEAN)), "refused"),
    Dirty("JSON", utf8("[" + ",\n".join(f'{{"age": {r[0]}, "target": {r[3]}}}' for r in CLEAN[1:]) + "]"), "refused"),
    Dirty("cut off at the end", utf8(_TEXT[:-9]), "refused"),
    Dirty("rows joined", utf8(_TEXT.replace("1\n37", "137", 1)), "refused"),
    Dirty("diff marks", utf8(_TEXT.replace("41,", "<<<<<<< HEAD\n41,")), "refused"),
]  # fmt: skip


def arff(*, header: str = "", change: Callable[[str], str] = str) -> bytes:
    names = "@relation r\n@attribute age numeric\n@attribute chol numeric\n"
    kinds = "@attribute sex {female,male}\n@attribute target {0,1}\n@data\n"
    rows = "".join(",".join(c or "?" for c in row) + "\n" for row in CLEAN[1:])
    return utf8(change(header + names + kinds + rows))


def parquet(change: Callable[[Any, Any], Any] = lambda table, _: table) -> bytes:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pa.table({
        "age": pa.array([int(r[0]) for r in CLEAN[1:]]),
        "chol": pa.array([float(r[1]) if r[1] else None for r in CLEAN[1:]]),
        "sex": pa.array([r[2] for r in CLEAN[1:]]),
        "target": pa.array([int(r[3]) for r in CLEAN[1:]]),
    })  # fmt: skip
    out = io.BytesIO()
    pq.write_table(change(table, pa), out)
    return out.getvalue()


def recast(name: str, make: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """The Parquet table with one column of another type."""

    def change(table: Any, pa: Any) -> Any:
        j = table.column_names.index(name)
        return table.set_column(j, name, table[name].cast(make(pa)))

    return change


OTHERS = [
    Dirty("ARFF", arff(), "equal", "twin.arff"),
    Dirty("ARFF, CRLF", arff(change=lambda t: t.replace("\n", "\r\n")), "equal", "twin.arff"),
    Dirty("ARFF, CR only", arff(change=lambda t: t.replace("\n", "\r")), "equal", "twin.arff"),
    Dirty("ARFF, mark", codecs.BOM_UTF8 + arff(), "equal", "twin.arff"),
    Dirty("ARFF, comments", arff(change=lambda t: t.replace("\n", "\n% note\n")), "equal", "twin.arff"),
    Dirty("ARFF, capitals", arff(change=lambda t: t.replace("@attribute", "@ATTRIBUTE").replace("numeric", "REAL")), "equal", "twin.arff"),
    Dirty("ARFF, quoted", arff(change=lambda t: t.replace("male", "'male'").replace("fe'male'", "'female'")), "equal", "twin.arff"),
    Dirty("ARFF, spaced", arff(change=lambda t: t.replace(",", " , ")), "equal", "twin.arff"),
    Dirty("ARFF, tabs", arff(change=lambda t: t.replace("@attribute ", "@attribute\t")), "equal", "twin.arff"),
    Dirty("ARFF, decimal comma", arff(change=lambda t: t.replace("233.5", "233,5")), "refused", "twin.arff"),
    Dirty("ARFF, other capitals", arff(change=lambda t: t.replace("37,250.25,female", "37,250.25,Female")), "refused", "twin.arff"),
    Dirty("ARFF, weights", arff(change=lambda t: t.replace("male,1\n", "male,1,{2}\n")), "refused", "twin.arff"),
    Dirty("ARFF, word for number", arff(change=lambda t: t.replace("63,", "063,")), "refused", "twin.arff"),
    Dirty("Parquet", parquet(), "equal", "twin.parquet"),
    Dirty("Parquet, small integers", parquet(recast("age", lambda pa: pa.int8())), "equal", "twin.parquet"),
    Dirty("Parquet, unsigned", parquet(recast("age", lambda pa: pa.uint16())), "equal", "twin.parquet"),
    Dirty("Parquet, halves", parquet(recast("age", lambda pa: pa.float32())), "equal", "twin.parquet"),
    Dirty("Parquet, decimals", parquet(recast("chol", lambda pa: pa.decimal128(12, 4))), "equal", "twin.parquet"),
    Dirty("Parquet, numbers as text", parquet(recast("age", lambda pa: pa.string())), "equal", "twin.parquet"),
    Dirty("Parquet, large text", parquet(recast("sex", lambda pa: pa.large_string())), "equal", "twin.parquet"),
    Dirty("Parquet, codes of words", parquet(lambda t, _: t.set_column(2, "sex", t["sex"].dictionary_encode())), "equal", "twin.parquet"),
    Dirty("Parquet, in pieces", parquet(lambda t, pa: pa.concat_tables([t[:3], t[3:]])), "equal", "twin.parquet"),
    Dirty("Parquet, NaN for missing", parquet(lambda t, pa: t.set_column(1, "chol", pa.array([float(r[1] or "nan") for r in CLEAN[1:]]))), "equal", "twin.parquet"),
    Dirty("Parquet, classes as floats", parquet(recast("target", lambda pa: pa.float64())), "equal", "twin.parquet"),
    Dirty("Parquet, binary", parquet(recast("sex", lambda pa: pa.binary())), "refused", "twin.parquet"),
    Dirty("Parquet, lists", parquet(lambda t, pa: t.set_column(0, "age", pa.array([[1]] * 8))), "refused", "twin.parquet"),
    Dirty("Parquet, dates", parquet(lambda t, pa: t.set_column(0, "age", pa.array([0] * 4 + [9] * 4, pa.timestamp("s")))), "told", "twin.parquet"),
    Dirty("Parquet, truncated", parquet()[:-20], "refused", "twin.parquet"),
]  # fmt: skip


MORE = [*ENCODED, *SIGNS, *STRUCTURE, *OTHERS]
