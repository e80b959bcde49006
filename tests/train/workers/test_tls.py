"""A cluster that only those get into whose certificate its own authority signed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.train.workers.certificates import ROLES, authority, settings, told
from tests.train.workers.study import Study

from auscult.errors import InputError
from auscult.train.workers.cluster import Cluster

dask = pytest.importorskip("dask", reason="needs pip install 'auscult[cluster]'")
pytest.importorskip("distributed", reason="needs pip install 'auscult[cluster]'")
pytestmark = pytest.mark.filterwarnings("ignore")
if shutil.which("openssl") is None:
    pytest.skip("needs the command openssl, which makes certificates", allow_module_level=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    authority(folder / "ours", *ROLES)
    authority(folder / "others", "client")
    return folder


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[str]:
    from tests.train.workers.machines import Machines  # noqa: PLC0415

    with ExitStack() as stack:
        known = settings(place / "machines", told(place / "ours", "scheduler", "worker"))
        machines = Machines(stack, "tls", DASK_CONFIG=str(known))
        machines.scheduler()
        machines.workers(1)
        yield machines.address


def test_who_has_a_certificate_gets_the_figures_of_one_process(address: str, place: Path) -> None:
    study = Study(place)
    here = study.rows("here")
    with dask.config.set(told(place / "ours", "client")):
        assert study.rows("cluster", cluster=address) == here
        with pytest.raises(InputError, match="settings require encryption"):
            Cluster(address.replace("tls", "tcp"))


def test_who_has_none_is_refused_in_one_line(address: str, place: Path) -> None:
    none = settings(place / "none", told(place / "ours"))
    said = Study(place).refused("--cluster", address, DASK_CONFIG=str(none))
    assert f"--cluster: {address} wants a certificate" in said
    with (
        dask.config.set(told(place / "nowhere", "client")),
        pytest.raises(InputError, match="certificates of Dask's settings cannot be read"),
    ):
        Cluster(address)


@pytest.mark.parametrize("trusted", ["others", "ours"])
def test_who_has_one_of_another_authority_is_refused_in_one_line(
    address: str, place: Path, trusted: str
) -> None:
    """Also where that one trusts this authority, so that it is the scheduler who refuses."""
    known = told(place / "others", "client")
    known["distributed.comm.tls.ca-file"] = str(place / trusted / "ca.pem")
    with (
        dask.config.set(known),
        pytest.raises(InputError, match="did one authority sign its certificate and yours") as said,
    ):
        Cluster(address, wait=3)
    assert "\n" not in str(said.value)
