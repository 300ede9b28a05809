"""Carry a button's payload through Zalo, where a press is just a text the person "sends".

A leading ``#`` tells a press from a question: citizens hardly type it, and Zalo's console can filter for it. Characters
that a chat might change (spaces, accents, ``%``) travel percent-encoded. Our payloads are words, never bare numbers:
``#2`` is somebody choosing the second line of a list. ``#xa-00430`` is what a commune's printed code or link sends, so
a button that carries ``xa-00430`` starts the chat with that commune as well.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from bot.messages import PAYLOAD_BYTES

# Printable ASCII but "%", space and what `quote` keeps anyway.
_KEPT = "!\"#$&'()*+,/:;<=>?@[\\]^`{|}"
_PRESS = re.compile(r"#(?!\d+$)([!-~]{1,192})")
_START = re.compile(r"#(xa-\d{5})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Started:
    """The person came through the link or printed code of a commune: ``payload`` is ``xa-`` and its five digits."""

    payload: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """The person pressed a button that carries ``payload``."""

    payload: str


def to_text(payload: str) -> str:
    """Return what a button with *payload* makes the person send."""
    return "#" + quote(payload, safe=_KEPT)


def from_text(text: str) -> Started | Pressed | None:
    """Return what *text* stands for, or None when it is just something a person wrote."""
    if start := _START.fullmatch(text.strip()):
        return Started(start[1].lower())
    press = _PRESS.fullmatch(text.strip())
    payload = unquote(press[1]) if press else ""
    fits = payload.isprintable() and len(payload.encode()) <= PAYLOAD_BYTES
    return Pressed(payload) if payload and fits else None
