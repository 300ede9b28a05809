"""What every trial by fire takes: an engine, and dice whose throws can be repeated."""

import os
import random
from uuid import uuid4

import pytest

from tests.databases import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of each engine."""
    return str(request.param)


@pytest.fixture
def dice() -> random.Random:
    """Return dice; FIRE_SEED throws them as in the run that printed it."""
    seed = os.environ.get("FIRE_SEED") or uuid4().hex[:8]
    print(f"FIRE_SEED={seed} repeats these instants")  # noqa: T201  # shown where the test fails
    return random.Random(seed)  # noqa: S311  # a test's dice
