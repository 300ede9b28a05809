"""Read a bulletin's books out of the database and off the platform."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State
from bot.storage.database import Database
from bot.storage.tables import bulletin_history, bulletins, deliveries, delivery_tries, people, tallies
from tests.fire.audit import Books, Copy
from tests.fire.fronts import Front


async def read_books(database: Database, front: Front, bulletin_id: int) -> Books:
    """Return everything that is known of the bulletin on either side."""
    async with database.reading() as connection:
        received = front.received(await _mark(connection, bulletin_id))
        copies = await _copies(connection, bulletin_id, received)
        known = {copy.user for copy in copies}
        return Books(
            copies=tuple(copies),
            kept=await _kept(connection, bulletin_id),
            strays={user: number for user, number in received.items() if user not in known},
            starts=await _starts(connection, bulletin_id),
        )


async def read_states(database: Database, bulletin_id: int) -> Counter[State]:
    """Return how many copies are in each state, counted one by one."""
    statement = select(deliveries.c.state).where(deliveries.c.bulletin_id == bulletin_id)
    async with database.reading() as connection:
        return Counter(State(state) for state in (await connection.execute(statement)).scalars())


async def _mark(connection: AsyncConnection, bulletin_id: int) -> str:
    """Return by what the bulletin is known among the texts that the platform has seen."""
    mark: str = (await connection.execute(select(bulletins.c.body).where(bulletins.c.id == bulletin_id))).scalar_one()
    return mark


async def _copies(connection: AsyncConnection, bulletin_id: int, received: Counter[str]) -> list[Copy]:
    statement = (
        select(deliveries.c.person_id, deliveries.c.state, deliveries.c.code, people.c.user)
        .join(people, people.c.id == deliveries.c.person_id)
        .where(deliveries.c.bulletin_id == bulletin_id)
    )
    outcomes = await _outcomes(connection, bulletin_id)
    return [
        Copy(row.user, State(row.state), row.code or "", outcomes.get(row.person_id, ()), received[row.user])
        for row in await connection.execute(statement)
    ]


async def _outcomes(connection: AsyncConnection, bulletin_id: int) -> dict[int, tuple[str, ...]]:
    tries = delivery_tries.c
    statement = select(tries.person_id, tries.outcome).where(tries.bulletin_id == bulletin_id).order_by(tries.id)
    outcomes: dict[int, tuple[str, ...]] = {}
    for row in await connection.execute(statement):
        outcomes[row.person_id] = (*outcomes.get(row.person_id, ()), row.outcome)
    return outcomes


async def _kept(connection: AsyncConnection, bulletin_id: int) -> dict[State, int]:
    sums = [func.coalesce(func.sum(tallies.c[state.value]), 0) for state in State]
    row = (await connection.execute(select(*sums).where(tallies.c.bulletin_id == bulletin_id))).one()
    return dict(zip(State, map(int, row), strict=True))


async def _starts(connection: AsyncConnection, bulletin_id: int) -> int:
    began = (bulletin_history.c.bulletin_id == bulletin_id) & (bulletin_history.c.what == "start")
    return (await connection.execute(select(func.count()).where(began))).scalar_one()
