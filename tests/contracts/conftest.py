"""Every contract test runs on both engines."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.databases import ENGINES, a_database, a_used_database, drop_used_database


@pytest.fixture(params=ENGINES)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Yield an empty database of each engine."""
    making = a_database("sqlite", tmp_path) if request.param == "sqlite" else a_used_database()
    async with making as opened:
        yield opened


@pytest.fixture(scope="session", autouse=True)
def _used_databases() -> Iterator[None]:
    """Drop at the end what the tests of this process took in turn."""
    yield
    asyncio.run(drop_used_database())
