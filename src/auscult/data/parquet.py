"""Parquet, through pyarrow (an extra)."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from auscult.data.numbers import MAX_EXACT_INTEGER
from auscult.data.raw import RawColumn, RawTable
from auscult.errors import InputError, MissingExtraError
from auscult.types import FloatArray

MAX_CELLS = 500_000_000


def read_parquet(data: bytes) -> RawTable:
    """The columns of a Parquet file.

    Raises
    ------
    InputError
        If the file is damaged or too large, or a column is nested.
    MissingExtraError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "Parquet needs pyarrow: pip install 'auscult[parquet]', or save the table as CSV."
        ) from None
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        _refuse(file, pa)
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("the Parquet file is damaged.") from None
    columns = tuple(
        RawColumn(name, _cells(name, column, pa))
        for name, column in zip(table.column_names, table.columns, strict=True)
    )
    return RawTable(columns, np.arange(1, table.num_rows + 1, dtype=np.int64))


def _refuse(file: Any, pa: Any) -> None:
    n, names = file.metadata.num_rows, file.schema_arrow.names
    if n == 0 or not names:
        raise InputError("the file has no rows.")
    if n * len(names) > MAX_CELLS:
        raise InputError(f"more than {MAX_CELLS:,} cells. Take fewer rows or columns.")
    twice = sorted({x for x in names if names.count(x) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise InputError(f"the name '{twice[0]}' stands twice. Rename one.")
    for field in file.schema_arrow:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise InputError(
                f"column '{field.name}' is nested or binary ({field.type}). Save it as plain "
                "columns."
            )


def _cells(name: str, column: Any, pa: Any) -> FloatArray | list[str]:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(name, column, pa)
    if pa.types.is_boolean(kind):
        return ["" if v is None else str(v).lower() for v in column.to_pylist()]
    return ["" if v is None else str(v) for v in column.to_pylist()]


def _numbers(name: str, column: Any, pa: Any) -> FloatArray | list[str]:
    if pa.types.is_integer(column.type):
        texts = column.to_pylist()
        # Numbers so long are names; as float64 two of them could fall together.
        if any(v is not None and abs(v) >= MAX_EXACT_INTEGER for v in texts):
            return ["" if v is None else str(v) for v in texts]
    values: FloatArray = np.asarray(
        column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
    )
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0]) + 1
        raise InputError(f"row {row}, column '{name}': the value is not finite.")
    return values
