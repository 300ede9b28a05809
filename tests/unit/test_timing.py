"""Slots, quiet hours and lateness: every edge of the clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bulletins.timing import GRACE, Quiet, Weekly, is_too_late

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY_EVENING = Weekly(4, time(19), ZONE)
NIGHT = Quiet(time(21), time(7), ZONE)
NOON = Quiet(time(12), time(13, 30), ZONE)


def at(text: str) -> datetime:
    """Return a local moment of November 2026, whose 20th is a Friday: "20 18:59"."""
    day, clock = text.split()
    return datetime.combine(date(2026, 11, int(day)), time.fromisoformat(clock), ZONE)


@pytest.mark.parametrize(
    ("now", "next_day", "last_day"),
    [
        pytest.param("20 18:59", 20, 13, id="a-minute-before-it-is-today"),
        pytest.param("20 19:00", 27, 20, id="when-it-begins-it-is-the-last"),
        pytest.param("20 23:59", 27, 20, id="the-same-evening"),
        pytest.param("21 00:00", 27, 20, id="the-day-after"),
        pytest.param("26 23:59", 27, 20, id="the-day-before"),
    ],
)
def test_the_next_slot_and_the_last(now: str, next_day: int, last_day: int) -> None:
    assert FRIDAY_EVENING.next(at(now)) == date(2026, 11, next_day)
    assert FRIDAY_EVENING.last(at(now)) == date(2026, 11, last_day)


@given(st.timedeltas(timedelta(0), timedelta(days=800)), st.integers(0, 6), st.times())
def test_every_moment_lies_between_two_slots(later: timedelta, weekday: int, clock: time) -> None:
    """The last is not after it, the next is; both fall on the weekday, a week apart."""
    slot, now = Weekly(weekday, clock, ZONE), at("1 00:00") + later

    assert slot.on(slot.last(now)) <= now < slot.on(slot.next(now))
    assert slot.next(now) - slot.last(now) == timedelta(days=7)
    assert slot.next(now).weekday() == weekday


@pytest.mark.parametrize("now", ["2026-10-25T01:30+02:00", "2026-10-25T02:30+01:00", "2026-03-29T01:59+01:00"])
def test_a_day_has_its_slot_once_though_the_clock_changes(now: str) -> None:
    """Also an hour that comes twice, or never."""
    slot = Weekly(6, time(2, 30), BERLIN)
    moment = datetime.fromisoformat(now)

    assert slot.next(moment) - slot.last(moment) == timedelta(days=7)


@pytest.mark.parametrize(
    ("quiet", "now", "ends"),
    [
        pytest.param(NIGHT, "20 20:59", None, id="before"),
        pytest.param(NIGHT, "20 21:00", "21 07:00", id="begins"),
        pytest.param(NIGHT, "20 23:59", "21 07:00", id="before-midnight"),
        pytest.param(NIGHT, "21 00:00", "21 07:00", id="midnight"),
        pytest.param(NIGHT, "21 06:59", "21 07:00", id="last-minute"),
        pytest.param(NIGHT, "21 07:00", None, id="over"),
        pytest.param(NOON, "20 11:59", None, id="before-noon"),
        pytest.param(NOON, "20 12:00", "20 13:30", id="within-a-day"),
        pytest.param(NOON, "20 13:30", None, id="noon-is-over"),
    ],
)
def test_quiet_hours(quiet: Quiet, now: str, ends: str | None) -> None:
    assert quiet.covers(at(now)) == (ends is not None)
    assert quiet.end(at(now)) == at(ends or now)


def test_quiet_hours_are_local_wherever_the_moment_was_noted() -> None:
    utc = at("20 22:00").astimezone(ZoneInfo("UTC"))

    assert NIGHT.covers(utc)
    assert NIGHT.end(utc) == at("21 07:00")


@pytest.mark.parametrize(
    ("due", "now", "too_late"),
    [
        pytest.param("20 10:00", "20 16:00", False, id="at-the-edge-of-grace"),
        pytest.param("20 10:00", "20 16:01", True, id="beyond-it"),
        pytest.param("20 21:30", "21 07:01", False, id="waiting-for-the-morning-is-not-late"),
        pytest.param("20 21:30", "21 13:01", True, id="but-the-morning-passes-too"),
    ],
)
def test_too_late_to_begin_by_itself(due: str, now: str, *, too_late: bool) -> None:
    assert is_too_late(at(due), at(now), NIGHT) == too_late


def test_without_quiet_hours_a_night_counts() -> None:
    assert is_too_late(at("20 21:30"), at("20 21:30") + GRACE + timedelta(seconds=1), None)
