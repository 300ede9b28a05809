"""Tickets in the words of officials, ready for the pages of the console."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.bulletins.deliveries import State
from bot.console.addresses import at
from bot.console.looks import capital
from bot.desk.ports.tickets import Ticket, TicketWord
from bot.desk.tickets import Thread
from bot.knowledge.library import Library
from bot.knowledge.ticket_words import TicketWords
from bot.messages import Channel, Point
from bot.tickets.states import WAITING, Speaker, TicketKind, TicketState
from bot.web.hypertext import is_followable

SEGMENT = "phan-anh"

_EXCERPT = 120
_CODE = re.compile(r"[A-Za-z0-9_-]+")  # what a platform calls a photo that only it hands out
_KINDS = {
    TicketState.NEW: "waiting",
    TicketState.ASSIGNED: "busy",
    TicketState.ANSWERED: "good",
    TicketState.CLOSED: "quiet",
}
_FATES = {
    State.PENDING: "busy",
    State.SENDING: "busy",
    State.SENT: "good",
    State.HELD: "waiting",
    State.SKIPPED: "quiet",
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in a word, and the colour it has."""

    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as the list shows it."""

    address: str
    title: str
    kind: str
    excerpt: str
    commune: str
    opened_at: datetime
    due_at: datetime | None
    assignee: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A way to something that is kept elsewhere."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said; ``fate`` is what became of words of staff."""

    who: str
    is_staff: bool
    at: datetime
    text: str
    note: str = ""
    links: tuple[Link, ...] = ()
    fate: Tag | None = None


@dataclass(frozen=True, slots=True)
class TicketViews:
    """Shows tickets in the words of *library*, as they are at *now*."""

    library: Library
    now: datetime

    @property
    def words(self) -> TicketWords:
        """Return the sentences of these pages."""
        return self.library.shelves.console.tickets

    def line(self, ticket: Ticket) -> Line:
        """Return *ticket* as the list shows it."""
        return Line(
            address=at(SEGMENT, ticket.id),
            title=ticket.code or capital(self.kind(ticket)),
            kind=capital(self.kind(ticket)),
            excerpt=_cut(ticket.text),
            commune=self.commune(ticket),
            opened_at=ticket.opened_at,
            due_at=ticket.due_at if ticket.state in WAITING else None,
            assignee=ticket.assignee,
            tags=self.tags(ticket),
        )

    def title(self, ticket: Ticket) -> str:
        """Return the heading of a ticket's page."""
        if ticket.kind is TicketKind.FEEDBACK:
            return self.words.thread.title.format(code=ticket.code or f"#{ticket.id}")
        return self.words.thread.handover_title.format(number=ticket.id)

    def kind(self, ticket: Ticket) -> str:
        """Return what *ticket* wants."""
        return str(getattr(self.words.kinds, ticket.kind))

    def commune(self, ticket: Ticket) -> str:
        """Return the name of the commune of *ticket*."""
        return capital(self.library.fields(ticket.commune)["commune.name"])

    def tags(self, ticket: Ticket) -> tuple[Tag, ...]:
        """Return where *ticket* stands, and whether it is late."""
        state = Tag(str(getattr(self.words.states, ticket.state)), _KINDS[ticket.state])
        return (state, Tag(self.words.overdue, "bad")) if self.is_overdue(ticket) else (state,)

    def is_overdue(self, ticket: Ticket) -> bool:
        """Tell whether its citizen waits for longer than they were told."""
        return ticket.state in WAITING and ticket.due_at is not None and ticket.due_at < self.now

    def said(self, thread: Thread, keeps: Callable[[str], bool]) -> list[Said]:
        """Return everything said in *thread*, the opening first; *keeps* tells which photos can be fetched."""
        ticket = thread.ticket
        links = iter([self._photo(ticket, number, one, keeps) for number, one in enumerate(thread.photos, start=1)])
        opening = self._opening(ticket, list(islice(links, len(ticket.photos))))
        return [opening, *(self._word(word, ticket, next(links) if word.media_ref else None) for word in thread.words)]

    def _opening(self, ticket: Ticket, photos: Sequence[Link | None]) -> Said:
        words = self.words.thread
        links = [*filter(None, photos), *self._places(ticket.point)]
        elsewhere = words.photo_elsewhere if None in photos else ""
        place = f"{words.place}: {ticket.place}" if ticket.place else ""
        note = "\n".join(filter(None, (place, elsewhere)))
        return Said(words.citizen, is_staff=False, at=ticket.opened_at, text=ticket.text, note=note, links=tuple(links))

    def _word(self, word: TicketWord, ticket: Ticket, photo: Link | None) -> Said:
        if word.speaker is Speaker.STAFF:
            return Said(word.by, is_staff=True, at=word.at, text=word.text, fate=self._fate(word, ticket))
        links = [*filter(None, [photo]), *self._places(word.point)]
        text = "\n".join(filter(None, (self.words.thread.media.get(word.media, ""), word.text)))
        return Said(self.words.thread.citizen, is_staff=False, at=word.at, text=text, links=tuple(links))

    def _fate(self, word: TicketWord, ticket: Ticket) -> Tag | None:
        fates = self.words.fates
        if word.fate is not None:
            return Tag(str(getattr(fates, word.fate)), _FATES.get(word.fate, "bad"))
        if word.went_out:  # a letter of long ago has left no trace but this
            return Tag(fates.shown, "good") if ticket.channel is Channel.WEB else None
        if ticket.code and ticket.channel:
            return Tag(fates.kept, "waiting")
        return Tag(fates.nowhere, "bad")

    def _photo(self, ticket: Ticket, number: int, reference: str, keeps: Callable[[str], bool]) -> Link | None:
        """Return the way to the *number*-th photo: through us where a platform hands it out, else where it lies.

        A code without its platform leads to a page of ours that says so.
        """
        label = self.words.thread.photo.format(number=number)
        if keeps(reference) or _CODE.fullmatch(reference):
            return Link(label, at(SEGMENT, ticket.id, "anh", number))
        return Link(label, reference) if _lies_open(reference) else None

    def _places(self, point: Point | None) -> Iterator[Link]:
        if point:
            place = f"{point.latitude:.5f}/{point.longitude:.5f}"
            mark = f"mlat={point.latitude:.5f}&mlon={point.longitude:.5f}"
            yield Link(self.words.thread.point, f"https://www.openstreetmap.org/?{mark}#map=17/{place}")


def _lies_open(reference: str) -> bool:
    """Tell whether *reference* is an address that a browser may go to by itself."""
    return reference.startswith("https://") and is_followable(reference)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"
