"""The log of every change: rows are added in the transaction of the change they tell of, and never touched again.

What is done to bulletins is kept with them, in their history; reading the log reads both as one.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, String, cast, exists, insert, literal, select, true, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.ports.house import Change, Noted, Search
from bot.ports.world import Clock
from bot.storage.bulletin_rows import BULLETIN
from bot.storage.database import Database
from bot.storage.tables import audiences, audit_communes, audit_log, bulletin_history, bulletins

_OF_BULLETINS = "bulletin."
_ENTRY, _MOVE = 0, 1


class SqlAudit:
    """`bot.desk.ports.house.Audit` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Write to *database*, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def note(self, change: Change) -> None:
        """Add *change*."""
        now = self._clock.now()
        await self._database.write(lambda connection: write_change(connection, change, now))

    async def noted(self, communes: frozenset[str] | None, search: Search) -> Sequence[Noted]:
        """Return entries that concern any of *communes* (None: all there are), newest first."""
        both = union_all(_noted(communes), _moved(communes)).subquery()
        found = select(both).order_by(both.c.at.desc(), both.c.kind, both.c.id.desc())
        if search.by:
            found = found.where(both.c.by == search.by)
        if search.what:
            found = found.where(both.c.what.startswith(search.what, autoescape=True))
        async with self._database.reading() as connection:
            rows = await connection.execute(found.limit(search.limit).offset(search.offset))
            return [_entry(row) for row in rows]

    async def writers(self, communes: frozenset[str] | None) -> Sequence[str]:
        """Return the names that stand in those entries, in order."""
        both = union(
            select(audit_log.c.by).where(_concerns(communes)),
            select(bulletin_history.c.by).where(_is_read_by(communes)),
        ).subquery()
        async with self._database.reading() as connection:
            return (await connection.execute(select(both.c.by).order_by(both.c.by))).scalars().all()


async def write_change(connection: AsyncConnection, change: Change, at: datetime) -> None:
    """Add *change* in the transaction that makes it."""
    row = {"by": change.by, "what": change.what, "subject": change.subject, "at": at}
    texts = {"before": _json(change.before), "after": _json(change.after)}
    added = insert(audit_log).values(**row, **texts).returning(audit_log.c.id)
    entry = (await connection.execute(added)).scalar_one()
    if change.communes:
        concerned = [{"entry_id": entry, "commune": commune} for commune in sorted(change.communes)]
        await connection.execute(insert(audit_communes), concerned)


def _noted(communes: frozenset[str] | None) -> Select[tuple[object, ...]]:
    columns = [audit_log.c[name] for name in ("id", "at", "by", "what", "subject", "before", "after")]
    return select(literal(_ENTRY).label("kind"), *columns).where(_concerns(communes))


def _moved(communes: frozenset[str] | None) -> Select[tuple[object, ...]]:
    number = cast(bulletins.c.id, String)
    return (
        select(
            literal(_MOVE).label("kind"),
            bulletin_history.c.id,
            bulletin_history.c.at,
            bulletin_history.c.by,
            (_OF_BULLETINS + bulletin_history.c.what).label("what"),
            (number + ": " + bulletins.c.title).label("subject"),
            literal("{}").label("before"),
            bulletin_history.c.detail.label("after"),
        )
        .join(bulletins, bulletins.c.id == bulletin_history.c.bulletin_id)
        .where(bulletins.c.kind == BULLETIN, _is_read_by(communes))
    )


def _concerns(communes: frozenset[str] | None) -> ColumnElement[bool]:
    if communes is None:
        return true()
    named = audit_communes.c.commune.in_(sorted(communes))
    return exists().where(audit_communes.c.entry_id == audit_log.c.id, named)


def _is_read_by(communes: frozenset[str] | None) -> ColumnElement[bool]:
    if communes is None:
        return true()
    named = audiences.c.commune.in_(sorted(communes))
    return exists().where(audiences.c.bulletin_id == bulletin_history.c.bulletin_id, named)


def _entry(row: Row[tuple[object, ...]]) -> Noted:
    if row.kind == _MOVE:
        after = {"detail": row.after} if row.after else {}
        return Noted(row.at, Change(by=row.by, what=row.what, subject=row.subject, after=after))
    before, after = json.loads(row.before), json.loads(row.after)
    return Noted(row.at, Change(by=row.by, what=row.what, subject=row.subject, before=before, after=after))


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False)
