"""Tickets: what citizens want of staff, as staff see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.bulletins.deliveries import State
from bot.messages import Channel, Outgoing, Point
from bot.ports.bulletins import Exchange
from bot.tickets.states import Speaker, Tab, TicketKind, TicketStanding, TicketState


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket.

    ``channel`` is where the citizen can be answered, None where nobody is there any more. ``revision`` grows with
    everything that staff do. ``answered_at`` is when staff first answered, ``talks_until`` the end of a talk that is
    going on.
    """

    id: int
    kind: TicketKind
    commune: str
    state: TicketState
    revision: int
    text: str
    opened_at: datetime
    code: str = ""
    place: str = ""
    point: Point | None = None
    photos: tuple[str, ...] = ()
    due_at: datetime | None = None
    assignee: str = ""
    channel: Channel | None = None
    answered_at: datetime | None = None
    talks_until: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    exchange: Exchange | None = None
    published_at: datetime | None = None

    @property
    def standing(self) -> TicketStanding:
        """Return what the rules ask about it."""
        return TicketStanding(
            self.kind,
            self.state,
            is_answered=self.answered_at is not None,
            is_published=self.published_at is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWord:
    """Something said in a ticket after it was opened.

    Of what staff said, ``fate`` is where its delivery stands, with the ``code`` of why; None where the citizen reads it
    on a page of ours, or it went nowhere (``went_out`` tells which).
    """

    id: int
    speaker: Speaker
    by: str
    at: datetime
    text: str
    media: str = ""
    media_ref: str = ""
    point: Point | None = None
    fate: State | None = None
    code: str = ""
    went_out: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that a citizen sent, as a browser may be shown it: ``type`` is the MIME type that its bytes tell."""

    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of staff as they reach a citizen: a letter in Markdown, or what a page of ours shows, whichever can."""

    letter: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of words of staff: ``pages`` are to be shown now, if the citizen has one open.

    Where it ``went_out`` nowhere, the citizen has left.
    """

    went_out: bool
    pages: tuple[Outgoing, ...] = ()


class TicketBook(Protocol):
    """Tickets as they are stored."""

    async def find(self, ticket_id: int) -> Ticket | None:
        """Return the ticket with this id."""
        ...

    async def listing(
        self, communes: Collection[str] | None, tab: Tab, now: datetime, *, limit: int, skip: int
    ) -> Sequence[Ticket]:
        """Return tickets of *communes* (None: of all) in *tab*: what waits by when it is due, the rest newest first."""
        ...

    async def counts(self, communes: Collection[str] | None, now: datetime) -> Mapping[Tab, int]:
        """Return how many tickets of *communes* are in each tab."""
        ...

    async def words(self, ticket_id: int) -> Sequence[TicketWord]:
        """Return what was said in a ticket, oldest first."""
        ...

    async def asked_before(self, ticket_id: int, since: datetime, limit: int) -> Sequence[str]:
        """Return what its citizen last asked the bot since then and before they wanted a person, oldest first."""
        ...


class TicketMoves(Protocol):
    """What staff do to tickets: each is one transaction with its line in the log.

    A move happens only where the ticket is still as it was *seen*, by its revision; else nothing does, and False or
    None says so. *by* is the name of whoever does it.
    """

    async def assign(self, seen: Ticket, assignee: str, by: str) -> bool:
        """Make *assignee* look after it; nobody where empty."""
        ...

    async def answer(self, seen: Ticket, text: str, spoken: Spoken, by: str) -> Sent | None:
        """Say *text* to the citizen, as *spoken*; a wish for a person becomes a talk."""
        ...

    async def close(self, seen: Ticket, heard: int, spoken: Spoken, by: str) -> Sent | None:
        """Close it, where the citizen has said nothing after the word *heard* (an id); end a talk with *spoken*."""
        ...

    async def publish(self, seen: Ticket, exchange: Exchange, by: str) -> bool:
        """Let everyone read *exchange*."""
        ...

    async def unpublish(self, seen: Ticket, by: str) -> bool:
        """Let nobody read it any more."""
        ...
