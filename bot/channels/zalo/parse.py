"""Turn a webhook event into `Incoming`, or say why it is none of our business.

Written for events as Zalo documents them and as live receivers saw them, which do not always agree; so every field is
looked for, none is relied on. Events never carry a name, and those that carry a phone number are not even read. Pure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels.zalo.events import NOT_FOR_US
from bot.channels.zalo.payload import Pressed, Started, from_text
from bot.messages import Address, Channel, Incoming, Kind, Point

_MEDIA = {
    "user_send_image": "image",
    "user_send_gif": "image",
    "user_send_sticker": "sticker",
    "user_send_audio": "voice",
    "user_send_video": "video",
    "user_send_file": "file",
    "user_send_link": "other",
    "user_send_business_card": "contact",
}
_STATES = {"follow": Kind.START, "unfollow": Kind.GONE, "user_withdraw": Kind.WITHDRAW}

_LONGEST_URL = 1000

# What the "test" button of Zalo's console sends, signed but with the ids of nobody (seen by a live receiver).
_TEST_TEXT = "This is testing message"
_TEST_ID = "This is message id"


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event to say 200 to and forget; ``event`` is one of a small set of labels."""

    event: str


@dataclass(frozen=True, slots=True)
class Unparsable:
    """An event that should concern us and makes no sense; ``why`` names what is missing."""

    why: str


def parse(event: Mapping[str, object], *, oa_id: str, received_at: datetime) -> Incoming | Ignored | Unparsable:
    """Return what *event* means to the OA *oa_id*; *received_at* stands in for a timestamp that cannot be read."""
    name = _text(event.get("event_name"))
    if name in NOT_FOR_US:
        return Ignored(name)
    if name not in _STATES and name not in _MEDIA and name not in {"user_send_text", "user_send_location"}:
        return Ignored("unknown")
    if _is_console_test(event):
        return Ignored("console_test")
    if _oa(event) not in {oa_id, ""}:
        return Ignored("other_oa")
    user = _user(event)
    return _Event(event, name, user, oa_id, received_at).incoming() if user else Unparsable("user id")


@dataclass(frozen=True, slots=True)
class _Event:
    """An event of ours whose person is known."""

    body: Mapping[str, object]
    name: str
    user: str
    oa_id: str
    received_at: datetime

    def incoming(self) -> Incoming:
        """Return what the person did."""
        if self.name in _STATES:
            return self._as(_STATES[self.name])
        text = _text(_at(self.body, "message", "text"))
        if self.name == "user_send_text" and text:
            return self._written(text)
        point = _point(self.body) if self.name == "user_send_location" else None
        if point:
            return self._as(Kind.LOCATION, point=point)
        # A caption is kept with its picture; a location without a readable place is just something that was sent.
        return self._as(Kind.MEDIA, text=text, media=_MEDIA.get(self.name, "other"), media_ref=self._picture())

    def _picture(self) -> str:
        """Return where Zalo shows a picture that was sent; a longer address than any seen is left out."""
        url = _text(_at(self.body, "message", "attachments", 0, "payload", "url"))
        return url if self.name == "user_send_image" and len(url) <= _LONGEST_URL else ""

    def _written(self, text: str) -> Incoming:
        match from_text(text):
            case Started(payload):
                return self._as(Kind.START, payload=payload)
            case Pressed(payload):
                return self._as(Kind.PRESS, payload=payload)
            case None:
                return self._as(Kind.TEXT, text=text)

    def _as(  # the fields that an event may fill
        self,
        kind: Kind,
        *,
        text: str = "",
        payload: str = "",
        media: str = "",
        point: Point | None = None,
        media_ref: str = "",
    ) -> Incoming:
        return Incoming(
            sender=Address(Channel.ZALO, self.oa_id, self.user),
            message_id=self._message_id(),
            kind=kind,
            sent_at=_moment(_text(self.body.get("timestamp"))) or self.received_at,
            text=text,
            payload=payload,
            media=media,
            point=point,
            media_ref=media_ref,
        )

    def _message_id(self) -> str:
        """Return what a redelivery of the same event shares with it: Zalo's id, or else what, when and who."""
        own = _text(_at(self.body, "message", "msg_id"))
        return own or f"{self.name}:{_text(self.body.get('timestamp'))}:{self.user}"


def _at(value: object, *path: str | int) -> object:
    """Return what lies at *path* inside parsed JSON, or None."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and len(value) > step:
            value = value[step]
        else:
            return None
    return value


def _text(value: object) -> str:
    """Return a JSON string or whole number as text that any database stores.

    Half a surrogate pair or a zero character would be refused by the store on every redelivery until Zalo gave up.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode(errors="replace").decode().replace("\x00", "")


def _user(event: Mapping[str, object]) -> str:
    """Return the person: the sender of a message, the follower, or the one who withdrew."""
    places = (_at(event, "sender", "id"), _at(event, "follower", "id"), event.get("user_id"))
    return next((text for place in places if (text := _text(place))), "")


def _oa(event: Mapping[str, object]) -> str:
    """Return the OA the event is about; empty if it does not say."""
    return _text(_at(event, "recipient", "id")) or _text(event.get("oa_id"))


def _is_console_test(event: Mapping[str, object]) -> bool:
    return _at(event, "message", "msg_id") == _TEST_ID or _at(event, "message", "text") == _TEST_TEXT


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _point(event: Mapping[str, object]) -> Point | None:
    """Return the place sent, from any of the three shapes: attachment, its older spelling, or ``message.location``."""
    shapes = (_at(event, "message", "attachments", 0, "payload", "coordinates"), _at(event, "message", "location"))
    found = next((shape for shape in shapes if isinstance(shape, dict)), {})
    latitude = _degrees(found.get("latitude", found.get("lat")), 90)
    longitude = _degrees(found.get("longitude", found.get("long")), 180)
    return Point(latitude, longitude) if latitude is not None and longitude is not None else None


def _degrees(value: object, most: float) -> float | None:
    """Return degrees, written as text or number, if they are on Earth."""
    try:
        degrees = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    return degrees if abs(degrees) <= most else None
