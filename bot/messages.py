"""The words every part shares: who wrote, what came in, what goes out.

Each channel turns its platform's JSON into `Incoming` once, at the door, and turns `Reply` into the platform's own
form once, on the way out. Nothing in between knows which platform a person uses.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """The kinds of chat a person can reach us through."""

    TELEGRAM = "telegram"
    ZALO = "zalo"
    WEB = "web"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One person on one account: the same citizen on two platforms has two addresses.

    ``account`` is the platform's id of the OA or bot, ``user`` its id of the person there; both are text, because
    Zalo's ids have 19 digits and a float would round them.
    """

    channel: Channel
    account: str
    user: str


class Kind(StrEnum):
    """What a person did."""

    TEXT = "text"
    PRESS = "press"
    START = "start"
    LOCATION = "location"
    MEDIA = "media"
    GONE = "gone"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map, WGS 84, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person sent or did.

    ``message_id`` is unique for the account: a second delivery of the same thing carries the same one.
    ``text`` is what they typed (`Kind.TEXT`), ``payload`` what their button carried (`Kind.PRESS`) or the deep link
    that opened the chat (`Kind.START`), ``media`` the kind of thing that is not text (`Kind.MEDIA`: ``"image"``,
    ``"voice"``, ``"video"``, ``"file"``, ``"sticker"``, ``"contact"``, ``"other"``). ``media_ref`` is where the
    platform keeps a picture, as an address or in its own code, also of one that came with a text; empty if it does not
    say. `Kind.GONE` says that they blocked the account or stopped following it, `Kind.WITHDRAW` that they asked the
    platform to have their data deleted.
    """

    sender: Address
    message_id: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    payload: str = ""
    media: str = ""
    point: Point | None = None
    media_ref: str = ""


PAYLOAD_BYTES = 64
"""Longest ``Button.payload`` in UTF-8 bytes: Telegram's limit on callback data, so everyone's."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: it sends ``payload`` back, or opens ``url``; exactly one of the two is set."""

    label: str
    payload: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        """Refuse a button that no platform could carry.

        Raises:
            ValueError: neither or both of payload and url, or a payload over `PAYLOAD_BYTES`.
        """
        if bool(self.payload) == bool(self.url):
            msg = f"button {self.label!r} needs a payload or a url"
            raise ValueError(msg)
        if len(self.payload.encode()) > PAYLOAD_BYTES:
            msg = f"payload {self.payload!r} is over {PAYLOAD_BYTES} bytes"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing to say: text in the Markdown subset of `bot.markup`, and what may be pressed under it.

    Buttons with a payload are numbered from 1 in their order on every channel, so that typing ``2`` does what pressing
    the second one does. ``asks_location`` offers the platform's own way of sharing where one is, if it has one.
    ``picture`` is the key of a picture to show above the text (`bot.ports.platforms.Pictures`).
    """

    text: str
    buttons: tuple[Button, ...] = ()
    asks_location: bool = False
    picture: str = ""

    @property
    def choices(self) -> tuple[Button, ...]:
        """The buttons that a typed number can choose, in the order of their numbers."""
        return tuple(button for button in self.buttons if button.payload)


class Decision(StrEnum):
    """What became of a question."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One platform message, rendered and stored, on its way to a person.

    ``id`` is ours, unique and growing; ``body`` is what the channel's own ``render`` made and only it can read.
    """

    id: int
    to: Address
    body: str
