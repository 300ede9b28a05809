"""Staff are told of each ticket once, and not too often, whichever processes think of it and wherever one dies."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from bot.bulletins.deliveries import State
from bot.messages import Channel
from bot.ports.conversations import BindStaff, MarkGone, OpenTicket
from bot.ports.reminders import Reminder, TicketNews
from bot.storage.database import Database
from bot.storage.tables import bulletins, deliveries, reminders, tickets
from bot.storage.ticket_reminders import LOOKS_BACK, SqlTicketReminders
from bot.tickets.states import TicketKind
from tests.contracts.ticket_world import DA_PHUC, SON_TAY, TicketWorld

EVERY = timedelta(minutes=10)
TODAY = date(2026, 11, 20)
FEEDBACK, PERSON = TicketKind.FEEDBACK, TicketKind.HANDOVER


class Office(TicketWorld):
    """A commune whose member of staff has a chat, and two processes that remind."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.books = [SqlTicketReminders(database, self.clock) for _ in range(2)]
        self.book_of_reminders = self.books[0]
        self.lan = 0

    async def open(self, channel: Channel = Channel.TELEGRAM) -> None:
        """Let Lan write, so that she can be written to."""
        self.lan = (await self.person("lan", channel=channel)).id

    async def send_in(self, kind: TicketKind = FEEDBACK, *, user: str = "citizen-1", commune: str = DA_PHUC) -> int:
        """Let a citizen send a ticket and return its id."""
        code = await self.tickets.new_code() if kind is FEEDBACK else ""
        await self.say(OpenTicket(kind, commune, "Đèn đường hỏng", self.clock.now(), code=code), user=user)
        async with self.database.reading() as connection:
            newest = select(tickets.c.id).order_by(tickets.c.id.desc()).limit(1)
            number: int = (await connection.execute(newest)).scalar_one()
        return number

    async def tell(self, *ids: int, people: int = 0, text: str = "Có việc mới", process: int = 0) -> bool:
        news = TicketNews(DA_PHUC, ids, people=people, feedback=len(ids) - people)
        return await self.books[process].tell(news, [Reminder(self.lan, text)], every=EVERY)

    async def waiting(self) -> Mapping[str, str]:
        """Return the states of the letters, by their words."""
        found = select(bulletins.c.body, deliveries.c.state).join(
            deliveries, deliveries.c.bulletin_id == bulletins.c.id
        )
        async with self.database.reading() as connection:
            return {row.body: row.state for row in await connection.execute(found)}


@pytest.fixture
async def office(database: Database) -> Office:
    """Return an office that is open."""
    office = Office(database)
    await office.open()
    return office


async def test_what_nobody_has_taken_up_is_new(office: Office) -> None:
    """Of the communes that are asked about; what was told stays new, and says so."""
    first, wish = await office.send_in(), await office.send_in(PERSON, user="b")
    await office.send_in(user="c", commune=SON_TAY)
    taken = await office.send_in(user="d")
    await office.hire("Hoa")
    await office.desk.assign(taken, "Hoa", by="Hoa", revision=0)
    await office.tell(first)

    found = await office.book_of_reminders.new([DA_PHUC])

    assert [(one.id, one.kind, one.is_told) for one in found] == [(first, FEEDBACK, True), (wish, PERSON, False)]
    assert await office.book_of_reminders.new([]) == []


async def test_a_chat_in_which_we_are_blocked_is_none(office: Office) -> None:
    """Else what is told there is told to nobody; it is theirs again when they come back."""
    await office.hire("Lan")
    await office.staff.give_code("Lan", "cb-123456", office.clock.now() + timedelta(hours=1), by="máy chủ")
    await office.say(BindStaff("cb-123456"), user="lan", channel=Channel.TELEGRAM)
    assert [one.person_id for one in await office.staff.members()] == [office.lan]

    await office.say(MarkGone(), user="lan", channel=Channel.TELEGRAM)
    assert [one.person_id for one in await office.staff.members()] == [None]

    await office.open()
    assert [one.person_id for one in await office.staff.members()] == [office.lan]


async def test_what_came_long_ago_is_no_news(office: Office) -> None:
    """Its marks are forgotten long after it is."""
    await office.send_in()
    office.clock.advance(days=LOOKS_BACK.days, seconds=1)

    assert await office.book_of_reminders.new([DA_PHUC]) == []


async def test_of_two_processes_that_think_of_it_one_tells(office: Office) -> None:
    ticket = await office.send_in()

    said = await asyncio.gather(*(office.tell(ticket, process=number % 2) for number in range(6)))

    assert sorted(said) == [False] * 5 + [True]
    assert await office.letters() == ["Có việc mới"]


async def test_a_ticket_is_told_of_once_however_late_it_is_thought_of_again(office: Office) -> None:
    """A process that was frozen comes with news of hours ago."""
    ticket = await office.send_in()
    assert await office.tell(ticket)
    office.clock.advance(hours=3)

    assert not await office.tell(ticket, process=1)
    assert len(await office.letters()) == 1


async def test_a_busy_day_is_told_of_now_and_then(office: Office) -> None:
    first, second = await office.send_in(), await office.send_in(user="b")
    assert await office.tell(first)
    office.clock.advance(minutes=9)
    assert not await office.tell(second)
    assert [one.is_told for one in await office.book_of_reminders.new([DA_PHUC])] == [True, False]

    office.clock.advance(minutes=1)
    assert await office.tell(second)


async def test_whoever_waits_for_a_person_does_not_wait_for_the_next_turn(office: Office) -> None:
    """But the next who waits does; and a feedback waits for either."""
    feedback, wish = await office.send_in(), await office.send_in(PERSON, user="b")
    another, late = await office.send_in(PERSON, user="c"), await office.send_in(user="d")
    assert await office.tell(feedback)
    assert await office.tell(wish, people=1)

    assert not await office.tell(another, people=1)
    office.clock.advance(minutes=9)
    assert not await office.tell(late)
    office.clock.advance(minutes=1)
    assert await office.tell(another, late, people=1)


async def test_another_commune_has_turns_of_its_own(office: Office) -> None:
    here, there = await office.send_in(), await office.send_in(user="b", commune=SON_TAY)
    assert await office.tell(here)

    news = TicketNews(SON_TAY, (there,), feedback=1)
    assert await office.books[1].tell(news, [Reminder(office.lan, "Ở nơi khác")], every=EVERY)


async def test_a_process_that_dies_while_it_tells_has_told_nobody(office: Office) -> None:
    """Mark and letter are one transaction: the next tick, of any process, tells."""
    ticket = await office.send_in()
    news = TicketNews(DA_PHUC, (ticket,), feedback=1)
    broken: list[Reminder] = [Reminder(office.lan, "Có việc mới"), None]  # type: ignore[list-item]
    with pytest.raises(AttributeError):
        await office.books[0].tell(news, broken, every=EVERY)
    with pytest.raises(AttributeError):
        await office.books[0].warn(DA_PHUC, TODAY, broken)

    assert await office.letters() == []
    assert await office.tell(ticket, process=1)
    assert await office.books[1].warn(DA_PHUC, TODAY, [Reminder(office.lan, "Quá hẹn")])
    assert await office.letters() == ["Có việc mới", "Quá hẹn"]


async def test_a_reminder_that_still_waits_gives_way_to_the_next(office: Office) -> None:
    """Whoever comes back to Zalo after a week reads one, not fifty; other letters stay."""
    await office.tell(await office.send_in(), text="Một việc")
    await office.deliver(State.HELD)
    await office.books[0].warn(DA_PHUC, TODAY, [Reminder(office.lan, "Quá hẹn")])
    office.clock.advance(hours=1)

    await office.tell(await office.send_in(user="b"), text="Hai việc")

    assert await office.waiting() == {"Một việc": "skipped", "Quá hẹn": "pending", "Hai việc": "pending"}


async def test_what_is_late_is_told_once_a_day(office: Office) -> None:
    """By one of the processes."""
    await office.send_in()
    await office.send_in(user="b")
    await office.send_in(user="c", commune=SON_TAY)
    assert await office.book_of_reminders.overdue([DA_PHUC]) == {}
    office.clock.advance(seconds=1)
    assert await office.book_of_reminders.overdue([DA_PHUC]) == {DA_PHUC: 2}

    letter = [Reminder(office.lan, "Quá hẹn")]
    said = await asyncio.gather(*(book.warn(DA_PHUC, TODAY, letter) for book in [*office.books, *office.books]))
    assert sorted(said) == [False, False, False, True]
    assert not await office.books[0].warn(DA_PHUC, TODAY, letter)
    assert await office.books[0].warn(DA_PHUC, TODAY + timedelta(days=1), letter)


async def test_marks_are_forgotten_when_nobody_looks_back_so_far(office: Office) -> None:
    """Those of other reminders are not touched."""
    async with office.database.writing() as connection:
        names = ["ticket-1", "overdue-00430-2026-10-01", "report-2026-q3", "tickets-00430-any"]
        long_ago = office.clock.now() - timedelta(days=31)
        await connection.execute(insert(reminders), [{"name": name, "sent_at": long_ago} for name in names])

    assert await office.tell(await office.send_in() + 100)

    async with office.database.reading() as connection:
        left = set((await connection.execute(select(reminders.c.name))).scalars())
    assert left & set(names) == {"report-2026-q3", "tickets-00430-any"}
