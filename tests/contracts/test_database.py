"""What both engines promise about transactions beyond what the stores' own tests show."""

import asyncio

import pytest
from sqlalchemy import insert, text

from bot.storage.database import Database
from bot.storage.tables import leases

_A_ROW = {"owner": "one", "until": 0.0, "epoch": 1}


async def test_whoever_is_cancelled_within_a_transaction_lets_go_of_it_at_once(database: Database) -> None:
    """A sender that stops writes down what it knows, and must not wait for the very transaction it was called out of.

    The moment that matters is within one statement, so all moments are tried.
    """
    for turns in range(200):
        task = asyncio.create_task(write_and_write_again(database, f"{turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled() or task.exception() is None


async def test_whoever_freezes_within_a_transaction_does_not_keep_its_locks(database: Database) -> None:
    """The server ends it after a while; `tests/fire/test_several.py` freezes real processes."""
    if database.is_sqlite:
        pytest.skip("on SQLite there is one process")
    async with database.reading() as connection:
        patience = (await connection.execute(text("SHOW idle_in_transaction_session_timeout"))).scalar_one()

    assert patience == "10s"


async def write_and_write_again(database: Database, name: str) -> None:
    """Write, and whatever becomes of it write once more; fail if that has to wait."""
    try:
        await write(database, f"{name} first")
    finally:
        async with asyncio.timeout(5):
            await write(database, f"{name} again")


async def write(database: Database, name: str) -> None:
    statement = insert(leases).values(name=name, **_A_ROW).returning(leases.c.name)
    async with database.writing() as connection:
        await connection.execute(statement)
