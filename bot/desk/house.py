"""What the desk of bulletins is built from: its stores, and where and when it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.bulletins.timing import Quiet
from bot.desk.ports.bulletins import Bulletins, Letters, Moves, Recipients
from bot.desk.ports.house import StaffBook
from bot.desk.previews import Screen
from bot.messages import Channel
from bot.ports.platforms import Pictures
from bot.ports.sending import BroadcastBook
from bot.ports.world import Clock


@dataclass(frozen=True, slots=True)
class Stores:
    """What the desk reads and writes through."""

    bulletins: Bulletins
    moves: Moves
    recipients: Recipients
    letters: Letters
    pictures: Pictures
    staff: StaffBook


@dataclass(frozen=True, slots=True)
class Broadcasting:
    """The Zalo account that may send articles to all its followers: what it sent, and how many it may send a month."""

    book: BroadcastBook
    a_month: int


@dataclass(frozen=True, slots=True)
class House:
    """Where the desk stands: its clock and zone, quiet hours, the screens of the channels, and how far they reach.

    ``broadcasting`` is None where there is no Zalo account, ``public_url`` empty where the archive has no address.
    ``writable_since`` tells since when somebody must have written on a channel to be written to at a moment.
    """

    clock: Clock
    zone: ZoneInfo
    screens: Mapping[Channel, Screen]
    writable_since: Callable[[datetime], Mapping[Channel, datetime | None]]
    quiet: Quiet | None = None
    public_url: str = ""
    broadcasting: Broadcasting | None = None
