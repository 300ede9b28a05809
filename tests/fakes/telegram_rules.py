"""What Telegram's server checks in a message before it accepts it, with the words it refuses in.

Limits are PTB's constants; the descriptions are as quoted in issue trackers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

_TAGS = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "del", "a", "code", "pre", "blockquote", "tg-spoiler"})
_PIECE = re.compile(
    r"<(?P<end>/?)(?P<tag>[^\s<>/]*)[^<>]*>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|[^<&]+|(?P<stray>[<&])"
)


class RefusedError(Exception):
    """Telegram answers 400; ``args[0]`` is the description without ``Bad Request:``."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person sees of a text, and how many entities dress it."""

    text: str
    entities: int = 0


def shown(parameters: Mapping[str, Any], field: str = "text") -> Shown:
    """Return what is shown of *field*; raise `RefusedError` where its HTML does not hold."""
    text = str(parameters.get(field, ""))
    return _read_html(text) if parameters.get("parse_mode") == "HTML" else Shown(text)


def check_message(parameters: Mapping[str, Any], *, field: str = "text", limit: int = 4096) -> Shown:
    """Return what is shown of the message; raise `RefusedError` where the server would refuse it."""
    seen = shown(parameters, field)
    if field == "text" and not seen.text.strip():
        raise RefusedError("message text is empty")
    if len(seen.text.encode("utf-16-le")) // 2 > limit:
        raise RefusedError("message is too long" if field == "text" else "message caption is too long")
    markup = parameters.get("reply_markup")
    if isinstance(markup, Mapping):
        _check_keyboard(markup.get("inline_keyboard", []))
    return seen


@lru_cache(maxsize=256)  # a bulletin is the same text to everyone
def _read_html(html: str) -> Shown:
    text, tags, entities = list[str](), list[str](), 0
    for piece in _PIECE.finditer(html):
        if piece["stray"] == "<":
            raise RefusedError(f'can\'t parse entities: Unsupported start tag "" at byte offset {piece.start()}')
        if piece["tag"] is None:
            text.append(unescape(piece[0]))
        elif piece["end"]:
            if not tags or tags.pop() != piece["tag"]:
                raise RefusedError(f"can't parse entities: Unmatched end tag at byte offset {piece.start()}")
        elif piece["tag"] not in _TAGS:
            raise RefusedError(f'can\'t parse entities: Unsupported start tag "{piece["tag"]}"')
        else:
            tags.append(piece["tag"])
            entities += 1
    if tags:
        raise RefusedError(f"can't parse entities: Can't find end tag corresponding to start tag \"{tags[-1]}\"")
    return Shown("".join(text), entities)


def _check_keyboard(rows: list[list[Mapping[str, Any]]]) -> None:
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise RefusedError("reply markup is too long")
    for button in (button for row in rows for button in row):
        if not 1 <= len(button.get("callback_data", "-").encode()) <= 64:
            raise RefusedError("BUTTON_DATA_INVALID")
        if "url" in button and "." not in (urlsplit(button["url"]).hostname or ""):
            raise RefusedError("BUTTON_URL_INVALID")
