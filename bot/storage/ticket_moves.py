"""What staff do to tickets, each in one transaction with its line in the log; whoever is second finds it changed.

The citizen's row is locked before the ticket's, as where their own messages are settled.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import case, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.ports.house import Change
from bot.desk.ports.tickets import Sent, Spoken, Ticket
from bot.messages import Address, Channel, Outgoing
from bot.ports.bulletins import Exchange
from bot.ports.world import Clock
from bot.storage.audit import write_change
from bot.storage.database import Database
from bot.storage.letters import write_letter
from bot.storage.tables import inbox, people, replies, ticket_messages, tickets
from bot.storage.ticket_effects import NO_TALK
from bot.tickets.states import TALK_LASTS, Speaker, TicketKind, TicketMove, TicketState

Result = TypeVar("Result")


class _OutrunError(Exception):
    """Somebody else was first."""


class SqlTicketMoves:
    """`bot.desk.ports.tickets.TicketMoves` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Write to *database*, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def assign(self, seen: Ticket, assignee: str, by: str) -> bool:
        """Make *assignee* look after it; nobody where empty."""
        values = {"assignee": assignee or None, "state": _in_hand(seen, assignee)}
        change = _change(seen, TicketMove.ASSIGN, by, {"assignee": seen.assignee}, {"assignee": assignee})
        return await self._moved(lambda connection, now: _advance(connection, seen, values, change, now))

    async def answer(self, seen: Ticket, text: str, spoken: Spoken, by: str) -> Sent | None:
        """Say *text* to the citizen, as *spoken*; a wish for a person becomes a talk."""

        async def work(connection: AsyncConnection) -> Sent:
            now = self._clock.now()
            person = await _lock_person(connection, seen)
            values = {
                "state": TicketState.ANSWERED.value,
                "assignee": func.coalesce(tickets.c.assignee, by),
                "answered_at": func.coalesce(tickets.c.answered_at, now),
                "last_word_at": now,
            }
            await _advance(connection, seen, values, _change(seen, TicketMove.ANSWER, by), now)
            letter, sent = await _say(connection, person, spoken, by, now)
            word = {"ticket_id": seen.id, "speaker": Speaker.STAFF.value, "by": by, "at": now, "text": text}
            fate = {"letter_id": letter, "went_out": sent.went_out}
            await connection.execute(insert(ticket_messages), {**word, **fate})
            if sent.went_out and seen.kind is TicketKind.HANDOVER:  # who never hears of a talk is in none
                talk = {"talk_ticket": seen.id, "talk_until": now + TALK_LASTS}
                await connection.execute(update(people).where(people.c.id == person).values(talk))
            return sent

        return await self._attempt(work)

    async def close(self, seen: Ticket, heard: int, spoken: Spoken, by: str) -> Sent | None:
        """Close it, where the citizen has said nothing after the word *heard*; end a talk with *spoken*."""

        async def work(connection: AsyncConnection) -> Sent:
            now = self._clock.now()
            person = await _lock_person(connection, seen)
            if await _has_said_more(connection, seen, heard):
                raise _OutrunError
            values = {"state": TicketState.CLOSED.value, "closed_at": now, "closed_by": by}
            await _advance(connection, seen, values, _change(seen, TicketMove.CLOSE, by), now)
            return await _end_talk(connection, seen, person, spoken, by, now)

        return await self._attempt(work)

    async def publish(self, seen: Ticket, exchange: Exchange, by: str) -> bool:
        """Let everyone read *exchange*."""
        before = _texts(seen.exchange)
        change = _change(seen, TicketMove.PUBLISH, by, before, _texts(exchange))

        def values(now: datetime) -> Mapping[str, object]:
            first = func.coalesce(tickets.c.published_at, now)
            texts = {"published_question": exchange.question, "published_answer": exchange.answer}
            return {"published_at": first, **texts}

        return await self._moved(lambda connection, now: _advance(connection, seen, values(now), change, now))

    async def unpublish(self, seen: Ticket, by: str) -> bool:
        """Let nobody read it any more."""
        values = {"published_at": None, "published_question": None, "published_answer": None}
        change = _change(seen, TicketMove.UNPUBLISH, by)
        return await self._moved(lambda connection, now: _advance(connection, seen, values, change, now))

    async def _moved(self, work: Callable[[AsyncConnection, datetime], Awaitable[None]]) -> bool:
        async def moved(connection: AsyncConnection) -> bool:
            await work(connection, self._clock.now())
            return True

        return bool(await self._attempt(moved))

    async def _attempt(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result | None:
        """Return what *work* returns, or None and nothing written if somebody else was first."""
        try:
            return await self._database.write(work)
        except _OutrunError:
            return None


async def _lock_person(connection: AsyncConnection, seen: Ticket) -> int | None:
    """Return the id of the ticket's citizen, their row locked; None if they are gone from our books."""
    whose = select(tickets.c.person_id).where(tickets.c.id == seen.id).scalar_subquery()
    return (await connection.execute(select(people.c.id).where(people.c.id == whose).with_for_update())).scalar()


async def _advance(
    connection: AsyncConnection, seen: Ticket, values: Mapping[str, object], change: Change, now: datetime
) -> None:
    """Change *seen* and note the *change*.

    Raises:
        _OutrunError: it is no longer as it was seen.
    """
    as_seen = (tickets.c.id == seen.id) & (tickets.c.revision == seen.revision)
    changed = update(tickets).where(as_seen).values({**values, "revision": seen.revision + 1})
    if (await connection.execute(changed)).rowcount != 1:
        raise _OutrunError
    await write_change(connection, change, now)


async def _has_said_more(connection: AsyncConnection, seen: Ticket, heard: int) -> bool:
    unheard = exists().where(
        ticket_messages.c.ticket_id == seen.id,
        ticket_messages.c.id > heard,
        ticket_messages.c.speaker == Speaker.CITIZEN.value,
    )
    return bool((await connection.execute(select(unheard))).scalar())


async def _end_talk(  # whom, how and when
    connection: AsyncConnection, seen: Ticket, person: int | None, spoken: Spoken, by: str, now: datetime
) -> Sent:
    """Give the citizen back to the bot and tell them so, if staff were talking with them in this ticket."""
    if person is None:
        return Sent(went_out=False)
    talking = (people.c.id == person) & (people.c.talk_ticket == seen.id)
    is_live = (await connection.execute(select(people.c.talk_until).where(talking))).scalar()
    await connection.execute(update(people).where(talking).values(NO_TALK))
    if is_live is None or is_live <= now:
        return Sent(went_out=False)
    _, sent = await _say(connection, person, spoken, by, now)
    return sent


async def _say(
    connection: AsyncConnection, person: int | None, spoken: Spoken, by: str, now: datetime
) -> tuple[int | None, Sent]:
    """Send *spoken* to the person: as a letter where their platform takes one, else onto their page."""
    if person is None:
        return None, Sent(went_out=False)
    letter = await write_letter(connection, person, spoken.letter, by=by, now=now)
    pages = () if letter else await _show(connection, person, spoken.pages, now)
    return letter, Sent(letter is not None or bool(pages), pages)


async def _show(
    connection: AsyncConnection, person: int, bodies: tuple[str, ...], now: datetime
) -> tuple[Outgoing, ...]:
    """Store *bodies* as replies to the newest message of a visitor of the web page, who reads them when they are there.

    They count as posted: the page asks for what is stored.
    """
    newest = (
        select(people.c.account, people.c.user, func.max(inbox.c.id).label("message"))
        .join(inbox, inbox.c.person_id == people.c.id)
        .where(people.c.id == person, people.c.channel == Channel.WEB.value, people.c.gone_at.is_(None))
        .group_by(people.c.account, people.c.user)
    )
    row = (await connection.execute(newest)).one_or_none()
    if row is None:
        return ()
    address = Address(Channel.WEB, row.account, row.user)
    reply = {"person_id": person, "inbox_id": row.message, "state": "sent", "created_at": now, "sent_at": now}
    stored = insert(replies).returning(replies.c.id, sort_by_parameter_order=True)
    ids = (await connection.execute(stored, [{**reply, "body": body} for body in bodies])).scalars()
    return tuple(Outgoing(number, address, body) for number, body in zip(ids, bodies, strict=True))


def _in_hand(seen: Ticket, assignee: str) -> object:
    """Return the state of a ticket that goes to *assignee*: one that waits is in hand, or nobody's again."""
    if seen.state is TicketState.ANSWERED:
        return tickets.c.state
    never_answered = tickets.c.answered_at.is_(None)
    back = case((never_answered, TicketState.NEW.value), else_=TicketState.ASSIGNED.value)
    return TicketState.ASSIGNED.value if assignee else back


def _change(
    seen: Ticket,
    move: TicketMove,
    by: str,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> Change:
    """Return the entry of the log for *move*: without what the citizen wrote, which is not kept for ever."""
    return Change(
        by=by,
        what=f"ticket.{move}",
        subject=seen.code or f"#{seen.id}",
        communes=frozenset({seen.commune}),
        before=before or {},
        after=after or {},
    )


def _texts(exchange: Exchange | None) -> Mapping[str, str]:
    return {"question": exchange.question, "answer": exchange.answer} if exchange else {}
