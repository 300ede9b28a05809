"""What waits for staff, counted for the first page of the console."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select, true, union

from bot.bulletins.states import Signer, Status
from bot.desk.ports.house import Errands
from bot.messages import Decision
from bot.storage.bulletin_rows import BULLETIN
from bot.storage.bulletin_shares import is_for_others
from bot.storage.database import Database
from bot.storage.results import MISSED
from bot.storage.tables import audiences, bulletins, questions, slots, tickets
from bot.storage.tickets import is_overdue, waits_in


class SqlErrandBook:
    """`bot.desk.ports.house.ErrandBook` on the database."""

    def __init__(self, database: Database) -> None:
        """Count in *database*."""
        self._database = database

    async def errands(self, me: Signer, *, since: datetime, now: datetime) -> Errands:
        """Return what waits in the communes of *me* at *now*; of what has happened, only what did since then."""
        mine = ~is_for_others(me.communes) & (bulletins.c.kind == BULLETIN)
        drafts = (bulletins.c.status == Status.DRAFT) & (bulletins.c.author == me.name)
        asked = (questions.c.decision == Decision.NONE) & (questions.c.asked_at > since)
        statement = select(
            _count(bulletins, mine & drafts).label("drafts"),
            _count(bulletins, mine & (bulletins.c.status == Status.SUBMITTED)).label("to_approve"),
            _count(bulletins, mine & MISSED & (bulletins.c.published_at > since)).label("troubled"),
            _count(questions, asked & _is_of(questions.c.commune, me.communes)).label("unanswered"),
            _count(tickets, waits_in(me.communes)).label("tickets"),
            _count(tickets, waits_in(me.communes) & is_overdue(now)).label("overdue"),
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one()
        return Errands(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it

    async def filled_slots(self, communes: Collection[str], first: date, last: date) -> frozenset[tuple[str, date]]:
        """Return the slots of *communes* from *first* to *last* that a bulletin is meant for."""
        reserved = select(slots.c.commune, slots.c.slot_date).where(
            slots.c.commune.in_(communes), slots.c.slot_date.between(first, last), slots.c.bulletin_id.is_not(None)
        )
        meant = (
            select(audiences.c.commune, bulletins.c.slot_date)
            .join(bulletins, bulletins.c.id == audiences.c.bulletin_id)
            .where(
                audiences.c.commune.in_(communes),
                bulletins.c.slot_date.between(first, last),
                bulletins.c.status != Status.STOPPED,
            )
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(union(reserved, meant))
            return frozenset((row.commune, row.slot_date) for row in rows)


def _count(table: FromClause, which: ColumnElement[bool]) -> Any:  # noqa: ANN401  # a scalar subquery of any table
    return select(func.count()).select_from(table).where(which).scalar_subquery()


def _is_of(commune: ColumnElement[str], communes: frozenset[str] | None) -> ColumnElement[bool]:
    return true() if communes is None else commune.in_(sorted(communes))
