"""What was kept long enough is forgotten, and only that, on both engines."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Table, func, select, update

from bot.bulletins.deliveries import State, Verdict
from bot.messages import Channel, Decision
from bot.ports.conversations import ChooseCommune, KeepQuestion, MarkGone, Outcome
from bot.ports.inbox import Finished, Handled
from bot.storage.database import Database
from bot.storage.inbox import SqlInbox
from bot.storage.retention import SqlRetention
from bot.storage.tables import bulletins, deliveries, delivery_tries, inbox, people, questions, replies
from tests.contracts.ledger_world import LedgerWorld
from tests.world import NOW, StoppedClock, a_message, an_address

DAY = timedelta(days=1)


async def people_who_asked(database: Database, users: Sequence[str], clock: StoppedClock) -> SqlInbox:
    """Let *users* each ask one question that was answered."""
    box = SqlInbox(database, clock, process="p", lease_seconds=60, accounts=((Channel.ZALO, "oa-1"),))
    works = await box.receive([a_message(sender=an_address(user)) for user in users], free=100)
    kept = KeepQuestion("hỏi", Decision.NONE, (), 0.1)
    await box.settle([Handled(work, Outcome(effects=(kept, ChooseCommune("00430"))), ("đáp",)) for work in works])
    await box.finish([Finished(work) for work in works])
    return box


async def count(database: Database, table: Table) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_old_questions_messages_and_replies_go(database: Database) -> None:
    """The person stays: they chose a commune and may come back."""
    clock = StoppedClock()
    await people_who_asked(database, ["old"], clock)
    clock.advance(days=100)
    await people_who_asked(database, ["new"], clock)

    assert await SqlRetention(database).forget_questions(clock.now() - 90 * DAY) == 2

    assert [await count(database, table) for table in (questions, inbox, replies, people)] == [1, 1, 1, 2]


async def test_a_message_that_is_not_answered_yet_is_kept_however_old(database: Database) -> None:
    """Nothing a person sent is lost."""
    box = SqlInbox(database, StoppedClock(), process="p", lease_seconds=60, accounts=((Channel.ZALO, "oa-1"),))
    await box.receive([a_message()], free=0)

    assert await SqlRetention(database).forget_questions(NOW + 400 * DAY) == 0


async def test_those_who_left_are_forgotten_and_the_others_are_not(database: Database) -> None:
    """With everything that hung on them."""
    clock = StoppedClock()
    box = await people_who_asked(database, ["leaver", "stayer"], clock)
    [work] = await box.receive([a_message(sender=an_address("leaver"))], free=10)
    await box.settle([Handled(work, Outcome(effects=(MarkGone(),)), ())])
    await box.finish([Finished(work)])

    assert await SqlRetention(database).forget_leavers(NOW - DAY) == 0
    assert await SqlRetention(database).forget_leavers(NOW + DAY) == 1

    async with database.reading() as connection:
        assert (await connection.execute(select(people.c.user))).scalars().all() == ["stayer"]


async def test_a_large_backlog_goes_piece_by_piece(database: Database) -> None:
    """More than one transaction's worth."""
    await people_who_asked(database, [f"u{n}" for n in range(30)], StoppedClock())
    async with database.writing() as connection:
        await connection.execute(update(people).values(gone_at=NOW))

    assert await SqlRetention(database, at_once=7).forget_leavers(NOW + DAY) == 30


async def test_an_old_letter_goes_with_its_ledger(database: Database) -> None:
    """It is an answer to one person; the bulletins, which anybody may read, stay."""
    world = LedgerWorld(database)
    await world.subscribe(1)
    for kind in ("letter", "bulletin"):
        lease = await world.a_lease()
        await world.record(lease, await world.claim(lease, await world.launched(kind=kind)), Verdict(State.SENT))
        await lease.release()
    await world.launches.finish(NOW)

    assert await SqlRetention(database).forget_questions(NOW) == 0
    assert await SqlRetention(database).forget_questions(NOW + DAY) == 1

    assert [await count(database, table) for table in (bulletins, deliveries, delivery_tries)] == [1, 1, 1]


async def test_a_letter_that_waits_for_somebody_is_kept(database: Database) -> None:
    """They have not read it yet."""
    world = LedgerWorld(database)
    await world.subscribe(1)
    await world.launched(kind="letter")

    assert await SqlRetention(database).forget_questions(NOW + 400 * DAY) == 0


async def test_what_was_sent_to_a_leaver_stays_as_a_number_only(database: Database) -> None:
    """How many got a bulletin is the commune's; which message it was on somebody's phone is theirs."""
    world = LedgerWorld(database)
    [leaver, _] = await world.subscribe(2)
    lease = await world.a_lease()
    bulletin_id = await world.launched()
    await world.record(lease, await world.claim(lease, bulletin_id), Verdict(State.SENT))
    await lease.release()
    await world.set_person(leaver, gone_at=NOW)

    assert await SqlRetention(database).forget_leavers(NOW + DAY) == 1

    assert await world.counts(bulletin_id) == {"sent": 2}
    tries = select(delivery_tries.c.person_id, delivery_tries.c.platform_id).order_by(delivery_tries.c.person_id)
    async with database.reading() as connection:
        assert [tuple(row) for row in await connection.execute(tries)] == [(leaver, None), (leaver + 1, "m1")]
