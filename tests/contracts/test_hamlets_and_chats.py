"""What a conversation changes beside the commune: the hamlet, and whose chat it is, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.desk.ports.house import Search
from bot.messages import Channel
from bot.ports.conversations import (
    BindStaff,
    ChooseCommune,
    ChooseHamlet,
    Effect,
    Forget,
    KeepLoginLink,
    Outcome,
    Person,
)
from bot.ports.inbox import Finished, Handled
from bot.storage.audit import SqlAudit
from bot.storage.database import Database
from bot.storage.inbox import SqlInbox
from bot.storage.logins import SqlLogins
from bot.storage.records import SqlRecords
from bot.storage.tables import staff
from tests.world import NOW, StoppedClock, a_message, an_address

CODE = "cb-483920"
MINUTE = timedelta(minutes=1)


async def happened(database: Database, *effects: Effect, user: str = "citizen-1") -> Person:
    """Let a message of *user* have *effects*, and return them as their next message finds them."""
    box = SqlInbox(database, StoppedClock(), process="p", lease_seconds=60, accounts=((Channel.ZALO, "oa-1"),))
    [work] = await box.receive([a_message(sender=an_address(user))], free=1)
    await box.settle([Handled(work, Outcome(effects=effects), ())])
    await box.finish([Finished(work)])
    [work] = await box.receive([a_message(sender=an_address(user))], free=1)
    await box.settle([Handled(work, Outcome(), ())])
    await box.finish([Finished(work)])
    return work.person


async def take_on(database: Database, name: str = "Lê Nở", *, code: str = CODE, **more: object) -> None:
    """Store a member of staff who was given *code* a moment ago."""
    values = {"name": name, "role": "editor", "communes": "*", "added_at": NOW, "chat_code": code}
    async with database.writing() as connection:
        await connection.execute(insert(staff).values({**values, "chat_code_until": NOW + 60 * MINUTE, **more}))


async def chat_of(database: Database, name: str = "Lê Nở") -> int | None:
    """Return the person whose chat is that of *name*."""
    async with database.reading() as connection:
        person_id: int | None = (
            await connection.execute(select(staff.c.person_id).where(staff.c.name == name))
        ).scalar_one()
    return person_id


async def test_a_hamlet_is_kept_until_one_moves(database: Database) -> None:
    """Hamlets of two communes have nothing to do with each other."""
    chosen = await happened(database, ChooseCommune("00430"), ChooseHamlet("thôn mẫu 1"))
    moved = await happened(database, ChooseCommune("09574"))

    assert (chosen.commune, chosen.hamlet) == ("00430", "thôn mẫu 1")
    assert (moved.commune, moved.hamlet) == ("09574", "")


async def test_a_hamlet_can_be_dropped(database: Database) -> None:
    await happened(database, ChooseCommune("00430"), ChooseHamlet("thôn mẫu 1"))

    assert (await happened(database, ChooseHamlet(""))).hamlet == ""


async def test_forgetting_forgets_the_hamlet_and_the_link(database: Database) -> None:
    """Nothing that was chosen or linked stays."""
    await take_on(database)
    await happened(database, ChooseHamlet("thôn mẫu 1"), BindStaff(CODE))

    assert (await happened(database, Forget())).hamlet == ""
    assert await chat_of(database) is None


async def test_the_longest_name_fits(database: Database) -> None:
    """As long as the schema of the content allows."""
    name = "ế" * 80

    assert (await happened(database, ChooseHamlet(name))).hamlet == name


async def test_a_code_links_the_chat_once(database: Database) -> None:
    """Whoever types it later links nothing."""
    await take_on(database)

    first = await happened(database, BindStaff(CODE))
    await happened(database, BindStaff(CODE), user="somebody-else")

    assert await chat_of(database) == first.id
    assert await SqlRecords(database).staff_for_code(CODE, NOW) == ""


async def test_a_code_tells_whose_it_is(database: Database) -> None:
    await take_on(database)
    await take_on(database, "Ngô An", code="cb-111111")

    assert await SqlRecords(database).staff_for_code(CODE, NOW) == "Lê Nở"


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"chat_code_until": NOW}, id="that has run out"),
        pytest.param({"code": "cb-000000"}, id="of somebody else"),
        pytest.param({"removed_at": NOW - MINUTE}, id="of somebody who left"),
        pytest.param({"code": None, "chat_code_until": None}, id="that was never given"),
    ],
)
async def test_a_code_that_does_not_hold_links_nothing(database: Database, more: dict[str, str]) -> None:
    await take_on(database, **more)

    await happened(database, BindStaff(CODE))

    assert await chat_of(database) is None
    assert await SqlRecords(database).staff_for_code(CODE, NOW) == ""


async def test_a_new_chat_takes_the_place_of_the_old_one(database: Database) -> None:
    """A new phone, a new account."""
    await take_on(database)
    await happened(database, BindStaff(CODE), user="old-phone")
    async with database.writing() as connection:
        await connection.execute(update(staff).values(chat_code=CODE, chat_code_until=NOW + MINUTE))

    person = await happened(database, BindStaff(CODE), user="new-phone")

    assert await chat_of(database) == person.id


def logins(database: Database) -> SqlLogins:
    return SqlLogins(database, StoppedClock())


async def entered(database: Database, link: str) -> str:
    """Spend *link* and return who got in; empty if nobody did."""
    me = await logins(database).enter(link, f"cookie of {link}", device="", ends_at=NOW + 60 * MINUTE)
    return me.name if me else ""


async def test_a_link_asked_for_by_chat_lets_its_owner_in_once(database: Database) -> None:
    await take_on(database)
    person = await happened(database, BindStaff(CODE))

    await happened(database, KeepLoginLink("link", NOW + 15 * MINUTE))

    assert await SqlRecords(database).staff_of_chat(person) == "Lê Nở"
    assert [await entered(database, "link") for _ in range(2)] == ["Lê Nở", ""]


@pytest.mark.parametrize(
    "effects",
    [
        pytest.param((), id="that was never linked"),
        pytest.param((BindStaff(CODE), Forget()), id="that was forgotten"),
    ],
)
async def test_a_link_asked_for_in_a_chat_of_nobody_opens_nothing(
    database: Database, effects: tuple[Effect, ...]
) -> None:
    """Who had one linked when they wrote may have none when it is stored."""
    await take_on(database)

    person = await happened(database, *effects, KeepLoginLink("link", NOW + 15 * MINUTE))

    assert await SqlRecords(database).staff_of_chat(person) == ""
    assert await entered(database, "link") == ""


async def test_a_link_asked_for_by_chat_stands_in_the_log_but_not_what_opens_it(database: Database) -> None:
    await take_on(database)

    await happened(database, BindStaff(CODE), KeepLoginLink("link", NOW + 15 * MINUTE))

    [link] = [noted.change for noted in await SqlAudit(database, StoppedClock()).noted(None, Search())]
    assert (link.by, link.what, link.subject) == ("Lê Nở", "login.link", "Lê Nở")
    assert "link" not in link.after
