"""What tables and arrays do: columns leave, rows are joined, sorted, shuffled, shifted."""

from __future__ import annotations

from dataclasses import replace

from auscult.evaluate.scripts.called import Call, Handler, plain
from auscult.evaluate.scripts.columns import drop_columns, set_column, table
from auscult.evaluate.scripts.known import STATISTICS
from auscult.evaluate.scripts.names import says_date, says_person
from auscult.evaluate.scripts.state import State, cut, sides
from auscult.evaluate.scripts.value import NOTHING, UNKNOWN, Columns, Value, bundle, strings


def subject(called: Call) -> Value:
    """What is worked on: the receiver of a method, the first argument of a function."""
    return called.given(0) if called.receiver is None else called.receiver


def _read_table(called: Call, state: State) -> Value:
    event = state.event("read", called.node, name=called.name)
    value = Value(made=frozenset({event.number}), columns=Columns(event.number))
    dated = called.constant("parse_dates") and strings(called.kwargs.get("index_col"))
    dated = dated or any(says_date(c) for c in strings(called.kwargs.get("index_col")) or ())
    return state.made(value, "series", called.node) if dated else value


def _new_table(called: Call, state: State) -> Value:
    value = plain(called.given(0, "data"))
    return value if value.columns is not None else table(value.data(), state, called.node)


def _drop(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        return None
    names = called.given(0, "columns", "labels")
    owner = called.receiver
    if "index" in names.marks and names.parts and not owner.parts:
        shuffled = {"shuffle": Value(constant=True)}
        event = state.event("cross", called.node, name="drop", value=owner, settings=shuffled)
        return cut(owner, sides(owner)[1], event.number).also("fresh")
    value = drop_columns(owner, names)
    if called.constant("inplace") is True:
        _rebind(called, value, state)
    return value


def _pop(called: Call, state: State) -> Value | None:
    name = called.given(0)
    if called.receiver is None or not isinstance(name.constant, str):
        return None
    columns = called.receiver.columns
    _rebind(called, drop_columns(called.receiver, name), state)
    if columns is None:
        return plain(called.receiver)
    return replace(plain(called.receiver), columns=replace(columns, single=name.constant))


def _assign(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        return None
    value = called.receiver
    for name, given in called.kwargs.items():
        value = set_column(value, Value(constant=name), given, state)
    return value


def _rebind(called: Call, value: Value, state: State) -> None:
    for node in called.whose:
        state.rebind(node, value)


def _drop_duplicates(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        return None
    by = strings(called.given(0, "subset")) or frozenset()
    kind = "unique-person" if any(says_person(name) for name in by) else "unique"
    value = state.made(called.receiver, kind, called.node)
    if called.constant("inplace") is True:
        _rebind(called, value, state)
    return value


def _group_by(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        return None
    by = strings(called.given(0, "by")) or frozenset()
    if not any(says_person(name) for name in by):
        return plain(called.receiver).also("grouping")
    return state.made(called.receiver, "aggregate", called.node, name=min(by)).also("grouping")


def _ungrouped(called: Call, state: State) -> Value | None:
    """``groupby('patient')['x'].shift()`` keeps every row: patients have several."""
    owner = called.receiver
    if owner is None or "grouping" not in owner.marks:
        return _shift(called, state) if called.name in {"shift", "rolling"} else None
    event = next(state.trace.made(owner, "aggregate"), None)
    if event is not None:
        state.event("several", called.node, name=event.name, value=owner)
    elif called.name in {"shift", "rolling"}:
        return _shift(called, state)
    value = state.without(plain(owner), "aggregate")
    columns = None if called.name in {"shift", "cumcount"} else value.columns
    return replace(value, marks=value.marks - {"grouping"}, columns=columns)


def _shift(called: Call, state: State) -> Value | None:
    if called.receiver is None or called.receiver.empty:
        return None
    value = state.made(called.receiver, "lag", called.node, name=called.name)
    if called.name == "shift":
        return replace(value, columns=None, marks=value.marks - {"grouping"})
    return value.also("grouping")  # what follows is taken over few rows near by


def _sort(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        return None
    by = strings(called.given(0, "by")) or frozenset()
    value = called.receiver
    if by and all(says_date(name) for name in by):
        value = state.made(value, "series", called.node)
    elif by:
        value = state.made(value, "sorted", called.node, name=" ".join(sorted(by)))
    if called.constant("inplace") is True:
        _rebind(called, value, state)
    return value


def _set_index(called: Call, state: State) -> Value | None:
    names = strings(called.given(0, "keys")) or frozenset()
    if called.receiver is None or not any(says_date(name) for name in names):
        return None
    value = state.made(called.receiver, "series", called.node)
    if called.constant("inplace") is True:
        _rebind(called, value, state)
    return value


def _sample(called: Call, state: State) -> Value | None:
    if called.receiver is None or called.receiver.empty:
        return None
    value = state.without(called.receiver, "ordered", "sorted")
    if called.constant("replace") is True:
        return state.made(value, "resample", called.node, name="sample")
    return value


def _resample(called: Call, state: State) -> Value | None:
    """``df.resample('D')`` of pandas; ``resample(minority)`` of scikit-learn."""
    if called.receiver is not None:
        return state.made(plain(called.receiver), "series", called.node).also("grouping")
    values = [state.made(v.data(), "resample", called.node, name="resample") for v in called.args]
    return values[0] if len(values) == 1 else bundle(values)


def _statistic(called: Call, state: State) -> Value | None:
    """A mean or the like over rows: it knows of every row it was taken over."""
    value = subject(called)
    if value.parts and "score" in value.marks:
        state.event("mean", called.node, name=called.name, value=value)
    along = called.kwargs.get("axis", called.kwargs.get("dim", NOTHING)).constant
    if along is UNKNOWN:
        along = called.given(0 if called.receiver is not None else 1).constant
    by_row = along in (1, -1, "columns") or isinstance(along, list)
    if "grouping" in value.marks:
        return replace(plain(value), marks=value.marks - {"grouping"})
    marks = value.marks & {"score", "predicted", "number", "history", "learned", "row"}
    if value.empty or value.things or by_row or marks or not value.made:
        return None
    return state.made(plain(value).data(), "statistic", called.node, name=called.name)


def _correlation(called: Call, state: State) -> Value | None:
    """Correlations say which columns go with the target once one of them is picked."""
    value = subject(called)
    if value.empty:
        return None
    chosen = state.made(replace(plain(value), columns=None), "select", called.node, name="corr")
    return chosen.also("learned")


def _relation(called: Call, state: State) -> Value | None:
    """``f_classif(X, y)`` and the like."""
    value = plain(called.data)
    return state.made(value, "select", called.node, name=called.name).also("learned")


def _difference(called: Call, state: State) -> Value | None:
    """``df.columns.difference(['target'])``."""
    return None if called.receiver is None else drop_columns(called.receiver, called.given(0))


def _some_columns(called: Call, state: State) -> Value | None:
    """Columns picked by type or pattern: which ones, only the data says."""
    owner = called.receiver
    if owner is None or owner.columns is None:
        return None
    return replace(plain(owner), columns=replace(owner.columns, certain=False))


def _is_in(called: Call, state: State) -> Value | None:
    groups = called.given(0)
    if called.receiver is None:
        return None
    column = called.receiver.columns
    if column is not None and isinstance(column.single, str) and says_person(column.single):
        state.event("grouped", called.node)
    return replace(plain(called.data), columns=None).also("index") if groups.parts else None


def _count_of(called: Call, state: State) -> Value | None:
    """Patients are listed or counted: each may have several rows."""
    owner = called.receiver
    column = None if owner is None else owner.columns
    if column is None or not isinstance(column.single, str) or not says_person(column.single):
        return None
    assert owner is not None
    if called.name == "unique":
        return replace(plain(owner), columns=None).also("people")
    state.event("counted", called.node, name=column.single, value=owner)
    return Value(marks=frozenset({"number"}))


def _standardised(called: Call, state: State) -> Value | None:
    """``scipy.stats.zscore(x)`` of a column or along rows of a table."""
    value = plain(called.given(0))
    if called.constant("axis") in (1, -1) or not value.made:
        return None
    return state.made(value.data(), "statistic", called.node, name="mean")


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(["read_csv", "read_excel", "read_parquet", "read_table"], _read_table),
    **dict.fromkeys(["read_feather", "read_sql", "read_json", "read_hdf"], _read_table),
    **dict.fromkeys(["loadtxt", "genfromtxt", "read_spss", "read_stata", "loadarff"], _read_table),
    **dict.fromkeys(STATISTICS, _statistic),
    **dict.fromkeys(["transform", "cumcount", "diff", "cumsum", "pct_change"], _ungrouped),
    **dict.fromkeys(["shift", "rolling", "ffill", "bfill", "expanding"], _ungrouped),
    **dict.fromkeys(["f_classif", "chi2", "mutual_info_classif", "f_regression"], _relation),
    **dict.fromkeys(["mutual_info_regression", "corrwith", "pointbiserialr"], _relation),
    **dict.fromkeys(["nunique", "unique", "value_counts", "duplicated"], _count_of),
    **dict.fromkeys(["select_dtypes", "filter", "_get_numeric_data"], _some_columns),
    "assign": _assign,
    "corr": _correlation,
    "difference": _difference,
    "DataFrame": _new_table,
    "drop": _drop,
    "drop_duplicates": _drop_duplicates,
    "groupby": _group_by,
    "isin": _is_in,
    "pop": _pop,
    "resample": _resample,
    "sample": _sample,
    "set_index": _set_index,
    "zscore": _standardised,
    "sort_values": _sort,
}
