"""Forget in time: what people asked and were answered, and the ids of those who left.

Deletes go in small transactions, so that a large backlog never holds up a message.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.states import Status
from bot.storage.bulletin_rows import LETTER
from bot.storage.database import Database
from bot.storage.inbox_statements import IS_OPEN
from bot.storage.tables import bulletins, deliveries, delivery_tries, inbox, people, questions, tallies, tickets
from bot.storage.ticket_effects import strip_tickets

_OVER = [Status.SENT.value, Status.STOPPED.value]


class SqlRetention:
    """`bot.ports.world.Retention` on the database."""

    def __init__(self, database: Database, *, at_once: int = 2000) -> None:
        """Delete from *database*, at most *at_once* rows a transaction."""
        self._database = database
        self._at_once = at_once

    async def forget_questions(self, before: datetime) -> int:
        """Delete questions, messages, replies and letters to one person that are older than *before*.

        What somebody was writing then, and never sent, goes too.

        Returns how many questions, messages and letters.
        """
        await self._forget_dialogues(before)
        done = inbox.c.state.in_(["replied", "dead"])
        asked = await self._delete(questions.c.id, questions.c.asked_at < before)
        sent = await self._delete(inbox.c.id, (inbox.c.received_at < before) & done)
        return asked + sent + await self._delete(bulletins.c.id, _is_old_letter(before))

    async def forget_leavers(self, before: datetime) -> int:
        """Delete the people who left, or had themselves forgotten, before *before*; return how many."""
        left = or_(people.c.gone_at < before, people.c.forgotten_at < before)
        has_open = select(inbox.c.person_id).where(IS_OPEN)
        return await self._delete(people.c.id, left & people.c.id.not_in(has_open))

    async def forget_tickets(self, before: datetime) -> int:
        """Delete tickets whose last word was said before *before*, but what was published of them; return how many."""
        is_old = func.coalesce(tickets.c.last_word_at, tickets.c.opened_at) < before
        is_published = tickets.c.published_at.is_not(None)
        async with self._database.writing() as connection:
            await strip_tickets(connection, is_old & is_published & (tickets.c.text != ""))
        return await self._delete(tickets.c.id, is_old & ~is_published)

    async def _forget_dialogues(self, before: datetime) -> None:
        silent = (people.c.last_inbound < before) & (people.c.dialogue != "")
        cleared = self._at_once
        while cleared == self._at_once:
            async with self._database.writing() as connection:
                free = select(people.c.id).where(silent).limit(self._at_once).with_for_update(skip_locked=True)
                ids = (await connection.execute(free)).scalars().all()
                await connection.execute(update(people).where(people.c.id.in_(ids)).values(dialogue=""))
            cleared = len(ids)

    async def _delete(self, key: "Column[Any]", which: ColumnElement[bool]) -> int:
        total = 0
        while True:
            async with self._database.writing() as connection:
                # Whoever writes at this moment is left for tomorrow.
                free = select(key).where(which).limit(self._at_once).with_for_update(skip_locked=True)
                ids = (await connection.execute(free)).scalars().all()
                await _forget_traces(connection, key, ids)
                await connection.execute(delete(key.table).where(key.in_(ids)))
            total += len(ids)
            if len(ids) < self._at_once:
                return total


def _is_old_letter(before: datetime) -> ColumnElement[bool]:
    """Return what holds of letters of before *before* that nobody waits for any more."""
    waiting = exists().where(
        tallies.c.bulletin_id == bulletins.c.id, tallies.c.pending + tallies.c.sending + tallies.c.held > 0
    )
    return (bulletins.c.kind == LETTER) & (bulletins.c.created_at < before) & bulletins.c.status.in_(_OVER) & ~waiting


async def _forget_traces(connection: AsyncConnection, key: "Column[Any]", ids: Sequence[int]) -> None:
    """Delete what no foreign key leads to: the ledger of letters, and message ids in the ledger about people."""
    if key is bulletins.c.id:
        for table in (deliveries, delivery_tries):
            await connection.execute(delete(table).where(table.c.bulletin_id.in_(ids)))
    if key is people.c.id:
        # By bulletin too, because that is how the tries are indexed.
        theirs = delivery_tries.c.person_id.in_(ids) & delivery_tries.c.bulletin_id.in_(select(bulletins.c.id))
        await connection.execute(update(delivery_tries).where(theirs).values(platform_id=None))
