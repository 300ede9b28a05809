"""Bring a database to the schema of this version, and tell whether it is there.

On PostgreSQL this may run while processes of the version before go on working: migrations only add
(`tests/contracts/test_rolling_migration.py`), and none waits long for a lock, because everybody else would wait behind
it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import OperatorError
from bot.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

CURRENT = "0008"
"""The newest revision in ``migrations/versions``; a test holds it against the files."""

MIGRATIONS = Path(__file__).parent / "migrations"

_PAUSE_SECONDS = 3.0
_LOCK_NOT_AVAILABLE = "55P03"
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('loaxa_migration'))")


async def upgrade(database: Database, *, to: str = "head", tries: int = 5) -> None:
    """Migrate *database* to the newest schema, or to the revision *to*; nothing happens if it is there.

    Raises:
        OperatorError: the schema is newer than this version, or somebody kept a table locked for all *tries* (a backup
            reads for as long as it takes).
    """
    async with database.reading() as connection:
        found = await connection.run_sync(_revision)
    if found == CURRENT:
        return
    if found and found > CURRENT:
        raise OperatorError(f"the database has schema {found}, this version knows {CURRENT}: install a newer version")
    for attempt in range(tries):
        await asyncio.sleep(_PAUSE_SECONDS if attempt else 0)
        try:
            async with _migrating(database) as connection:
                await connection.run_sync(_upgrade, to)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
        else:
            return
    raise OperatorError("the tables are in use, perhaps by a backup; nothing was changed, try again in a while")


async def is_current(database: Database) -> bool:
    """Tell whether *database* has exactly the schema this version needs."""
    async with database.reading() as connection:
        return await connection.run_sync(_is_current)


async def revision(connection: AsyncConnection) -> str | None:
    """Return the revision of the schema that *connection* sees, None where there is none."""
    return await connection.run_sync(_revision)


@asynccontextmanager
async def _migrating(database: Database) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that may change tables."""
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            async with _without_cascades(connection):
                yield connection
        else:
            async with connection.begin():
                await connection.execute(text("SET LOCAL lock_timeout = '3s'"))
                await connection.execute(_ALONE)  # of several that migrate at once, one does
                yield connection


@asynccontextmanager
async def _without_cascades(connection: AsyncConnection) -> AsyncIterator[None]:
    """Open a transaction on SQLite that keeps what hangs on a table that is made anew.

    Alembic changes a table there by copying it and dropping the old one, and dropping deletes its rows first: with
    foreign keys on, the rows of other tables that belong to them as well.
    """
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101  # for mypy: a connection just opened has one
    await driver.execute("PRAGMA foreign_keys=OFF")  # without effect inside a transaction
    try:
        async with connection.begin():
            yield
            if (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
                raise OperatorError("a migration would leave rows that belong to nothing; nothing was changed")
    finally:
        await driver.execute("PRAGMA foreign_keys=ON")


def _upgrade(connection: Connection, to: str) -> None:
    # Imported only where something is to be done: Alembic is a fifth of the start-up time.
    from alembic import command  # noqa: PLC0415

    command.upgrade(_config(connection), to)


def _is_current(connection: Connection) -> bool:
    return _revision(connection) == CURRENT


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().one_or_none()


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
