"""The inbox loses nothing, does nothing twice and keeps one person's messages in order, on both engines."""

import asyncio

import pytest
from sqlalchemy import Table, func, select, update

from bot.messages import Channel, Decision
from bot.ports.conversations import (
    ChooseCommune,
    Dialogue,
    Effect,
    Forget,
    KeepQuestion,
    MarkGone,
    OpenTicket,
    Outcome,
    Subscribe,
    Unsubscribe,
    Vote,
)
from bot.ports.inbox import Finished, Handled, Posted, Work
from bot.storage.database import Database
from bot.storage.inbox import SqlInbox
from bot.storage.records import SqlRecords
from bot.storage.tables import consents, inbox, people, questions, replies, tickets, votes
from bot.tickets.states import TicketKind
from tests.world import NOW, StoppedClock, a_message, an_address

ACCOUNTS = ((Channel.ZALO, "oa-1"),)


def an_inbox(database: Database, process: str = "process-a", *, lease_seconds: float = 60) -> SqlInbox:
    return SqlInbox(database, StoppedClock(), process=process, lease_seconds=lease_seconds, accounts=ACCOUNTS)


def handled(
    work: Work, *effects: Effect, bodies: tuple[str, ...] = ("reply",), dialogue: Dialogue | None = None
) -> Handled:
    return Handled(work, Outcome(effects=effects, dialogue=dialogue or Dialogue()), bodies)


async def rows(database: Database, table: Table) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def states(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list((await connection.execute(select(inbox.c.state).order_by(inbox.c.id))).scalars())


async def expire_claims(database: Database) -> None:
    """Let the time of every claim run out."""
    async with database.writing() as connection:
        await connection.execute(update(people).values(busy_until=1.0, not_before=0.0))


async def test_a_new_message_is_stored_and_claimed_at_once(database: Database) -> None:
    """One commit does both, so that a lone message is served without a second look."""
    works = await an_inbox(database).receive([a_message("xin chào")], free=10)

    assert [work.message.text for work in works] == ["xin chào"]
    assert works[0].tries == 1


async def test_a_second_delivery_changes_nothing(database: Database) -> None:
    """Platforms deliver again whenever an answer comes late."""
    box, message = an_inbox(database), a_message()
    await box.receive([message, message], free=10)

    assert await box.receive([message], free=10) == []
    assert await rows(database, inbox) == 1


async def test_the_same_id_on_two_accounts_is_two_messages(database: Database) -> None:
    """Message ids are unique per account only."""
    other = an_address(account="oa-2")

    await an_inbox(database).receive([a_message(message_id="7"), a_message(message_id="7", sender=other)], free=0)

    assert await rows(database, inbox) == 2


async def test_a_busy_person_is_not_claimed_twice(database: Database) -> None:
    """The second message waits for the first one's turn to end."""
    box = an_inbox(database)
    await box.receive([a_message("một")], free=10)

    assert await box.receive([a_message("hai")], free=10) == []
    assert await an_inbox(database, "process-b").claim(10) == []


async def test_one_persons_messages_come_in_the_order_they_arrived(database: Database) -> None:
    """Finishing one message brings the next."""
    box = an_inbox(database)
    works = list(await box.receive([a_message("một"), a_message("hai")], free=10))
    await box.receive([a_message("ba")], free=10)

    seen = []
    while works:
        seen += [work.message.text for work in works]
        await box.settle([handled(work) for work in works])
        works = list(await box.finish([Finished(work) for work in works]))

    assert seen == ["một", "hai", "ba"]


async def test_handling_commits_effects_replies_and_mark_together(database: Database) -> None:
    """The three belong to one transaction."""
    box = an_inbox(database)
    [work] = await box.receive([a_message()], free=10)
    effects = (
        ChooseCommune("00430"),
        Subscribe("00430", "Đồng ý nhận"),
        Vote("ht-khai-sinh", is_helpful=True),
        KeepQuestion("hỏi", Decision.NONE, ("a", "b"), 0.2),
        OpenTicket(TicketKind.HANDOVER, "00430", "gặp cán bộ"),
    )

    stored = await box.settle([handled(work, *effects, bodies=("một", "hai"), dialogue=Dialogue(topic="ht-khai-sinh"))])

    assert [reply.body for reply in stored[work.inbox_id]] == ["một", "hai"]
    assert await states(database) == ["handled"]
    assert [await rows(database, table) for table in (consents, votes, questions, tickets, replies)] == [1, 1, 1, 1, 2]
    await expire_claims(database)
    await box.finish([Finished(work)])
    [later] = await box.receive([a_message()], free=10)
    assert later.person.commune == "00430"
    assert later.person.is_subscribed
    assert later.person.dialogue == Dialogue(topic="ht-khai-sinh")


async def test_a_failing_effect_leaves_nothing_behind(database: Database) -> None:
    """All or nothing: a half-written turn would happen twice later."""
    box = an_inbox(database)
    [work] = await box.receive([a_message()], free=10)
    broken = OpenTicket(TicketKind.HANDOVER, None, "gặp cán bộ")  # type: ignore[arg-type]  # what no handler does

    with pytest.raises(Exception, match=r"(?i)null"):
        await box.settle([handled(work, Vote("t", is_helpful=True), broken)])

    assert await states(database) == ["received"]
    assert await rows(database, votes) == 0


async def test_whoever_lost_the_claim_writes_nothing(database: Database) -> None:
    """A process that froze must not repeat what another did meanwhile."""
    frozen, other = an_inbox(database, "frozen"), an_inbox(database, "other")
    [stale] = await frozen.receive([a_message()], free=10)
    await expire_claims(database)
    [work] = await other.claim(10)
    await other.settle([handled(work, Vote("t", is_helpful=True))])

    assert await frozen.settle([handled(stale, Vote("t", is_helpful=False))]) == {}
    assert await rows(database, replies) == 1


async def test_what_a_dead_process_left_is_found_when_its_time_is_up(database: Database) -> None:
    """A message between the 200 and its handling waits in the inbox, not in a process."""
    await an_inbox(database, "dead").receive([a_message("còn đây")], free=10)
    other = an_inbox(database, "other")
    assert await other.claim(10) == []

    await expire_claims(database)
    [work] = await other.claim(10)

    assert (work.message.text, work.tries) == ("còn đây", 2)


async def test_replies_that_were_not_posted_are_found_again(database: Database) -> None:
    """A process that dies between commit and posting leaves the replies to the next."""
    dead = an_inbox(database, "dead")
    [work] = await dead.receive([a_message()], free=10)
    stored = await dead.settle([handled(work, bodies=("một", "hai"))])
    await dead.finish([Finished(work, (Posted(stored[work.inbox_id][0].id, platform_id="p1"),), retry_in_seconds=0.0)])

    [left] = await an_inbox(database, "other").claim(10)

    assert left.is_handled
    assert [reply.body for reply in left.unsent] == ["hai"]


async def test_a_message_that_must_wait_is_not_taken_before_its_time(database: Database) -> None:
    """`retry_in_seconds` holds for every process."""
    box = an_inbox(database)
    [work] = await box.receive([a_message()], free=10)

    await box.finish([Finished(work, retry_in_seconds=3600)])

    assert await an_inbox(database, "other").claim(10) == []


async def test_a_buried_message_ends_dead_after_its_apology(database: Database) -> None:
    """The apology is a reply like any other: it survives a crash, and then the next message is served."""
    box = an_inbox(database)
    [work] = await box.receive([a_message("độc"), a_message("sau")], free=10)
    await box.settle([Handled(work, Outcome(), ("xin lỗi",), is_dead=True)])
    assert await states(database) == ["buried", "received"]

    [following] = await box.finish([Finished(work)])

    assert following.message.text == "sau"
    assert await states(database) == ["dead", "received"]


async def test_only_accounts_that_are_served_are_claimed(database: Database) -> None:
    """Messages of an account that is switched off wait until it is on again."""
    elsewhere = a_message(sender=an_address(account="oa-2"))
    await an_inbox(database).receive([elsewhere], free=0)

    assert await an_inbox(database).claim(10) == []


async def test_prolonging_keeps_a_claim(database: Database) -> None:
    """A slow platform must not make another process post the same replies."""
    box = an_inbox(database, lease_seconds=60)
    await box.receive([a_message()], free=10)
    await expire_claims(database)

    await box.prolong()

    assert await an_inbox(database, "other").claim(10) == []


async def test_unsubscribing_ends_the_consent(database: Database) -> None:
    """The record says when it began and when it ended."""
    box = an_inbox(database)
    [work] = await box.receive([a_message(), a_message()], free=10)
    await box.settle([handled(work, Subscribe("00430", "Đồng ý"))])
    [work] = await box.finish([Finished(work)])
    await box.settle([handled(work, Unsubscribe())])

    async with database.reading() as connection:
        ended = (await connection.execute(select(consents.c.ended_at))).scalar_one()
        subscribed = (await connection.execute(select(people.c.subscribed_at))).scalar_one()
    assert (ended, subscribed) == (NOW, None)


async def test_a_second_vote_replaces_the_first(database: Database) -> None:
    """One person, one answer, one vote."""
    box = an_inbox(database)
    [work] = await box.receive([a_message(), a_message()], free=10)
    await box.settle([handled(work, Vote("t", is_helpful=True))])
    [work] = await box.finish([Finished(work)])
    await box.settle([handled(work, Vote("t", is_helpful=False))])

    async with database.reading() as connection:
        assert (await connection.execute(select(votes.c.is_helpful))).scalars().all() == [False]


async def test_forgetting_deletes_what_was_said_but_not_that_it_was_delivered(database: Database) -> None:
    """A platform that delivers an old message again must not wake it."""
    box, first = an_inbox(database), a_message("chuyện riêng của tôi")
    [work] = await box.receive([first, a_message("xóa dữ liệu")], free=10)
    question = KeepQuestion("chuyện riêng của tôi", Decision.NONE, (), 0.0)
    stored = await box.settle([handled(work, question, Subscribe("00430", "x"), ChooseCommune("00430"))])
    [work] = await box.finish([Finished(work, (Posted(stored[work.inbox_id][0].id, platform_id="p"),))])

    await box.settle([handled(work, Forget(), bodies=("đã xóa",))])

    assert [await rows(database, table) for table in (questions, consents, replies)] == [0, 0, 1]
    assert await box.receive([first], free=10) == []
    async with database.reading() as connection:
        events = (await connection.execute(select(inbox.c.event))).scalars().all()
        commune = (await connection.execute(select(people.c.commune))).scalar_one()
    assert not any("riêng" in event for event in events)
    assert commune == ""


async def test_someone_who_left_is_marked_until_they_write_again(database: Database) -> None:
    """Blocking us is not for ever."""
    box = an_inbox(database)
    [work] = await box.receive([a_message(), a_message()], free=10)
    await box.settle([handled(work, MarkGone(), bodies=())])
    async with database.reading() as connection:
        assert (await connection.execute(select(people.c.gone_at))).scalar_one() == NOW
    [work] = await box.finish([Finished(work)])
    await box.settle([handled(work)])

    async with database.reading() as connection:
        assert (await connection.execute(select(people.c.gone_at))).scalar_one() is None


async def test_many_at_once_from_two_processes_are_each_handled_once(database: Database) -> None:
    """Two processes on one database share the work without a word to each other."""
    boxes = [an_inbox(database, name) for name in ("a", "b")]
    crowd = [[a_message(f"{person}/{n}", sender=an_address(f"p{person}")) for n in range(3)] for person in range(8)]
    seen: dict[str, list[str]] = {}

    async def serve(box: SqlInbox, works: list[Work]) -> None:
        while works:
            for work in works:
                seen.setdefault(work.person.address.user, []).append(work.message.text)
            await box.settle([handled(work) for work in works])
            works = list(await box.finish([Finished(work) for work in works]))

    async def bring(index: int, messages: list[object]) -> None:
        box = boxes[index % 2]
        for message in messages:
            await serve(box, list(await box.receive([message], free=10)))  # type: ignore[list-item]

    await asyncio.gather(*(bring(index, list(messages)) for index, messages in enumerate(crowd)))
    for box in boxes:
        await serve(box, list(await box.claim(100)))

    assert seen == {f"p{person}": [f"{person}/{n}" for n in range(3)] for person in range(8)}


async def test_what_is_kept_about_a_person_can_be_told(database: Database) -> None:
    """My data, as the chat shows it."""
    box = an_inbox(database)
    [work] = await box.receive([a_message()], free=10)
    asked = KeepQuestion("hỏi", Decision.NONE, (), 0.0)
    await box.settle(
        [handled(work, asked, ChooseCommune("00430"), Vote("t", is_helpful=True), Subscribe("00430", "x"))]
    )

    kept = await SqlRecords(database).kept_about(work.person)

    assert (kept.commune, kept.questions, kept.votes, kept.subscribed_on, kept.first_seen) == ("00430", 1, 1, NOW, NOW)


async def test_stored_replies_can_be_read_again_after_an_id(database: Database) -> None:
    """A web page that comes back asks for what it has not seen."""
    box = an_inbox(database)
    [work] = await box.receive([a_message()], free=10)
    stored = await box.settle([handled(work, bodies=("một", "hai", "ba"))])
    first = stored[work.inbox_id][0].id

    later = await SqlRecords(database).since(work.person.address, first, 10)

    assert [reply.body for reply in later] == ["hai", "ba"]
