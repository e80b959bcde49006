"""One check of settings, by the types that their dataclass declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from numbers import Integral, Real
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from auscult.errors import InputError, did_you_mean

SHARES = ("dropout", "label_smoothing", "validation_fraction")
"""Settings that are a share: from 0 to below 1."""


def check_settings(settings: Any, of: str) -> None:
    """Refuse a value that a setting cannot have.

    Whole numbers are at least 1, other numbers finite and at least 0, shares below 1.

    Parameters
    ----------
    settings
        An instance of a dataclass.
    of
        Whose settings they are, for the error.

    Raises
    ------
    InputError
        A value is of the wrong kind, out of range, or none of the known words.
    """
    kind: Any = type(settings)
    hints = _hints(kind)
    for field in fields(settings):
        check_setting(field.name, getattr(settings, field.name), hints[field.name], of)


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """Annotations are texts; they are evaluated once, and not while a stranger's bundle loads."""
    return get_type_hints(kind)


def check_setting(name: str, value: Any, hint: Any, of: str) -> None:
    """Refuse one value that its declared type does not allow."""
    if NoneType in get_args(hint):
        if value is not None:
            check_setting(name, value, get_args(hint)[0], of)
    elif get_origin(hint) is tuple:
        _require(isinstance(value, tuple) and len(value) > 0, name, value, of, "a list as 64+32")
        for one in value:
            check_setting(name, one, get_args(hint)[0], of)
    elif get_args(hint):
        choices = get_args(hint)
        mend = did_you_mean(str(value), choices)
        _require(value in choices, name, value, of, "one of its words", mend)
    else:
        holds, must = _rule(name, hint)
        _require(holds(value), name, value, of, must)


def _rule(name: str, hint: Any) -> tuple[Callable[[Any], bool], str]:
    if hint is bool:
        return lambda value: isinstance(value, bool), "true or false"
    if hint is int:
        return lambda value: _is(value, Integral) and value >= 1, "a whole number, at least 1"
    if name in SHARES:
        return lambda value: _is(value, Real) and 0 <= value < 1, "from 0 to below 1"
    return lambda value: _is(value, Real) and 0 <= value < float("inf"), "a number, at least 0"


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _require(holds: bool, name: str, value: Any, of: str, must: str, mend: str = "") -> None:
    if not holds:
        raise InputError(f"the '{name}' of {of} must be {must}. Got {value!r}. {mend}")
