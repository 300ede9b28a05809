"""Weekly slots: who has them, and that each is reminded of once and filled once.

The row of a slot decides: of two processes, or two ticks, that find it empty, one writes it and the other finds it
written. What is done to a slot and the mark that it was done are one transaction.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Column, ColumnElement, and_, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.states import Move, Status
from bot.ports.bulletins import Draft
from bot.ports.reminders import Reminder
from bot.ports.sending import SlotPlan
from bot.ports.world import Clock
from bot.storage.bulletin_rows import BULLETIN
from bot.storage.database import Database
from bot.storage.launches import note
from bot.storage.letters import write_letter
from bot.storage.tables import audiences, bulletins, slots

Result = TypeVar("Result")

_MEANT = [Status.DRAFT.value, Status.SUBMITTED.value, Status.APPROVED.value, Status.SCHEDULED.value]


class _TakenError(Exception):
    """Somebody else was first: roll back."""


class SqlSlots:
    """`bot.ports.sending.SlotBook` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep the slots in *database*, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def plans(self, first: date, last: date) -> dict[tuple[str, date], SlotPlan]:
        """Return what is known of the slots from *first* to *last*, by commune and day."""
        rows = select(slots).where(slots.c.slot_date.between(first, last))
        meant = (
            select(audiences.c.commune, bulletins.c.slot_date)
            .join(bulletins, bulletins.c.id == audiences.c.bulletin_id)
            .where(bulletins.c.slot_date.between(first, last), bulletins.c.status.in_(_MEANT))
        )
        async with self._database.reading() as connection:
            with_draft = {(row.commune, row.slot_date) for row in await connection.execute(meant)}
            known = {(row.commune, row.slot_date): row for row in await connection.execute(rows)}
        return {
            key: SlotPlan(
                is_taken=row is not None and row.bulletin_id is not None,
                has_draft=key in with_draft,
                is_reminded=row is not None and row.reminded_at is not None,
                is_decided=row is not None and row.decided_at is not None,
            )
            for key in known.keys() | with_draft
            for row in [known.get(key)]
        }

    async def remind(self, commune: str, day: date, reminders: Sequence[Reminder], *, by: str) -> bool:
        """Send *reminders* about an empty slot, unless that was done; return whether it was done now."""

        async def work(connection: AsyncConnection) -> bool:
            await self._mark(connection, commune, day, slots.c.reminded_at)
            await self._send(connection, reminders, by)
            return True

        return bool(await self._attempt(work))

    async def prepare(self, draft: Draft, commune: str, reminders: Sequence[Reminder], *, by: str) -> int | None:
        """Store *draft* for its slot, ask for approval and send *reminders*, unless that was done; return its id."""

        async def work(connection: AsyncConnection) -> int:
            await self._mark(connection, commune, _day(draft), slots.c.reminded_at)
            await self._send(connection, reminders, by)
            return await self._write(connection, draft, by, Status.SUBMITTED)

        return await self._attempt(work)

    async def fill(self, draft: Draft, commune: str, *, by: str) -> int | None:
        """Store and approve *draft* for its slot, unless that is taken or decided; return its id."""

        async def work(connection: AsyncConnection) -> int:
            await self._mark(connection, commune, _day(draft), slots.c.decided_at, slots.c.bulletin_id.is_(None))
            bulletin_id = await self._write(connection, draft, by, Status.SCHEDULED)
            row = and_(slots.c.commune == commune, slots.c.slot_date == draft.slot_date)
            await connection.execute(slots.update().where(row).values(bulletin_id=bulletin_id))
            return bulletin_id

        return await self._attempt(work)

    async def _send(self, connection: AsyncConnection, reminders: Sequence[Reminder], by: str) -> None:
        for one in reminders:
            await write_letter(connection, one.person_id, one.text, by=by, now=self._clock.now())

    async def _mark(
        self,
        connection: AsyncConnection,
        commune: str,
        day: date,
        column: "Column[object]",
        *still: ColumnElement[bool],
    ) -> None:
        """Date *column* of a slot.

        Raises:
            _TakenError: it was dated before, or *still* does not hold.
        """
        now = self._clock.now()
        row = self._database.upsert(slots).values(commune=commune, slot_date=day, **{column.name: now})
        marked = row.on_conflict_do_update(
            index_elements=["commune", "slot_date"],
            set_={column.name: now},
            where=and_(column.is_(None), *still),
        ).returning(slots.c.commune)
        if (await connection.execute(marked)).scalar_one_or_none() is None:
            raise _TakenError

    async def _write(self, connection: AsyncConnection, draft: Draft, by: str, status: Status) -> int:
        now = self._clock.now()
        is_approved = status is Status.SCHEDULED
        row = {
            "kind": BULLETIN,
            "status": status.value,
            "title": draft.title,
            "body": draft.body,
            "slot_date": draft.slot_date,
            "due_at": draft.due_at,
            "author": by,
            "created_at": now,
            "submitted_by": by,
            "submitted_at": now,
            **({"approved_by": by, "approved_at": now, "text_hash": draft.text_hash} if is_approved else {}),
        }
        bulletin_id: int = (
            await connection.execute(insert(bulletins).values(row).returning(bulletins.c.id))
        ).scalar_one()
        readers = [
            {"bulletin_id": bulletin_id, "commune": one.commune, "hamlet": one.hamlet} for one in draft.audiences
        ]
        await connection.execute(insert(audiences), readers)
        for move in (Move.CREATE, Move.SUBMIT, *([Move.APPROVE] if is_approved else [])):
            await note(connection, bulletin_id, now, by, move.value)
        return bulletin_id

    async def _attempt(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result | None:
        """Return what *work* returns, or None and nothing written if somebody else was first."""
        try:
            return await self._database.write(work)
        except _TakenError:
            return None


def _day(draft: Draft) -> date:
    assert draft.slot_date is not None, "a draft for a slot has its day"  # noqa: S101  # a slip of ours
    return draft.slot_date
