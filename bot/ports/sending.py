"""Sending bulletins: deliveries, launches, slots and broadcasts, as the jobs see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.bulletins import broadcasts
from bot.bulletins.deliveries import Verdict
from bot.messages import Address, Channel
from bot.ports.bulletins import Bulletin, Draft, Mention
from bot.ports.reminders import Reminder
from bot.ports.world import Lease


@dataclass(frozen=True, slots=True)
class Delivery:
    """One person's copy of a bulletin, claimed to be sent.

    ``tries`` counts this one in; ``older`` are bulletins that waited for the person too and go along as links.
    """

    bulletin_id: int
    person_id: int
    to: Address
    commune: str
    tries: int
    last_inbound: datetime
    older: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a claimed delivery."""

    delivery: Delivery
    verdict: Verdict
    platform_id: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing may leave an account for so many seconds; ``reason`` is set where a human should know why."""

    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sender would claim: up to ``most`` deliveries of a bulletin to people after ``after_person``."""

    bulletin_id: int
    most: int
    after_person: int = 0


class Ledger(Protocol):
    """The deliveries of one account, as the one process that sends them sees them; every method is one transaction."""

    async def has_work(self) -> bool:
        """Tell whether anything is waiting to be sent, or was left in flight by a process that died."""
        ...

    async def take_over(self, lease: Lease) -> int:
        """Begin as the holder of *lease*: what others left in flight may have arrived and is `unknown` now.

        Returns how many there were.
        """
        ...

    async def waiting(self) -> Sequence[Bulletin]:
        """Return the bulletins with something to send, in the order to send them: letters, urgent ones, oldest."""
        ...

    async def turn(
        self, lease: Lease, tried: Sequence[Tried], *, hold: Hold | None, wanted: Wanted | None
    ) -> Sequence[Delivery]:
        """Record what became of *tried*, note a *hold* on the account, and claim what is *wanted*.

        A claim is committed when this returns, so a sender that dies leaves a trace of what it may have sent. Nothing
        is claimed for a *lease* that has passed to another, and nothing recorded that was taken over meanwhile.
        """
        ...

    async def held(self) -> Hold | None:
        """Return what holds the account now; one with a reason stands until a delivery arrives or `release`."""
        ...

    async def hold(self, hold: Hold) -> None:
        """Let nothing out of the account for a while, in any process."""
        ...

    async def release(self) -> None:
        """Let the account send again, whatever held it."""
        ...


class Launches(Protocol):
    """Bulletins whose time has come; every method is one transaction."""

    async def due(self, now: datetime) -> Sequence[Bulletin]:
        """Return approved bulletins due at *now*, urgent ones first."""
        ...

    async def launch(
        self, bulletin: Bulletin, now: datetime, writable_since: Mapping[Channel, datetime | None]
    ) -> bool:
        """Write the ledger of *bulletin* and begin to send it, once; return whether it was begun now.

        Whoever last wrote before their channel's moment in *writable_since* is held until they write again.
        """
        ...

    async def send_back(self, bulletin: Bulletin, now: datetime, *, why: str) -> bool:
        """Take the approval of *bulletin* back because of *why* (a word of its history); return whether it had any."""
        ...

    async def finish(self, now: datetime) -> int:
        """Mark as sent what has nothing left to send; return how many."""
        ...

    async def expire(self, now: datetime) -> int:
        """Give up deliveries that have waited too long at *now*; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """What is known of one slot: whether an approved bulletin has it, a draft is meant for it, and what was done."""

    is_taken: bool = False
    has_draft: bool = False
    is_reminded: bool = False
    is_decided: bool = False


class SlotBook(Protocol):
    """The weekly slots of communes; each is reminded of once and filled once, whoever asks how often."""

    async def plans(self, first: date, last: date) -> Mapping[tuple[str, date], SlotPlan]:
        """Return what is known of the slots from *first* to *last*, by commune and day; of the others nothing is."""
        ...

    async def remind(self, commune: str, day: date, reminders: Sequence[Reminder], *, by: str) -> bool:
        """Send *reminders* about an empty slot, unless that was done; return whether it was done now."""
        ...

    async def prepare(self, draft: Draft, commune: str, reminders: Sequence[Reminder], *, by: str) -> int | None:
        """Store *draft* for its slot, ask for approval and send *reminders*, unless that was done; return its id."""
        ...

    async def fill(self, draft: Draft, commune: str, *, by: str) -> int | None:
        """Store and approve *draft* for its slot, unless that is taken or decided; return its id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """Where the broadcast of a bulletin stands; ``tries`` counts the failed calls of this state.

    ``wait_seconds`` is how long it wants to be left alone, 0 or less if it does not.
    """

    bulletin: Bulletin
    state: broadcasts.State
    token: str = ""
    article_id: str = ""
    platform_id: str = ""
    code: str = ""
    tries: int = 0
    wait_seconds: float = 0.0


class BroadcastBook(Protocol):
    """The broadcasts of one account, as the one process that sends them sees them; every method is one transaction."""

    async def unfinished(self) -> Sequence[Broadcast]:
        """Return the broadcasts that are not at their end, oldest bulletin first."""
        ...

    async def record(self, lease: Lease, broadcast: Broadcast, change: broadcasts.Change) -> bool:
        """Commit *change* where *lease* is still the newest and *broadcast* still in its state; return whether it was.

        An end leaves a line in the bulletin's history.
        """
        ...

    async def since(self, moment: datetime) -> Sequence[datetime]:
        """Return when broadcasts went out, or may have, from *moment* on."""
        ...

    async def communes(self) -> frozenset[str]:
        """Return the communes of the account's subscribers; empty text stands for those without one."""
        ...
