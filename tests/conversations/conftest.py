"""Who talks in these tests."""

import pytest

from bot.knowledge.library import Library
from tests.conversations.world import DA_PHUC, Citizen, a_citizen


@pytest.fixture
def stranger(library: Library) -> Citizen:
    """Return somebody who writes for the first time."""
    return a_citizen(library)


@pytest.fixture
def villager(library: Library) -> Citizen:
    """Return somebody of xã Đa Phúc."""
    return a_citizen(library, commune=DA_PHUC)
