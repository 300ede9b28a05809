"""Days are counted once they are over, and staff are reminded once before a quarter's figures close."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.bulletins.states import Role
from bot.desk.ports.house import StaffMember
from bot.ports.reminders import Reminder
from scheduler.reports import ReportClerk
from tests.sentences import sentences
from tests.world import StoppedClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Counting:
    """Counts days in a list; breaks the first time if told to."""

    is_broken: bool = False
    days: list[date] = field(default_factory=list)

    async def count_up_to(self, last: date) -> int:
        if self.is_broken:
            self.is_broken = False
            msg = "the database is away"
            raise OSError(msg)
        self.days.append(last)
        return 1


@dataclass
class Letters:
    """Keeps what was sent, by name; the second of a name is not sent."""

    sent: dict[str, Sequence[Reminder]] = field(default_factory=dict)

    async def remind(self, name: str, reminders: Sequence[Reminder], *, by: str) -> bool:
        is_new = name not in self.sent
        self.sent.setdefault(name, reminders)
        return is_new


@dataclass
class Staff:
    """Two people, of whom one has a chat."""

    chat: int | None = 7

    async def members(self) -> Sequence[StaffMember]:
        return [StaffMember("Lan", Role.EDITOR, None, self.chat), StaffMember("Bình", Role.ADMIN, None)]


def a_clerk(
    counting: Counting, letters: Letters, at: str, here: Staff | None = None
) -> tuple[ReportClerk, StoppedClock]:
    clock = StoppedClock(datetime.fromisoformat(at).replace(tzinfo=ZONE))
    staff: Any = here or Staff()  # nobody hires here
    address = "https://xa.vn/quan-tri/bao-cao"
    clerk = ReportClerk(counting, letters, staff, sentences, clock=clock, zone=ZONE, address=address)
    return clerk, clock


async def test_a_day_is_counted_an_hour_after_it_ended() -> None:
    counting = Counting()
    clerk, clock = a_clerk(counting, Letters(), "2026-11-20T00:30")

    await clerk()
    assert counting.days == []

    clock.advance(hours=1)
    await clerk()
    await clerk()
    assert counting.days == [date(2026, 11, 19)]

    clock.advance(hours=24)
    await clerk()
    assert counting.days[-1] == date(2026, 11, 20)


async def test_what_failed_is_tried_again_and_keeps_nobody_from_being_reminded() -> None:
    counting, letters = Counting(is_broken=True), Letters()
    clerk, _ = a_clerk(counting, letters, "2026-12-10T09:00")

    await clerk()
    assert (counting.days, list(letters.sent)) == ([], ["report-2026-q4"])

    await clerk()
    assert counting.days == [date(2026, 12, 9)]


@pytest.mark.parametrize(
    ("at", "reminded"),
    [
        pytest.param("2026-12-09T23:59", [], id="the day before"),
        pytest.param("2026-12-10T07:59", [], id="before the office opens"),
        pytest.param("2026-12-10T08:00", ["report-2026-q4"], id="on the tenth"),
        pytest.param("2026-12-14T20:00", ["report-2026-q4"], id="late, while the figures are open"),
        pytest.param("2026-12-15T08:00", [], id="too late"),
        pytest.param("2026-03-10T08:00", ["report-2026-q1"], id="March"),
        pytest.param("2026-04-10T08:00", [], id="no quarter ends in April"),
    ],
)
async def test_staff_are_reminded_on_the_tenth(at: str, reminded: list[str]) -> None:
    letters = Letters()
    clerk, _ = a_clerk(Counting(), letters, at)

    await clerk()
    await clerk()

    assert list(letters.sent) == reminded


async def test_where_nobody_has_a_chat_there_is_time_to_link_one() -> None:
    """What was told to nobody was not told."""
    letters, here = Letters(), Staff(chat=None)
    clerk, _ = a_clerk(Counting(), letters, "2026-12-10T08:00", here)
    await clerk()
    assert not letters.sent

    here.chat = 7
    await clerk()
    assert list(letters.sent) == ["report-2026-q4"]


async def test_the_reminder_says_what_and_where() -> None:
    letters = Letters()
    clerk, _ = a_clerk(Counting(), letters, "2026-12-10T08:00")

    await clerk()

    [one] = letters.sent["report-2026-q4"]
    assert one.person_id == 7
    assert "quý IV năm 2026" in one.text
    assert "14/12/2026" in one.text
    assert one.text.endswith("https://xa.vn/quan-tri/bao-cao")
