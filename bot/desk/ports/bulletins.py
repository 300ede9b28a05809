"""The desk: where staff write, agree on and watch over bulletins."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.bulletins import broadcasts
from bot.bulletins.deliveries import State
from bot.bulletins.states import Signer, Status
from bot.messages import Channel
from bot.ports.bulletins import Bulletin, Counts, Draft
from bot.ports.platforms import Picture


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of a bulletin's record; ``what`` is a `bot.bulletins.states.Move`, or what time brought."""

    at: datetime
    by: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people of one account get a bulletin ``now``, and how many are ``waiting`` until they write again."""

    channel: Channel
    account: str
    now: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Approval:
    """What an approver settles: from when it may start, and whether it passes quiet hours."""

    due_at: datetime
    is_later: bool
    passes_quiet: bool


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """The slot of *commune* on *day* belongs to another bulletin."""

    commune: str
    day: date
    bulletin_id: int


@dataclass(frozen=True, slots=True)
class BroadcastStanding:
    """Where a bulletin that goes out as an article stands since ``changed_at``; ``code`` tells why, if there is a why.

    It is left alone for so many seconds from now, 0 or less if it is not.
    """

    state: broadcasts.State
    code: str
    changed_at: datetime
    wait_seconds: float = 0.0


class Bulletins(Protocol):
    """Bulletins as they are stored; letters are not among them."""

    async def find(self, bulletin_id: int) -> Bulletin | None:
        """Return the bulletin with this id."""
        ...

    async def listing(self, communes: Collection[str] | None, limit: int) -> Sequence[Bulletin]:
        """Return the newest bulletins for any of *communes* (None: of all), newest first."""
        ...

    async def recent(self, communes: Collection[str], since: datetime) -> Sequence[Bulletin]:
        """Return what is for any of *communes* since then, but drafts and what was stopped, newest first."""
        ...

    async def counts(self, bulletin_id: int, among: Collection[str] | None = None) -> Counts:
        """Return how many deliveries of a bulletin are in each state: all, or only those in the communes *among*."""
        ...

    async def broadcast(self, bulletin_id: int) -> BroadcastStanding | None:
        """Return where the article of a bulletin stands; None where none was begun."""
        ...

    async def record(self, bulletin_id: int) -> Sequence[Deed]:
        """Return what was done to a bulletin, oldest first."""
        ...

    async def correction_of(self, bulletin_id: int) -> int | None:
        """Return the id of the newest correction of a bulletin, or of one of its corrections, that was not stopped."""
        ...

    async def taken_slots(self, communes: Collection[str], since: date) -> Collection[date]:
        """Return the days from *since* on whose slot any of *communes* has given to a bulletin."""
        ...


class Moves(Protocol):
    """What people do to bulletins: each is one transaction with its line in the record.

    A move happens only where the bulletin is still as it was *seen*, by status and revision; else nothing does, and
    False or None says so. *by* is the name of whoever does it.
    """

    async def create(self, draft: Draft, by: str, picture: Picture | None = None) -> int:
        """Store a new draft, with its *picture* if that is new; return its id."""
        ...

    async def revise(self, seen: Bulletin, draft: Draft, by: str, picture: Picture | None = None) -> bool:
        """Put *draft* in the place of what was seen; its author is *by* from now on."""
        ...

    async def submit(self, seen: Bulletin, by: str) -> bool:
        """Ask for approval."""
        ...

    async def approve(self, seen: Bulletin, approval: Approval, by: str) -> bool | SlotTaken:
        """Freeze the text and let it go; its slot, if it has one, is reserved for every commune or nothing happens."""
        ...

    async def give_back(self, seen: Bulletin, by: str) -> bool:
        """Make it a draft again and free its slot."""
        ...

    async def stop(self, seen: Bulletin, by: str) -> bool:
        """Let nothing more of it go out; a slot in which nothing was sent is free again."""
        ...

    async def correct(self, seen: Bulletin, draft: Draft, by: str, picture: Picture | None = None) -> int | None:
        """Store *draft* as the correction of what was seen, and let nothing more of the wrong text go out."""
        ...

    async def resend(self, seen: Bulletin, only: State, by: str) -> int | None:
        """Let what is in the state *only* be sent again to those who still want it where they live; return how many.

        With nobody there nothing happens.
        """
        ...

    async def note(self, bulletin_id: int, by: str, what: str) -> None:
        """Add a line to the record of a bulletin that was not moved."""
        ...


class Recipients(Protocol):
    """Who would get a bulletin if it began now."""

    async def reach(self, draft: Draft, writable_since: Mapping[Channel, datetime | None]) -> Sequence[Reach]:
        """Return how many people of each account *draft* is for; for a correction, those who may have the wrong text.

        Whoever last wrote before their channel's moment in *writable_since* is waiting.
        """
        ...


class Letters(Protocol):
    """Messages of ours to one person that answer nothing they just wrote: test sends, answers of staff, reminders."""

    async def add_letter(self, person_id: int, body_markdown: str, *, picture: str = "", by: str) -> int | None:
        """Put a letter into the ledger; return its id, or None if the person cannot be written to any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinSearch:
    """Which bulletins to list for *me*: those for any commune of theirs, and that are so.

    ``status`` or ``commune`` None or empty: whatever it is. With ``missed_since`` only what went out since then and did
    not, or may not, reach everybody; of that, only where every commune is theirs.
    """

    me: Signer
    status: Status | None = None
    commune: str = ""
    missed_since: datetime | None = None
    limit: int = 50
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A bulletin in a list, with its counts in the communes of whoever looks (all 0 before it begins).

    ``broadcast`` is where its article stands, if it goes out as one and has begun.
    """

    bulletin: Bulletin
    counts: Counts
    broadcast: BroadcastStanding | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """So many deliveries on a channel are in a state because of ``code``, the platform's or a word of ours."""

    channel: Channel
    state: State
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing leaves an account for so many seconds; ``reason`` is the platform's code where it is at fault."""

    channel: Channel
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one person's copy; the person is a number, which nobody outside can resolve."""

    person_id: int
    channel: Channel
    state: State
    code: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Outing:
    """A bulletin that went out, in numbers."""

    published_at: datetime
    counts: Counts


class Results(Protocol):
    """How bulletins fare. Counts are the kept ones."""

    async def listing(self, search: BulletinSearch) -> Sequence[Listed]:
        """Return what was searched for: what waits for whoever looks, then by date, newest first."""
        ...

    async def reasons(self, bulletin_id: int, among: Collection[str] | None = None) -> Sequence[Reason]:
        """Return why a bulletin did not, or may not, reach somebody (*among* whom: as `Bulletins.counts` says).

        That is why deliveries are `failed`, `unknown`, `gone` or `skipped`.
        """
        ...

    async def pauses(self, bulletin_id: int) -> Sequence[Pause]:
        """Return what holds the accounts from which a bulletin has something to send."""
        ...

    async def fates(self, bulletin_id: int, after: int, limit: int) -> Sequence[Fate]:
        """Return what became of a bulletin, person by person, those after the number *after*."""
        ...

    async def outings(self, communes: Collection[str] | None, since: datetime) -> Sequence[Outing]:
        """Return what went out since then to any of *communes* (None: to all), and its counts there, oldest first."""
        ...
