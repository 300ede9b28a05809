"""The ledger: written whole, claimed before it is sent, recorded once, and never written by whoever lost the lease."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.bulletins.deliveries import State, Verdict
from bot.bulletins.states import Status
from bot.messages import Channel
from bot.ports.bulletins import Audience
from bot.ports.sending import Hold, Tried, Wanted
from bot.storage.database import Database
from bot.storage.tables import bulletins
from tests.contracts.ledger_world import COMMUNE, NOW, LedgerWorld

SENT = Verdict(State.SENT)


@pytest.fixture
def world(database: Database) -> LedgerWorld:
    return LedgerWorld(database)


@pytest.fixture
def zalo(database: Database) -> LedgerWorld:
    return LedgerWorld(database, Channel.ZALO)


async def test_a_launch_writes_one_delivery_a_subscriber(world: LedgerWorld) -> None:
    """And none for who left, blocked us, lives elsewhere or reads on the web."""
    here = await world.subscribe(3)
    await world.subscribe(1, gone_at=NOW)
    await world.subscribe(1, subscribed_at=None)
    await world.subscribe(1, commune="00001")
    await world.subscribe(1, channel="web", account="web")

    bulletin_id = await world.launched()

    assert await world.states(bulletin_id) == dict.fromkeys(here, "pending")
    assert await world.counts(bulletin_id) == {"pending": 3}
    bulletin = await world.bulletin(bulletin_id)
    assert (bulletin.status, bulletin.published_at) == (Status.SENDING, NOW)


async def test_a_second_launch_changes_nothing(world: LedgerWorld) -> None:
    """Two processes look at the same clock."""
    await world.subscribe(2)
    bulletin = await world.an_approved_bulletin()

    assert await world.launches.launch(bulletin, NOW, {})
    assert not await world.launches.launch(bulletin, NOW, {})
    assert await world.counts(bulletin.id) == {"pending": 2}


async def test_a_bulletin_for_a_hamlet_goes_to_that_hamlet(world: LedgerWorld) -> None:
    """The rest of the commune is not bothered."""
    await world.subscribe(2)
    [there] = await world.subscribe(1, hamlet="thôn mẫu 1")

    bulletin_id = await world.launched(Audience(COMMUNE, "thôn mẫu 1"))

    assert await world.states(bulletin_id) == {there: "pending"}


async def test_who_wrote_too_long_ago_is_held(zalo: LedgerWorld) -> None:
    """Zalo would refuse it; waiting is shown as waiting."""
    [near] = await zalo.subscribe(1, silent_hours=1)
    [far] = await zalo.subscribe(1, silent_hours=50)

    bulletin_id = await zalo.launched(writable={Channel.ZALO: NOW - timedelta(hours=48)})

    assert await zalo.states(bulletin_id) == {near: "pending", far: "held"}
    assert await zalo.counts(bulletin_id) == {"pending": 1, "held": 1}


async def test_a_correction_goes_to_exactly_those_who_may_have_got_the_wrong_text(world: LedgerWorld) -> None:
    """Sent or in doubt, and not failed or skipped."""
    got, doubt, failed, later = await world.subscribe(4)
    wrong = await world.launched()
    lease = await world.a_lease()
    claimed = {one.person_id: one for one in await world.claim(lease, wrong)}
    await world.record(lease, [claimed[got], claimed[later]], SENT)
    await world.record(lease, [claimed[doubt]], Verdict(State.UNKNOWN, "timeout"))
    await world.record(lease, [claimed[failed]], Verdict(State.FAILED, "400"))
    await world.set_person(later, subscribed_at=None)

    correction = await world.launched(corrects=wrong)

    assert await world.states(correction) == {got: "pending", doubt: "pending"}
    await lease.release()


async def test_a_correction_waits_until_it_is_known_who_got_the_wrong_text(world: LedgerWorld) -> None:
    """What is in flight may still arrive."""
    await world.subscribe(1)
    wrong = await world.launched()
    lease = await world.a_lease()
    claimed = await world.claim(lease, wrong)
    correction = await world.an_approved_bulletin(corrects=wrong)

    assert not await world.launches.launch(correction, NOW, {})
    await world.record(lease, claimed, SENT)
    assert await world.launches.launch(correction, NOW, {})
    await lease.release()


async def test_what_comes_back_after_a_correction_is_given_up(world: LedgerWorld) -> None:
    """It was in flight when the wrong text was corrected, and the platform would take it later: nobody wants it now."""
    got, refused = await world.subscribe(2)
    wrong = await world.launched()
    lease = await world.a_lease()
    claimed = {one.person_id: one for one in await world.claim(lease, wrong)}
    await world.record(lease, [claimed[got]], SENT)
    async with world.database.writing() as connection:
        await connection.execute(update(bulletins).values(status="sent"))
    correction = await world.an_approved_bulletin(corrects=wrong)

    await world.record(lease, [claimed[refused]], Verdict(State.PENDING, "429", spends_try=False))
    assert not await world.launches.launch(correction, NOW, {})
    await world.launches.finish(NOW)

    assert await world.codes(wrong) == {got: None, refused: "corrected"}
    assert await world.launches.launch(correction, NOW, {})
    assert await world.states(correction.id) == {got: "pending"}
    await lease.release()


async def test_what_is_claimed_is_sending_and_what_arrived_is_sent(world: LedgerWorld) -> None:
    """Each try leaves a row."""
    first, second = await world.subscribe(2)
    bulletin_id = await world.launched()
    lease = await world.a_lease()

    claimed = await world.claim(lease, bulletin_id, most=1)
    assert [(one.person_id, one.tries, one.to.user) for one in claimed] == [(first, 1, "u0")]
    assert await world.states(bulletin_id) == {first: "sending", second: "pending"}
    await world.record(lease, claimed, SENT)

    assert await world.states(bulletin_id) == {first: "sent", second: "pending"}
    assert await world.counts(bulletin_id) == {"sent": 1, "pending": 1}
    assert await world.history(bulletin_id) == [(first, "sent")]
    await lease.release()


async def test_recording_and_claiming_are_one_commit(world: LedgerWorld) -> None:
    """And a claim goes on behind the last person, so that a million rows are walked once."""
    first, second, third = await world.subscribe(3)
    bulletin_id = await world.launched()
    lease = await world.a_lease()
    claimed = await world.claim(lease, bulletin_id, most=1)

    following = await world.ledger.turn(
        lease, [Tried(claimed[0], SENT)], hold=None, wanted=Wanted(bulletin_id, 5, after_person=second)
    )

    assert [one.person_id for one in following] == [third]
    assert await world.states(bulletin_id) == {first: "sent", second: "pending", third: "sending"}
    await lease.release()


async def test_what_must_wait_is_claimed_again_only_later(world: LedgerWorld) -> None:
    """A wait that the platform asked for spends no try."""
    [person] = await world.subscribe(1)
    bulletin_id = await world.launched()
    lease = await world.a_lease()

    await world.record(
        lease, await world.claim(lease, bulletin_id), Verdict(State.PENDING, "429", 60, spends_try=False)
    )
    assert await world.states(bulletin_id) == {person: "pending"}
    assert await world.claim(lease, bulletin_id) == []

    await world.ledger.release()
    await lease.release()


async def test_someone_who_left_is_not_written_to_again(world: LedgerWorld) -> None:
    """Until they write: then a next bulletin reaches them."""
    [person] = await world.subscribe(1)
    first, second = await world.launched(), await world.launched()
    lease = await world.a_lease()

    await world.record(lease, await world.claim(lease, first), Verdict(State.GONE, "403"))
    assert await world.claim(lease, second) == []

    assert await world.states(first) == {person: "gone"}
    assert await world.states(second) == {person: "gone"}
    third = await world.launched()
    assert await world.states(third) == {}
    await lease.release()


async def test_someone_who_unsubscribes_before_the_claim_gets_nothing(world: LedgerWorld) -> None:
    """Whatever order the two commits come in."""
    [person] = await world.subscribe(1)
    bulletin_id = await world.launched()
    await world.set_person(person, subscribed_at=None)
    lease = await world.a_lease()

    assert await world.claim(lease, bulletin_id) == []

    assert await world.states(bulletin_id) == {person: "skipped"}
    assert await world.counts(bulletin_id) == {"skipped": 1}
    await lease.release()


async def test_a_stopped_bulletin_is_not_claimed(world: LedgerWorld) -> None:
    """Not even its letters of the last second."""
    await world.subscribe(1)
    bulletin_id = await world.launched(status="approved")
    async with world.database.writing() as connection:
        await connection.execute(update(bulletins).values(status="stopped"))
    lease = await world.a_lease()

    assert await world.claim(lease, bulletin_id) == []
    await lease.release()


async def test_what_a_dead_sender_had_in_flight_is_in_doubt(world: LedgerWorld) -> None:
    """It may have arrived, so nobody sends it again."""
    person, _ = await world.subscribe(2)
    bulletin_id = await world.launched()
    dead = await world.a_lease("dead")
    claimed = await world.claim(dead, bulletin_id, most=1)
    await dead.release()

    successor = await world.a_lease("successor")
    assert await world.ledger.take_over(successor) == 1

    assert (await world.states(bulletin_id))[person] == "unknown"
    assert (await world.codes(bulletin_id))[person] == "died"
    assert await world.history(bulletin_id) == [(person, "unknown")]
    await world.record(dead, claimed, SENT)  # the dead one wakes: it was only frozen
    assert (await world.states(bulletin_id))[person] == "unknown"
    assert await world.counts(bulletin_id) == {"unknown": 1, "pending": 1}
    await successor.release()


async def test_a_sender_that_lost_its_lease_claims_nothing(database: Database) -> None:
    """It was frozen, and another process sends by now."""
    if database.is_sqlite:
        pytest.skip("on SQLite a frozen process keeps the file lock")
    world = LedgerWorld(database)
    await world.subscribe(2)
    bulletin_id = await world.launched()
    frozen = await world.a_lease("frozen")
    await frozen.release()
    successor = await world.a_lease("successor")

    assert await world.claim(frozen, bulletin_id) == []
    assert await world.ledger.take_over(frozen) == 0
    assert len(await world.claim(successor, bulletin_id)) == 2
    await successor.release()


async def test_a_bulletin_is_sent_when_nothing_is_pending_or_in_flight(zalo: LedgerWorld) -> None:
    """Held ones go on waiting."""
    await zalo.subscribe(1)
    await zalo.subscribe(1, silent_hours=99)
    bulletin_id = await zalo.launched(writable={Channel.ZALO: NOW - timedelta(hours=48)})
    lease = await zalo.a_lease()
    assert await zalo.launches.finish(NOW) == 0

    await zalo.record(lease, await zalo.claim(lease, bulletin_id), SENT)

    assert await zalo.launches.finish(NOW) == 1
    assert (await zalo.bulletin(bulletin_id)).status is Status.SENT
    assert await zalo.counts(bulletin_id) == {"sent": 1, "held": 1}
    await lease.release()


async def test_a_bulletin_for_nobody_is_sent_at_once(world: LedgerWorld) -> None:
    """It still stands in the archive."""
    bulletin_id = await world.launched()

    assert await world.launches.finish(NOW) == 1
    assert (await world.bulletin(bulletin_id)).status is Status.SENT


async def test_a_hold_binds_until_it_is_over_or_ended(world: LedgerWorld) -> None:
    """A longer one that stands already stays, and a reason stays until a success."""
    await world.ledger.hold(Hold(60))
    await world.ledger.hold(Hold(5))
    held = await world.ledger.held()
    assert held
    assert 50 < held.seconds <= 60

    await world.ledger.hold(Hold(1, "-209"))
    held = await world.ledger.held()
    assert held
    assert held.reason == "-209"

    await world.ledger.release()
    assert await world.ledger.held() is None


async def test_what_is_too_late_goes_back_to_its_approver(world: LedgerWorld) -> None:
    """Nobody gets Friday's news on Sunday without somebody deciding so."""
    bulletin = await world.an_approved_bulletin()

    assert await world.launches.send_back(bulletin, NOW, why="missed")

    again = await world.bulletin(bulletin.id)
    assert (again.status, again.draft.due_at, again.approved_by) == (Status.SUBMITTED, None, "")
    assert not await world.launches.send_back(bulletin, NOW, why="missed")


async def test_what_waited_four_weeks_is_given_up(zalo: LedgerWorld) -> None:
    """Old news is no news."""
    [person] = await zalo.subscribe(1, silent_hours=99)
    bulletin_id = await zalo.launched(writable={Channel.ZALO: NOW})

    assert await zalo.launches.expire(NOW + timedelta(weeks=4)) == 0
    assert await zalo.launches.expire(NOW + timedelta(weeks=4, seconds=1)) == 1

    assert await zalo.codes(bulletin_id) == {person: "expired"}


async def test_what_comes_back_to_a_stopped_bulletin_is_given_up(world: LedgerWorld) -> None:
    """It was in the air at the stop, and the platform asked to try again: nobody will."""
    [person] = await world.subscribe(1)
    bulletin_id = await world.launched()
    lease = await world.a_lease()
    claimed = await world.claim(lease, bulletin_id)
    async with world.database.writing() as connection:
        await connection.execute(update(bulletins).values(status="stopped"))
    await world.record(lease, claimed, Verdict(State.PENDING, "429", 5, spends_try=False))

    await world.launches.finish(NOW)

    assert await world.codes(bulletin_id) == {person: "stopped"}
    assert await world.counts(bulletin_id) == {"skipped": 1}
    await lease.release()


async def test_a_bulletin_that_was_changed_since_it_was_seen_is_not_begun(world: LedgerWorld) -> None:
    """Taken back and approved anew between two looks: the next look sees the new one."""
    await world.subscribe(1)
    seen = await world.an_approved_bulletin()
    async with world.database.writing() as connection:
        await connection.execute(update(bulletins).values(revision=2))

    assert not await world.launches.launch(seen, NOW, {})
