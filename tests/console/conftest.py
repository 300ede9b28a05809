"""One console for a test, on an empty database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.knowledge.library import Library
from bot.knowledge.loader import load_words
from tests.console.world import Office, an_office


@pytest.fixture(scope="session")
def words() -> Library:
    """Return the real content, not trained to answer: the console asks it nothing."""
    return load_words(Path("content"))


@pytest.fixture
async def office(words: Library, tmp_path: Path) -> AsyncIterator[Office]:
    """Yield a console that nobody has come to yet."""
    async with an_office(words, tmp_path) as opened:
        yield opened
