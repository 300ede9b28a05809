"""Databases to test on: a fresh SQLite file, or a fresh PostgreSQL database of our own, both migrated."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url

from bot.storage import schema
from bot.storage.database import Database, open_database

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
ENGINES = ("sqlite", "postgresql")


@asynccontextmanager
async def a_database_url(engine: str, folder: Path) -> AsyncIterator[str]:
    """Yield the URL of an empty, migrated database; it is gone afterwards."""
    if engine == "sqlite":
        url = f"sqlite+aiosqlite:///{folder / f'{uuid4().hex}.db'}"
        await _migrate(url)
        yield url
        return
    name = f"loaxa_test_{uuid4().hex[:12]}"
    server = await _server()
    try:
        await server.execute(f'CREATE DATABASE "{name}"')
        url = make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
        try:
            await _migrate(url)
            yield url
        finally:
            await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await server.close()


@asynccontextmanager
async def a_database(engine: str, folder: Path) -> AsyncIterator[Database]:
    """Yield an open, empty, migrated database."""
    async with a_database_url(engine, folder) as url, open_database(url) as database:
        yield database


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
