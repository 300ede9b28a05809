"""How long to wait after each refusal that is not for good."""

from datetime import UTC, datetime

import pytest

from bot.channels.zalo.patience import holds_account, wait_seconds
from bot.errors import Retryable


def at(local: str) -> datetime:
    """Return a moment in Vietnam, in UTC."""
    return datetime.fromisoformat(f"2026-11-{local}+07:00").astimezone(UTC)


DAY = at("20T10:00:00")


@pytest.mark.parametrize(
    ("code", "said", "now", "seconds"),
    [
        pytest.param("-32", None, DAY, 10, id="too fast, no time named"),
        pytest.param("-32", 3, DAY, 10, id="too fast, a time too short to believe"),
        pytest.param("-32", 45, DAY, 45, id="too fast, a time named"),
        pytest.param("429", None, DAY, 10, id="429, no time named"),
        pytest.param("429", 3, DAY, 3, id="429, a time named"),
        pytest.param("-234", None, at("20T21:00:00"), 9 * 3600 + 300, id="their night begins before ours"),
        pytest.param("-234", None, at("20T23:30:00"), 6 * 3600 + 35 * 60, id="night"),
        pytest.param("-234", None, at("21T06:00:30"), 270, id="their night ends after ours"),
        pytest.param("-234", None, at("20T12:00:00"), 1800, id="night at noon: their clock is not ours"),
        pytest.param("-214", None, DAY, None, id="an article that is being made"),
        pytest.param("connect", None, DAY, None, id="no connection"),
    ],
)
def test_the_wait_follows_the_reason(code: str, said: float | None, now: datetime, seconds: float | None) -> None:
    """Zalo's own time where it can be trusted."""
    assert wait_seconds(Retryable(code, after_seconds=said), now, 0.0) == seconds


def test_the_morning_is_spread_out() -> None:
    """What waited all night does not come all at once."""
    night = Retryable("-234")
    at_once, spread = (wait_seconds(night, at("20T23:30:00"), jitter) for jitter in (0.0, 0.5))

    assert at_once is not None
    assert spread == at_once + 150


@pytest.mark.parametrize(
    ("code", "holds"),
    [("-32", True), ("429", True), ("-234", False), ("-214", False), ("connect", False)],
)
def test_only_too_many_calls_hold_the_account(code: str, holds: bool) -> None:  # noqa: FBT001 - a table's column
    """The rest speaks of one call."""
    assert holds_account(Retryable(code)) is holds
