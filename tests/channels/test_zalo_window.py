"""Zalo's clock rules at their edges."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.window import Zone, may_broadcast, next_broadcast, zone

LAST = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("silence", "expected"),
    [
        pytest.param(timedelta(0), Zone.FREE, id="at once"),
        pytest.param(-SECOND, Zone.FREE, id="their clock is ahead of ours"),
        pytest.param(timedelta(hours=48), Zone.FREE, id="48 hours to the second"),
        pytest.param(timedelta(hours=48) + SECOND, Zone.PAID, id="a second later"),
        pytest.param(timedelta(days=7), Zone.PAID, id="7 days to the second"),
        pytest.param(timedelta(days=7) + SECOND, Zone.CLOSED, id="past 7 days"),
    ],
)
def test_the_zone_follows_the_silence(silence: timedelta, expected: Zone) -> None:
    """Free, then billed, then closed."""
    assert zone(LAST, LAST + silence) is expected


@pytest.mark.parametrize(
    ("local", "is_open", "opens"),
    [
        pytest.param("2026-11-20T05:59:59", False, "2026-11-20T06:00:00", id="just before morning"),
        pytest.param("2026-11-20T06:00:00", True, "2026-11-20T06:00:00", id="morning"),
        pytest.param("2026-11-20T21:59:59", True, "2026-11-20T21:59:59", id="the last second of the day"),
        pytest.param("2026-11-20T22:00:00", False, "2026-11-21T06:00:00", id="night"),
        pytest.param("2026-12-31T23:30:00", False, "2027-01-01T06:00:00", id="new year's eve"),
    ],
)
def test_broadcasts_wait_for_the_day(local: str, is_open: bool, opens: str) -> None:  # noqa: FBT001 - a table's column
    """From 06:00 to 21:59 in Vietnam."""
    now = datetime.fromisoformat(f"{local}+07:00").astimezone(UTC)
    assert may_broadcast(now) is is_open
    assert next_broadcast(now) == datetime.fromisoformat(f"{opens}+07:00")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - zone given apart
def test_the_next_broadcast_is_allowed_and_not_in_the_past(now: datetime) -> None:
    """Whatever the hour."""
    assert may_broadcast(next_broadcast(now))
    assert now <= next_broadcast(now) <= now + timedelta(hours=8)
