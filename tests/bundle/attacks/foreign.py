"""Files of other kinds that are handed over as a bundle, or as a file of one."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import marshal
import pickle
import pickletools
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tests.bundle.attacks.corpus import Attack, Files, forge_folder, one_file

COMMAND = "touch /tmp/auscult-attack-was-run"
WITNESS = Path("/tmp/auscult-attack-was-run")


class Payload:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        import os  # noqa: PLC0415

        return os.system, (COMMAND,)


def _zip(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def _tar(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        about = tarfile.TarInfo("../bundle.json")
        about.size = len(data)
        archive.addfile(about, io.BytesIO(data))
    return out.getvalue()


def _npy() -> bytes:
    out = io.BytesIO()
    np.save(out, np.array([Payload()]), allow_pickle=True)
    return out.getvalue()


def contents() -> dict[str, bytes]:
    """Name → bytes of a file that runs code, or does worse, in other systems."""
    pickled = {f"pickle {p}": pickle.dumps(Payload(), p) for p in range(6)}
    two = pickled["pickle 2"]
    code = marshal.dumps(compile(f"import os; os.system({COMMAND!r})", "x", "exec"))
    return {
        **pickled,
        "pickle optimised": pickletools.optimize(pickled["pickle 4"]),
        "pickle in gzip (joblib)": gzip.compress(pickled["pickle 4"]),
        "pickle in bz2 (joblib)": bz2.compress(pickled["pickle 4"]),
        "pickle in xz (joblib)": lzma.compress(pickled["pickle 4"]),
        "torch.save": _zip(archive__data_pkl=two, archive__version=b"3\n"),
        "torch.save, old": pickle.dumps(0x1950A86A20F9469CFC6C, 2) + two,
        "TorchScript": _zip(m__code___torch___py=b"import os\n", m__data_pkl=two),
        "skops": _zip(schema_json=b'{"__class__": "system", "__module__": "os"}'),
        "Keras": _zip(config_json=b'{"class_name": "Lambda"}', model_weights_h5=b"\x89HDF"),
        "npy of objects": _npy(),
        "npz of objects": _zip(X_npy=_npy()),
        "compiled Python": b"\xa7\r\r\n" + b"\0" * 12 + code,
        "Python": f"import os; os.system({COMMAND!r})\n".encode(),
        "shell script": f"#!/bin/sh\n{COMMAND}\n".encode(),
        "ELF": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
        "PE": b"MZ" + b"\0" * 200,
        "HDF5": b"\x89HDF\r\n\x1a\n" + b"\0" * 200,
        "SQLite": b"SQLite format 3\0" + b"\0" * 200,
        "YAML": f"!!python/object/apply:os.system [{COMMAND!r}]\n".encode(),
        "XML of entities": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "tar": _tar(two),
        "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 100,
        "rar": b"Rar!\x1a\x07\x01\0" + b"\0" * 100,
        "wheel": _zip(setup_py=b"import os\n"),
        "nothing": b"",
        "a zero": b"\0",
        "zeros": b"\0" * 4096,
        "noise": np.random.default_rng(0).bytes(4096),
        "text": b"age,chol\n63,233\n",
        "LightGBM text": b"tree\nversion=v4\nleft_child=999999999\n",
        "protobuf of length 2^63": b"\x3a" + b"\xff" * 9 + b"\x7f" + b"x",
        "safetensors of length 2^64": struct.pack("<Q", 2**64 - 1) + b"{}",
    }


def _whole(name: str, data: bytes, file: str) -> Attack:
    def build(folder: Path) -> Path:
        (folder / file).write_bytes(data)
        return folder / file

    return Attack(f"foreign: {name} as {file}", "logistic", build)


def attacks(files: Files) -> Iterator[Attack]:
    """Every content as a whole bundle and as each file of one, the manifest made to fit."""
    for name, data in contents().items():
        yield _whole(name, data, "heart.zip")
        for file in ("bundle.json", "weights.safetensors"):
            yield one_file(f"foreign: {name} as {file}", "logistic", files, file, data)
        yield Attack(
            f"foreign: {name} as MANIFEST.sha256",
            "logistic",
            lambda folder, data=data: forge_folder(folder, files, data or b"\n"),  # type: ignore[misc]
        )
    for name in ("pickle 4", "torch.save", "joblib"):
        data = contents().get(name, contents()["pickle in gzip (joblib)"])
        for file in ("model.pkl", "model.joblib", "model.pt", "model.py", "__init__.py"):
            yield one_file(f"foreign: {name} beside as {file}", "logistic", files, file, data)
