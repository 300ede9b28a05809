"""Whose bulletins are, and the figures of only some of their communes.

A bulletin for several communes belongs to each of them. Kept counts are of all of them together, so what concerns only
some is counted from the deliveries, as the reports do it.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, false, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State
from bot.ports.bulletins import Counts
from bot.storage.report_figures import shares
from bot.storage.tables import audiences, bulletins


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


async def counts_among(
    connection: AsyncConnection, bulletin_ids: Collection[int], communes: Collection[str] | None
) -> dict[int, Counts]:
    """Return how many deliveries of each of these bulletins in *communes* are in each state."""
    counts = {one: dict.fromkeys(State, 0) for one in bulletin_ids}
    if counts:
        for bulletin_id, state, number in await connection.execute(shares(bulletin_ids, communes or ())):
            counts[bulletin_id][State(state)] = number
    return dict(counts)
