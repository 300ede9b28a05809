"""The account's pace: small bursts, and silence for as long as the platform asked."""

import pytest

from bot.errors import Retryable
from bot.pace import Pace


async def test_a_hold_lets_nothing_out_until_it_ends() -> None:
    """A longer hold outlives shorter ones; the clock is ours, so nothing waits here."""
    now = [100.0]
    pace = Pace(200, seconds=0.2, code="429", monotonic=lambda: now[0])
    pace.hold(10)
    pace.hold(3)

    with pytest.raises(Retryable) as held:
        await pace.turn()
    assert (held.value.code, held.value.after_seconds, pace.held_seconds()) == ("429", 10, 10)

    now[0] = 110.0
    await pace.turn()
    assert pace.held_seconds() == 0


async def test_nothing_is_held_at_first() -> None:
    """And a hold of no time is none."""
    pace = Pace(1, seconds=1, code="-32", monotonic=lambda: 5.0)
    pace.hold(0)

    await pace.turn()

    assert pace.held_seconds() == 0
