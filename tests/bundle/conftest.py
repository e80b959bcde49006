"""Bundles that several tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kept import make_beat_bundle, make_signal_bundle, make_table_bundle


@pytest.fixture(scope="session")
def heart_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gradient boosting on a table, calibrated, with sets."""
    return make_table_bundle(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="session")
def signal_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network on signals of three classes."""
    return make_signal_bundle(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="session")
def ecg_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network on beats of recordings, which stand beside it in ``records``."""
    return make_beat_bundle(tmp_path_factory.mktemp("kept"))
