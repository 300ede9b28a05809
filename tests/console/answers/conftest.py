"""A console over a few answers of its own: these tests write them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.knowledge.loader import load_library
from tests.console.world import HOA_MINH, Office, an_office
from tests.unit.builders import CONTENT, ContentFolder, a_content_folder


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    """Return three answers that two communes read."""
    content = a_content_folder(tmp_path)
    content.write(f"communes/{HOA_MINH}.yaml", (CONTENT / f"communes/{HOA_MINH}.yaml").read_bytes())
    return content


@pytest.fixture
async def office(folder: ContentFolder, tmp_path: Path) -> AsyncIterator[Office]:
    """Yield a console over them."""
    async with an_office(load_library(folder.path), tmp_path) as opened:
        yield opened
        await opened.parts.answers.settle()
