"""Zalo's clock rules at their edges."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.window import Zone, may_broadcast, next_broadcast, next_morning, writable_since, zone

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


@pytest.mark.parametrize(
    ("allows_paid", "silence", "is_writable"),
    [
        pytest.param(False, timedelta(hours=47, minutes=54), True, id="well within the free window"),
        pytest.param(False, timedelta(hours=47, minutes=56), False, id="so late that the window may close on the way"),
        pytest.param(True, timedelta(hours=49), True, id="billed, and allowed"),
        pytest.param(True, timedelta(days=6, hours=23, minutes=56), False, id="the end of the billed window"),
    ],
)
def test_a_bulletin_goes_to_those_who_wrote_lately(allows_paid: bool, silence: timedelta, is_writable: bool) -> None:  # noqa: FBT001 - a table's column
    """With a few minutes to spare: it is claimed now and reaches Zalo later."""
    now = LAST + silence

    assert (writable_since(now, allows_paid=allows_paid) <= LAST) is is_writable


@pytest.mark.parametrize(
    ("local", "morning"),
    [
        pytest.param("2026-11-20T22:00:00", "2026-11-21T06:05:00", id="in the evening"),
        pytest.param("2026-11-21T06:04:59", "2026-11-21T06:05:00", id="just before"),
        pytest.param("2026-11-21T06:05:00", "2026-11-22T06:05:00", id="the next one"),
    ],
)
def test_the_morning_begins_when_every_clock_agrees(local: str, morning: str) -> None:
    """Five minutes past six in Vietnam."""
    now = datetime.fromisoformat(f"{local}+07:00").astimezone(UTC)

    assert next_morning(now) == datetime.fromisoformat(f"{morning}+07:00")
