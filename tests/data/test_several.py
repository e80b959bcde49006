"""Several sets of data, by what names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from auscult.data.several import Source, sources_of
from auscult.errors import InputError


def test_names_are_told_apart_and_nothing_is_refused(tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "x.csv").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "README.txt").touch()
    found = sources_of([tmp_path])
    assert [one.name for one in found] == ["x", "x-2"]
    assert sources_of(["heart"])[0] == Source("heart", "heart")
    assert len(sources_of(["catalog"])) > 3
    with pytest.raises(InputError, match="holds no files of data"):
        sources_of([tmp_path / "empty"])
