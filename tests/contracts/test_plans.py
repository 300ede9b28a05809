"""What is asked often reads few rows however many there are, also once PostgreSQL keeps one plan for any parameters.

After five executions it may, and what that plan knows of is what the statement itself says.
"""

from typing import NamedTuple

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Channel
from bot.storage.bulletin_shares import shares
from bot.storage.database import Database
from bot.storage.day_counts import subscribed
from bot.storage.ledger_statements import LedgerStatements
from bot.storage.rehearsal import Cast, seed
from tests.contracts.ledger_world import ACCOUNT, COMMUNE, NOW, LedgerWorld

PEOPLE = 20_000
TURN = 16


async def test_a_turn_reads_no_more_than_it_sends(database: Database) -> None:
    """It comes to its deliveries, and to their people, along the indexes that are made for it."""
    if database.is_sqlite:
        pytest.skip("SQLite keeps no plan for other parameters, and no count of what was read")
    world = LedgerWorld(database)
    await seed(database, world.clock, Cast(Channel.TELEGRAM, ACCOUNT, COMMUNE, PEOPLE))
    bulletin_id = await world.launched()
    sql = LedgerStatements(database, Channel.TELEGRAM, ACCOUNT)

    async with database.writing() as connection:
        await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        before = await rows_read(connection)
        chosen = {"bulletin": bulletin_id, "after": 0, "most": TURN}
        ids = [row.person_id for row in await connection.execute(sql.choose, chosen)]
        these = {"bulletin": bulletin_id, "ids": ids, "held_epoch": 1, "now": NOW}
        await connection.execute(sql.claim, these)
        await connection.execute(sql.take_over, {"now": NOW})
        after = await rows_read(connection)

    assert len(ids) == TURN
    assert after.scanned == before.scanned
    assert after.by_index - before.by_index <= 6 * TURN


async def test_a_report_counts_without_reading_rows(database: Database) -> None:
    """What became of a bulletin in a commune, and how many subscribe now, stands in indexes."""
    if database.is_sqlite:
        pytest.skip("SQLite keeps no plan for other parameters, and no count of what was read")
    world = LedgerWorld(database)
    await seed(database, world.clock, Cast(Channel.TELEGRAM, ACCOUNT, COMMUNE, PEOPLE))
    bulletin_id = await world.launched()
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("VACUUM ANALYZE people, deliveries")

    async with database.reading() as connection:
        await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        before = await rows_read(connection)
        shared = (await connection.execute(shares([bulletin_id], [COMMUNE]))).all()
        subscribers = (await connection.execute(subscribed([COMMUNE]))).all()
        after = await rows_read(connection)

    assert [row[-1] for row in (*shared, *subscribers)] == [PEOPLE, PEOPLE]
    assert after.scanned == before.scanned
    # A page that somebody else's snapshot may still see differently is looked at in the table.
    assert after.by_index - before.by_index < PEOPLE // 100


class RowsRead(NamedTuple):
    """How many deliveries and people a session has read: through a whole table, and along an index."""

    scanned: int
    by_index: int


async def rows_read(connection: AsyncConnection) -> RowsRead:
    """Return what *connection* has read so far, as the server counts it."""
    read = text(
        "SELECT sum(seq_tup_read), sum(idx_tup_fetch) FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('deliveries', 'people')"
    )
    row = (await connection.execute(read)).one()
    return RowsRead(int(row[0]), int(row[1]))
