"""How much of a stranger's bundle is looked at before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds that are checked before anything is allocated.

    Parameters
    ----------
    files
        Files in a bundle, the manifest among them.
    file_bytes, total_bytes
        Size of one file and of all files together, after inflating, in bytes.
    ratio
        Inflated bytes a stored byte of a ``.zip``, for files larger than ``ratio_from`` bytes.
    json_bytes, json_depth, json_values
        Size, nesting and count of values of a JSON document.
    header_bytes, arrays, rank
        Of a safetensors file: size of its header, number of arrays, dimensions of one array.
    """

    files: int = 64
    file_bytes: int = 1 << 30
    total_bytes: int = 2_000_000_000
    ratio: int = 100
    ratio_from: int = 1 << 20
    json_bytes: int = 16 << 20
    json_depth: int = 32
    json_values: int = 1_000_000
    header_bytes: int = 4 << 20
    arrays: int = 10_000
    rank: int = 4

    @property
    def manifest_bytes(self) -> int:
        """The largest manifest that is read: 200 bytes a file."""
        return 200 * self.files


LIMITS = Limits()
