"""Certificates that a throw-away authority signed, and Dask's settings that name them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROLES = ("scheduler", "worker", "client")
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def authority(folder: Path, *names: str) -> None:
    """Write ``ca.pem``, and ``NAME.pem`` and ``NAME.key`` of each name."""
    folder.mkdir()
    root = ("-x509", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority")
    _openssl(folder, "req", *_KEY, *root)
    for name in names:
        asked = ("-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        _openssl(folder, "req", *_KEY, *asked)
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", f"{name}.pem")
        _openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-days", "2", *signed)


def told(certificates: Path, *roles: str) -> dict[str, object]:
    """Dask's settings, as docs/cluster.md has them."""
    tls = "distributed.comm.tls"
    found: dict[str, object] = {"distributed.comm.require-encryption": True}
    found[f"{tls}.ca-file"] = str(certificates / "ca.pem")
    for role in roles:
        found[f"{tls}.{role}.cert"] = str(certificates / f"{role}.pem")
        found[f"{tls}.{role}.key"] = str(certificates / f"{role}.key")
    return found


def settings(place: Path, known: dict[str, object]) -> Path:
    """A folder for ``DASK_CONFIG`` with these in it."""
    tree: dict[str, object] = {}
    for name, value in known.items():
        *branches, leaf = name.split(".")
        here = tree
        for branch in branches:
            here = here.setdefault(branch, {})  # type: ignore[assignment]
        here[leaf] = value
    place.mkdir()
    (place / "tls.yaml").write_text(json.dumps(tree))  # of which YAML is more
    return place


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
