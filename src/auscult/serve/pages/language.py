"""Four languages: which one a request is answered in, and the messages of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import HTTPConnection

LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "zh-Hant": "繁體中文",
    "zh-Hans": "简体中文",
    "ko": "한국어",
}
"""Tags of BCP 47, and what each language calls itself."""

COOKIE: Final = "auscult-language"
_MESSAGES: Final = Path(__file__).parents[1] / "messages"
_TRADITIONAL: Final = ("hant", "tw", "hk", "mo")
_LONGEST: Final = 1000

Message = str | Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """The messages of one language.

    Parameters
    ----------
    tag
        A key of :data:`LANGUAGES`.
    messages
        Texts by key; one that changes with a count is a mapping of ``one`` and ``other``.
    """

    tag: str
    messages: Mapping[str, Message]

    def __call__(self, key: str, **values: object) -> str:
        """The message ``key`` with its placeholders filled; ``n`` chooses singular or plural."""
        message = self.messages[key]
        if isinstance(message, Mapping):
            one = values.get("n") == 1 and "one" in message
            message = message["one" if one else "other"]
        shown = {name: self._shown(value) for name, value in values.items()}
        return message.format_map(shown)

    def template(self, key: str) -> str:
        """The message ``key`` with its placeholders as they are, for a script to fill."""
        return str(self.messages[key])

    @staticmethod
    def _shown(value: object) -> str:
        return f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else str(value)

    def percent(self, share: float) -> str:
        """``73 %``, ``0.4 %``, ``> 99.9 %``: as many decimals as tell it from none and all."""
        if 0.01 <= share <= 0.99:
            return self("percent", value=f"{100 * share:.0f}")
        if share < 0.001:
            return self("percent", value="< 0.1")
        return self("percent", value="> 99.9" if share > 0.999 else f"{100 * share:.1f}")

    def listed(self, names: list[str]) -> str:
        """Names in quotation marks, as the language lists them."""
        return self("comma").join(self("quoted", name=name) for name in names)


@cache
def words(tag: str) -> Words:
    """The messages of the language ``tag``: ``TAG.json``, and of each section its own."""
    messages: dict[str, Message] = {}
    for path in (_MESSAGES / f"{tag}.json", *sorted(_MESSAGES.glob(f"*.{tag}.json"))):
        messages |= json.loads(path.read_text(encoding="utf-8"))
    return Words(tag, messages)


def chosen(request: HTTPConnection) -> str:
    """The language of a request: ``?lang=``, else the cookie, else what the browser asks for."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked is not None and asked in LANGUAGES:
            return asked
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """The best language for an ``Accept-Language`` header; English where none is known.

    >>> preferred("fr, zh-TW;q=0.9, en;q=0.8")
    'zh-Hant'
    """
    best, highest = "en", 0.0
    for part in header[:_LONGEST].split(","):
        name, _, parameter = part.strip().partition(";")
        tag, weight = known(name), quality(parameter)
        if tag is not None and weight > highest:
            best, highest = tag, weight
    return best


def known(name: str) -> str | None:
    """Our tag for a language range; None where we do not speak it.

    >>> known("zh-HK"), known("zh"), known("ko-KR"), known("*")
    ('zh-Hant', 'zh-Hans', 'ko', None)
    """
    first, *rest = name.strip().lower().split("-")
    if first == "zh":
        return "zh-Hant" if set(rest) & set(_TRADITIONAL) and "hans" not in rest else "zh-Hans"
    return first if first in ("en", "ko") else None


def quality(parameter: str) -> float:
    """The weight in ``q=0.8``; 1 without one, 0 where it is none."""
    if not parameter.strip():
        return 1.0
    name, _, value = parameter.partition("=")
    try:
        weight = float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
