"""The desk of tickets: the one door through which staff read what citizens sent them, answer, and publish answers.

Whose tickets somebody may see is asked at the door of the console; here is asked what may be done to one now, and that
it is still as it was seen: of two who answer at once, one does.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.ports.house import StaffBook
from bot.desk.ports.tickets import Photo, Sent, Spoken, Ticket, TicketBook, TicketMoves, TicketWord
from bot.desk.publishing import fit_for_all
from bot.desk.signing import member_named
from bot.desk.ticket_photos import TicketPhotos
from bot.errors import UserError
from bot.knowledge.library import Library
from bot.knowledge.sayings import Sayings
from bot.knowledge.ticket_words import TicketMistakes
from bot.markup import escape_lines
from bot.messages import Reply
from bot.ports.bulletins import Exchange
from bot.ports.platforms import PhotoKeeper, Platform
from bot.ports.world import Clock
from bot.text import clean
from bot.tickets.states import Speaker, Tab, TicketKind, TicketMove, ticket_refusal

MOST_ANSWER = 3000
"""Characters: two messages on Zalo."""

_ASKED_BEFORE = timedelta(days=1)
_MOST_ASKED = 5


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of a tab, how many tickets each tab has, and whether there is another page."""

    tickets: Sequence[Ticket]
    counts: Mapping[Tab, int]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket with all that was said in it, and what its citizen asked the bot before they wanted a person."""

    ticket: Ticket
    words: Sequence[TicketWord]
    asked_before: Sequence[str]

    @property
    def photos(self) -> tuple[str, ...]:
        """Return the references of all photos in it (`Incoming.media_ref`), in the order they came."""
        return (*self.ticket.photos, *(word.media_ref for word in self.words if word.media_ref))

    @property
    def heard(self) -> int:
        """Return the id of the last word, 0 if there is none: who closes the ticket has read so far."""
        return self.words[-1].id if self.words else 0


@dataclass(frozen=True, slots=True)
class TicketStores:
    """What the desk reads and writes through."""

    book: TicketBook
    moves: TicketMoves
    staff: StaffBook


class TicketDesk:
    """What staff do with tickets. *by* is the name of whoever does it, *revision* that of the ticket they saw.

    Every method raises `UserError` with a Vietnamese sentence where it refuses, and then nothing has changed.
    """

    def __init__(
        self,
        library: Callable[[], Library],
        stores: TicketStores,
        clock: Clock,
        page: Platform | None = None,
        keepers: Sequence[PhotoKeeper] = (),
    ) -> None:
        """Speak with the words of the newest *library*; visitors of the web chat are answered on *page*.

        Photos are fetched from the *keepers*.
        """
        self._photos = TicketPhotos(library, keepers)
        self._library = library
        self._book = stores.book
        self._moves = stores.moves
        self._staff = stores.staff
        self._clock = clock
        self._page = page

    # Looking

    async def inbox(self, communes: Collection[str] | None, tab: Tab, *, limit: int, skip: int = 0) -> Inbox:
        """Return at most *limit* tickets of *communes* (None: of all) in *tab*, after the first *skip*."""
        now = self._clock.now()
        found = await self._book.listing(communes, tab, now, limit=limit + 1, skip=skip)
        return Inbox(found[:limit], await self._book.counts(communes, now), has_more=len(found) > limit)

    async def find(self, ticket_id: int) -> Ticket | None:
        """Return a ticket, if there is one."""
        return await self._book.find(ticket_id)

    async def thread(self, ticket_id: int) -> Thread:
        """Return a ticket with everything said in it."""
        ticket = await self._found(ticket_id)
        asked: Sequence[str] = ()
        if ticket.kind is TicketKind.HANDOVER:
            asked = await self._book.asked_before(ticket.id, ticket.opened_at - _ASKED_BEFORE, _MOST_ASKED)
        return Thread(ticket, await self._book.words(ticket.id), asked)

    def keeps(self, reference: str) -> bool:
        """Tell whether the photo *reference* can be asked for here."""
        return self._photos.keeps(reference)

    async def photo(self, ticket_id: int, number: int) -> Photo | None:
        """Return the *number*-th photo of a ticket, counted from 1 (`Thread.photos`); None if it has no such.

        It is fetched from the platform that keeps it; `UserError` says why it cannot be had.
        """
        photos = (await self.thread(ticket_id)).photos
        return await self._photos.fetch(photos[number - 1]) if 0 < number <= len(photos) else None

    async def colleagues(self, ticket: Ticket) -> list[str]:
        """Return the names of those who may look after *ticket*."""
        members = await self._staff.members()
        return [member.name for member in members if member.signer.serves({ticket.commune})]

    # Doing

    async def assign(self, ticket_id: int, assignee: str, *, by: str, revision: int) -> None:
        """Make *assignee*, who works for the ticket's commune, look after it; nobody where empty."""
        seen = await self._seen(TicketMove.ASSIGN, ticket_id, revision)
        if assignee and assignee not in await self.colleagues(seen):
            raise UserError(self._mistakes.no_such_staff.format(name=assignee))
        member = member_named(assignee, await self._staff.members())
        self._check(await self._moves.assign(seen, member.name if member else "", by))

    async def answer(self, ticket_id: int, text: str, *, by: str, revision: int) -> Sent:
        """Say *text* to the citizen, in their chat; whoever wanted a person talks with staff from now on."""
        said = self._fit(text, self._mistakes.answer_missing)
        seen = await self._seen(TicketMove.ANSWER, ticket_id, revision)
        letter = self._letter(seen, said)
        return await self._told(await self._moves.answer(seen, said, self._spoken(letter), by))

    async def close(self, ticket_id: int, *, by: str, revision: int, heard: int) -> None:
        """Close a ticket in which the citizen has said nothing after the word *heard* (`Thread.heard`)."""
        seen = await self._seen(TicketMove.CLOSE, ticket_id, revision)
        goodbye = self._sayings.talk.ended_by_staff.format(commune=self._commune(seen))
        await self._told(await self._moves.close(seen, heard, self._spoken(goodbye), by))

    async def proposed(self, ticket: Ticket) -> Exchange:
        """Return what of *ticket* could be published, for an official to go over."""
        if ticket.exchange:
            return ticket.exchange
        words = await self._book.words(ticket.id)
        answer = "\n\n".join(word.text for word in words if word.speaker is Speaker.STAFF)
        return fit_for_all(Exchange(ticket.text, answer), self._library(), ticket.commune)

    def publishable(self, ticket: Ticket, exchange: Exchange) -> Exchange:
        """Return *exchange* as it would be published."""
        question = self._fit(exchange.question, self._mistakes.question_missing)
        answer = self._fit(exchange.answer, self._mistakes.published_answer_missing)
        return fit_for_all(Exchange(question, answer), self._library(), ticket.commune)

    async def publish(self, ticket_id: int, exchange: Exchange, *, by: str, revision: int) -> None:
        """Let everyone read *exchange*, of a feedback that was answered."""
        seen = await self._seen(TicketMove.PUBLISH, ticket_id, revision)
        self._check(await self._moves.publish(seen, self.publishable(seen, exchange), by))

    async def unpublish(self, ticket_id: int, *, by: str, revision: int) -> None:
        """Let nobody read any more what was published of a ticket."""
        seen = await self._seen(TicketMove.UNPUBLISH, ticket_id, revision)
        self._check(await self._moves.unpublish(seen, by))

    # Inside

    @property
    def _mistakes(self) -> TicketMistakes:
        return self._library().shelves.console.tickets.mistakes

    @property
    def _sayings(self) -> Sayings:
        return self._library().sayings

    async def _found(self, ticket_id: int) -> Ticket:
        found = await self._book.find(ticket_id)
        if found is None:
            raise UserError(self._mistakes.no_such_ticket)
        return found

    async def _seen(self, move: TicketMove, ticket_id: int, revision: int) -> Ticket:
        """Return a ticket that is as it was seen, and to which *move* may be made."""
        found = await self._found(ticket_id)
        if refused := ticket_refusal(move, found.standing):
            raise UserError(str(getattr(self._mistakes, refused)))
        self._check(found.revision == revision)
        return found

    def _check(self, is_as_seen: object) -> None:
        if not is_as_seen:
            raise UserError(self._mistakes.changed)

    def _fit(self, text: str, if_missing: str) -> str:
        fit = clean(text)
        if not fit:
            raise UserError(if_missing)
        if len(fit) > MOST_ANSWER:
            raise UserError(self._mistakes.answer_long.format(length=len(fit), most=MOST_ANSWER))
        return fit

    def _letter(self, seen: Ticket, text: str) -> str:
        """Return *text* as the citizen gets it: whose words these are, and how to reply."""
        commune, said = self._commune(seen), escape_lines(text)
        if seen.kind is TicketKind.FEEDBACK:
            words = self._sayings.feedback
            parts = [words.answered.format(commune=commune, code=seen.code), said, words.add.format(code=seen.code)]
            return "\n\n".join(parts)
        hint = "" if self._is_talking(seen) else self._sayings.talk.hint
        return "\n\n".join(filter(None, [self._sayings.talk.says.format(commune=commune), said, hint]))

    def _is_talking(self, ticket: Ticket) -> bool:
        return is_talking(ticket, self._clock.now())

    def _spoken(self, letter: str) -> Spoken:
        return Spoken(letter, self._page.render(Reply(letter)) if self._page else ())

    async def _told(self, sent: Sent | None) -> Sent:
        """Show on the citizen's page what is to be shown there; whoever has it open sees it at once."""
        if sent is None:
            raise UserError(self._mistakes.changed)
        if self._page:
            for page in sent.pages:
                await self._page.send(page)
        return sent

    def _commune(self, ticket: Ticket) -> str:
        return self._library().fields(ticket.commune)["commune.name"]


def is_talking(ticket: Ticket, now: datetime) -> bool:
    """Tell whether staff are talking with the citizen of *ticket* at *now*."""
    return ticket.talks_until is not None and now < ticket.talks_until
