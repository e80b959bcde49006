"""Arrays that are not there yet, and what rules ask of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Array:
    """An array that is not there yet: its type, its shape, and its values where they are known."""

    dtype: str
    shape: Shape
    values: NDArray[Any] | None = None

    def whole(self) -> list[int]:
        """The values of a small constant that says how another operator works."""
        if self.values is None or self.dtype != "int64" or self.values.size > 16:
            raise ValueError("its shape would depend on the case")
        return [int(value) for value in self.values.reshape(-1)]


Rule = Callable[..., Array]


def require(right: bool, said: str = "its inputs do not fit together") -> None:
    if not right:
        raise ValueError(said)


def ints_of(value: object, count: int, low: int = 0, high: int = 2**31) -> list[int]:
    """An attribute that must be so many whole numbers from ``low`` to below ``high``."""
    if not isinstance(value, tuple) or len(value) != count:
        raise ValueError(f"a list of {count} numbers is expected")
    found = [one for one in value if isinstance(one, int) and low <= one < high]
    require(len(found) == count, "a number is out of its range")
    return found


def axis_of(axis: object, rank: int) -> int:
    """The place of an axis, which may be counted from behind."""
    require(isinstance(axis, int) and -rank <= axis < rank, f"there is no axis {axis}")
    assert isinstance(axis, int)
    return axis % rank


def axes_of(axes: Array, rank: int) -> list[int]:
    """The places of axes that a small constant names."""
    found = [axis_of(axis, rank) for axis in axes.whole()]
    require(len(set(found)) == len(found), "an axis comes twice")
    return found


def broadcast(*shapes: Shape) -> Shape:
    """The shape that arrays of these shapes have together."""
    return tuple(int(n) for n in np.broadcast_shapes(*shapes))
