"""Which column is the class, which names the case or the patient, and which are features."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from auscult.data.numbers import Cell
from auscult.data.raw import RawColumn, RawTable, Request, listed
from auscult.errors import InputError
from auscult.types import Finding

TARGET_NAMES = frozenset(
    ("target", "class", "label", "labels", "diagnosis", "category", "num", "y", "outcome",
     "disease", "diagnose", "classification", "result", "death_event", "output", "condition")
)  # fmt: skip
_SUBJECTS = frozenset(
    ("patient", "patients", "subject", "subj", "person", "participant", "individual", "record",
     "recording", "mrn", "pid", "donor", "animal", "pat")
)  # fmt: skip
_NUMBERING = frozenset(["id", "ids", "no", "nr", "num", "number", "code", "name", "key", "index"])
_ROW_NAMES = frozenset(["index", "key", "rownames", "row", "no", "nr", "#", "unnamed: 0", "uuid"])
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@dataclass(frozen=True, eq=False)
class Roles:
    """Every column of a table has one role, or was dropped for a reason in ``findings``."""

    target: RawColumn | None
    group: RawColumn | None
    id: RawColumn | None
    features: tuple[RawColumn, ...]
    findings: tuple[Finding, ...]


def assign_roles(raw: RawTable, request: Request, target: RawColumn | None = None) -> Roles:
    """The role of each column: what was asked for, and what names and values give away.

    Parameters
    ----------
    target
        The class column where it was found in another way; None looks for it.

    Raises
    ------
    InputError
        If a column asked for is not there, or has two roles that exclude each other.
    """
    findings: list[Finding] = []
    group = raw.column(request.group, "--group") if request.group else None
    case_id = raw.column(request.id, "--id") if request.id else None
    dropped = [raw.column(name, "--drop") for name in request.drop]
    taken = [c for c in (group, case_id, *dropped) if c is not None]
    if target is None:
        target, finding = _find_target(raw, request, taken)
        findings += [finding] if finding else []
    if target is not None and target in taken:
        raise InputError(
            f"column '{target.name}' is the class (--target); it cannot be dropped, or be "
            "the group or the id."
        )
    rest = [c for c in raw.columns if c not in (*taken, target)]
    identities, notes = _identities(rest, raw, request)
    features = tuple(c for c in rest if c not in identities)
    return Roles(target, group, case_id, features, (*findings, *notes))


def _find_target(
    raw: RawTable, request: Request, taken: list[RawColumn]
) -> tuple[RawColumn | None, Finding | None]:
    if request.target is not None:
        return raw.column(request.target, "--target"), None
    named = [c for c in raw.columns if c.name.casefold() in TARGET_NAMES and c not in taken]
    if not request.labelled and len(named) != 1:
        return None, None
    free = [c for c in raw.columns if c not in taken]
    if not free:
        raise InputError("every column was dropped. Nothing is left to learn from.")
    target = named[0] if len(named) == 1 else free[-1]
    why = "by its name" if len(named) == 1 else "because it is the last column"
    message = f"The class was taken from column '{target.name}', {why}."
    return target, Finding("target-chosen", message, "note", mend="--target NAME")


def _identities(
    columns: list[RawColumn], raw: RawTable, request: Request
) -> tuple[list[RawColumn], list[Finding]]:
    """Columns that name a case or a patient; they are no measurements and are left out."""
    unnamed = {"column1"} if raw.header else set()
    cases, groups, findings = [], [], []
    for c in columns:
        if c.name in request.categorical or not (names_case(c.name) or c.name in unnamed):
            continue
        n = distinct_identities(c)
        if n is None:
            continue
        if n == raw.n_cases > 2:
            cases.append(c)
        elif 1 < n < raw.n_cases and (is_subject(c.name) or c.name.casefold() == "id"):
            groups.append(c)
    if cases:
        findings.append(_id_finding([c.name for c in cases]))
    if groups:
        findings.append(_group_finding([c.name for c in groups], request.group))
    return [*cases, *groups], findings


def _id_finding(names: list[str]) -> Finding:
    message = f"Left out {listed(names)}: it names the case (a different value in every row)."
    return Finding("looks-like-id", message, "warning", mend=f"--id {names[0]}")


def left_out_id(findings: Iterable[Finding]) -> str | None:
    """The column that was left out of the features because it names the case."""
    mends = (f.mend or "" for f in findings if f.code == "looks-like-id")
    return next((mend.removeprefix("--id ") for mend in mends), None)


def _group_finding(names: list[str], group: str | None) -> Finding:
    message = f"Left out {listed(names)}: it looks like the patient, with several rows each."
    if group is None:
        message += " Without --group the same patient can stand in training and test."
    return Finding("looks-like-group", message, "warning", mend=f"--group {names[0]}")


def distinct_identities(column: RawColumn) -> int | None:
    """How many identities a column holds; None where it has fractions or only missing cells."""
    if column.plain is not None:
        values = column.plain[~np.isnan(column.plain)]
        whole = len(values) > 0 and bool((values == np.floor(values)).all())
        return len(np.unique(values)) if whole else None
    tally = column.tally
    kept = [t for t, k in zip(tally.texts, tally.kinds, strict=True) if k != Cell.MISSING]
    numbers = tally.kinds == Cell.NUMBER
    fractions = any(float(t) % 1 for t, is_n in zip(tally.texts, numbers, strict=True) if is_n)
    return len(kept) if kept and not fractions else None


def words(name: str) -> set[str]:
    """The lower-case words of a column's name: ``PatientID`` is patient and id."""
    return {w.lower() for w in _WORDS.findall(name)}


def is_subject(name: str) -> bool:
    """Whether a name says patient, subject or record and nothing else (not ``patient_age``)."""
    parts = words(name)
    if len(parts) == 1:
        (only,) = parts
        parts |= {only[:-2], "id"} - {""} if only.endswith("id") and len(only) > 3 else set()
        parts = parts - {only} if only[:-2] in _SUBJECTS and only.endswith("id") else parts
    return bool(parts & _SUBJECTS) and parts <= _SUBJECTS | _NUMBERING


def names_case(name: str) -> bool:
    """Whether a name says that its column numbers or names the rows."""
    parts = words(name)
    return "id" in parts or "ids" in parts or name.casefold() in _ROW_NAMES or is_subject(name)
