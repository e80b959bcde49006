"""Reading scripts and notebooks: magics, places, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.errors import InputError
from auscult.evaluate.scripts.audit import audit_script
from auscult.evaluate.scripts.source import SCRIPT_BYTES, read_source


def notebook(path: Path, *cells: str) -> Path:
    code = [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in cells]
    text = [{"cell_type": "markdown", "source": ["# Title"]}]
    path.write_text(json.dumps({"cells": [*text, *code], "nbformat": 4}), encoding="utf-8")
    return path


def test_places_in_notebooks(tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "a = 1\nb = 2", "c = 3")
    source = read_source(path)
    assert [source.place(line) for line in (1, 2, 3)] == [(1, 1), (1, 2), (2, 1)]
    assert source.text(3) == "c = 3"


def test_magics_are_left_out(tmp_path: Path) -> None:
    path = notebook(
        tmp_path / "a.ipynb",
        "%matplotlib inline\n!pip install x \\\n  y\nfiles = !ls\ndf?\nn = 7 % 2",
        "%%bash\nfor f in *.csv; do echo $f; done",
        "%%time\nif n:\n    %timeit n\n",
    )
    assert len(read_source(path).tree.body) == 7


def test_older_notebooks(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cell = {"cell_type": "code", "input": ["x = 1\n"]}
    path.write_text(json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3}))
    assert len(read_source(path).tree.body) == 1


def test_escapes_raise_no_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = '\\d'\n")
    assert audit_script(path) == ()


def test_declared_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert read_source(path).text(2) == "x = 'é'"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.py", b"print 'x'\n", "a.py, line 1: not Python 3"),
        ("a.py", b"x = '\xff'\n", "a.py: not text in UTF-8"),
        ("a.py", b"x = 1\0", "not Python 3"),
        ("a.py", b"x" * (SCRIPT_BYTES + 1), "larger than 2 MB"),
        ("a.py", b"x = " + b"-" * 9000 + b"1", "nested too deeply"),
        ("a.py", b"x = a" + b" + a" * 3000, "nested too deeply"),
        ("a.py", b"x = 1\n" * 50_001, "more than 50000 lines"),
        ("a.ipynb", b"{", "not a notebook"),
        ("a.ipynb", b"[" * 100_000, "not a notebook"),
        ("a.ipynb", b'{"cells": 3}', "no list of cells"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "x ="}]}', "cell 1, line 1"),
        ("a.txt", b"x = 1", "not a .py script"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=said) as caught:
        audit_script(path)
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        audit_script(tmp_path / "none.py")


def audit_bytes(data: bytes, suffix: str) -> None:
    """Any bytes are audited or refused in one line."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(data)
        try:
            audit_script(path)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".py", ".ipynb"]))
def test_any_bytes(data: bytes, suffix: str) -> None:
    audit_bytes(data, suffix)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["cells", "cell_type", "source", "input"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_any_json(value: object) -> None:
    audit_bytes(json.dumps({"cells": value}).encode(), ".ipynb")
    cell = {"cell_type": "code", "source": value}
    audit_bytes(json.dumps({"cells": [cell]}).encode(), ".ipynb")


# Pieces that every reader of calls knows, put together without sense.
NAMES = st.sampled_from(["X", "y", "X_train", "X_test", "model", "df", "scores", "x"])
CALLS = st.sampled_from(
    [
        "fit",
        "predict",
        "fit_transform",
        "transform",
        "drop",
        "pop",
        "append",
        "split",
        "train_test_split",
        "max",
        "argmax",
        "groupby",
        "mean",
        "corr",
        "shift",
        "sample",
        "concat",
        "read_csv",
        "KFold",
        "Pipeline",
        "GridSearchCV",
        "roc_curve",
        "evaluate",
        "resample",
        "roc_auc_score",
        "enumerate",
        "zip",
        "items",
        "shuffle",
        "fit_resample",
        "cross_val_score",
        "apply",
        "optimize",
    ]
)
EXPRESSIONS = st.recursive(
    NAMES | st.sampled_from(["1", "'a'", "[]", "None", "-1", "lambda z: z"]),
    lambda inner: st.one_of(
        st.builds("{}({}, {})".format, CALLS, inner, inner),
        st.builds("({}).{}({})".format, inner, CALLS, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({})[:{}]".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds("({} > {})".format, inner, inner),
        st.builds("[{} for {} in {}]".format, inner, NAMES, inner),
        st.builds("({}, {})".format, inner, inner),
        st.builds("{{'a': {}}}".format, inner),
        st.builds("({}).best_score_".format, inner),
    ),
    max_leaves=8,
)
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("{}, {} = {}".format, NAMES, NAMES, EXPRESSIONS),
    st.builds("{}['a'] = {}".format, NAMES, EXPRESSIONS),
    st.builds("{} += {}".format, NAMES, EXPRESSIONS),
    st.builds("for {} in {}: {} = {}".format, NAMES, EXPRESSIONS, NAMES, EXPRESSIONS),
    st.builds("if {}: {} = {}".format, EXPRESSIONS, NAMES, EXPRESSIONS),
    st.builds("def x(X_test, y): return {}".format, EXPRESSIONS),
    EXPRESSIONS,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STATEMENTS, max_size=12))
def test_any_script(statements: list[str]) -> None:
    audit_bytes("\n".join(statements).encode(), ".py")
