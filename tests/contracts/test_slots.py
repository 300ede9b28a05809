"""Weekly slots: nobody is reminded twice and nothing goes out twice, whatever the clock and the machines do."""

import asyncio
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from bot.bulletins.states import Role, Status
from bot.knowledge.loader import load_library
from bot.knowledge.schema import Slot
from bot.metrics import Metrics
from bot.ports.bulletins import Bulletin
from bot.storage.bulletin_rows import BULLETIN, LETTER, read_bulletins
from bot.storage.database import Database
from bot.storage.slots import SqlSlots
from bot.storage.staff import SqlStaff
from bot.storage.tables import bulletins, slots, staff
from scheduler.slots import SlotKeeper
from tests.contracts.ledger_world import COMMUNE, NOW, FixedClock, LedgerWorld
from tests.small_content import small_content

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FRIDAY = date(2026, 11, 27)
SLOT = datetime.combine(FRIDAY, time(19), ZONE)

Rule = Literal["remind", "draft", "send"]


class Week:
    """One commune with a slot on Friday at 19:00, and keepers that look after it."""

    def __init__(self, database: Database, content: Path, rule: Rule) -> None:
        self.database = database
        self.clock = FixedClock()
        library = load_library(content)
        [commune] = [library.shelves.communes[COMMUNE]]
        own_rule = Slot(weekday="fri", at=time(19), empty_week=rule)
        shelves = library.shelves
        object.__setattr__(shelves, "communes", {COMMUNE: commune.model_copy(update={"slot": own_rule})})
        self.library = library

    def keeper(self) -> SlotKeeper:
        return SlotKeeper(
            SqlSlots(self.database, self.clock),
            SqlStaff(self.database, self.clock),
            lambda: self.library,
            clock=self.clock,
            alerts=Metrics(),
            zone=ZONE,
        )

    async def tick(self, at: datetime, *, processes: int = 1) -> None:
        self.clock.moment = at
        await asyncio.gather(*(self.keeper()() for _ in range(processes)))

    async def bulletins(self) -> list[Bulletin]:
        async with self.database.reading() as connection:
            return await read_bulletins(connection, bulletins.c.kind == BULLETIN)

    async def letters(self) -> list[str]:
        async with self.database.reading() as connection:
            return [letter.draft.body for letter in await read_bulletins(connection, bulletins.c.kind == LETTER)]

    async def hire(self) -> None:
        """Let somebody of the commune be there to be told."""
        [person] = await LedgerWorld(self.database).subscribe(1)
        row = {"name": "Lan", "role": Role.APPROVER.value, "communes": COMMUNE, "added_at": NOW, "person_id": person}
        async with self.database.writing() as connection:
            await connection.execute(insert(staff).values(row))

    async def slot_rows(self) -> int:
        async with self.database.reading() as connection:
            return (await connection.execute(select(func.count()).select_from(slots))).scalar_one()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_content(tmp_path_factory.mktemp("slots"))


@pytest.fixture
def week(database: Database, content: Path, request: pytest.FixtureRequest) -> Week:
    rule: Rule = getattr(request, "param", "remind")
    return Week(database, content, rule)


async def test_staff_are_reminded_a_day_before_and_once(week: Week) -> None:
    """However often, and on how many machines, the clock ticks."""
    await week.hire()
    await week.tick(SLOT - timedelta(hours=24, minutes=1))
    assert await week.letters() == []

    await week.tick(SLOT - timedelta(hours=24), processes=3)
    await week.tick(SLOT - timedelta(hours=1))

    [letter] = await week.letters()
    assert "19:00 ngày 27/11/2026" in letter
    assert await week.bulletins() == []


@pytest.mark.parametrize("week", ["draft"], indirect=True)
async def test_the_calendars_text_is_prepared_and_waits_for_approval(week: Week) -> None:
    """It is submitted once, for its slot, and does not go out by itself."""
    await week.hire()

    await week.tick(SLOT - timedelta(hours=20), processes=3)
    await week.tick(SLOT + timedelta(minutes=5))

    [prepared] = await week.bulletins()
    assert (prepared.status, prepared.draft.due_at, prepared.draft.slot_date) == (Status.SUBMITTED, SLOT, FRIDAY)
    assert prepared.draft.title == week.library.shelves.calendar.weeks[47].title
    assert len(await week.letters()) == 1


@pytest.mark.parametrize("week", ["draft"], indirect=True)
async def test_somebodys_own_draft_is_left_alone(week: Week) -> None:
    """The calendar does not compete with a person; they are only reminded."""
    await week.hire()
    await LedgerWorld(week.database).an_approved_bulletin(status="draft", slot_date=FRIDAY)

    await week.tick(SLOT - timedelta(hours=20))

    assert [one.status for one in await week.bulletins()] == [Status.DRAFT]
    assert len(await week.letters()) == 1


@pytest.mark.parametrize("week", ["send"], indirect=True)
async def test_an_empty_slot_is_filled_at_its_time_and_once(week: Week) -> None:
    """By three processes, late, and again after the clock jumped back across the slot and across midnight."""
    await week.tick(SLOT - timedelta(minutes=1))
    assert await week.bulletins() == []

    await week.tick(SLOT + timedelta(hours=2), processes=3)
    await week.tick(SLOT - timedelta(hours=3))
    await week.tick(SLOT + timedelta(seconds=1), processes=2)
    await week.tick(SLOT + timedelta(hours=5, minutes=30))

    [filled] = await week.bulletins()
    assert (filled.status, filled.draft.due_at) == (Status.SCHEDULED, SLOT)
    assert filled.text_hash == filled.draft.text_hash


@pytest.mark.parametrize("week", ["send"], indirect=True)
async def test_a_slot_missed_for_longer_than_the_grace_stays_empty(week: Week) -> None:
    """Saturday morning is not Friday evening."""
    await week.tick(SLOT + timedelta(hours=6, seconds=1))

    assert await week.bulletins() == []


@pytest.mark.parametrize("week", ["send"], indirect=True)
async def test_a_slot_that_somebody_has_is_theirs(week: Week) -> None:
    """The calendar's text goes out only where nothing was approved."""
    theirs = await LedgerWorld(week.database).an_approved_bulletin(status="scheduled", slot_date=FRIDAY)
    async with week.database.writing() as connection:
        await connection.execute(insert(slots).values(commune=COMMUNE, slot_date=FRIDAY, bulletin_id=theirs.id))

    await week.tick(SLOT - timedelta(hours=3))
    await week.tick(SLOT + timedelta(seconds=5))

    assert [one.id for one in await week.bulletins()] == [theirs.id]
    assert await week.letters() == []


@pytest.mark.parametrize("week", ["send"], indirect=True)
async def test_the_next_week_is_another_slot(week: Week) -> None:
    """Week after week, one each."""
    for number in range(3):
        await week.tick(SLOT + timedelta(weeks=number, minutes=1))

    assert [one.draft.slot_date for one in await week.bulletins()] == [
        FRIDAY + timedelta(weeks=number) for number in range(3)
    ]
    assert await week.slot_rows() == 3


async def test_without_anybodys_chat_an_operator_is_told(week: Week) -> None:
    """An empty week that nobody hears of would be a silent one."""
    await week.tick(SLOT - timedelta(hours=5))

    assert await week.letters() == []
    assert await week.slot_rows() == 1
