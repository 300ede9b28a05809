"""The log of every change on both engines: in order, of the communes one reads of, with what is done to bulletins."""

import pytest
from sqlalchemy import insert

from bot.desk.ports.house import Change, Search
from bot.storage.audit import SqlAudit, write_change
from bot.storage.database import Database
from bot.storage.tables import audiences, bulletin_history, bulletins
from tests.world import NOW, StoppedClock

DA_PHUC, HOA_MINH = "00430", "09574"


@pytest.fixture
def clock() -> StoppedClock:
    """Return a clock that stands still."""
    return StoppedClock()


@pytest.fixture
def audit(database: Database, clock: StoppedClock) -> SqlAudit:
    """Return an empty log."""
    return SqlAudit(database, clock)


def a_change(subject: str, *communes: str, by: str = "Hoa", what: str = "staff.change") -> Change:
    return Change(
        by=by,
        what=what,
        subject=subject,
        communes=frozenset(communes),
        before={"role": "editor"},
        after={"role": "approver"},
    )


async def a_bulletin(database: Database, number: int, *communes: str, kind: str = "bulletin") -> None:
    async with database.writing() as connection:
        row = {"id": number, "kind": kind, "title": "Lịch cắt điện", "body": "x", "created_at": NOW}
        await connection.execute(insert(bulletins).values(**row))
        for commune in communes:
            await connection.execute(insert(audiences).values(bulletin_id=number, commune=commune))
        deed = {"bulletin_id": number, "at": NOW, "by": "Lan", "what": "submit", "detail": "{vì sao}"}
        await connection.execute(insert(bulletin_history).values(**deed))


async def subjects(audit: SqlAudit, *communes: str, **search: str | int) -> list[str]:
    found = await audit.noted(frozenset(communes) or None, Search(**search))  # type: ignore[arg-type]
    return [noted.change.subject for noted in found]


async def test_an_entry_comes_back_as_it_was_noted(audit: SqlAudit) -> None:
    await audit.note(a_change("Lan", DA_PHUC))

    [noted] = await audit.noted(None, Search())

    assert noted.at == NOW
    assert (noted.change.by, noted.change.what, noted.change.subject) == ("Hoa", "staff.change", "Lan")
    assert (dict(noted.change.before), dict(noted.change.after)) == ({"role": "editor"}, {"role": "approver"})


async def test_the_newest_comes_first(audit: SqlAudit, clock: StoppedClock) -> None:
    """Also within one moment."""
    for subject in ("một", "hai", "ba"):
        await audit.note(a_change(subject))
    clock.advance(minutes=1)
    await audit.note(a_change("bốn"))

    assert await subjects(audit) == ["bốn", "ba", "hai", "một"]
    assert await subjects(audit, limit=2, offset=1) == ["ba", "hai"]


async def test_one_reads_of_ones_own_communes(audit: SqlAudit) -> None:
    await audit.note(a_change("của chung"))
    await audit.note(a_change("của hai", DA_PHUC, HOA_MINH))
    await audit.note(a_change("của một", HOA_MINH))

    assert await subjects(audit, DA_PHUC) == ["của hai"]
    assert await subjects(audit, HOA_MINH) == ["của một", "của hai"]
    assert await subjects(audit) == ["của một", "của hai", "của chung"]


async def test_what_is_done_to_bulletins_is_read_as_one_with_it(audit: SqlAudit, database: Database) -> None:
    await a_bulletin(database, 7, DA_PHUC)
    await a_bulletin(database, 8, HOA_MINH)
    await a_bulletin(database, 9, DA_PHUC, kind="letter")

    [noted] = await audit.noted(frozenset({DA_PHUC}), Search(what="bulletin."))

    assert (noted.change.what, noted.change.subject) == ("bulletin.submit", "7: Lịch cắt điện")
    assert dict(noted.change.after) == {"detail": "{vì sao}"}


async def test_the_log_can_be_searched(audit: SqlAudit, database: Database) -> None:
    await a_bulletin(database, 7, DA_PHUC)
    await audit.note(a_change("một", DA_PHUC, by="Hoa"))
    await audit.note(a_change("hai", DA_PHUC, by="Bình", what="login.enter"))

    assert await subjects(audit, by="Hoa") == ["một"]
    assert await subjects(audit, by="Lan") == ["7: Lịch cắt điện"]
    assert await subjects(audit, what="login.") == ["hai"]
    assert await subjects(audit, what="%") == []
    assert list(await audit.writers(frozenset({DA_PHUC}))) == ["Bình", "Hoa", "Lan"]
    assert list(await audit.writers(frozenset({HOA_MINH}))) == []


async def test_a_change_that_does_not_happen_is_not_noted(audit: SqlAudit, database: Database) -> None:
    """The entry is part of the change's own transaction."""

    async def fail() -> None:
        async with database.writing() as connection:
            await write_change(connection, a_change("Lan", DA_PHUC), NOW)
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        await fail()

    assert await subjects(audit) == []
