"""Where the tests find real data, and what they share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A suite that fails says the same twice; `make fuzz` draws examples anew.
settings.register_profile("same", derandomize=True)
settings.register_profile("new", print_blob=True)
settings.load_profile(os.environ.get("AUSCULT_EXAMPLES", "same"))

# Tests that share the cores would otherwise wait for each other's threads, busily.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real datasets beside the project."""
    if not SHARED.is_dir():
        pytest.skip(f"no real data: {SHARED} is not there")
    return SHARED


@pytest.fixture
def one_thread() -> Iterator[None]:
    """For networks so small that several threads only wait for each other."""
    import numba  # noqa: PLC0415
    import threadpoolctl  # noqa: PLC0415
    import torch  # noqa: PLC0415

    before = torch.get_num_threads(), numba.get_num_threads()
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    with threadpoolctl.threadpool_limits(1):
        yield
    torch.set_num_threads(before[0])
    numba.set_num_threads(before[1])
