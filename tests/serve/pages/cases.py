"""Cases that are typed and dropped."""

from __future__ import annotations

import csv
import io

import httpx
from tests.kept import HEART, heart_like

from auscult.types import FloatArray


def heart_cases(n: int) -> FloatArray:
    """Cases without the category that every reader of files takes for a gap: ``none``."""
    X = heart_like().X
    kept: FloatArray = X[X[:, 2] != 3][:n]
    return kept


def heart_csv(n: int = 30, *, leave: str = "", extra: str = "") -> str:
    cases = heart_like()
    categories = {c.name: c.categories for c in cases.columns}
    names = [name for name in reversed(HEART) if name != leave]
    rows = [[*names, *([extra] if extra else [])]]
    for case in heart_cases(n):
        row = dict(zip(HEART, case.tolist(), strict=True))
        cells = [categories[k][int(row[k])] if categories[k] else f"{row[k]:g}" for k in names]
        rows.append([*("" if cell == "nan" else cell for cell in cells), *(["x"] if extra else [])])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def drop(
    client: httpx.Client, path: str, *files: tuple[str, bytes], **fields: str
) -> httpx.Response:
    parts = [("file", (name, content)) for name, content in files]
    return client.post(path, files=parts, data=fields)
