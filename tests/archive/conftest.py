"""An empty database, and a visitor of the archive in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.knowledge.library import Library
from bot.storage.database import Database
from tests.archive.world import Visitor, a_visitor
from tests.databases import a_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Yield an empty database; `tests/contracts/test_archive.py` asks both engines."""
    async with a_database("sqlite", tmp_path) as opened:
        yield opened


@pytest.fixture
async def visitor(database: Database, library: Library) -> AsyncIterator[Visitor]:
    """Yield somebody with a browser."""
    async with a_visitor(database, library) as somebody:
        yield somebody
