"""How bulletins fare, read on both engines: lists, reasons, pauses, people and weeks."""

from datetime import timedelta

import pytest

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Signer, Status
from bot.desk.ports import BulletinSearch
from bot.messages import Channel
from bot.ports import Audience, Hold
from bot.storage.database import Database
from bot.storage.results import SqlResults
from tests.contracts.desk_world import COMMUNE, ELSEWHERE, DeskWorld

LAN, HOA = Signer("Lan", Role.EDITOR), Signer("Hoa", Role.APPROVER, frozenset({COMMUNE}))


@pytest.fixture
def world(database: Database) -> DeskWorld:
    """Return an empty desk."""
    return DeskWorld(database)


@pytest.fixture
def results(database: Database) -> SqlResults:
    """Return what is tested."""
    return SqlResults(database)


async def listed(results: SqlResults, me: Signer, **search: object) -> list[int]:
    found = await results.listing(BulletinSearch(me=me, **search))  # type: ignore[arg-type]
    return [one.bulletin.id for one in found]


async def test_what_waits_for_whoever_looks_comes_first(world: DeskWorld, results: SqlResults) -> None:
    waiting, draft, foreign = await world.submitted(), await world.a_draft(), await world.a_draft("Bình")
    agreed = (await world.approved(due_at=world.clock.now() + timedelta(days=3))).id

    assert await listed(results, LAN) == [draft, agreed, foreign, waiting]
    assert await listed(results, HOA) == [waiting, agreed, foreign, draft]


async def test_a_list_is_narrowed_and_cut_into_pages(world: DeskWorld, results: SqlResults) -> None:
    drafts = [await world.a_draft() for _ in range(3)]
    elsewhere = await world.submitted(audiences=(Audience(ELSEWHERE),))
    both = await world.submitted(audiences=(Audience(COMMUNE), Audience(ELSEWHERE)))

    assert await listed(results, LAN, status=Status.SUBMITTED) == [both, elsewhere]
    assert await listed(results, LAN, commune=ELSEWHERE) == [both, elsewhere]
    assert await listed(results, HOA) == drafts[::-1]
    assert await listed(results, HOA, limit=2) == drafts[:0:-1]
    assert await listed(results, HOA, limit=2, skip=2) == drafts[:1]


async def test_what_missed_somebody_is_found_by_when_it_went_out(world: DeskWorld, results: SqlResults) -> None:
    people = await world.subscribe(3)
    missed, fine = await world.begun(), await world.begun(title="Tiêm chủng")
    await world.settle(missed, people[:1], State.UNKNOWN)
    await world.settle(fine, people, State.SENT)
    now = world.clock.now()

    assert await listed(results, LAN, missed_since=now - timedelta(days=1)) == [missed]
    assert await listed(results, LAN, missed_since=now + timedelta(days=1)) == []


async def test_a_list_has_the_counts(world: DeskWorld, results: SqlResults) -> None:
    people = await world.subscribe(3)
    bulletin, draft = await world.begun(), await world.a_draft()
    await world.settle(bulletin, people[:2], State.SENT)

    counts = {one.bulletin.id: one.counts for one in await results.listing(BulletinSearch(me=LAN))}

    assert (counts[bulletin][State.SENT], counts[bulletin][State.PENDING]) == (2, 1)
    assert not any(counts[draft].values())


async def test_reasons_are_grouped_and_only_of_what_did_not_arrive(world: DeskWorld, results: SqlResults) -> None:
    people = await world.subscribe(6)
    bulletin = await world.begun()
    await world.settle(bulletin, people[:1], State.SENT)
    await world.settle(bulletin, people[1:2], State.FAILED)
    await world.settle(bulletin, people[2:5], State.UNKNOWN)

    found = [(one.channel, one.state, one.code, one.count) for one in await results.reasons(bulletin)]

    assert found == [
        (Channel.TELEGRAM, State.UNKNOWN, "test", 3),
        (Channel.TELEGRAM, State.FAILED, "test", 1),
    ]


async def test_a_pause_is_only_told_of_accounts_that_have_something_to_send(
    world: DeskWorld, results: SqlResults
) -> None:
    people = await world.subscribe(1)
    bulletin = await world.begun()
    assert await results.pauses(bulletin) == []

    await world.ledger.hold(Hold(120, "401"))
    [pause] = await results.pauses(bulletin)
    assert (pause.channel, pause.reason) == (Channel.TELEGRAM, "401")
    assert 0 < pause.seconds <= 120

    await world.settle(bulletin, people, State.SENT)
    assert await results.pauses(bulletin) == []


async def test_fates_come_person_by_person_in_pieces(world: DeskWorld, results: SqlResults) -> None:
    people = await world.subscribe(5)
    bulletin = await world.begun()
    await world.settle(bulletin, people[:1], State.SENT)

    first = await results.fates(bulletin, 0, 3)
    rest = await results.fates(bulletin, first[-1].person_id, 3)

    assert [one.person_id for one in (*first, *rest)] == people
    assert (first[0].state, first[0].code, first[0].channel) == (State.SENT, "test", Channel.TELEGRAM)
    assert first[0].changed_at == world.clock.now()


async def test_outings_are_those_of_the_communes_since_then(world: DeskWorld, results: SqlResults) -> None:
    people = await world.subscribe(2)
    bulletin = await world.begun()
    await world.settle(bulletin, people, State.SENT)
    now = world.clock.now()

    [outing] = await results.outings([COMMUNE], now - timedelta(days=1))

    assert (outing.published_at, outing.counts[State.SENT]) == (now, 2)
    assert await results.outings([ELSEWHERE], now - timedelta(days=1)) == []
    assert await results.outings(None, now + timedelta(days=1)) == []
