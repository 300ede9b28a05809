"""Staff hear of feedback by day, of whoever waits for them while they are there, in the morning of what is late."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.bulletins.states import Role
from bot.bulletins.timing import Quiet
from bot.desk.ports.house import StaffMember
from bot.ports.reminders import NewTicket, Reminder, TicketNews
from bot.tickets.states import TicketKind
from scheduler.tickets import EVERY, Hour, TicketClerk, news_of, whom_to_tell
from tests.sentences import sentences
from tests.world import StoppedClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
COMMUNE, OTHER = "00430", "09574"
QUIET = Quiet(time(21), time(7), ZONE)
FEEDBACK, PERSON = TicketKind.FEEDBACK, TicketKind.HANDOVER

BY_DAY = Hour(is_open=True, is_quiet=False)
AT_NOON = Hour(is_open=False, is_quiet=False)
AT_NIGHT = Hour(is_open=False, is_quiet=True)


def a_ticket(number: int = 1, kind: TicketKind = FEEDBACK, *, is_told: bool = False) -> NewTicket:
    return NewTicket(number, kind, COMMUNE, is_told=is_told)


@pytest.mark.parametrize(
    ("tickets", "hour", "news"),
    [
        pytest.param([], BY_DAY, None, id="nothing"),
        pytest.param([a_ticket()], BY_DAY, ((1,), 0, 1), id="a feedback by day"),
        pytest.param([a_ticket()], AT_NOON, ((1,), 0, 1), id="a feedback while the office is closed"),
        pytest.param([a_ticket()], AT_NIGHT, None, id="a feedback at night"),
        pytest.param([a_ticket(kind=PERSON)], BY_DAY, ((1,), 1, 0), id="a person by day"),
        pytest.param([a_ticket(kind=PERSON)], AT_NOON, None, id="a person while nobody is there"),
        pytest.param([a_ticket(is_told=True)], BY_DAY, None, id="nothing that is new"),
        pytest.param([a_ticket(is_told=True), a_ticket(2)], BY_DAY, ((2,), 0, 2), id="one more of two that wait"),
        pytest.param([a_ticket(1, PERSON), a_ticket(2)], BY_DAY, ((1, 2), 1, 1), id="both together"),
        pytest.param([a_ticket(1, PERSON), a_ticket(2)], AT_NOON, ((2,), 0, 1), id="both, and nobody is there"),
        pytest.param(
            [a_ticket(1, PERSON, is_told=True), a_ticket(2)], BY_DAY, ((2,), 0, 1), id="a feedback after a person"
        ),
    ],
)
def test_what_is_told_when(tickets: Sequence[NewTicket], hour: Hour, news: tuple[tuple[int, ...], int, int]) -> None:
    found = news_of(COMMUNE, tickets, hour)

    assert (found and (found.tickets, found.people, found.feedback)) == news


def a_member(chat: int | None, *communes: str) -> StaffMember:
    return StaffMember(f"{chat}", Role.EDITOR, frozenset(communes) or None, chat)


@pytest.mark.parametrize(
    ("members", "chats"),
    [
        pytest.param([a_member(1, COMMUNE), a_member(2, OTHER)], [1], id="those of the commune"),
        pytest.param([a_member(1, COMMUNE), a_member(2)], [1], id="the province leaves it to them"),
        pytest.param([a_member(None, COMMUNE), a_member(2)], [2], id="unless none of them has a chat"),
        pytest.param([a_member(None), a_member(2, OTHER)], [], id="nobody"),
    ],
)
def test_whom_to_tell(members: Sequence[StaffMember], chats: list[int]) -> None:
    assert whom_to_tell(members, COMMUNE) == chats


@dataclass
class Book:
    """Keeps what was told and warned of."""

    tickets: list[NewTicket] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)
    told: list[tuple[TicketNews, str]] = field(default_factory=list)
    warned: list[tuple[date, str]] = field(default_factory=list)
    is_broken: bool = False

    async def new(self, communes: Collection[str]) -> Sequence[NewTicket]:
        if self.is_broken:
            msg = "the database is away"
            raise OSError(msg)
        return [ticket for ticket in self.tickets if ticket.commune in communes]

    async def overdue(self, communes: Collection[str]) -> Mapping[str, int]:
        return {commune: count for commune, count in self.late.items() if commune in communes}

    async def tell(self, news: TicketNews, reminders: Sequence[Reminder], *, every: timedelta) -> bool:
        assert every == EVERY
        self.told += [(news, one.text) for one in reminders]
        return True

    async def warn(self, commune: str, day: date, reminders: Sequence[Reminder]) -> bool:
        del commune
        self.warned += [(day, one.text) for one in reminders]
        return True


@dataclass
class Staff:
    """Whoever works here."""

    here: list[StaffMember]

    async def members(self) -> Sequence[StaffMember]:
        return self.here


def a_clerk(book: Book, at: str, *members: StaffMember) -> tuple[TicketClerk, StoppedClock]:
    clock = StoppedClock(datetime.fromisoformat(at).replace(tzinfo=ZONE))
    staff: Any = Staff(list(members) or [a_member(7, COMMUNE)])  # nobody hires here
    address = "https://xa.vn/quan-tri/phan-anh"
    clerk = TicketClerk(book, staff, sentences, clock=clock, zone=ZONE, address=address, quiet=QUIET)
    return clerk, clock


@pytest.mark.parametrize(
    ("tickets", "said"),
    [
        pytest.param(
            [a_ticket(5)],
            "Xã Đa Phúc có 1 phản ánh mới đang chờ trả lời. Xem tại: https://xa.vn/quan-tri/phan-anh/5",
            id="one leads to itself",
        ),
        pytest.param(
            [a_ticket(5, is_told=True), a_ticket(6)],
            "Xã Đa Phúc có 2 phản ánh mới đang chờ trả lời. Xem tại: https://xa.vn/quan-tri/phan-anh?xa=00430",
            id="several lead to the list",
        ),
        pytest.param(
            [a_ticket(5, PERSON)],
            "Xã Đa Phúc có 1 người dân đang chờ gặp cán bộ. Trả lời tại: https://xa.vn/quan-tri/phan-anh/5",
            id="somebody waits",
        ),
        pytest.param(
            [a_ticket(5, PERSON), a_ticket(6), a_ticket(7)],
            "Xã Đa Phúc có 1 người dân đang chờ gặp cán bộ và 2 phản ánh mới. "
            "Xem tại: https://xa.vn/quan-tri/phan-anh?xa=00430",
            id="all together",
        ),
    ],
)
async def test_the_reminder_says_what_and_where(tickets: list[NewTicket], said: str) -> None:
    """In one sentence, in which nothing is that a citizen wrote."""
    book = Book(tickets)
    clerk, _ = a_clerk(book, "2026-11-20T09:00")

    await clerk()

    assert [text for _, text in book.told] == [said]


@pytest.mark.parametrize(
    ("at", "kind", "is_told"),
    [
        pytest.param("2026-11-20T22:30", FEEDBACK, False, id="feedback waits for the morning"),
        pytest.param("2026-11-21T07:00", FEEDBACK, True, id="which may be a Saturday"),
        pytest.param("2026-11-20T12:15", PERSON, False, id="at noon nobody is there"),
        pytest.param("2026-11-20T14:00", PERSON, True, id="in the afternoon somebody is"),
        pytest.param("2026-11-22T09:00", PERSON, False, id="a Sunday"),
    ],
)
async def test_each_at_its_hour(at: str, kind: TicketKind, *, is_told: bool) -> None:
    book = Book([a_ticket(kind=kind)])
    clerk, _ = a_clerk(book, at)

    await clerk()

    assert bool(book.told) is is_told


async def test_what_nobody_can_be_told_of_stays_news() -> None:
    """Until somebody links a chat."""
    book = Book([a_ticket()], late={COMMUNE: 1})
    clerk, _ = a_clerk(book, "2026-11-20T09:00", a_member(None, COMMUNE))

    await clerk()

    assert (book.told, book.warned) == ([], [])


@pytest.mark.parametrize(
    ("at", "warned"),
    [
        pytest.param("2026-11-20T07:00", [], id="before the office opens"),
        pytest.param("2026-11-20T09:00", [date(2026, 11, 20)], id="in the morning"),
        pytest.param("2026-11-20T14:00", [], id="in the afternoon"),
        pytest.param("2026-11-22T09:00", [], id="on a Sunday"),
    ],
)
async def test_what_is_late_is_told_in_the_morning(at: str, warned: list[date]) -> None:
    book = Book(late={COMMUNE: 3})
    clerk, _ = a_clerk(book, at)

    await clerk()
    await clerk()

    assert [day for day, _ in book.warned] == warned
    for _, text in book.warned:
        assert "3 phản ánh, lời nhắn đã quá hẹn" in text
        assert text.endswith("https://xa.vn/quan-tri/phan-anh?muc=overdue&xa=00430")


async def test_the_next_morning_it_is_told_again() -> None:
    book = Book(late={COMMUNE: 1})
    clerk, clock = a_clerk(book, "2026-11-19T09:00")

    await clerk()
    clock.advance(hours=24)
    await clerk()

    assert [day for day, _ in book.warned] == [date(2026, 11, 19), date(2026, 11, 20)]


async def test_a_failure_of_one_keeps_not_the_other() -> None:
    book = Book(late={COMMUNE: 1}, is_broken=True)
    clerk, _ = a_clerk(book, "2026-11-20T09:00")

    await clerk()

    assert len(book.warned) == 1
