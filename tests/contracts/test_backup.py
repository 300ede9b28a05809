"""A backup is whole or refused, moves between the engines, and after a restore nothing goes out by itself."""

import asyncio
import gzip
import hashlib
import os
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from bot.bulletins.states import Status
from bot.errors import OperatorError
from bot.messages import Channel, Reply
from bot.ports.bulletins import Audience, Draft
from bot.ports.conversations import Outcome
from bot.ports.inbox import Handled
from bot.storage import schema
from bot.storage.backup import EMPTIED, KEPT_IN_PLACE, OF_THE_MOMENT, Restored, back_up, carried, restore
from bot.storage.backup_file import DamagedBackup
from bot.storage.database import Database, UtcTime, open_database
from bot.storage.inbox import SqlInbox
from bot.storage.leases import open_leases
from bot.storage.slots import SqlSlots
from bot.storage.tables import (
    accounts,
    broadcasts,
    bulletin_history,
    inbox,
    leases,
    metadata,
    people,
    replies,
    slots,
    staff,
    zalo_tokens,
)
from tests.contracts.ledger_world import ACCOUNT, COMMUNE, NOW, LedgerWorld
from tests.databases import ENGINES, a_database
from tests.world import StoppedClock, a_message, an_address

Open = Callable[[str], Awaitable[Database]]

FINISHED = {
    "bulletins.kind": "bulletin",
    "bulletins.status": "sent",
    "broadcasts.state": "accepted",
    "deliveries.state": "sent",
    "inbox.state": "replied",
    "people.commune": "",
    "replies.state": "sent",
    "tallies.pending": 0,
    "tallies.sending": 0,
    "tallies.held": 0,
}


@pytest.fixture
async def another(tmp_path: Path) -> AsyncIterator[Open]:
    """Yield what opens further empty databases."""
    async with AsyncExitStack() as stack:

        async def opened(engine: str) -> Database:
            return await stack.enter_async_context(a_database(engine, tmp_path))

        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.gz"


def a_value(column: "Column[Any]", number: int) -> object:
    """Return something that fits *column*; equal numbers belong together across tables."""
    name = f"{column.table.name}.{column.name}"
    if name in FINISHED:
        return FINISHED[name]
    if column.foreign_keys:
        return a_value(next(iter(column.foreign_keys)).column, number)
    match column.type:
        case UtcTime():
            return datetime(2026, 11, number, 1, 2, 3, 456789, tzinfo=UTC)
        case Date():
            return datetime(2026, 11, number, tzinfo=UTC).date()
        case LargeBinary():
            return bytes(range(256)) * number
        case Boolean():
            return bool(number % 2)
        case Float():
            return number / 3
        case SmallInteger() | Integer():
            return number
        case String(length=length):
            return f"{number} “Đức”\n{column.name}"[:length]
        case _:
            raise AssertionError(name)


async def fill(database: Database, count: int = 2) -> None:
    """Write *count* rows into every table, every column set."""
    async with database.writing() as connection:
        for table in metadata.sorted_tables:
            rows = [{column.name: a_value(column, number + 1) for column in table.columns} for number in range(count)]
            await connection.execute(insert(table), rows)


def text_of(file: Path) -> str:
    return gzip.decompress(file.read_bytes()).decode()


def rewrite(file: Path, change: Callable[[str], str]) -> None:
    """Change what the backup *file* says."""
    file.write_bytes(gzip.compress(change(text_of(file)).encode()))


def sealed(text: str) -> str:
    """Return *text* with the sum that fits it, as another version would have written it."""
    body = text[: text.rstrip("\n").rindex("\n") + 1]
    return body + f'{{"end":true,"sha256":"{hashlib.sha256(body.encode()).hexdigest()}"}}\n'


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def rows_of(database: Database, table: Table) -> list[tuple[object, ...]]:
    async with database.reading() as connection:
        found = await connection.execute(select(table).order_by(*table.primary_key))
        return [tuple(row) for row in found]


async def count_of(database: Database, table: Table) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return what a backup carries, out of the database itself."""
    found = {}
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            if columns := carried(table):
                rows = await connection.execute(select(*columns).order_by(*table.primary_key))
                found[table.name] = [tuple(row) for row in rows]
    return found


@pytest.mark.parametrize("target", ENGINES)
async def test_what_is_restored_is_what_was_backed_up(
    database: Database, another: Open, file: Path, target: str
) -> None:
    """To the last byte, also from one engine to the other: so a commune outgrows one machine."""
    await fill(database)

    header = await back_up(database, file, NOW)
    there = await another(target)
    restored = await restore(there, file, NOW)

    assert await everything(there) == await everything(database)
    assert restored.header == header
    assert set(header.rows.values()) == {2}


async def test_every_table_is_carried_or_left_out_for_a_reason(database: Database, file: Path) -> None:
    """A table of tomorrow is in the backup unless somebody decides that it must not be."""
    header = await back_up(database, file, NOW)

    assert set(header.rows) | KEPT_IN_PLACE | EMPTIED == set(metadata.tables)
    assert not set(header.rows) & (KEPT_IN_PLACE | EMPTIED)


async def test_what_only_the_moment_makes_true_stays_behind(database: Database, another: Open, file: Path) -> None:
    """A claim of a process that is gone would leave a person unanswered; a code of last week would still open."""
    await fill(database)
    await back_up(database, file, NOW)
    there = await another("sqlite")
    await restore(there, file, NOW)

    text = text_of(file)

    assert not any(f'"{name}"' in text for name in OF_THE_MOMENT)
    async with there.reading() as connection:
        [person, _] = (await connection.execute(select(people))).all()
        [member, _] = (await connection.execute(select(staff))).all()
    assert (person.claim, person.busy_until, person.not_before) == (None, 0, 0)
    assert (member.chat_code, member.chat_code_until) == (None, None)


async def test_no_token_is_in_a_backup_and_those_in_place_are_kept(database: Database, file: Path) -> None:
    """A refresh token works once: an old one would lock the account out, the one that is there is right."""
    await fill(database)
    await back_up(database, file, NOW)
    before = {table.name: await rows_of(database, table) for table in (zalo_tokens, accounts, leases)}

    restored = await restore(database, file, NOW, replace=True, force=True)

    assert "refresh_token" not in text_of(file)
    assert restored.has_zalo_tokens
    assert {table.name: await rows_of(database, table) for table in (zalo_tokens, accounts, leases)} == before


async def test_nobody_stays_logged_in_over_a_restore(database: Database, file: Path) -> None:
    """Who works here may have changed with it."""
    await fill(database)
    await back_up(database, file, NOW)

    await restore(database, file, NOW, replace=True, force=True)

    assert [await count_of(database, metadata.tables[name]) for name in sorted(EMPTIED)] == [0, 0]


async def test_a_restored_database_numbers_on(database: Database, another: Open, file: Path) -> None:
    """A new person must not get the number of a restored one."""
    await LedgerWorld(database).subscribe(3)
    await back_up(database, file, NOW)
    there = await another(database.engine.dialect.name)
    await restore(there, file, NOW)

    assert await LedgerWorld(there).subscribe(1) == [4]


# --- Nothing goes out by itself ------------------------------------------------------------------------------------


async def restored_elsewhere(world: LedgerWorld, another: Open, file: Path) -> tuple[LedgerWorld, Restored]:
    await back_up(world.database, file, NOW)
    there = LedgerWorld(await another(world.database.engine.dialect.name), world.channel)
    return there, await restore(there.database, file, NOW)


LONG_AFTER = NOW + timedelta(days=3)


async def test_what_was_approved_is_stopped_and_frees_its_slot(database: Database, another: Open, file: Path) -> None:
    """It may have gone out since the backup; the slot is free for what the officials write now."""
    world = LedgerWorld(database)
    await world.subscribe(2)
    approved = await world.an_approved_bulletin()
    scheduled = await world.an_approved_bulletin(status=Status.SCHEDULED.value, slot_date=NOW.date())
    async with database.writing() as connection:
        taken = {"commune": COMMUNE, "slot_date": NOW.date(), "bulletin_id": scheduled.id}
        await connection.execute(insert(slots), taken)

    there, restored = await restored_elsewhere(world, another, file)

    assert await there.launches.due(LONG_AFTER) == []
    assert [(one.id, one.title) for one in restored.halted.bulletins] == [
        (approved.id, "Tin tuần"),
        (scheduled.id, "Tin tuần"),
    ]
    for one in (approved, scheduled):
        stopped = await there.bulletin(one.id)
        assert (stopped.status, stopped.stopped_at) == (Status.STOPPED, NOW)
    assert {row[2] for row in await rows_of(there.database, slots)} == {None}
    history = select(bulletin_history.c.bulletin_id, bulletin_history.c.what)
    async with there.database.reading() as connection:
        lines = [tuple(line) for line in await connection.execute(history)]
    assert lines == [(one.id, "restored") for one in (approved, scheduled)]


async def test_no_calendar_text_fills_a_slot_of_today(database: Database, another: Open, file: Path) -> None:
    """The week's bulletin may have gone out in it after the backup; next week's slot is looked after as ever."""
    world = LedgerWorld(database)
    await world.subscribe(1)
    there, _ = await restored_elsewhere(world, another, file)
    book = SqlSlots(there.database, there.clock)

    def a_draft(day: date) -> Draft:
        return Draft(title="Tin", body="Nội dung.", audiences=(Audience(COMMUNE),), due_at=NOW, slot_date=day)

    for days_ago in (0, 1):
        draft = a_draft(NOW.date() - timedelta(days=days_ago))
        assert await book.fill(draft, COMMUNE, by="Loa Xã") is None
    assert await book.fill(a_draft(NOW.date() + timedelta(days=7)), COMMUNE, by="Loa Xã") is not None


async def test_what_was_on_its_way_is_given_up_and_what_was_in_flight_is_in_doubt(
    database: Database, another: Open, file: Path
) -> None:
    """A copy that came twice costs more than one that an official sends again."""
    world = LedgerWorld(database, Channel.ZALO)
    flying, waiting = await world.subscribe(2)
    [held] = await world.subscribe(1, silent_hours=50)
    bulletin_id = await world.launched(writable={Channel.ZALO: NOW - timedelta(hours=48)})
    lease = await world.a_lease()
    await world.claim(lease, bulletin_id, most=1)
    await lease.release()

    there, restored = await restored_elsewhere(world, another, file)

    assert await there.states(bulletin_id) == {flying: "unknown", waiting: "skipped", held: "skipped"}
    assert await there.codes(bulletin_id) == {flying: "died", waiting: "stopped", held: "stopped"}
    assert await there.counts(bulletin_id) == {"unknown": 1, "skipped": 2}
    assert await there.history(bulletin_id) == [(flying, "unknown")]
    assert (restored.halted.waiting, restored.halted.in_flight) == (2, 1)
    assert not await there.ledger.has_work()
    assert await there.ledger.waiting() == []


async def test_what_was_sent_but_waits_for_somebody_waits_no_more(
    database: Database, another: Open, file: Path
) -> None:
    """Whoever writes after a restore gets an answer, and no bulletin of last month."""
    world = LedgerWorld(database, Channel.ZALO)
    [held] = await world.subscribe(1, silent_hours=50)
    bulletin_id = await world.launched(writable={Channel.ZALO: NOW - timedelta(hours=48)})
    assert await world.launches.finish(NOW) == 1

    there, _ = await restored_elsewhere(world, another, file)
    box = an_inbox(there.database)
    [work] = await box.receive([a_message(sender=an_address("u0", account=ACCOUNT))], free=1)
    await box.settle([Handled(work, Outcome((Reply("đáp"),)), ("đáp",))])

    assert await there.states(bulletin_id) == {held: "skipped"}
    assert (await there.bulletin(bulletin_id)).status is Status.STOPPED
    assert not await there.ledger.has_work()


async def test_a_letter_to_one_person_is_stopped_too(database: Database, another: Open, file: Path) -> None:
    """It is counted, not named: its title may say whom it answers."""
    world = LedgerWorld(database)
    await world.subscribe(1)
    await world.launched(kind="letter")

    there, restored = await restored_elsewhere(world, another, file)

    assert (restored.halted.bulletins, restored.halted.letters) == ([], 1)
    assert not await there.ledger.has_work()


async def test_a_broadcast_does_not_go_on(database: Database, another: Open, file: Path) -> None:
    """All followers of an account would get it. What was being sent may have been accepted."""
    world = LedgerWorld(database, Channel.ZALO)
    before = ["new", "creating", "verified", "sending", "accepted"]
    ids = [(await world.an_approved_bulletin(status="sent", way="broadcast")).id for _ in before]
    rows = [
        {"bulletin_id": bulletin_id, "account": ACCOUNT, "state": state, "changed_at": NOW}
        for bulletin_id, state in zip(ids, before, strict=True)
    ]
    async with database.writing() as connection:
        await connection.execute(insert(broadcasts), rows)

    there, _ = await restored_elsewhere(world, another, file)

    states = select(broadcasts.c.state).order_by(broadcasts.c.bulletin_id)
    async with there.database.reading() as connection:
        after = (await connection.execute(states)).scalars().all()
    assert after == ["failed", "failed", "failed", "unknown", "accepted"]
    statuses = [(await there.bulletin(bulletin_id)).status for bulletin_id in ids]
    assert statuses == [Status.STOPPED] * 4 + [Status.SENT]


async def test_what_needs_a_decision_or_is_over_stays_as_it_was(database: Database, another: Open, file: Path) -> None:
    """Drafts are work that nobody wants to lose."""
    world = LedgerWorld(database)
    settled = [Status.DRAFT, Status.SUBMITTED, Status.SENT, Status.STOPPED]
    ids = [(await world.an_approved_bulletin(status=status.value)).id for status in settled]

    there, restored = await restored_elsewhere(world, another, file)

    assert [(await there.bulletin(bulletin_id)).status for bulletin_id in ids] == settled
    assert restored.halted.bulletins == []


def an_inbox(database: Database) -> SqlInbox:
    return SqlInbox(database, StoppedClock(), process="p", lease_seconds=60, accounts=[(Channel.ZALO, ACCOUNT)])


async def test_messages_without_a_reply_are_closed_and_known(database: Database, another: Open, file: Path) -> None:
    """They were probably answered since; a platform that brings one again is not answered twice."""
    box = an_inbox(database)
    waiting, handled = (a_message(sender=an_address(user, account=ACCOUNT)) for user in ("a", "b"))
    await box.receive([waiting], free=0)
    [work] = await box.receive([handled], free=1)
    await box.settle([Handled(work, Outcome((Reply("đáp"),)), ("đáp",))])

    there, restored = await restored_elsewhere(LedgerWorld(database), another, file)

    again = an_inbox(there.database)
    assert restored.halted.messages == 2
    assert await again.claim(10) == []
    assert await again.receive([waiting, handled], free=10) == []
    async with there.database.reading() as connection:
        assert (await connection.execute(select(inbox.c.state))).scalars().all() == ["dead", "dead"]
        assert (await connection.execute(select(replies.c.state))).scalars().all() == ["failed"]


# --- Beside a running service ----------------------------------------------------------------------------------------


async def test_a_backup_shows_one_moment_while_the_service_writes(
    database: Database, another: Open, file: Path
) -> None:
    """Each message is committed with its sender; a backup that had the one without the other could not be restored."""
    box, is_over = an_inbox(database), asyncio.Event()

    async def citizens() -> int:
        written = 0
        while not is_over.is_set():
            await box.receive([a_message(sender=an_address(f"u{written}", account=ACCOUNT))], free=0)
            written += 1
        return written

    writing = asyncio.create_task(citizens())
    for _ in range(5):
        header = await back_up(database, file, NOW)
    is_over.set()
    written = await writing
    there = await another("sqlite")
    await restore(there, file, NOW)

    assert 0 < header.rows["people"] == header.rows["inbox"] <= written
    assert await count_of(there, inbox) == header.rows["inbox"]


async def test_a_restore_is_refused_while_a_service_runs(database: Database, file: Path) -> None:
    """It would go on with what it remembers of another database."""
    await back_up(database, file, NOW)
    lease = await open_leases(database, "service", seconds=60).acquire("run")
    assert lease is not None

    with pytest.raises(OperatorError, match="a service runs on this database"):
        await restore(database, file, NOW)
    await restore(database, file, NOW, force=True)
    await lease.release()
    await restore(database, file, NOW)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_process_that_serves_somebody_counts_as_running(database: Database, file: Path) -> None:
    """A web process holds no lease."""
    await an_inbox(database).receive([a_message(sender=an_address(account=ACCOUNT))], free=1)
    await back_up(database, file, NOW)

    with pytest.raises(OperatorError, match="a service runs on this database"):
        await restore(database, file, NOW, replace=True)


# --- Refusals: nothing is changed ------------------------------------------------------------------------------------


async def test_a_database_with_something_in_it_is_not_overwritten(database: Database, file: Path) -> None:
    """Unless somebody says so."""
    await back_up(database, file, NOW)
    await LedgerWorld(database).subscribe(1)

    with pytest.raises(OperatorError, match="--replace"):
        await restore(database, file, NOW)
    assert await count_of(database, people) == 1

    await restore(database, file, NOW, replace=True)
    assert await count_of(database, people) == 0


async def test_a_damaged_file_changes_nothing(database: Database, file: Path) -> None:
    """It is found out before anything is deleted."""
    await LedgerWorld(database).subscribe(2)
    await back_up(database, file, NOW)
    rewrite(file, lambda text: text.replace(COMMUNE, "99999"))
    before = await everything(database)

    with pytest.raises(DamagedBackup, match="nothing was changed"):
        await restore(database, file, NOW, replace=True)

    assert await everything(database) == before


async def test_a_row_that_does_not_fit_changes_nothing(another: Open, file: Path) -> None:
    """SQLite takes a text of any length, PostgreSQL does not: all or nothing."""
    small, large = await another("sqlite"), await another("postgresql")
    await LedgerWorld(small).subscribe(1, hamlet="x" * 200)
    await LedgerWorld(large).subscribe(1)
    await back_up(small, file, NOW)

    with pytest.raises(OperatorError, match="nothing was changed") as refusal:
        await restore(large, file, NOW, replace=True)

    assert "xxx" not in str(refusal.value)
    assert await count_of(large, people) == 1


async def test_what_a_newer_version_wrote_is_refused(database: Database, file: Path) -> None:
    """It may hold what this one would lose."""
    await back_up(database, file, NOW)
    rewrite(file, lambda text: sealed(text.replace(f'"schema":"{schema.CURRENT}"', '"schema":"9999"')))

    with pytest.raises(OperatorError, match="a newer version"):
        await restore(database, file, NOW)


async def test_what_this_version_has_given_up_is_not_dropped_silently(database: Database, file: Path) -> None:
    """A column that is gone may have held something."""
    await LedgerWorld(database).subscribe(1)
    await back_up(database, file, NOW)
    rewrite(file, lambda text: sealed(text.replace('"dialogue"', '"mood"')))

    with pytest.raises(OperatorError, match=r"people\.mood"):
        await restore(database, file, NOW, replace=True)
    assert await count_of(database, people) == 1


@asynccontextmanager
async def an_old_database(folder: Path) -> AsyncIterator[Database]:
    """Yield a database as the first version left it, with one citizen."""
    async with open_database(f"sqlite+aiosqlite:///{folder / 'old.db'}") as database:
        await schema.upgrade(database, to="0001")
        row = {"channel": "zalo", "account": ACCOUNT, "user": "u", "first_seen": NOW, "last_inbound": NOW}
        async with database.writing() as connection:
            await connection.execute(insert(people), row)
        yield database


@pytest.mark.parametrize("engine", ENGINES)
async def test_what_an_older_version_wrote_is_restored(engine: str, another: Open, file: Path, tmp_path: Path) -> None:
    """After the loss of a machine the newest version is installed, and the backup is from before."""
    async with an_old_database(tmp_path) as old:
        header = await back_up(old, file, NOW)
    there = await another(engine)

    await restore(there, file, NOW)

    assert header.schema == "0001"
    [person] = await rows_of(there, people)
    assert person[people.columns.keys().index("hamlet")] == ""
    assert await schema.is_current(there)


async def test_where_there_is_no_database_there_is_no_backup(tmp_path: Path, file: Path) -> None:
    """A wrong DATABASE_URL is found out on the first night, not on the day it is needed."""
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'wrong.db'}") as database:
        with pytest.raises(OperatorError, match="there is no database"):
            await back_up(database, file, NOW)

    assert names_in(tmp_path) == []


# --- The file --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_full_disk_is_said_and_leaves_no_half_file(another: Open, tmp_path: Path) -> None:
    """As the command line meets it."""
    database = await another("sqlite")
    await fill(database)
    folder = tmp_path / "backups"
    folder.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "db", "backup", str(folder / "backup.gz"),
        env={**os.environ, "DATABASE_URL": str(database.engine.url)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()

    assert process.returncode == 1
    assert b"cannot be written" in said
    assert names_in(folder) == []


async def test_the_same_rows_make_the_same_file(database: Database, file: Path) -> None:
    """So that two backups can be compared."""
    await fill(database)
    await back_up(database, file, NOW)
    first = text_of(file)
    async with database.writing() as connection:
        await connection.execute(update(people).values(busy_until=5))

    await back_up(database, file, NOW)

    assert text_of(file) == first
