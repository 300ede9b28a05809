"""When an office is open, and when it opens next."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.hours import OfficeHours
from bot.knowledge.library import Library
from bot.knowledge.schema import National
from tests.unit.builders import a_commune, a_national

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

TET = {date(2027, 2, day): "Tết" for day in range(5, 12)}
"""Friday to Thursday."""

NATIONAL = a_national(holidays={date(2027, 1, 1): "Tết Dương lịch"} | TET, make_up_days=(date(2026, 11, 21),))
"""20 November 2026 is a Friday; the Saturday after it is worked."""


def at(day: str, clock: str) -> datetime:
    """Return a local moment, ``at("2026-11-20", "09:00")``."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=HANOI)


def opening(day: str, clock: str, national: National = NATIONAL) -> tuple[str, str]:
    """Return when the stretch begins and ends that holds this moment or comes next."""
    found = OfficeHours.of(None, national).opening(at(day, clock))
    return f"{found.since:%Y-%m-%d %H:%M}", f"{found.until:%H:%M}"


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        pytest.param("2026-11-20", "09:00", ("2026-11-20 07:30", "11:30"), id="open"),
        pytest.param("2026-11-20", "07:30", ("2026-11-20 07:30", "11:30"), id="the-moment-it-opens"),
        pytest.param("2026-11-20", "06:00", ("2026-11-20 07:30", "11:30"), id="before-it-opens"),
        pytest.param("2026-11-20", "11:30", ("2026-11-20 13:30", "17:00"), id="the-moment-it-closes"),
        pytest.param("2026-11-20", "12:15", ("2026-11-20 13:30", "17:00"), id="lunch"),
        pytest.param("2026-11-20", "16:59", ("2026-11-20 13:30", "17:00"), id="the-last-minute"),
        pytest.param("2026-11-19", "20:00", ("2026-11-20 07:30", "11:30"), id="evening"),
        pytest.param("2026-11-27", "17:00", ("2026-11-30 07:30", "11:30"), id="friday-evening"),
        pytest.param("2026-11-28", "09:00", ("2026-11-30 07:30", "11:30"), id="saturday"),
        pytest.param("2026-11-21", "09:00", ("2026-11-21 07:30", "11:30"), id="make-up-saturday"),
        pytest.param("2026-11-20", "18:00", ("2026-11-21 07:30", "11:30"), id="before-a-make-up-saturday"),
        pytest.param("2027-01-01", "09:00", ("2027-01-04 07:30", "11:30"), id="holiday-before-a-weekend"),
        pytest.param("2027-02-04", "17:00", ("2027-02-12 07:30", "11:30"), id="tet-begins"),
        pytest.param("2027-02-08", "09:00", ("2027-02-12 07:30", "11:30"), id="tet"),
        pytest.param("2026-12-31", "23:59", ("2027-01-04 07:30", "11:30"), id="new-years-eve"),
    ],
)
def test_the_opening_is_the_one_now_or_the_next(day: str, clock: str, expected: tuple[str, str]) -> None:
    """Weekly hours, less holidays, plus make-up days."""
    assert opening(day, clock) == expected


def test_a_holiday_is_closed_even_when_it_was_to_be_made_up() -> None:
    """Closed by mistake costs a call, open by mistake costs a journey."""
    day = date(2026, 11, 21)
    national = a_national(holidays={day: "nghỉ"}, make_up_days=(day,))

    assert opening("2026-11-21", "09:00", national) == ("2026-11-23 07:30", "11:30")


def test_a_commune_has_hours_and_days_off_of_its_own() -> None:
    """The national ones stand in only where its file says nothing; national holidays hold everywhere."""
    commune = a_commune(open={"fri": "08:00-10:00", "sat": "08:00-10:00"}, holidays=(date(2026, 11, 20),))

    found = OfficeHours.of(commune, NATIONAL).opening(at("2026-11-20", "09:00"))
    assert found.since == at("2026-11-27", "08:00")  # Saturday is a make-up day, and Monday's hours are none here

    found = OfficeHours.of(commune, NATIONAL).opening(at("2027-01-01", "09:00"))
    assert found.since == at("2027-01-02", "08:00")


def test_the_zone_is_that_of_the_question() -> None:
    """The caller says where the office is by the zone of its clock."""
    found = OfficeHours.of(None, NATIONAL).opening(at("2026-11-20", "09:00"))

    assert found.since.utcoffset() == timedelta(hours=7)
    assert found.since.astimezone(UTC).hour == 0


def test_an_office_that_never_opens_is_a_mistake_in_its_hours() -> None:
    """Content is checked for it, so it is never met in service."""
    always_off = a_national(holidays={date(2026, 11, 20) + timedelta(days): "nghỉ" for days in range(30)})

    with pytest.raises(LookupError):
        OfficeHours.of(None, always_off).opening(at("2026-11-20", "09:00"))


@pytest.mark.parametrize(
    ("now", "days", "due"),
    [
        pytest.param(at("2026-11-19", "09:00"), 1, at("2026-11-20", "17:00"), id="tomorrow"),
        pytest.param(at("2026-11-20", "23:00"), 1, at("2026-11-21", "17:00"), id="a Saturday that is worked"),
        pytest.param(at("2026-11-21", "09:00"), 1, at("2026-11-23", "17:00"), id="over a Sunday"),
        pytest.param(at("2026-11-20", "09:00"), 15, at("2026-12-10", "17:00"), id="three weeks"),
    ],
)
def test_a_deadline_counts_days_on_which_the_office_is_open(now: datetime, days: int, due: datetime) -> None:
    """From the next day on, and until the office closes."""
    assert OfficeHours.of(None, NATIONAL).deadline(now, days) == due


def test_an_office_that_never_opens_meets_no_deadline() -> None:
    always_off = a_national(holidays={date(2026, 11, 20) + timedelta(days): "nghỉ" for days in range(60)})

    with pytest.raises(LookupError):
        OfficeHours.of(None, always_off).deadline(at("2026-11-20", "09:00"), 1)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(HANOI)))  # noqa: DTZ001  # zoned there
def test_the_opening_never_ended_before_the_question(moment: datetime) -> None:
    """It is either now or to come, whenever it is asked."""
    found = OfficeHours.of(None, NATIONAL).opening(moment)

    assert found.since < found.until
    assert moment < found.until
    assert found.since - moment < timedelta(days=21)


def test_every_commune_opens_within_three_weeks_of_any_day(library: Library) -> None:
    """Through 2027, with all its holidays."""
    shelves = library.shelves
    offices = [OfficeHours.of(commune, shelves.national) for commune in (None, *shelves.communes.values())]

    for office in offices:
        for days in range(400):
            office.opening(at("2026-11-20", "12:00") + timedelta(days))
            office.deadline(at("2026-11-20", "12:00") + timedelta(days), 15)
