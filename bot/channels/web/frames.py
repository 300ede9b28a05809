"""What the page sends, read once at the door: JSON that anybody could have written.

A message is ``{"id": …}`` with one of ``"text"``, ``"payload"`` (a pressed button), ``"start"`` (the page was opened,
with what its link carried) or ``"latitude"`` and ``"longitude"``. ``{"after": n}`` asks for the replies after the
n-th.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.channels.web.visitors import address_of
from bot.messages import PAYLOAD_BYTES, Incoming, Kind, Point
from bot.text import clean

LARGEST_ID = 2**63 - 1
"""Largest id that a database column holds."""

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LINK = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message; ``id`` is the page's own, which it waits to have acknowledged."""

    id: str
    message: Incoming


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for the replies with ids above ``after``."""

    after: int


@dataclass(frozen=True, slots=True)
class Slip:
    """Something we do not take: ``reason`` is ``"malformed"`` or ``"too_long"``, ``id`` the message's if it had one."""

    reason: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class _What:
    """What a message says, before it is known from whom and when."""

    kind: Kind
    text: str = ""
    payload: str = ""
    point: Point | None = None


def read_frame(raw: str | bytes, visitor: str, now: datetime, text_characters: int) -> Sent | Ask | Slip:
    """Return what *raw* is, from *visitor* at *now*; never raises."""
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        return Slip("malformed")
    if not isinstance(frame, dict):
        return Slip("malformed")
    if "after" in frame:
        after = read_after(frame["after"])
        return Slip("malformed") if after is None else Ask(after)
    return _message(frame, visitor, now, text_characters)


def read_after(value: object) -> int | None:
    """Return *value* as the id of a reply, 0 for before the first; None if it cannot be one."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(LARGEST_ID)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= LARGEST_ID else None


def _message(frame: Mapping[str, object], visitor: str, now: datetime, text_characters: int) -> Sent | Slip:
    name = frame.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return Slip("malformed")
    what = _what(frame)
    if what is None:
        return Slip("malformed", name)
    if len(what.text) > text_characters:
        return Slip("too_long", name)
    message = Incoming(
        address_of(visitor),
        message_id=f"{visitor}:{name}",
        kind=what.kind,
        sent_at=now,
        text=what.text,
        payload=what.payload,
        point=what.point,
    )
    return Sent(name, message)


def _what(frame: Mapping[str, object]) -> _What | None:
    match frame:
        case {"text": str(text)}:
            text = clean(_without_halves(text))
            return _What(Kind.TEXT, text=text) if text else None
        case {"payload": str(payload)}:
            is_pressable = 0 < len(_without_halves(payload).encode()) <= PAYLOAD_BYTES
            return _What(Kind.PRESS, payload=_without_halves(payload)) if is_pressable else None
        case {"start": str(link)}:
            return _What(Kind.START, payload=link) if _LINK.fullmatch(link) else None
        case {"latitude": float() | int() as latitude, "longitude": float() | int() as longitude}:
            point = _point(latitude, longitude)
            return _What(Kind.LOCATION, point=point) if point else None
    return None


def _point(latitude: float, longitude: float) -> Point | None:
    """Return the place if it is on Earth; JSON's whole numbers may be too large for a float, and NaN is read as one."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004
        return None
    return Point(float(latitude), float(longitude)) if math.isfinite(latitude + longitude) else None


def _without_halves(text: str) -> str:
    """Return *text* without halves of surrogate pairs, which JSON can carry and no database takes."""
    return text.encode(errors="replace").decode()
