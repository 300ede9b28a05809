"""Every contract test runs on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.databases import ENGINES, a_database


@pytest.fixture(params=ENGINES)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Yield an empty database of each engine."""
    async with a_database(request.param, tmp_path) as opened:
        yield opened
