"""Cases that belong together: a column that names the patient, and neighbours in the file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.models import drawn, out_of_fold
from auscult.evaluate.audit.neighbours import nearest
from auscult.evaluate.audit.view import NotRun, View, flag
from auscult.types import Finding, FloatArray, IntArray

LEAST_GROUPS = 8
MEAN_SIZE = 1.5
MOST_SHARE = 0.1
TOGETHER = 0.25
TIMES = 6.0
SIDE_BY_SIDE = 0.25
NEXT = 3
MATTERS = 0.02
Z = 3.0
FEW_SHARED = 0.1


def patient_columns(view: View) -> Iterator[Finding]:
    """Columns whose values gather cases that are alike in all other columns.

    A column is one of patients where a case's nearest neighbour, by the other columns, has the
    same value in a quarter of all cases and six times as often as by chance.
    """
    if not view.is_table or view.derived:
        raise NotRun("there are no columns")
    if view.dataset.groups is not None:
        raise NotRun(f"'{view.dataset.group_name}' is named with --group")
    for name, codes, dimension in _candidates(view):
        points = view.points if dimension is None else np.delete(view.points, dimension, axis=1)
        share, chance = _together(points, codes, view.seed)
        if share >= TOGETHER and share >= TIMES * chance:
            out = "left out of the features" if dimension is None else "one of the features"
            yield Finding(
                "looks-like-patient",
                f"Column '{name}' has {len(np.unique(codes[codes >= 0]))} values, and {share:.0%} "
                f"of cases have theirs in common with the case most like them ({chance:.1%} by "
                f"chance): it looks like the patient, and is {out}. Without --group the same "
                "patient is trained on and tested.",
                mend=flag("--group", name),
            )


def _candidates(view: View) -> Iterator[tuple[str, IntArray, IntArray | None]]:
    """Columns with several values of several cases each: name, codes, and where in the points."""
    for column in view.beside:
        if column.kind != "date" and _may_group(codes := _coded(column.values)):
            yield column.name, codes, None
    dataset = view.dataset
    for at, j in enumerate(view.numeric):
        values = dataset.X[:, j]
        whole = values[~np.isnan(values)]
        if (whole == np.floor(whole)).all() and _may_group(codes := _coded(values)):
            yield dataset.columns[j].name, codes, np.array([at])
    start = len(view.numeric)
    for j, described in enumerate(dataset.columns):
        if described.kind != "categorical":
            continue
        width = min(len(described.categories), 50)
        if _may_group(codes := _coded(dataset.X[:, j])):
            yield described.name, codes, np.arange(start, start + width)
        start += width


def _coded(values: FloatArray) -> IntArray:
    present = ~np.isnan(values)
    codes = np.full(len(values), -1, dtype=np.int64)
    codes[present] = np.unique(values[present], return_inverse=True)[1]
    return codes


def _may_group(codes: IntArray) -> bool:
    sizes = np.bincount(codes[codes >= 0])
    if len(sizes) < LEAST_GROUPS or sizes.mean() < MEAN_SIZE:
        return False
    return bool(sizes.max() <= MOST_SHARE * len(codes))


def _together(points: FloatArray, codes: IntArray, seed: int) -> tuple[float, float]:
    """How often a case and the nearest other have one code, and how often by chance."""
    if not points.shape[1]:
        return 0.0, 1.0
    known = np.flatnonzero(codes >= 0)
    _, near = nearest(points[known], 1, seed)
    codes = codes[known]
    sizes = np.bincount(codes)
    chance = float((sizes * (sizes - 1)).sum() / (len(codes) * (len(codes) - 1)))
    return float((codes[near[:, 0]] == codes).mean()), chance


def clusters(view: View) -> Iterator[Finding]:
    """Cases most like those beside them in the file: several of one patient, unnamed.

    Compared with the same classes in other order, so that a file sorted by class does not count.
    """
    dataset = view.dataset
    if dataset.groups is not None:
        raise NotRun(f"'{dataset.group_name}' is named with --group")
    first = np.sort(np.unique(view.kinds, return_index=True)[1])
    if len(first) < 50:
        raise NotRun("there are fewer than 50 different cases")
    points = view.points[first]
    _, near = nearest(points, 1, view.seed)
    beside = np.abs(near[:, 0] - np.arange(len(first))) <= NEXT
    sizes = np.bincount(np.maximum(dataset.y[first], 0))
    chance = float(min(1.0, 2 * NEXT / np.median(sizes[sizes > 0])))
    share = float(beside.mean())
    if share >= max(SIDE_BY_SIDE, TIMES / 2 * chance) and not _sorted_by_column(view, first):
        yield Finding(
            "neighbours-alike",
            f"{share:.0%} of cases are most like one of the {2 * NEXT} beside them in the file "
            f"({chance:.1%} by chance): several cases of one patient or recording seem to follow "
            "one another, and a split by case tears them apart.",
            mend="name the patient's column with --group, or add one",
        )


def _sorted_by_column(view: View, first: IntArray) -> bool:
    """Whether the file is in the order of a column, which brings like cases together."""
    order = np.arange(len(first))
    for j in view.numeric:
        values = view.dataset.X[first, j]
        present = ~np.isnan(values)
        steps = np.sign(np.diff(values[present]))
        if present.sum() > 2 and len(np.unique(values[present])) > len(order) / 50:
            up, down = (steps >= 0).mean(), (steps <= 0).mean()
            if max(up, down) > 0.98:
                return True
    return False


def grouping(view: View) -> Iterator[Finding]:
    """What a plain model scores with the groups kept together and with them torn apart."""
    dataset = view.dataset
    groups, name = dataset.groups, dataset.group_name
    if groups is None:
        groups, name = _suspected(view)
    if groups is None:
        raise NotRun("no column is, or looks like, the patient")
    index = view.known[drawn(len(view.known), view.seed)]
    y = np.unique(dataset.y[index], return_inverse=True)[1]
    if len(np.unique(groups[index])) < 2 * LEAST_GROUPS or np.bincount(y).min() < 2:
        raise NotRun(f"there are fewer than {2 * LEAST_GROUPS} groups")
    X = view.features[index]
    torn = out_of_fold(X, y, "forest", view.seed)
    kept = out_of_fold(X, y, "forest", view.seed, groups=groups[index])
    scores = [np.asarray((p.argmax(axis=1) == y), dtype=np.float64) for p in (torn, kept)]
    difference = scores[0] - scores[1]
    sums = np.bincount(np.unique(groups[index], return_inverse=True)[1], weights=difference)
    spread = float(np.sqrt((sums**2).sum()) / len(index))
    gain = float(difference.mean())
    if gain < max(MATTERS, Z * spread):
        return
    safe = dataset.groups is not None and _overlap(view) < FEW_SHARED
    yield Finding(
        "grouping-matters",
        f"A random forest has an accuracy of {scores[0].mean():.3f} where cases of one '{name}' "
        f"are trained on and tested, and of {scores[1].mean():.3f} where they are kept together: "
        f"{gain:.3f} of the figure is knowing the {'patient' if name != 'record' else 'record'}.",
        "note" if safe else "warning",
        mend=None if dataset.groups is not None else flag("--group", str(name)),
    )


def _suspected(view: View) -> tuple[IntArray | None, str | None]:
    for name, codes, dimension in _candidates(view) if view.is_table and not view.derived else ():
        points = view.points if dimension is None else np.delete(view.points, dimension, axis=1)
        share, chance = _together(points, codes, view.seed)
        if share >= TOGETHER and share >= TIMES * chance:
            return np.asarray(codes), name
    return None, None


def _overlap(view: View) -> float:
    """The largest share of a fit's tested cases that are of a group it is trained on."""
    groups = view.dataset.groups
    if groups is None:
        return 1.0
    shares = [np.isin(groups[s.test], groups[s.train]).mean() for s in view.splits if len(s.test)]
    return float(max(shares, default=0.0))
