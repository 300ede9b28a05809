"""What tests of every part share: the content as it stands in the repository, read once."""

from pathlib import Path

import pytest
from hypothesis import settings

from bot.knowledge.library import Library
from bot.knowledge.loader import load_library

# Examples may take as long as a busy machine makes them: no test of ours asserts on time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def library() -> Library:
    """Return the real content library; it never changes, so one is enough for all tests."""
    return load_library(Path("content"))
