"""One-time links and logins on both engines: once means once, also when many press at the same moment."""

import asyncio
from datetime import timedelta

import pytest

from bot.bulletins.states import Role, Signer
from bot.desk.ports.house import StaffMember
from bot.storage.database import Database
from bot.storage.logins import SqlLogins
from bot.storage.staff import SqlStaff
from tests.world import NOW, StoppedClock

DA_PHUC = "00430"
QUARTER, WEEK = timedelta(minutes=15), timedelta(days=7)
LONG_AGO = NOW - timedelta(days=1000)


@pytest.fixture
def clock() -> StoppedClock:
    """Return a clock that stands still."""
    return StoppedClock()


@pytest.fixture
async def logins(database: Database, clock: StoppedClock) -> SqlLogins:
    """Return the logins of a commune where Lan works."""
    await SqlStaff(database, clock).put(StaffMember("Lan", Role.EDITOR, frozenset({DA_PHUC})), by="Hoa")
    return SqlLogins(database, clock)


async def test_a_link_lets_in_whom_it_was_made_for(logins: SqlLogins) -> None:
    assert await logins.add_link("Lan", "link", by="Hoa", ends_at=NOW + QUARTER)

    me = await logins.enter("link", "cookie", device="Chrome, Windows", ends_at=NOW + WEEK)
    found = await logins.find("cookie", seen_since=LONG_AGO)

    assert me == Signer("Lan", Role.EDITOR, frozenset({DA_PHUC}))
    assert found
    assert (found.me, found.device, found.began_at, found.ends_at) == (me, "Chrome, Windows", NOW, NOW + WEEK)


async def test_of_many_who_press_at_once_one_gets_in(logins: SqlLogins) -> None:
    await logins.add_link("Lan", "link", by="Hoa", ends_at=NOW + QUARTER)

    tries = [logins.enter("link", f"cookie-{n}", device="", ends_at=NOW + WEEK) for n in range(8)]
    entered = [me for me in await asyncio.gather(*tries) if me]

    assert len(entered) == 1
    assert len(await logins.of("Lan", seen_since=LONG_AGO)) == 1


async def test_a_link_that_has_ended_lets_nobody_in(logins: SqlLogins, clock: StoppedClock) -> None:
    await logins.add_link("Lan", "link", by="Hoa", ends_at=NOW + QUARTER)
    clock.advance(minutes=15)

    assert await logins.enter("link", "cookie", device="", ends_at=NOW + WEEK) is None


async def test_nobody_of_that_name_gets_no_link(logins: SqlLogins) -> None:
    assert not await logins.add_link("Ai đó", "link", by="Hoa", ends_at=NOW + QUARTER)


async def test_whoever_is_let_go_is_out_with_every_link_and_login(
    logins: SqlLogins, database: Database, clock: StoppedClock
) -> None:
    await logins.add_link("Lan", "spent", by="Hoa", ends_at=NOW + QUARTER)
    await logins.enter("spent", "cookie", device="", ends_at=NOW + WEEK)
    await logins.add_link("Lan", "unused", by="Hoa", ends_at=NOW + QUARTER)

    await SqlStaff(database, clock).remove("Lan", by="Hoa")

    assert await logins.find("cookie", seen_since=LONG_AGO) is None
    assert await logins.enter("unused", "late", device="", ends_at=NOW + WEEK) is None


async def test_a_login_is_what_its_owner_is_now(logins: SqlLogins, database: Database, clock: StoppedClock) -> None:
    await logins.add_link("Lan", "link", by="Hoa", ends_at=NOW + QUARTER)
    await logins.enter("link", "cookie", device="", ends_at=NOW + WEEK)

    await SqlStaff(database, clock).put(StaffMember("Lan", Role.ADMIN, None), by="Hoa")

    found = await logins.find("cookie", seen_since=LONG_AGO)
    assert found
    assert found.me == Signer("Lan", Role.ADMIN, None)


async def test_a_login_that_is_used_is_seen(logins: SqlLogins, clock: StoppedClock) -> None:
    """Not with every page: a write for each view would cost more than it tells."""
    await logins.add_link("Lan", "link", by="Hoa", ends_at=NOW + QUARTER)
    await logins.enter("link", "cookie", device="", ends_at=NOW + WEEK)

    clock.advance(hours=1)
    await logins.find("cookie", seen_since=LONG_AGO)
    [seen] = await logins.of("Lan", seen_since=LONG_AGO)
    assert seen.seen_at == clock.now()

    clock.advance(hours=2)
    assert await logins.find("cookie", seen_since=clock.now() - timedelta(hours=1)) is None
    assert await logins.find("cookie", seen_since=clock.now() - timedelta(hours=3)) is not None


async def test_one_login_is_ended_or_all(logins: SqlLogins) -> None:
    for cookie in ("a", "b", "c"):
        await logins.add_link("Lan", f"link-{cookie}", by="Hoa", ends_at=NOW + QUARTER)
        await logins.enter(f"link-{cookie}", cookie, device=cookie, ends_at=NOW + WEEK)
    one = await logins.find("a", seen_since=LONG_AGO)
    assert one

    assert await logins.end("Lan", by="Lan", only=one.id) == 1
    assert [login.device for login in await logins.of("Lan", seen_since=LONG_AGO)] == ["c", "b"]
    assert await logins.end("Lan", by="Lan") == 2
    assert await logins.of("Lan", seen_since=LONG_AGO) == []


async def test_a_new_login_ends_the_one_it_comes_instead_of(logins: SqlLogins) -> None:
    for link, cookie, before in (("one", "a", ""), ("two", "b", "a")):
        await logins.add_link("Lan", link, by="Hoa", ends_at=NOW + QUARTER)
        await logins.enter(link, cookie, device="", ends_at=NOW + WEEK, instead_of=before)

    assert await logins.find("a", seen_since=LONG_AGO) is None
    assert await logins.find("b", seen_since=LONG_AGO) is not None


async def test_a_link_that_is_spent_in_vain_ends_no_login(logins: SqlLogins) -> None:
    await logins.add_link("Lan", "link", by="Hoa", ends_at=NOW + QUARTER)
    await logins.enter("link", "a", device="", ends_at=NOW + WEEK)

    assert await logins.enter("link", "b", device="", ends_at=NOW + WEEK, instead_of="a") is None

    assert await logins.find("a", seen_since=LONG_AGO) is not None
