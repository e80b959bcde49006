"""What every model of the table keeps to, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.models.conformance import behaviour, inputs

from auscult.models.table import MODELS

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(
    ("name", "check"),
    [
        pytest.param(name, check, id=f"{name}:{check.__name__}")
        for name in MODELS
        for check in (*behaviour.CHECKS, *inputs.CHECKS)
    ],
)
def test_model(name: str, check: Callable[[str], None]) -> None:
    check(name)
