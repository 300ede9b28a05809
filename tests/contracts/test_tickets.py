"""What citizens want of staff is stored once, answered by one, read by its owner alone, and forgotten in time."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.bulletins.deliveries import State
from bot.desk.ports.figures import FeedbackFigures
from bot.desk.ports.house import Search
from bot.desk.ports.tickets import Spoken, Ticket
from bot.desk.tickets import is_talking
from bot.errors import UserError
from bot.messages import Channel, Point
from bot.ports.bulletins import Exchange
from bot.ports.conversations import ChooseCommune, EndTalk, Forget, MarkGone, OpenTicket, TellStaff
from bot.storage.archive import SqlArchive
from bot.storage.database import Database
from bot.storage.report_figures import SqlReportBook
from bot.storage.retention import SqlRetention
from bot.storage.tables import replies, ticket_messages, tickets
from bot.tickets.states import Speaker, Tab, TicketKind, TicketState
from tests.contracts.ticket_world import DA_PHUC, SON_TAY, TicketWorld
from tests.world import NOW

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = NOW + timedelta(days=21)
WISH = OpenTicket(TicketKind.HANDOVER, DA_PHUC, "gặp cán bộ", due_at=NOW + timedelta(days=3))


def a_feedback(code: str = "PA-7K3M", text: str = "Đèn đường ngõ 5 hỏng.", **more: object) -> OpenTicket:
    """Return a feedback as it is sent."""
    return OpenTicket(TicketKind.FEEDBACK, DA_PHUC, text, due_at=DUE, code=code, **more)  # type: ignore[arg-type]


@pytest.fixture
def world(database: Database) -> TicketWorld:
    return TicketWorld(database)


async def seen(world: TicketWorld, kind: TicketKind = TicketKind.FEEDBACK) -> Ticket:
    """Return the one ticket of *kind*, as staff see it."""
    found = await world.book.find(await world.only(kind))
    assert found
    return found


async def answer(
    world: TicketWorld, text: str = "Đã sửa.", by: str = "Lan", kind: TicketKind = TicketKind.FEEDBACK
) -> None:
    ticket = await seen(world, kind)
    await world.desk.answer(ticket.id, text, by=by, revision=ticket.revision)


# What citizens do


async def test_a_feedback_is_stored_as_it_was_written(world: TicketWorld) -> None:
    """With the place, the point and the photos, new to the inbox of its commune and of no other."""
    await world.say(a_feedback(place="ngõ 5", point=Point(21.25, 105.9), photos=("anh-1", "")))

    ticket = await seen(world)
    assert (ticket.state, ticket.code, ticket.channel) == (TicketState.NEW, "PA-7K3M", Channel.ZALO)
    assert (ticket.place, ticket.point, ticket.photos) == ("ngõ 5", Point(21.25, 105.9), ("anh-1", ""))
    assert (ticket.opened_at, ticket.due_at) == (NOW, DUE)
    here = await world.desk.inbox({DA_PHUC}, Tab.NEW, limit=10)
    assert [one.id for one in here.tickets] == [ticket.id]
    assert not (await world.desk.inbox({SON_TAY}, Tab.NEW, limit=10)).tickets
    assert not (await world.desk.inbox(frozenset(), Tab.NEW, limit=10)).tickets


async def test_a_new_code_is_nobodys(world: TicketWorld) -> None:
    """And two tickets never share one, whatever two processes thought at the same moment."""
    code = await world.tickets.new_code()
    await world.say(a_feedback(code))

    assert await world.tickets.new_code() != code
    with pytest.raises(Exception, match=r"(?i)unique"):
        await world.say(a_feedback(code), user="citizen-2")


async def test_only_whoever_sent_it_reads_it(world: TicketWorld) -> None:
    """The same citizen on another platform is somebody else."""
    await world.say(a_feedback())
    await answer(world, "Điện lực sửa xong.")

    [own] = await world.own()
    assert (own.code, own.state, own.answers) == ("PA-7K3M", TicketState.ANSWERED, ("Điện lực sửa xong.",))
    assert not await world.own("citizen-2")
    assert not await world.own(channel=Channel.TELEGRAM)


async def test_a_second_wish_for_a_person_joins_the_first(world: TicketWorld) -> None:
    """Impatience makes no second ticket; another commune's staff are other people."""
    await world.say(WISH)
    await world.say(WISH)
    await world.say(OpenTicket(TicketKind.HANDOVER, SON_TAY, "gặp cán bộ"))

    [ticket] = (await world.desk.inbox({DA_PHUC}, Tab.NEW, limit=10)).tickets
    assert [word.text for word in await world.book.words(ticket.id)] == ["gặp cán bộ"]
    assert len((await world.desk.inbox({SON_TAY}, Tab.NEW, limit=10)).tickets) == 1


async def test_somebody_elses_ticket_hears_nothing(world: TicketWorld) -> None:
    await world.say(a_feedback())

    await world.say(TellStaff(await world.only(), "của người khác"), user="citizen-2")

    assert not await world.book.words(await world.only())


async def test_a_word_more_to_an_answered_feedback_waits_for_staff_again(world: TicketWorld) -> None:
    """By its own date; to one that waits already, the date stays."""
    await world.say(a_feedback())
    await world.say(TellStaff(await world.only(), "ở ngõ 5", due_at=NOW))
    assert ((await seen(world)).state, (await seen(world)).due_at) == (TicketState.NEW, DUE)

    await answer(world)
    later = NOW + timedelta(days=30)
    await world.say(TellStaff(await world.only(), "lại hỏng rồi", due_at=later))

    assert ((await seen(world)).state, (await seen(world)).due_at) == (TicketState.ASSIGNED, later)


async def test_a_word_more_makes_no_late_answer_one_in_time(world: TicketWorld) -> None:
    await world.say(a_feedback())
    world.clock.advance(days=30)
    await answer(world)
    for days in (60, 90):
        await world.say(TellStaff(await world.only(), "lại hỏng rồi", due_at=NOW + timedelta(days=days)))
        await answer(world)

    today = world.clock.now().date()
    found = await SqlReportBook(world.database, ZONE).figures([DA_PHUC], NOW.date(), today, world.clock.now())

    assert found.feedback == FeedbackFigures(received=1, late=1)


# Talking


async def test_the_bot_steps_aside_from_the_first_answer_on(world: TicketWorld) -> None:
    """Not while the wish only waits."""
    await world.say(WISH)
    assert (await world.person()).talk is None

    await answer(world, "Chào bạn, bạn cần gì?", kind=TicketKind.HANDOVER)

    talk = (await world.person()).talk
    assert talk
    assert (talk.ticket, talk.until) == (await world.only(TicketKind.HANDOVER), NOW + timedelta(hours=12))
    [letter] = await world.letters()
    assert letter.startswith("**Cán bộ xã Đa Phúc:**\n\nChào bạn, bạn cần gì?")
    assert "«kết thúc»" in letter


async def test_each_word_of_either_side_makes_the_talk_last(world: TicketWorld) -> None:
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    ticket = await world.only(TicketKind.HANDOVER)
    world.clock.advance(hours=11)
    await world.say(TellStaff(ticket, "Tôi cần làm lại sổ", media="image", media_ref="https://x.example/a.jpg"))

    talk = (await world.person()).talk
    assert talk
    assert talk.until == NOW + timedelta(hours=23)
    assert (await seen(world, TicketKind.HANDOVER)).state is TicketState.ASSIGNED
    await answer(world, "Bạn mang theo căn cước.", kind=TicketKind.HANDOVER)
    assert "«kết thúc»" not in (await world.letters())[-1]
    words = await world.book.words(ticket)
    assert [(word.speaker, word.text) for word in words] == [
        (Speaker.STAFF, "Đã sửa."),
        (Speaker.CITIZEN, "Tôi cần làm lại sổ"),
        (Speaker.STAFF, "Bạn mang theo căn cước."),
    ]
    assert words[1].media_ref == "https://x.example/a.jpg"


async def test_the_citizen_ends_it(world: TicketWorld) -> None:
    """And the ticket is closed, without a letter about what they just did."""
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    await world.say(EndTalk(await world.only(TicketKind.HANDOVER)))

    ticket = await seen(world, TicketKind.HANDOVER)
    assert (ticket.state, ticket.closed_at, ticket.closed_by) == (TicketState.CLOSED, NOW, "")
    assert (await world.person()).talk is None
    assert len(await world.letters()) == 1


async def test_staff_end_it_and_the_citizen_is_told(world: TicketWorld) -> None:
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    ticket = await seen(world, TicketKind.HANDOVER)

    await world.desk.close(ticket.id, by="Lan", revision=ticket.revision, heard=0)

    assert (await world.person()).talk is None
    assert "đã kết thúc cuộc trò chuyện" in (await world.letters())[-1]
    assert (await seen(world, TicketKind.HANDOVER)).closed_by == "Lan"


async def test_closing_a_wish_that_was_dealt_with_by_telephone_tells_nobody(world: TicketWorld) -> None:
    """No talk had begun, so none has ended."""
    await world.say(WISH)
    ticket = await seen(world, TicketKind.HANDOVER)

    await world.desk.close(ticket.id, by="Lan", revision=ticket.revision, heard=0)

    assert await world.letters() == []


@pytest.mark.parametrize("is_waiting", [True, False])
async def test_silence_ends_the_talk_but_no_question_that_waits(world: TicketWorld, *, is_waiting: bool) -> None:
    """Whoever wrote last on a Friday evening is answered on Monday."""
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    ticket = await world.only(TicketKind.HANDOVER)
    if is_waiting:
        await world.say(TellStaff(ticket, "Còn lệ phí thì sao?"))

    await world.say(EndTalk(ticket, by_silence=True))

    assert (await world.person()).talk is None
    state = TicketState.ASSIGNED if is_waiting else TicketState.CLOSED
    assert (await seen(world, TicketKind.HANDOVER)).state is state


async def test_whoever_wants_a_person_again_gets_a_new_ticket(world: TicketWorld) -> None:
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    await world.say(EndTalk(await world.only(TicketKind.HANDOVER)))

    await world.say(WISH)

    assert len((await world.desk.inbox({DA_PHUC}, Tab.NEW, limit=10)).tickets) == 1


async def test_on_the_web_staff_are_read_on_the_page(world: TicketWorld) -> None:
    """It is stored like a reply, so a page that is closed shows it when it comes back."""
    person = await world.say(WISH, channel=Channel.WEB)
    await answer(world, "Chào bạn.", kind=TicketKind.HANDOVER)

    [shown] = world.page.shown
    assert "Chào bạn." in shown.body
    assert await world.records.since(person.address, 0, 10) == [shown]
    there = person.address
    users = {there.user, "nobody", *(f"somebody-{number}" for number in range(300))}
    assert await world.records.newest(there.channel, there.account, users) == {there.user: shown.id}
    assert await world.records.newest(there.channel, "another", users) == {}
    assert await world.records.newest(there.channel, there.account, []) == {}
    assert await world.letters() == []
    [word] = await world.book.words(await world.only(TicketKind.HANDOVER))
    assert (word.went_out, word.fate) == (True, None)


async def test_nothing_reaches_who_left(world: TicketWorld) -> None:
    """The answer is kept, and staff are told that it went nowhere."""
    await world.say(WISH)
    await world.say(MarkGone())
    ticket = await seen(world, TicketKind.HANDOVER)
    assert ticket.channel is None

    sent = await world.desk.answer(ticket.id, "Chào bạn.", by="Lan", revision=ticket.revision)

    assert not sent.went_out
    [word] = await world.book.words(ticket.id)
    assert (word.text, word.went_out) == ("Chào bạn.", False)


# What staff do


async def test_who_never_hears_of_a_talk_is_in_none(world: TicketWorld) -> None:
    """Whoever comes back finds the bot, not the silence of an answer they did not get."""
    await world.say(WISH)
    await world.say(MarkGone())
    await answer(world, kind=TicketKind.HANDOVER)

    assert (await world.person()).talk is None


async def test_a_talk_is_with_the_commune_that_was_asked(world: TicketWorld) -> None:
    """Wherever they live meanwhile."""
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    await world.say(ChooseCommune(SON_TAY))

    person = await world.person()

    assert person.commune == SON_TAY
    assert person.talk
    assert person.talk.commune == DA_PHUC


async def test_an_answer_to_a_talk_that_was_just_ended_is_not_given(world: TicketWorld) -> None:
    """Staff saw it open; what is closed stays closed."""
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    ticket = await seen(world, TicketKind.HANDOVER)
    await world.say(EndTalk(ticket.id))

    assert await world.moves.answer(ticket, "Còn gì nữa không?", Spoken("Còn gì nữa không?", ()), "Lan") is None

    after = await seen(world, TicketKind.HANDOVER)
    assert (after.state, after.closed_at) == (TicketState.CLOSED, NOW)
    assert (await world.person()).talk is None


async def test_what_is_left_of_a_forgotten_citizen_waits_for_nobody(world: TicketWorld) -> None:
    """Or staff would be reminded of it every morning."""
    await world.say(a_feedback())
    await answer(world)
    ticket = await seen(world)
    await world.desk.publish(ticket.id, Exchange("Đèn hỏng.", "Đã sửa."), by="Lan", revision=ticket.revision)
    await world.say(TellStaff(ticket.id, "Lại hỏng rồi", NOW))
    await world.say(Forget())

    counts = (await world.desk.inbox({DA_PHUC}, Tab.NEW, limit=10)).counts

    assert {tab: count for tab, count in counts.items() if count} == {Tab.CLOSED: 1}


async def test_assigning_and_giving_back(world: TicketWorld) -> None:
    """To somebody of the commune; each step is in the log, without what the citizen wrote."""
    await world.hire("Lan", "Hoa")
    await world.hire("Tâm", commune=SON_TAY)
    await world.say(a_feedback())
    ticket = await seen(world)

    with pytest.raises(UserError, match="«Tâm» không làm việc ở nơi này"):
        await world.desk.assign(ticket.id, "Tâm", by="Lan", revision=0)
    await world.desk.assign(ticket.id, "Hoa", by="Lan", revision=0)
    assert ((await seen(world)).state, (await seen(world)).assignee) == (TicketState.ASSIGNED, "Hoa")
    await world.desk.assign(ticket.id, "", by="Hoa", revision=1)
    assert ((await seen(world)).state, (await seen(world)).assignee) == (TicketState.NEW, "")

    noted = await world.audit.noted(frozenset({DA_PHUC}), Search(what="ticket."))
    assert [(one.change.by, one.change.what, one.change.after) for one in noted] == [
        ("Hoa", "ticket.assign", {"assignee": ""}),
        ("Lan", "ticket.assign", {"assignee": "Hoa"}),
    ]
    assert "Đèn" not in str(noted)


async def test_of_two_who_answer_at_once_one_does(world: TicketWorld) -> None:
    """The other reads what was answered before deciding again."""
    await world.say(a_feedback())
    ticket = await seen(world)

    both = await asyncio.gather(
        world.desk.answer(ticket.id, "Đã sửa.", by="Lan", revision=ticket.revision),
        world.desk.answer(ticket.id, "Đang sửa.", by="Hoa", revision=ticket.revision),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in both) == ["Sent", "UserError"]
    assert len(await world.letters()) == len(await world.book.words(ticket.id)) == 1


async def test_an_answer_does_not_wait_for_the_citizen_to_pause(world: TicketWorld) -> None:
    """They may write while it is typed: only staff get into each other's way."""
    await world.say(a_feedback())
    ticket = await seen(world)
    await world.say(TellStaff(ticket.id, "ở ngõ 5 nhé"))

    await world.desk.answer(ticket.id, "Đã sửa.", by="Lan", revision=ticket.revision)


async def test_nothing_is_closed_over_a_word_that_was_not_read(world: TicketWorld) -> None:
    """The citizen wrote while somebody pressed the button."""
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    thread = await world.desk.thread(await world.only(TicketKind.HANDOVER))
    await world.say(TellStaff(thread.ticket.id, "Khoan đã"))

    with pytest.raises(UserError, match="người dân vừa nhắn thêm"):
        await world.desk.close(thread.ticket.id, by="Lan", revision=thread.ticket.revision, heard=thread.heard)

    assert (await world.person()).talk
    assert len(await world.letters()) == 1


async def test_a_word_that_comes_after_the_close_is_not_lost(world: TicketWorld) -> None:
    """It was on its way: the ticket is open again, and the bot stays back."""
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    thread = await world.desk.thread(await world.only(TicketKind.HANDOVER))
    work = await world.hear()
    await world.desk.close(thread.ticket.id, by="Lan", revision=thread.ticket.revision, heard=thread.heard)
    await world.settle(work, TellStaff(thread.ticket.id, "Còn lệ phí?", due_at=DUE))

    ticket = await seen(world, TicketKind.HANDOVER)
    assert (ticket.state, ticket.closed_at, ticket.due_at) == (TicketState.ASSIGNED, None, DUE)
    assert not is_talking(ticket, world.clock.now())
    assert [word.text for word in await world.book.words(ticket.id)] == ["Đã sửa.", "Còn lệ phí?"]


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 3001])
async def test_an_answer_says_something_and_not_too_much(world: TicketWorld, text: str) -> None:
    await world.say(a_feedback())

    with pytest.raises(UserError):
        await answer(world, text)

    assert (await seen(world)).state is TicketState.NEW


async def test_a_feedback_is_answered_before_it_is_closed(world: TicketWorld) -> None:
    """The channel has promised an answer."""
    await world.say(a_feedback())

    with pytest.raises(UserError, match="Hãy trả lời người dân trước"):
        await world.desk.close(await world.only(), by="Lan", revision=0, heard=0)

    await answer(world)
    await world.desk.close(await world.only(), by="Lan", revision=1, heard=10**6)
    with pytest.raises(UserError, match="đã đóng"):
        await world.desk.answer(await world.only(), "Thêm nữa.", by="Lan", revision=2)


async def test_what_became_of_an_answer_is_shown(world: TicketWorld) -> None:
    """As the ledger has it."""
    await world.say(a_feedback())
    await answer(world)
    [word] = await world.book.words(await world.only())
    assert word.fate is State.PENDING

    await world.deliver(State.HELD, "window")
    [word] = await world.book.words(await world.only())
    assert (word.fate, word.code) == (State.HELD, "window")

    await world.say()
    [word] = await world.book.words(await world.only())
    assert word.fate is State.PENDING


async def test_a_letter_that_was_held_goes_out_when_they_write_within_the_talk(world: TicketWorld) -> None:
    """It is part of what they talk about; news can wait."""
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    await world.deliver(State.HELD, "window")

    await world.say(TellStaff(await world.only(TicketKind.HANDOVER), "Cán bộ ơi"))

    word = (await world.book.words(await world.only(TicketKind.HANDOVER)))[0]
    assert word.fate is State.PENDING


async def test_the_inbox_in_its_parts(world: TicketWorld) -> None:
    """What is due first stands first; what is overdue stands in its own tab too."""
    await world.hire("Lan")
    for number, days in enumerate((3, 1, 2)):
        wish = OpenTicket(TicketKind.FEEDBACK, DA_PHUC, "Rác", due_at=NOW + timedelta(days=days), code=f"PA-{number}")
        await world.say(wish)
    await world.say(WISH, user="citizen-2")
    world.clock.advance(days=1, hours=1)

    new = await world.desk.inbox({DA_PHUC}, Tab.NEW, limit=3)
    assert [ticket.code for ticket in new.tickets] == ["PA-1", "PA-2", "PA-0"]
    assert new.has_more
    assert [one.code for one in (await world.desk.inbox(None, Tab.NEW, limit=3, skip=3)).tickets] == [""]
    [overdue] = (await world.desk.inbox({DA_PHUC}, Tab.OVERDUE, limit=3)).tickets
    await world.desk.assign(overdue.id, "Lan", by="Lan", revision=0)
    await answer(world, kind=TicketKind.HANDOVER)
    assert (await world.desk.inbox({DA_PHUC}, Tab.NEW, limit=3)).counts == {
        Tab.NEW: 2,
        Tab.ASSIGNED: 1,
        Tab.OVERDUE: 1,
        Tab.ANSWERED: 1,
        Tab.CLOSED: 0,
    }


# For everyone to read


async def test_publishing_a_question_and_its_answer(world: TicketWorld) -> None:
    """Proposed without personal numbers, edited by staff, and hidden again after that."""
    await world.say(a_feedback(text="Đèn hỏng, gọi [số điện thoại]"))
    with pytest.raises(UserError, match="Hãy trả lời"):
        await world.desk.publish(await world.only(), Exchange("a", "b"), by="Lan", revision=0)
    await answer(world, "Chị Mai 0912345678 đã sửa. Cần gì gọi 0000 000 002.")

    ticket = await seen(world)
    proposed = await world.desk.proposed(ticket)
    assert proposed.answer == "Chị Mai [số điện thoại] đã sửa. Cần gì gọi 0000 000 002."
    edited = Exchange("Đèn đường hỏng.", "Đã sửa. Hỏi 0912345678.")
    await world.desk.publish(ticket.id, edited, by="Lan", revision=ticket.revision)

    [published] = await SqlArchive(world.database).exchanges(DA_PHUC, 10, 0)
    assert published.exchange == Exchange("Đèn đường hỏng.", "Đã sửa. Hỏi [số điện thoại].")
    assert published.published_at == NOW
    assert await SqlArchive(world.database).exchange_count(DA_PHUC) == 1
    assert await SqlArchive(world.database).exchange_count(SON_TAY) == 0


async def test_changing_and_taking_down_what_was_published(world: TicketWorld) -> None:
    """The day it was published stays; taken down it is gone."""
    await world.say(a_feedback())
    await answer(world)
    ticket = await seen(world)
    await world.desk.publish(ticket.id, Exchange("a", "b"), by="Lan", revision=1)
    world.clock.advance(days=1)
    await world.desk.publish(ticket.id, Exchange("a", "c"), by="Hoa", revision=2)

    [published] = await SqlArchive(world.database).exchanges(DA_PHUC, 10, 0)
    assert (published.exchange.answer, published.published_at) == ("c", NOW)
    await world.desk.unpublish(ticket.id, by="Hoa", revision=3)
    assert not await SqlArchive(world.database).exchanges(DA_PHUC, 10, 0)
    with pytest.raises(UserError, match="chưa đăng"):
        await world.desk.unpublish(ticket.id, by="Hoa", revision=4)


async def test_a_talk_is_never_published(world: TicketWorld) -> None:
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)

    with pytest.raises(UserError, match="không đăng lời nhắn riêng"):
        await world.desk.publish(await world.only(TicketKind.HANDOVER), Exchange("a", "b"), by="Lan", revision=1)


# Forgetting


async def rows(world: TicketWorld) -> tuple[int, int]:
    async with world.database.reading() as connection:
        kept = [(await connection.execute(select(func.count()).select_from(t))).scalar_one() for t in (
            tickets, ticket_messages,
        )]  # fmt: skip
    return kept[0], kept[1]


async def test_whoever_is_forgotten_takes_their_tickets_along(world: TicketWorld) -> None:
    """Only what everyone has read stays, and nothing leads from it to them."""
    await world.say(a_feedback())
    await answer(world)
    ticket = await seen(world)
    await world.desk.publish(ticket.id, Exchange("Đèn hỏng.", "Đã sửa."), by="Lan", revision=ticket.revision)
    await world.say(a_feedback("PA-22BB", "Rác"))
    await world.say(WISH)

    person = await world.say(Forget())

    assert await rows(world) == (1, 0)
    left = await seen(world)
    assert (left.text, left.place, left.code, left.channel) == ("", "", "", None)
    assert left.exchange == Exchange("Đèn hỏng.", "Đã sửa.")
    assert not await world.tickets.of(person)


async def test_letters_of_staff_are_forgotten_but_those_on_their_way(world: TicketWorld) -> None:
    """What was answered is about somebody, too; what waits still answers them."""
    await world.say(a_feedback())
    await answer(world, "Đã sửa đèn nhà bà Tám.")
    await world.deliver(State.SENT)
    await answer(world, "Cảm ơn bà.")

    await world.say(Forget())

    assert ["bà Tám" in letter for letter in await world.letters()] == [False, False]
    assert "Cảm ơn bà" in (await world.letters())[1]


async def test_a_talk_with_somebody_who_is_forgotten_is_over(world: TicketWorld) -> None:
    await world.say(WISH)
    await answer(world, kind=TicketKind.HANDOVER)
    ticket = await world.only(TicketKind.HANDOVER)

    await world.say(Forget())
    assert (await world.person()).talk is None
    await world.say(TellStaff(ticket, "đang gửi dở"))
    assert await rows(world) == (0, 0)


async def test_two_years_after_the_last_word_a_ticket_is_forgotten(world: TicketWorld) -> None:
    """Whether or not anybody closed it; what was published stays without the rest."""
    await world.say(a_feedback())
    await answer(world)
    await world.desk.publish(await world.only(), Exchange("Đèn hỏng.", "Đã sửa."), by="Lan", revision=1)
    await world.say(WISH)
    world.clock.advance(days=1)
    await world.say(a_feedback("PA-22BB", "Rác"))

    assert await SqlRetention(world.database).forget_tickets(NOW + timedelta(hours=1)) == 1

    assert await rows(world) == (2, 0)
    assert len(await SqlArchive(world.database).exchanges(DA_PHUC, 10, 0)) == 1
    assert [own.code for own in await world.own()] == ["PA-22BB"]


async def test_what_is_kept_is_counted_for_its_owner(world: TicketWorld) -> None:
    await world.say(a_feedback())
    await world.say(WISH)

    assert (await world.records.kept_about(await world.person())).tickets == 2


async def test_replies_shown_on_a_page_are_forgotten_with_the_message_they_hang_on(world: TicketWorld) -> None:
    await world.say(WISH, channel=Channel.WEB)
    await answer(world, kind=TicketKind.HANDOVER)

    await SqlRetention(world.database).forget_questions(NOW + timedelta(days=1))

    async with world.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(replies))).scalar_one() == 0
    assert await rows(world) == (1, 1)
