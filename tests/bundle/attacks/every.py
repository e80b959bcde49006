"""All attacks, and a part of them for the suite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from tests.bundle.attacks import (
    archives,
    damage,
    documents,
    folders,
    foreign,
    forests,
    graphs,
    networks,
    onnx_files,
    tensors,
)
from tests.bundle.attacks.corpus import Attack, Files
from tests.bundle.attacks.sound import GRAPHS

Sound = Mapping[str, Files]


def named(sound: Sound) -> Iterator[Attack]:
    """One idea each: what somebody would try."""
    table = sound["logistic"]
    yield from chain(
        foreign.attacks(table),
        folders.attacks(table),
        archives.attacks(table),
        documents.attacks("logistic", table),
        networks.attacks(sound["convolution"]),
        onnx_files.attacks(sound["convolution"]),
        tensors.attacks("logistic", table),
        forests.attacks("forest", sound["forest"]),
        forests.attacks("boosting", sound["boosting"]),
    )


def systematic(kind: str, files: Files) -> Iterator[Attack]:
    """Every value, array, operator and attribute of a sound bundle, changed one at a time."""
    yield from documents.changes(kind, files)
    if kind != "logistic":
        yield from tensors.attacks(kind, files)
    if kind in GRAPHS:
        yield from graphs.attacks(kind, files)


def every_nth(attacks: Iterable[Attack], step: int, start: int = 0) -> Iterator[Attack]:
    return islice(attacks, start, None, step)


def flips(sound: Sound, each: int, seed: int = 0) -> Iterator[Attack]:
    """``each`` in every form of every kind."""
    for form in damage.FORMS:
        for kind, files in sound.items():
            yield from damage.flips(kind, files, form, each, seed)
