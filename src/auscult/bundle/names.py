"""Names that a file of a bundle may have: plain, ASCII, the same on every system."""

from __future__ import annotations

import re

from auscult.errors import InputError

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*", re.ASCII)
_LONGEST = 100
_LONGEST_LINE = 600
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.ASCII | re.IGNORECASE)


def check_names(names: list[str], where: str) -> None:
    """Refuse a name that is no plain file name, or two that differ in case only.

    Raises
    ------
    InputError
        Naming the first offender, escaped and shortened.
    """
    seen: dict[str, str] = {}
    for name in names:
        check_name(name, where)
        if name.lower() in seen:
            raise InputError(
                f"the file name {shown(name)} stands twice in this bundle", where=where
            )
        seen[name.lower()] = name


def check_name(name: str, where: str) -> None:
    """Refuse ``..``, separators, drive letters, hidden files, device names and other scripts."""
    if len(name) > _LONGEST or not _PLAIN.fullmatch(name) or _DEVICES.fullmatch(name):
        inside = "/" in name or "\\" in name
        hint = "; a bundle has no folders in it: zip its files, not the folder" if inside else ""
        raise InputError(f"{shown(name)} is no file name of a bundle{hint}", where=where)


def shortened(line: str) -> str:
    """A refusal that quotes what a stranger wrote, no longer than a person reads."""
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def shown(name: str) -> str:
    """A stranger's name as it may be printed: ASCII, quoted, short."""
    return ascii(name if len(name) <= 60 else name[:57] + "...")
