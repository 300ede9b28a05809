"""Move deliveries between states, and the kept counts with them, in the same transaction.

Everyone who moves deliveries does it through here and in one order (deliveries, then the counts by their key), so that
two who move the same ones wait for each other and never crosswise.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State, Why
from bot.storage.database import among
from bot.storage.tables import deliveries, tallies

Key = tuple[int, str, str]
"""A row of `tallies`: bulletin, channel, account."""


@dataclass(slots=True)
class Changes:
    """By how much each count changes."""

    by_key: dict[Key, Counter[str]] = field(default_factory=dict)

    def move(self, key: Key, before: str, after: str, count: int = 1) -> None:
        """Note that *count* deliveries go from state *before* to *after*."""
        if before != after and count:
            counter = self.by_key.setdefault(key, Counter())
            counter[before] -= count
            counter[after] += count

    async def write(self, connection: AsyncConnection) -> None:
        """Change the kept counts."""
        for (bulletin_id, channel, account), changes in sorted(self.by_key.items()):
            if any(changes.values()):
                key = {"of_bulletin": bulletin_id, "of_channel": channel, "of_account": account}
                await connection.execute(_COUNT, {**key, **{_more(state): changes[state] for state in State}})


def _more(state: str) -> str:
    return f"more_{state}"


_COUNT = (
    update(tallies)
    .where(
        tallies.c.bulletin_id == bindparam("of_bulletin"),
        tallies.c.channel == bindparam("of_channel"),
        tallies.c.account == bindparam("of_account"),
    )
    .values({state.value: tallies.c[state] + bindparam(_more(state)) for state in State})
)


async def move_all(
    connection: AsyncConnection,
    which: ColumnElement[bool],
    states: Iterable[State],
    to: State,
    *,
    code: str | None,
    now: datetime,
    values: Mapping[str, Any] | None = None,
) -> int:
    """Move the deliveries *which* that are in *states* to *to* because of *code*; return how many.

    Set by set and counted by the database, so a million of them take no memory here.
    """
    left = [State(state).value for state in states]
    sets = (
        select(deliveries.c.bulletin_id, deliveries.c.channel, deliveries.c.account, deliveries.c.state)
        .where(which, among(deliveries.c.state, *left))
        .distinct()
        .order_by(deliveries.c.bulletin_id, deliveries.c.channel, deliveries.c.account, deliveries.c.state)
    )
    new = {"state": to.value, "code": code, "changed_at": now, **(values or {})}
    changes, moved = Changes(), 0
    for bulletin_id, channel, account, state in (await connection.execute(sets)).all():
        one_set = and_(
            which,
            deliveries.c.bulletin_id == bulletin_id,
            deliveries.c.channel == channel,
            deliveries.c.account == account,
            deliveries.c.state == state,
        )
        count = (await connection.execute(update(deliveries).where(one_set).values(new))).rowcount
        changes.move((bulletin_id, channel, account), state, to, count)
        moved += count
    await changes.write(connection)
    return moved


async def skip(connection: AsyncConnection, which: ColumnElement[bool], code: Why, now: datetime) -> int:
    """Give up the deliveries *which* that are still waiting, because of *code*; return how many."""
    return await move_all(connection, which, (State.PENDING, State.HELD), State.SKIPPED, code=code, now=now)
