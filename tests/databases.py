"""Databases to test on: a fresh SQLite file, or a fresh PostgreSQL database of our own, both migrated."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url

from bot.storage import schema
from bot.storage.database import Database, open_database
from bot.storage.tables import metadata

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
ENGINES = ("sqlite", "postgresql")


@asynccontextmanager
async def a_database_url(engine: str, folder: Path) -> AsyncIterator[str]:
    """Yield the URL of an empty, migrated database; it is gone afterwards."""
    template = "" if engine == "sqlite" else await _migrated_template()
    async with an_empty_database_url(engine, folder, template=template) as url:
        if engine == "sqlite":
            _put(await _migrated_file(folder), url)
        yield url


@asynccontextmanager
async def an_empty_database_url(engine: str, folder: Path, *, template: str = "") -> AsyncIterator[str]:
    """Yield the URL of a database without any table, or like *template*; it is gone afterwards."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / f'{uuid4().hex}.db'}"
        return
    name = f"loaxa_test_{uuid4().hex[:12]}"
    server = await _server()
    try:
        await server.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        try:
            yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
        finally:
            await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await server.close()


@asynccontextmanager
async def a_database(engine: str, folder: Path) -> AsyncIterator[Database]:
    """Yield an open, empty, migrated database."""
    async with a_database_url(engine, folder) as url, open_database(url) as database:
        yield database


@asynccontextmanager
async def a_used_database() -> AsyncIterator[Database]:
    """Yield an open, empty, migrated PostgreSQL database that the tests of this process take in turn.

    Making one takes longer than most tests, emptying one does not. `drop_used_database` ends it.
    """
    if not _used:
        _used.append(await _make_used_database())
    name = _used[0]
    url = make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    async with open_database(url) as database:
        yield database
    if not await _was_emptied(name):
        _used.remove(name)
        await _drop(name)


async def drop_used_database() -> None:
    """Drop the database that the tests of this process took in turn."""
    while _used:
        await _drop(_used.pop())


_used: list[str] = []


async def _make_used_database() -> str:
    name, template = f"loaxa_test_{uuid4().hex[:12]}", await _migrated_template()
    server = await _server()
    try:
        await server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await server.close()
    return name


async def _was_emptied(name: str) -> bool:
    """Delete what a test left in every table, and number rows from 1 again; False where somebody holds a lock on it."""
    dsn = make_url(POSTGRESQL).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        await connection.execute("SET lock_timeout = '2s'; SET session_replication_role = replica; " + _EMPTYING)
    except asyncpg.PostgresError:
        return False
    else:
        return True
    finally:
        await connection.close()


# Of a test's few rows DELETE is ten times faster than TRUNCATE, which makes new files for every table.
_EMPTYING = "; ".join(
    [
        *(f'DELETE FROM "{table.name}"' for table in metadata.sorted_tables),  # noqa: S608  # our own names
        *(
            f"ALTER SEQUENCE {table.name}_id_seq RESTART"
            for table in metadata.sorted_tables
            if "id" in table.columns and table.columns["id"].autoincrement == "auto" and table.columns["id"].primary_key
        ),
    ]
)


async def _drop(name: str) -> None:
    server = await _server()
    try:
        await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await server.close()


_migrated: list[bytes] = []
_template: list[str] = []

# Which of the processes that test at the same time makes the template: any number, as long as they agree.
_TEMPLATE_LOCK = 4711_0001


async def _migrated_template() -> str:
    """Return the name of a migrated database to copy: made once for each set of migrations, and kept on the server."""
    if not _template:
        digest = sha256(b"".join(path.read_bytes() for path in sorted(schema.MIGRATIONS.glob("**/*.py")))).hexdigest()
        name = f"loaxa_template_{digest[:12]}"
        server = await _server()
        try:
            await server.execute("SELECT pg_advisory_lock($1)", _TEMPLATE_LOCK)
            if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await _make_template(server, name)
        finally:
            await server.close()
        _template.append(name)
    return _template[0]


async def _make_template(server: asyncpg.Connection, name: str) -> None:
    """Make it under another name first, so that one that was interrupted is never taken for whole."""
    draft = f"{name}_draft"
    await server.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
    await server.execute(f'CREATE DATABASE "{draft}"')
    await _migrate(make_url(POSTGRESQL).set(database=draft).render_as_string(hide_password=False))
    await server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


async def _migrated_file(folder: Path) -> bytes:
    """Return a migrated SQLite file; migrating takes longer than most tests, so it is done once and copied."""
    if not _migrated:
        url = f"sqlite+aiosqlite:///{folder / 'migrated.db'}"
        await _migrate(url)
        _migrated.append(_file(url).read_bytes())
    return _migrated[0]


def _put(content: bytes, url: str) -> None:
    _file(url).write_bytes(content)


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


async def _migrate(url: str) -> None:
    async with open_database(url) as database:
        await schema.upgrade(database)


async def _server() -> asyncpg.Connection:
    """Connect to the PostgreSQL server; without one the test is skipped, except where CI promises one."""
    dsn = make_url(POSTGRESQL).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return await asyncpg.connect(dsn, timeout=5)
    except OSError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI has no PostgreSQL at {POSTGRESQL}: {error}")
        pytest.skip(f"no PostgreSQL at {POSTGRESQL}; set TEST_POSTGRESQL_URL to test on it")
