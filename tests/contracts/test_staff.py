"""Who works with the channel, on both engines; every change stands in the log."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.bulletins.states import Role
from bot.desk.ports.house import Search, StaffMember
from bot.errors import UserError
from bot.storage.audit import SqlAudit
from bot.storage.database import Database
from bot.storage.records import SqlRecords
from bot.storage.tables import staff
from tests.contracts.desk_world import COMMUNE, ELSEWHERE, DeskWorld


@pytest.fixture
def world(database: Database) -> DeskWorld:
    """Return a house without staff."""
    return DeskWorld(database)


async def changes(world: DeskWorld) -> list[tuple[str, str, str]]:
    """Return who did what to which members of staff, oldest first."""
    noted = await SqlAudit(world.database, world.clock).noted(None, Search(what="staff."))
    return [(one.change.by, one.change.what, one.change.subject) for one in reversed(noted)]


async def test_people_are_taken_on_with_a_role_and_communes(world: DeskWorld) -> None:
    await world.staff.put("  Nguyễn  Thị Lan ", Role.EDITOR, [ELSEWHERE, COMMUNE], by="Minh")
    await world.staff.put("Hoà", Role.ADMIN, None, by="Minh")

    assert await world.staff.members() == [
        StaffMember("Hoà", Role.ADMIN, None),
        StaffMember("Nguyễn Thị Lan", Role.EDITOR, frozenset({COMMUNE, ELSEWHERE})),
    ]
    assert await changes(world) == [("Minh", "staff.add", "Nguyễn Thị Lan"), ("Minh", "staff.add", "Hoà")]


async def test_taking_on_whoever_is_here_changes_what_they_may_do(world: DeskWorld) -> None:
    """Their chat stays theirs."""
    [me] = await world.subscribe(1)
    await world.staffed(Lan=Role.EDITOR)
    await world.link_chat("Lan", me)

    await world.staff.put("Lan", Role.APPROVER, [ELSEWHERE], by="Minh")

    assert await world.staff.members() == [StaffMember("Lan", Role.APPROVER, frozenset({ELSEWHERE}), me)]
    assert (await changes(world))[-1] == ("Minh", "staff.change", "Lan")


async def test_whoever_goes_may_do_nothing_and_stays_on_record(world: DeskWorld) -> None:
    """And comes back as somebody without a chat."""
    [me] = await world.subscribe(1)
    await world.staffed(Lan=Role.EDITOR, Hoa=Role.APPROVER)
    await world.link_chat("Lan", me)
    bulletin_id = await world.a_draft("Lan")

    await world.staff.remove("Lan", by="Minh")

    with pytest.raises(UserError, match="Chưa có cán bộ nào tên «Lan»"):
        await world.desk.submit(bulletin_id, "Lan")
    assert (await world.desk.find(bulletin_id)).author == "Lan"
    assert (await changes(world))[-1] == ("Minh", "staff.remove", "Lan")

    await world.staff.put("Lan", Role.EDITOR, [COMMUNE], by="Minh")
    assert StaffMember("Lan", Role.EDITOR, frozenset({COMMUNE})) in await world.staff.members()
    async with world.database.reading() as connection:
        assert len((await connection.execute(select(staff.c.id).where(staff.c.name == "Lan"))).all()) == 1


@pytest.mark.parametrize(
    ("name", "communes", "said"),
    [
        pytest.param(" \u200b ", [COMMUNE], "Tên cán bộ không được để trống", id="nameless"),
        pytest.param("L" * 81, [COMMUNE], "dài nhất 80 ký tự", id="longer-than-the-column"),
        pytest.param("Lan", [], "Chưa chọn xã nào", id="for-nobody"),
        pytest.param("Lan", ["99999"], "Không có xã, phường nào mã «99999»", id="no-such-commune"),
        pytest.param("Lan", [COMMUNE, "00433"], "chưa tham gia kênh này", id="takes-no-part"),
    ],
)
async def test_nobody_is_taken_on_wrongly(world: DeskWorld, name: str, communes: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        await world.staff.put(name, Role.EDITOR, communes, by="Minh")

    assert await world.staff.members() == []


async def test_nobody_is_let_go_twice(world: DeskWorld) -> None:
    await world.staffed(Lan=Role.EDITOR)
    await world.staff.remove("Lan", by="Minh")

    with pytest.raises(UserError, match="Không có cán bộ nào tên «Lan»"):
        await world.staff.remove("Lan", by="Minh")


async def test_a_chat_is_linked_by_a_code_of_an_hour(world: DeskWorld) -> None:
    await world.staffed(Lan=Role.EDITOR)
    records = SqlRecords(world.database)

    code = await world.staff.chat_code("Lan", by="Minh")

    assert re.fullmatch(r"cb-\d{6}", code)
    assert await records.staff_for_code(code, world.clock.now() + timedelta(minutes=59)) == "Lan"
    assert await records.staff_for_code(code, world.clock.now() + timedelta(minutes=61)) == ""


async def test_a_new_code_ends_the_old_one(world: DeskWorld) -> None:
    await world.staffed(Lan=Role.EDITOR)
    old = await world.staff.chat_code("Lan", by="Minh")

    new = await world.staff.chat_code("Lan", by="Minh")

    named = [await SqlRecords(world.database).staff_for_code(code, world.clock.now()) for code in (old, new)]
    assert named == ["", "Lan"]


async def test_nobody_else_gets_a_code(world: DeskWorld) -> None:
    with pytest.raises(UserError, match="Không có cán bộ nào tên «Lan»"):
        await world.staff.chat_code("Lan", by="Minh")


async def test_two_who_take_on_the_same_name_at_once_get_two_people_or_one(world: DeskWorld) -> None:
    """Neither takes over whom the other took on for a commune of theirs."""
    both = await asyncio.gather(
        world.staff.add("Lan", Role.EDITOR, [COMMUNE], by="Minh"),
        world.staff.add("Lan", Role.ADMIN, [ELSEWHERE], by="Hoa"),
        return_exceptions=True,
    )

    [taken] = [one for one in both if isinstance(one, UserError)]
    assert "Đã có cán bộ tên «Lan»" in str(taken)
    assert await world.staff.members() == [one for one in both if isinstance(one, StaffMember)]
    assert len(await changes(world)) == 1


async def test_whoever_went_may_be_taken_on_again(world: DeskWorld) -> None:
    await world.staffed(Lan=Role.EDITOR)
    await world.staff.remove("Lan", by="Minh")

    await world.staff.add("Lan", Role.APPROVER, [ELSEWHERE], by="Minh")

    assert await world.staff.members() == [StaffMember("Lan", Role.APPROVER, frozenset({ELSEWHERE}))]
