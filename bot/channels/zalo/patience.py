"""How long to wait before a call that Zalo refused for now, where Zalo itself does not say.

Zalo seldom names a time. No I/O, so every rule is a row in a table test.
"""

from datetime import datetime, timedelta

from bot.channels.zalo.codes import NIGHT, TOO_FAST, TOO_MANY
from bot.channels.zalo.window import next_morning
from bot.errors import Retryable

# Zalo counts by the minute (its documentation), so a rate that was too high a moment ago still is.
_TOO_FAST_SECONDS = 10.0

# From the end of our evening to Zalo's morning. Where Zalo speaks of night in the middle of our day, its clock is not
# ours, and waiting for our next morning would lose a day.
_LONGEST_NIGHT = timedelta(hours=9, minutes=5)
_STRANGE_NIGHT = timedelta(minutes=30)

MORNING_JITTER_SECONDS = 300.0
"""Over how long the first calls of the morning are spread, so that not everything that waited comes at once."""


def holds_account(error: Retryable) -> bool:
    """Tell whether *error* speaks of the whole account, so that nothing else should be called meanwhile."""
    return error.code in {TOO_FAST, TOO_MANY}


def wait_seconds(error: Retryable, now: datetime, jitter: float) -> float | None:
    """Return how long to wait after *error* at *now*, None where any time is as good; *jitter* is between 0 and 1."""
    if holds_account(error):
        return max(error.after_seconds or 0.0, _TOO_FAST_SECONDS if _is_vague(error) else 0.0)
    if error.code == NIGHT:
        night = next_morning(now) - now
        return (night if night <= _LONGEST_NIGHT else _STRANGE_NIGHT).total_seconds() + jitter * MORNING_JITTER_SECONDS
    return error.after_seconds


def _is_vague(error: Retryable) -> bool:
    """Tell whether the wait is ours to choose: -32 names none that could be trusted, a 429 may have named one."""
    return error.code == TOO_FAST or error.after_seconds is None
