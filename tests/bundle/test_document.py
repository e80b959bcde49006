"""``bundle.json``: written and read back; every value of another kind is refused by name."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.kept import make_table_bundle

from auscult.bundle.bundle import load_bundle
from auscult.bundle.document import RECIPES
from auscult.bundle.document_reading import read_document
from auscult.bundle.encoder import encoder_of, encoder_to_json
from auscult.data.ecg.beats import RECIPES as RECIPES_OF_BEATS
from auscult.errors import InputError


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A document with all that one can hold but factors and a recipe."""
    tmp = tmp_path_factory.mktemp("kept")
    path = make_table_bundle(tmp, "logistic", calibrate="isotonic", sensitivity="0.9")
    found = json.loads((path / "bundle.json").read_text(encoding="utf-8"))
    found |= {"factors": [1.0, 2.0], "recipe": {"recipe": "window", "channel": "MLII"}}
    return dict(found)


def test_it_comes_back_as_it_went(content: dict[str, Any]) -> None:
    document = read_document(content)
    again = read_document(json.loads(json.dumps(document.to_json())))
    assert again.to_json() == document.to_json() == content


def test_keys_that_this_release_does_not_know_are_left_alone(content: dict[str, Any]) -> None:
    document = read_document({**content, "later": {"x": 1}})
    assert "later" not in document.to_json()


def test_recipes_are_those_of_the_reader() -> None:
    assert RECIPES == RECIPES_OF_BEATS


@pytest.mark.parametrize("made", [0, 2, 99])
def test_another_format_is_refused_by_its_number(made: int, content: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=rf"'format'|format {made}"):
        read_document({**content, "format": made})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all values, of lists the first two entries."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for key, inner in enumerate(value[:2]):
            yield from places(inner, (*path, key))


FREE = ("params", "card", "predictor", "encoder")
"""What only the model, the card's page or the encoder reads."""
ODD: tuple[Any, ...] = (
    None,
    True,
    7,
    -1,
    0.5,
    "odd",
    [],
    {},
    [{}],
    [[]],
    math.inf,
    math.nan,
    2**70,
)


def test_every_odd_value_is_refused_in_one_line_or_harmless(content: dict[str, Any]) -> None:
    lines = []
    for path in places(content):
        if not path or path[0] in FREE or "params" in path:
            continue
        for odd in ODD:
            try:
                read_document(with_value(content, path, odd)).to_json()
            except InputError as error:
                lines.append(str(error))
    assert len(lines) > 2000
    assert not [line for line in lines if "\n" in line]


def with_value(content: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A copy with another value in one place."""
    changed = copy.deepcopy(content)
    at: Any = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


@pytest.mark.parametrize("key", ["name", "classes", "columns", "model", "predictor", "figures"])
def test_a_key_that_is_missing_is_named(key: str, content: dict[str, Any]) -> None:
    broken = {k: v for k, v in content.items() if k != key}
    with pytest.raises(InputError, match=key):
        read_document(broken)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("classes", ["a", "a"], "classes"),
        ("classes", ["a"], "classes"),
        ("class_counts", [1], "class_counts"),
        ("factors", [1.0], "factors"),
        ("factors", [1.0, 0.0], "factors"),
        ("n_timepoints", 3, "columns"),
        ("recipe", {"recipe": "other", "channel": None}, "recipe"),
        ("task", "forecast", "task"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    key: str, value: Any, said: str, content: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=said):
        read_document({**content, key: value})


def test_an_encoder_comes_back_as_it_went(heart_bundle: Path) -> None:
    bundle = load_bundle(heart_bundle)
    assert bundle.encoder is not None
    told = encoder_to_json(bundle.encoder)
    assert encoder_to_json(encoder_of(told, bundle.document.columns)) == told


@pytest.mark.parametrize(
    "change",
    [
        {"medians": [1.0]},
        {"medians": None},
        {"gaps": [99]},
        {"gaps": [1]},
        {"categories": [[], [5.0], [], [], [], []]},
        {"categories": [[0.0], [0.0], [], [], [], []]},
        {"categories": [[], [0.0, 0.0], [], [], [], []]},
        {"categories": 7},
        {"categories": [7] * 6},
    ],
)
def test_a_broken_encoder_is_refused(change: dict[str, Any], heart_bundle: Path) -> None:
    document = load_bundle(heart_bundle).document
    with pytest.raises(InputError, match="encoder"):
        encoder_of({**(document.encoder or {}), **change}, document.columns)
