"""No dirty table is misread: each is equal to its clean twin, or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.bad_input.pairs import TWINS, Twin, utf8, written

from auscult.data.dataset import Dataset
from auscult.data.read import read
from auscult.errors import InputError


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    path = tmp_path_factory.mktemp("clean") / "clean.csv"
    path.write_bytes(utf8(written()))
    return read(path)


def same(a: Dataset, b: Dataset) -> bool:
    return (
        a.columns == b.columns
        and a.classes == b.classes
        and a.target == b.target
        and np.array_equal(a.X, b.X, equal_nan=True)
        and np.array_equal(a.y, b.y)
    )


def test_the_clean_table_is_what_it_says(clean: Dataset) -> None:
    assert [c.kind for c in clean.columns] == ["numeric", "numeric", "categorical"]
    assert clean.columns[2].categories == ("female", "male")
    assert clean.X[2].tolist() == [41.0, -204.125, 0.0]
    assert np.isnan(clean.X[5, 1])
    assert clean.y.tolist() == [1, 0] * 4
    assert clean.classes == ("0", "1")


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_equal_or_refused(twin: Twin, clean: Dataset, tmp_path: Path) -> None:
    path = tmp_path / twin.file
    path.write_bytes(twin.data)
    if twin.equal:
        assert same(read(path, **twin.options), clean)
    else:
        with pytest.raises(InputError, match=rf"^{twin.file}: "):
            read(path, **twin.options)


def test_there_are_many() -> None:
    assert len(TWINS) >= 40
