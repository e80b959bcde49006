"""Sound files with a few bytes changed are read or refused in one line; nothing else happens."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.bad_input.malformed import arff, npz, rows, table, ts

from auscult.data.read import read
from auscult.errors import InputError

SEEDS = {
    "a.csv": table(),
    "b.csv": rows("größe;ort;target", '1,5;"a;b";0', "2,5;c;1", "3;c;1"),
    "c.data": rows("63.0,1.0,?,0", "67.0,2.0,3.0,2", "41.0,1.0,3.0,1"),
    "d.tsv": rows("1\t.5\t.6\t.7", "2\t.7\t.8\tNaN", "1\t.1\t.2\t.3"),
    "e.txt": rows("  1.0000000e+00  -1.5e-01   2", "  2.0000000e+00   1.0e-01   3"),
    "f.ts": ts("1,2,3:a", "2,?,3.5:b"),
    "g.arff": arff("1,'yes'", "?,no", "2,no"),
    "h.npz": npz(X=[[1.0, 2.0], [3.0, 4.0]], y=[0, 1]),
}
TOKENS = [
    b",", b";", b"\t", b"|", b'"', b"'", b"\n", b"\r", b"\0", b"?", b"NaN", b"1e999", b"007", b"-",
    b"\xff", b"\xef\xbb\xbf", b"{", b"@", b":", b"(", b"%", b"9" * 30, b"1,234", b"\x1b[2J", b"#",
]  # fmt: skip


def mutated(seed: bytes, rng: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        at, kind = rng.randrange(len(data) + 1), rng.randrange(4)
        if kind == 0:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 1:
            del data[at : at + rng.randrange(1, 12)]
        elif kind == 2:
            data[at : at + 1] = bytes([rng.randrange(256)])
        else:
            data[at:at] = data[at // 2 : at // 2 + 30]
    return bytes(data)


@pytest.mark.parametrize("name", SEEDS)
def test_read_or_refused(name: str, tmp_path: Path) -> None:
    rng = random.Random(name)
    path = tmp_path / name
    refusals: list[str] = []
    n_read = 0
    for _ in range(150):
        path.write_bytes(mutated(SEEDS[name], rng))
        try:
            data = read(path, signals=rng.random() < 0.3, labelled=rng.random() < 0.7)
        except InputError as error:
            refusals.append(str(error))
        else:
            n_read += 1
            assert len(data.y) == data.n_cases > 0
    assert n_read
    assert refusals
    assert all(r.startswith(f"{name}: ") and r.isprintable() for r in refusals)
