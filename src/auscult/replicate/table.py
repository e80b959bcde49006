"""The one table of published systems. A new one is one file and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from auscult.errors import InputError, did_you_mean
from auscult.replicate.replica import Replica

REPLICAS: dict[str, str] = {
    "heart": "auscult.replicate.heart:HEART",
    "twoleadecg": "auscult.replicate.twoleadecg:TWOLEADECG",
    "alzheimers": "auscult.replicate.alzheimers:ALZHEIMERS",
    "heartbeats": "auscult.replicate.heartbeats:HEARTBEATS",
    "load": "auscult.replicate.load:LOAD",
}


def replica(name: str) -> Replica:
    """The published system of this name.

    Raises
    ------
    InputError
        The table has no such name.
    """
    if name not in REPLICAS:
        known = did_you_mean(name, [*REPLICAS, "all"])
        raise InputError(f"no published system is called '{name}'. {known}", where="NAME")
    module, _, attribute = REPLICAS[name].partition(":")
    return cast(Replica, getattr(import_module(module), attribute))


def chosen(name: str) -> tuple[str, ...]:
    """The names of one system, or of all.

    Raises
    ------
    InputError
        The table has no such name.
    """
    return tuple(REPLICAS) if name == "all" else (replica(name).name,)
