"""Whose bulletins are, and the figures of only some of their communes.

A bulletin for several communes belongs to each of them. Kept counts are of all of them together, so what concerns only
some, on pages and in reports, is counted from the deliveries.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, exists, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State
from bot.ports.bulletins import Counts
from bot.storage.tables import audiences, bulletins, deliveries


def is_for(communes: Collection[str] | None) -> ColumnElement[bool]:
    """Return what holds of the bulletins for any of *communes* (None: for any at all)."""
    if communes is None:
        return true()
    return exists().where(audiences.c.bulletin_id == bulletins.c.id, audiences.c.commune.in_(sorted(communes)))


def is_for_others(communes: Collection[str] | None) -> ColumnElement[bool]:
    """Return what holds of the bulletins that also go to a commune that is none of *communes* (None: never)."""
    if communes is None:
        return false()
    return exists().where(audiences.c.bulletin_id == bulletins.c.id, audiences.c.commune.not_in(sorted(communes)))


def shares(ids: Collection[int], communes: Collection[str]) -> Select[int, str, int]:
    """Select how many deliveries of the bulletins *ids* in *communes* are in each state."""
    key = (deliveries.c.bulletin_id, deliveries.c.state)
    mine = deliveries.c.bulletin_id.in_(sorted(ids)) & deliveries.c.commune.in_(sorted(communes))
    return select(*key, func.count()).where(mine).group_by(*key)


async def counts_among(
    connection: AsyncConnection, bulletin_ids: Collection[int], communes: Collection[str] | None
) -> dict[int, Counts]:
    """Return how many deliveries of each of these bulletins in *communes* are in each state."""
    counts = {one: dict.fromkeys(State, 0) for one in bulletin_ids}
    if counts:
        for bulletin_id, state, number in await connection.execute(shares(bulletin_ids, communes or ())):
            counts[bulletin_id][State(state)] = number
    return dict(counts)
