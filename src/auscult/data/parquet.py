"""Parquet, through pyarrow (an extra)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from auscult.data.numbers import MAX_EXACT_INTEGER
from auscult.data.raw import RawColumn, RawTable
from auscult.errors import InputError, MissingExtraError
from auscult.types import FloatArray

MAX_CELLS = 500_000_000
BLOCK_CELLS: Final = 1_000_000
"""Cells of a block, about."""


def read_parquet(data: bytes) -> RawTable:
    """The columns of a Parquet file.

    Raises
    ------
    InputError
        If the file is damaged or too large, or a column is nested.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa, pq = _packages()
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        n, names = file.metadata.num_rows, file.schema_arrow.names
        _refuse(file.schema_arrow, n, pa)
        if n * len(names) > MAX_CELLS:
            raise InputError(f"more than {MAX_CELLS:,} cells. Take fewer rows or columns.")
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("the Parquet file is damaged.") from None
    return _block(table, 0, pa)


def parquet_blocks(
    path: Path, wanted: Callable[[Sequence[str]], Sequence[str]]
) -> Iterator[tuple[RawTable, float]]:
    """Some rows of a Parquet file after the other, and the share of it that is then behind.

    Parameters
    ----------
    path
        The file; larger than memory, if need be.
    wanted
        Of the names of its columns, those to read.

    Raises
    ------
    InputError
        If the file is damaged, or a column is nested.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa, pq = _packages()
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            n, schema = file.metadata.num_rows, file.schema_arrow
            _refuse_twice(schema.names)
            names = list(wanted(schema.names))
            _refuse(pa.schema([schema.field(name) for name in names]), n, pa)
            size = max(1, min(65_536, BLOCK_CELLS // max(1, len(names))))
            start = 0
            batches = file.iter_batches(batch_size=size, columns=names, use_threads=False)
            for batch in batches:
                table = _block(pa.Table.from_batches([batch]).select(names), start, pa)
                start += batch.num_rows
                yield table, start / n
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("the Parquet file is damaged.") from None


def _block(table: Any, start: int, pa: Any) -> RawTable:
    columns = tuple(
        RawColumn(name, _readable(name, column, pa, start))
        for name, column in zip(table.column_names, table.columns, strict=True)
    )
    return RawTable(columns, np.arange(start + 1, start + table.num_rows + 1, dtype=np.int64))


def _packages() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "Parquet needs pyarrow: pip install 'auscult[parquet]', or save the table as CSV."
        ) from None
    return pa, pq


def _refuse(schema: Any, n: int, pa: Any) -> None:
    names = schema.names
    if n == 0 or not names:
        raise InputError("the file has no rows.")
    _refuse_twice(names)
    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise InputError(
                f"column '{field.name}' is nested or binary ({field.type}). Save it as plain "
                "columns."
            )


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted({x for x in names if names.count(x) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise InputError(f"the name '{twice[0]}' stands twice. Rename one.")


def _readable(name: str, column: Any, pa: Any, start: int) -> FloatArray | list[str]:
    try:
        return _cells(name, column, pa, start)
    except InputError:
        raise
    # Texts that are not UTF-8, dates beyond the calendar, decimals beyond float64.
    except (pa.ArrowException, ValueError, OverflowError):
        raise InputError(
            f"column '{name}' ({column.type}) holds a value that cannot be read. Save the file "
            "again, or leave the column out."
        ) from None


def _cells(name: str, column: Any, pa: Any, start: int = 0) -> FloatArray | list[str]:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(name, column, pa, start)
    if pa.types.is_boolean(kind):
        return ["" if v is None else str(v).lower() for v in column.to_pylist()]
    return ["" if v is None else str(v) for v in column.to_pylist()]


def _numbers(name: str, column: Any, pa: Any, start: int) -> FloatArray | list[str]:
    if pa.types.is_integer(column.type):
        texts = column.to_pylist()
        # Numbers so long are names; as float64 two of them could fall together.
        if any(v is not None and abs(v) >= MAX_EXACT_INTEGER for v in texts):
            return ["" if v is None else str(v) for v in texts]
    values: FloatArray = np.asarray(
        column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
    )
    if np.isinf(values).any():
        row = start + int(np.flatnonzero(np.isinf(values))[0]) + 1
        raise InputError(f"row {row}, column '{name}': the value is not finite.")
    return values
