"""Bulletins out of their rows: the one place that knows how a stored bulletin becomes a `Bulletin`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.states import Status
from bot.ports.bulletins import Audience, Bulletin, Draft
from bot.storage.tables import audiences, bulletins

LETTER, BULLETIN = "letter", "bulletin"
LEDGER, BROADCAST = "ledger", "broadcast"


async def read_bulletins(
    connection: AsyncConnection,
    *which: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]] = (bulletins.c.id,),
    limit: int | None = None,
    skip: int = 0,
) -> list[Bulletin]:
    """Return the bulletins *which* holds of, each with whom it is for; at most *limit*, without the first *skip*."""
    wanted = select(bulletins).where(*which).order_by(*order).limit(limit)
    rows = (await connection.execute(wanted.offset(skip) if skip else wanted)).all()
    if not rows:
        return []
    readers: dict[int, list[Audience]] = {row.id: [] for row in rows}
    found = select(audiences).where(audiences.c.bulletin_id.in_(list(readers))).order_by(*audiences.primary_key)
    for row in await connection.execute(found):
        readers[row.bulletin_id].append(Audience(row.commune, row.hamlet))
    return [_bulletin(row, tuple(readers[row.id])) for row in rows]


def _bulletin(row: Row[tuple[Any, ...]], readers: tuple[Audience, ...]) -> Bulletin:
    draft = Draft(
        title=row.title,
        body=row.body,
        audiences=readers,
        picture=row.picture or "",
        is_urgent=row.is_urgent,
        is_broadcast=row.way == BROADCAST,
        due_at=row.due_at,
        slot_date=row.slot_date,
        corrects=row.corrects,
    )
    return Bulletin(
        id=row.id,
        status=Status(row.status),
        draft=draft,
        is_letter=row.kind == LETTER,
        passes_quiet=row.passes_quiet,
        text_hash=row.text_hash or "",
        revision=row.revision,
        author=row.author,
        created_at=row.created_at,
        submitted_by=row.submitted_by or "",
        submitted_at=row.submitted_at,
        approved_by=row.approved_by or "",
        approved_at=row.approved_at,
        stopped_by=row.stopped_by or "",
        stopped_at=row.stopped_at,
        published_at=row.published_at,
        finished_at=row.finished_at,
    )
