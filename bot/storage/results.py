"""How bulletins fare: lists, reasons and figures for the console.

Counts come from `tallies`, which are kept; deliveries are read only where somebody asks why, or for each of them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins import broadcasts as airings
from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import Role, Signer, Status
from bot.desk.ports.bulletins import BulletinSearch, Fate, Listed, Outing, Pause, Reason
from bot.messages import Channel
from bot.ports.bulletins import Counts
from bot.storage.broadcasts import read_standings
from bot.storage.bulletin_rows import BULLETIN, read_bulletins
from bot.storage.bulletin_shares import counts_among, is_for, is_for_others
from bot.storage.database import Database, database_clock
from bot.storage.tables import ENDED_OTHERWISE, accounts, broadcasts, bulletins, deliveries, tallies

_IS_BULLETIN = bulletins.c.kind == BULLETIN
_IN_VAIN = [airings.State.FAILED.value, airings.State.UNKNOWN.value]
_AS_WISHED = [Why.STOPPED.value, Why.CORRECTED.value]
MISSED = or_(
    exists().where(tallies.c.bulletin_id == bulletins.c.id, (tallies.c.failed > 0) | (tallies.c.unknown > 0)),
    exists().where(
        broadcasts.c.bulletin_id == bulletins.c.id,
        broadcasts.c.state.in_(_IN_VAIN),
        func.coalesce(broadcasts.c.code, "").not_in(_AS_WISHED),
    ),
)
"""What holds of bulletins that did not, or may not, reach everybody, and nobody wished for that."""

_SUMS = [func.coalesce(func.sum(tallies.c[state]), 0).label(state) for state in State]


class SqlResults:
    """`bot.desk.ports.bulletins.Results` on the database."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def listing(self, search: BulletinSearch) -> list[Listed]:
        """Return what was searched for: what waits for whoever looks, then by date, newest first."""
        order = (_turn(search.me), _moment().desc(), bulletins.c.id.desc())
        async with self._database.reading() as connection:
            found = await read_bulletins(connection, *_which(search), order=order, limit=search.limit, skip=search.skip)
            whole = [one.id for one in found if search.me.serves(one.draft.communes)]
            counts = await _kept_counts(connection, whole)
            counts |= await counts_among(connection, {one.id for one in found} - {*whole}, search.me.communes)
            standings = await read_standings(connection, [one.id for one in found if one.draft.is_broadcast])
        nothing = dict.fromkeys(State, 0)
        return [Listed(one, counts.get(one.id, nothing), standings.get(one.id)) for one in found]

    async def reasons(self, bulletin_id: int, among: Collection[str] | None = None) -> list[Reason]:
        """Return why a bulletin did not, or may not, reach somebody, the most frequent reason first."""
        there = true() if among is None else deliveries.c.commune.in_(sorted(among))
        of_it = (deliveries.c.bulletin_id == bulletin_id, text(ENDED_OTHERWISE), there)
        columns = (deliveries.c.channel, deliveries.c.state, deliveries.c.code)
        statement = select(*columns, func.count()).where(*of_it).group_by(*columns).order_by(func.count().desc())
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return [Reason(Channel(channel), State(state), code or "", count) for channel, state, code, count in rows]

    async def pauses(self, bulletin_id: int) -> list[Pause]:
        """Return what holds the accounts from which a bulletin has something to send."""
        seconds = (accounts.c.not_before - database_clock()).label("seconds")
        statement = (
            select(accounts.c.channel, seconds, accounts.c.reason)
            .join(tallies, and_(tallies.c.channel == accounts.c.channel, tallies.c.account == accounts.c.account))
            .where(tallies.c.bulletin_id == bulletin_id, tallies.c.pending > 0)
            .where(or_(accounts.c.not_before > database_clock(), accounts.c.reason != ""))
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return [Pause(Channel(row.channel), max(0.0, row.seconds), row.reason) for row in rows]

    async def fates(self, bulletin_id: int, after: int, limit: int) -> list[Fate]:
        """Return what became of a bulletin, person by person, those after the number *after*."""
        statement = (
            select(
                deliveries.c.person_id,
                deliveries.c.channel,
                deliveries.c.state,
                deliveries.c.code,
                deliveries.c.changed_at,
            )
            .where(deliveries.c.bulletin_id == bulletin_id, deliveries.c.person_id > after)
            .order_by(deliveries.c.person_id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return [
            Fate(row.person_id, Channel(row.channel), State(row.state), row.code or "", row.changed_at) for row in rows
        ]

    async def outings(self, communes: Collection[str] | None, since: datetime) -> list[Outing]:
        """Return what went out since then to any of *communes* (None: to all), and its counts there, oldest first."""
        statement = (
            select(bulletins.c.id, bulletins.c.published_at, is_for_others(communes).label("is_shared"), *_SUMS)
            .join(tallies, tallies.c.bulletin_id == bulletins.c.id)
            .where(_IS_BULLETIN, bulletins.c.published_at >= since, is_for(communes))
            .group_by(bulletins.c.id)
            .order_by(bulletins.c.published_at)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
            shared = await counts_among(connection, [row.id for row in rows if row.is_shared], communes)
        return [Outing(row.published_at, shared.get(row.id) or _counts(row)) for row in rows]


async def _kept_counts(connection: AsyncConnection, bulletin_ids: Collection[int]) -> dict[int, Counts]:
    """Return the counts of those of these bulletins that have begun."""
    sums = select(tallies.c.bulletin_id, *_SUMS).where(tallies.c.bulletin_id.in_(bulletin_ids))
    rows = await connection.execute(sums.group_by(tallies.c.bulletin_id))
    return {row.bulletin_id: _counts(row) for row in rows}


def _which(search: BulletinSearch) -> list[ColumnElement[bool]]:
    which = [_IS_BULLETIN, is_for(search.me.communes)]
    if search.status:
        which.append(bulletins.c.status == search.status)
    if search.commune:
        which.append(is_for([search.commune]))
    if search.missed_since:
        which += [MISSED, bulletins.c.published_at > search.missed_since, ~is_for_others(search.me.communes)]
    return which


def _turn(me: Signer) -> ColumnElement[int]:
    """Return 0 for what *me* could approve, 1 for their own drafts, 2 for the rest."""
    may_approve = (
        false() if me.role is Role.EDITOR else (bulletins.c.status == Status.SUBMITTED) & ~is_for_others(me.communes)
    )
    is_own_draft = (bulletins.c.status == Status.DRAFT) & (bulletins.c.author == me.name)
    return case((may_approve, 0), (is_own_draft, 1), else_=2)


def _moment() -> ColumnElement[datetime]:
    """Return the moment by which a bulletin is listed."""
    return func.coalesce(bulletins.c.published_at, bulletins.c.due_at, bulletins.c.created_at)


def _counts(row: Any) -> Counts:  # noqa: ANN401  # a row with a column for each state
    return {state: int(getattr(row, state)) for state in State}
