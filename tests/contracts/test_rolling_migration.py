"""`loaxa db upgrade` while processes of an older version go on working: no message is lost.

The rule behind it: a migration only adds, and what it adds has a default that is right for whoever does not know it.
These tests hold every migration to the rule, also those of tomorrow.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import OperatorError
from bot.storage import schema
from bot.storage.database import Database, open_database
from tests.databases import ENGINES, an_empty_database_url

NOW = datetime(2026, 11, 20, tzinfo=UTC)
OLDER = [script.revision for script in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()][:0:-1]


@pytest.fixture(params=ENGINES)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Yield a database without any table."""
    async with an_empty_database_url(request.param, tmp_path) as url, open_database(url) as opened:
        yield opened


async def tables_of(database: Database) -> MetaData:
    """Return the tables as they stand in *database*: what a process of that version knows."""
    found = MetaData()
    async with database.reading() as connection:
        await connection.run_sync(found.reflect)
    found.remove(found.tables["alembic_version"])
    return found


def a_row(table: Table, number: int) -> Mapping[str, object]:
    """Return a row that sets every column of *table*; equal numbers belong together across tables."""
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: "Column[Any]", number: int) -> object:
    match column.type:
        case DateTime():
            return NOW
        case Date():
            return NOW.date() + timedelta(days=number)
        case Boolean():
            return True
        case LargeBinary():
            return b"content"
        case Float() | Integer():
            return number
        case String():
            return f"{number}"
        case other:
            raise AssertionError(other)


async def write(database: Database, known: MetaData, number: int) -> None:
    """Write a row into each table as a process does that knows *known*."""
    async with database.writing() as connection:
        for table in known.sorted_tables:
            await connection.execute(insert(table), a_row(table, number))


async def numbers_of_rows(connection: AsyncConnection, known: MetaData) -> Mapping[str, int]:
    return {
        table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        for table in known.sorted_tables
    }


@pytest.mark.parametrize("revision", OLDER)
async def test_a_migration_only_adds(database: Database, revision: str) -> None:
    """Whatever a process knew is still there, holds what it held, and takes what the process writes."""
    await schema.upgrade(database, to=revision)
    known = await tables_of(database)
    await write(database, known, 1)

    await schema.upgrade(database)
    await write(database, known, 2)

    async with database.reading() as connection:
        assert await numbers_of_rows(connection, known) == dict.fromkeys(known.tables, 2)
        for table in known.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key))
            assert [len(row) for row in rows] == [len(table.columns)] * 2


async def test_messages_that_come_during_a_migration_are_all_there(database: Database) -> None:
    """What was committed stays, and what could not be stored at once is stored a moment later."""
    await schema.upgrade(database, to=OLDER[0])
    known, is_over = await tables_of(database), asyncio.Event()
    people, inbox = known.tables["people"], known.tables["inbox"]

    async def old_process() -> int:
        number = 0
        while not (is_over.is_set() and number):
            number += 1
            async with database.writing() as connection:
                await connection.execute(insert(people), a_row(people, number))
                await connection.execute(insert(inbox), {**a_row(inbox, number), "person_id": number})
        return number

    working = asyncio.create_task(old_process())
    await schema.upgrade(database)
    is_over.set()
    written = await working

    async with database.reading() as connection:
        rows = await numbers_of_rows(connection, known)
    assert rows["people"] == rows["inbox"] == written


async def test_two_who_migrate_at_once_do_it_once(database: Database) -> None:
    """One command on each of two machines."""
    await asyncio.gather(schema.upgrade(database), schema.upgrade(database))

    assert await schema.is_current(database)


@asynccontextmanager
async def somebody_reading(database: Database, table: str) -> AsyncIterator[None]:
    """Keep *table* as a backup does that takes its time."""
    url = make_url(str(database.engine.url)).set(drivername="postgresql")
    reader = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        async with reader.transaction():
            await reader.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
            yield
    finally:
        await reader.close()


@pytest.mark.slow
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_migration_does_not_hold_everybody_up_behind_a_backup(database: Database) -> None:
    """Who waits for a table's lock makes all others wait behind: it gives up soon, and says why."""
    await schema.upgrade(database, to=OLDER[0])
    known = await tables_of(database)

    async with somebody_reading(database, "people"):
        migrating = asyncio.create_task(schema.upgrade(database, tries=1))
        await write(database, known, 1)
        with pytest.raises(OperatorError, match="nothing was changed"):
            await migrating

    await schema.upgrade(database)
    assert await schema.is_current(database)


async def test_an_older_version_leaves_newer_tables_alone(database: Database) -> None:
    """Whoever went back to it by mistake is told so."""
    await schema.upgrade(database)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(OperatorError, match="install a newer version"):
        await schema.upgrade(database)
