"""How bulletins fare, read on both engines: lists, reasons, pauses, people and weeks."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.bulletins.broadcasts import State as BroadcastState
from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Signer, Status
from bot.desk.ports.bulletins import BulletinSearch
from bot.messages import Channel
from bot.ports.bulletins import Audience
from bot.ports.sending import Hold
from bot.storage.database import Database
from bot.storage.results import SqlResults
from bot.storage.tables import broadcasts
from tests.contracts.desk_world import COMMUNE, ELSEWHERE, PNG, DeskWorld, a_draft

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
    assert await listed(results, HOA) == [both, *drafts[::-1]]
    assert await listed(results, HOA, limit=2) == [both, drafts[2]]
    assert await listed(results, HOA, limit=2, skip=2) == drafts[1::-1]


async def test_what_missed_somebody_is_found_by_when_it_went_out(world: DeskWorld, results: SqlResults) -> None:
    people = await world.subscribe(3)
    missed, fine = await world.begun(), await world.begun(title="Tiêm chủng")
    await world.settle(missed, people[:1], State.UNKNOWN)
    await world.settle(fine, people, State.SENT)
    now = world.clock.now()

    assert await listed(results, LAN, missed_since=now - timedelta(days=1)) == [missed]
    assert await listed(results, LAN, missed_since=now + timedelta(days=1)) == []


async def test_what_also_goes_elsewhere_waits_for_nobody_here(world: DeskWorld, results: SqlResults) -> None:
    """It is listed by its date, with the counts of here, and its trouble is not ours to find."""
    here, there = await world.subscribe(1), await world.subscribe(1, commune=ELSEWHERE)
    both = (Audience(COMMUNE), Audience(ELSEWHERE))
    waiting, own = await world.submitted(audiences=both), await world.submitted(title="Tiêm chủng")
    missed = await world.begun(audiences=both, title="Họp thôn")
    await world.settle(missed, [*here, *there], State.FAILED)
    since = world.clock.now() - timedelta(days=1)

    assert (await listed(results, HOA))[0] == own
    assert set(await listed(results, HOA)) == {own, waiting, missed}
    assert await listed(results, HOA, missed_since=since) == []
    assert await listed(results, LAN, missed_since=since) == [missed]
    [listed_one] = [one for one in await results.listing(BulletinSearch(me=HOA)) if one.bulletin.id == missed]
    assert listed_one.counts == {**dict.fromkeys(State, 0), State.FAILED: 1}


async def test_figures_of_some_communes_are_theirs_alone(world: DeskWorld, results: SqlResults) -> None:
    here, there = await world.subscribe(3), await world.subscribe(5, commune=ELSEWHERE)
    bulletin = await world.begun(audiences=(Audience(COMMUNE), Audience(ELSEWHERE)))
    await world.settle(bulletin, [*here[:2], *there[:4]], State.SENT)
    await world.settle(bulletin, [*here[2:], *there[4:]], State.FAILED)
    since = world.clock.now() - timedelta(days=1)

    counts = (await world.desk.status(bulletin, {COMMUNE})).counts
    [outing], [whole] = await results.outings([COMMUNE], since), await results.outings(None, since)
    [reason] = await results.reasons(bulletin, {COMMUNE})

    assert (counts[State.SENT], counts[State.FAILED], sum(counts.values())) == (2, 1, 3)
    assert (outing.counts, whole.counts[State.SENT]) == (counts, 6)
    assert (reason.state, reason.count) == (State.FAILED, 1)


async def test_a_forecast_for_some_communes_is_theirs_alone(world: DeskWorld) -> None:
    """Of a correction nobody knows before where its readers live, so it tells nothing."""
    people = await world.subscribe(3)
    await world.subscribe(5, commune=ELSEWHERE)
    both = (Audience(COMMUNE), Audience(ELSEWHERE))
    draft = await world.a_draft(audiences=both)
    wrong = await world.begun(audiences=both, title="Họp thôn")
    await world.settle(wrong, people, State.SENT)
    right = (await world.desk.correct(wrong, a_draft(), "Lan")).bulletin

    assert (await world.desk.status(draft)).recipients == 8
    assert (await world.desk.status(draft, {COMMUNE})).recipients == 3
    assert (await world.desk.status(right.id)).recipients == 3
    assert (await world.desk.status(right.id, {ELSEWHERE})).recipients == 0


async def test_an_article_is_listed_with_where_it_stands_and_found_if_it_missed(database: Database) -> None:
    """What an official stopped or corrected missed nobody by mistake."""
    world, results = DeskWorld(database, channel=Channel.ZALO, public_url="https://xa.vn"), SqlResults(database)
    await world.subscribe(1)
    written = await world.desk.create(a_draft(is_broadcast=True), "Lan", image=PNG)
    await world.desk.submit(written.bulletin.id, "Lan")
    article = await world.desk.approve(written.bulletin.id, "Hoa")
    await world.launches.launch(article, world.clock.now(), {})
    since = world.clock.now() - timedelta(days=1)

    async def put(**values: object) -> None:
        async with database.writing() as connection:
            await connection.execute(update(broadcasts).values(**values))

    assert await listed(results, LAN, missed_since=since) == []
    for code, found in (("stopped", []), ("corrected", []), ("quota", [article.id]), (None, [article.id])):
        await put(state="failed", code=code)
        assert await listed(results, LAN, missed_since=since) == found, code
    [one] = await results.listing(BulletinSearch(me=LAN))
    assert one.broadcast
    assert one.broadcast.state is BroadcastState.FAILED


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
