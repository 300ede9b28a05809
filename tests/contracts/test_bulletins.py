"""The desk on both engines: every move, every refusal, and that a refusal changes nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Status
from bot.desk.bulletins import Desk
from bot.errors import UserError
from bot.messages import Channel
from bot.ports.bulletins import Audience
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.database import Database
from bot.storage.tables import broadcasts, bulletins, pictures
from bot.storage.waking import wake
from tests.contracts.desk_world import (
    COMMUNE,
    ELSEWHERE,
    PNG,
    ZONE,
    DeskWorld,
    a_draft,
    a_library,
)
from tests.contracts.ledger_world import ACCOUNT


@pytest.fixture
def world(database: Database) -> DeskWorld:
    """Return an empty desk."""
    return DeskWorld(database)


async def bulletins_in(world: DeskWorld) -> int:
    async with world.database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(bulletins))).scalar_one()


# Writing


async def test_a_draft_is_kept_as_it_was_written(world: DeskWorld) -> None:
    """Cleaned of what nobody sees, and with whoever wrote it."""
    written = await world.desk.create(a_draft(title="  Cúp\tnước\u200b ", body="Ngày mai\r\ncúp nước."), "  Lan ")

    kept = await world.desk.find(written.bulletin.id)
    assert (kept.status, kept.author) == (Status.DRAFT, "Lan")
    assert kept.draft == a_draft(title="Cúp nước", body="Ngày mai\ncúp nước.")
    assert await world.deeds(kept.id) == [("Lan", "create")]


async def test_one_text_goes_to_several_communes(world: DeskWorld) -> None:
    both = (Audience(ELSEWHERE), Audience(COMMUNE))

    bulletin = await world.desk.find(await world.a_draft(audiences=both))

    assert bulletin.draft.communes == {COMMUNE, ELSEWHERE}


async def test_a_picture_is_stored_once_with_the_draft(world: DeskWorld) -> None:
    """Under the hash of its content, so the same one twice is one."""
    first = (await world.desk.create(a_draft(), "Lan", image=PNG)).bulletin
    second = (await world.desk.create(a_draft(title="Nhắc lại"), "Lan", image=PNG)).bulletin

    assert first.draft.picture == second.draft.picture != ""
    async with world.database.reading() as connection:
        assert (await connection.execute(select(pictures.c.type))).scalars().all() == ["image/png"]


async def test_what_is_wrong_is_said_and_nothing_is_stored(world: DeskWorld) -> None:
    """Also not the picture that came with it."""
    with pytest.raises(UserError, match="Tiêu đề phải dài"):
        await world.desk.create(a_draft(title="Tin"), "Lan", image=PNG)

    assert await bulletins_in(world) == 0
    async with world.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(pictures))).scalar_one() == 0


async def test_a_picture_that_is_gone_cannot_be_used(world: DeskWorld) -> None:
    with pytest.raises(UserError, match="tải ảnh lên lại"):
        await world.a_draft(picture="0" * 64)


async def test_a_draft_is_changed_and_whoever_changed_it_is_its_author(world: DeskWorld) -> None:
    """So where two must agree, whoever wrote the last word cannot be the one who approves it."""
    bulletin_id = await world.a_draft("Lan")

    await world.desk.revise(bulletin_id, a_draft(title="Cúp nước thứ Bảy"), "Hoa")

    kept = await world.desk.find(bulletin_id)
    assert (kept.draft.title, kept.author) == ("Cúp nước thứ Bảy", "Hoa")
    assert await world.deeds(bulletin_id) == [("Lan", "create"), ("Hoa", "edit")]


async def test_two_who_change_one_draft_do_not_overwrite_each_other(world: DeskWorld) -> None:
    """The second is told to look at what the first wrote."""
    bulletin_id = await world.a_draft()
    revision = (await world.desk.find(bulletin_id)).revision
    await world.desk.revise(bulletin_id, a_draft(title="Bản của Hoa"), "Hoa", revision=revision)

    with pytest.raises(UserError, match="Có người vừa sửa"):
        await world.desk.revise(bulletin_id, a_draft(title="Bản của Lan"), "Lan", revision=revision)

    assert (await world.desk.find(bulletin_id)).draft.title == "Bản của Hoa"


async def test_what_is_submitted_is_changed_only_after_it_was_given_back(world: DeskWorld) -> None:
    bulletin_id = await world.submitted()

    with pytest.raises(UserError, match="trả về bản nháp trước"):
        await world.desk.revise(bulletin_id, a_draft(title="Bản khác"), "Lan")

    await world.desk.give_back(bulletin_id, "Lan")
    await world.desk.revise(bulletin_id, a_draft(title="Bản khác"), "Lan")


async def test_a_near_copy_of_the_last_two_weeks_is_allowed_and_warned_about(world: DeskWorld) -> None:
    sent = await world.begun()

    again = await world.desk.create(a_draft(body="Từ 9 giờ ngày mai, xã cúp nước."), "Lan")

    [warning] = again.warnings
    assert f"bản tin số {sent} «Cúp nước ngày mai»" in warning


@pytest.mark.parametrize("why", ["long ago", "elsewhere", "stopped", "a draft", "another matter"])
async def test_what_is_no_copy_is_not_warned_about(world: DeskWorld, why: str) -> None:
    """Neither after two weeks, nor of another commune, nor of what was never agreed on."""
    title = "Lịch tiêm chủng tháng Mười hai" if why == "another matter" else "Cúp nước ngày mai"
    first = await (world.a_draft(title=title) if why == "a draft" else world.submitted(title=title))
    if why == "stopped":
        await world.desk.stop(first, "Lan")
    if why == "long ago":
        world.clock.moment += timedelta(days=15)
    commune = ELSEWHERE if why == "elsewhere" else COMMUNE

    again = await world.desk.create(a_draft(audiences=(Audience(commune),)), "Lan")

    assert again.warnings == ()


async def test_a_time_at_night_is_warned_about(world: DeskWorld) -> None:
    """It will wait for the morning, which may be too late for what it says."""
    written = await world.desk.create(await world.desk.timed(a_draft(), "2026-11-21T22:00"), "Lan")

    assert written.warnings == ("Giờ gửi rơi vào giờ yên lặng; bản tin sẽ đợi đến 07:00 ngày 22/11/2026.",)


# When


async def test_a_time_without_a_zone_is_local(world: DeskWorld) -> None:
    draft = await world.desk.timed(a_draft(), "2026-11-21T08:30")

    assert draft.due_at is not None
    assert draft.due_at.isoformat() == "2026-11-21T08:30:00+07:00"


async def test_the_next_slot_is_the_first_that_no_other_bulletin_has(world: DeskWorld) -> None:
    """It is seven on Friday; this week's slot begins now, so the next is in a week, unless that is taken."""
    draft = await world.desk.timed(a_draft(), "slot")
    await world.approved(due_at=draft.due_at, slot_date=draft.slot_date)

    later = await world.desk.timed(a_draft(), "slot")

    assert (str(draft.slot_date), str(later.slot_date)) == ("2026-11-27", "2026-12-04")
    assert later.due_at is not None
    assert later.due_at.astimezone(ZONE).hour == 19


async def test_communes_with_different_slots_need_an_exact_time(database: Database) -> None:
    slot = a_library().shelves.communes[COMMUNE].slot.model_copy(update={"weekday": "mon"})
    world = DeskWorld(database, a_library(slot=slot))

    with pytest.raises(UserError, match="khung giờ khác nhau"):
        await world.desk.timed(a_draft(audiences=(Audience(COMMUNE), Audience(ELSEWHERE))), "slot")


async def test_a_slot_is_reserved_for_every_commune_or_for_none(world: DeskWorld) -> None:
    """Whoever is approved first has it, and the other is told whose it is."""
    slot = await world.desk.timed(a_draft(), "slot")
    both = replace(slot, audiences=(Audience(COMMUNE), Audience(ELSEWHERE)))
    second = (await world.desk.create(both, "Lan")).bulletin.id
    await world.desk.submit(second, "Lan")
    first = await world.approved(due_at=slot.due_at, slot_date=slot.slot_date, audiences=(Audience(ELSEWHERE),))

    with pytest.raises(UserError, match=f"đã dành cho bản tin số {first.id}"):
        await world.desk.approve(second, "Hoa")

    assert (await world.desk.find(second)).status is Status.SUBMITTED
    assert await world.slots() == {(ELSEWHERE, "2026-11-27"): first.id}


@pytest.mark.parametrize("undo", [Desk.stop, Desk.give_back], ids=["stopped", "given back"])
async def test_a_slot_in_which_nothing_was_sent_is_free_again(world: DeskWorld, undo: object) -> None:
    slot = await world.desk.timed(a_draft(), "slot")
    bulletin = await world.approved(due_at=slot.due_at, slot_date=slot.slot_date)

    await undo(world.desk, bulletin.id, "Lan")  # type: ignore[operator]

    assert await world.slots() == {(COMMUNE, "2026-11-27"): None}


# Agreeing


async def test_the_way_of_a_bulletin(world: DeskWorld) -> None:
    """Written, submitted, approved; the text is frozen by its hash, and everybody stands in the record."""
    bulletin_id = await world.submitted("Lan")

    approved = await world.desk.approve(bulletin_id, "Hoa")

    assert approved.status is Status.APPROVED
    assert approved.draft.due_at == world.clock.now()
    assert approved.text_hash == a_draft().text_hash == approved.draft.text_hash
    assert (approved.author, approved.submitted_by, approved.approved_by) == ("Lan", "Lan", "Hoa")
    assert await world.deeds(bulletin_id) == [("Lan", "create"), ("Lan", "submit"), ("Hoa", "approve")]


async def test_what_is_due_later_is_scheduled(world: DeskWorld) -> None:
    later = world.clock.now() + timedelta(hours=1)

    approved = await world.approved(due_at=later)

    assert (approved.status, approved.draft.due_at) == (Status.SCHEDULED, later)


async def test_what_is_given_back_can_go_at_once_again(world: DeskWorld) -> None:
    """The moment of the first approval is no time that anybody chose."""
    approved = await world.approved()
    world.clock.moment += timedelta(hours=2)

    draft = await world.desk.give_back(approved.id, "Hoa")
    await world.desk.submit(approved.id, "Lan")
    again = await world.desk.approve(approved.id, "Hoa")

    assert (draft.status, draft.draft.due_at, draft.text_hash, draft.approved_by) == (Status.DRAFT, None, "", "")
    assert again.draft.due_at == world.clock.now()


async def test_a_time_that_passed_before_the_approval_must_be_chosen_anew(world: DeskWorld) -> None:
    bulletin_id = await world.submitted(due_at=world.clock.now() + timedelta(minutes=10))
    world.clock.moment += timedelta(minutes=12)

    with pytest.raises(UserError, match="19:10 ngày 20/11/2026 đã qua"):
        await world.desk.approve(bulletin_id, "Hoa")


async def test_a_second_approval_is_refused(world: DeskWorld) -> None:
    approved = await world.approved()

    with pytest.raises(UserError, match="đã được duyệt rồi"):
        await world.desk.approve(approved.id, "Hoa")


async def test_of_two_who_approve_at_once_one_does(world: DeskWorld) -> None:
    """The other reads why not, and the record has one line."""
    bulletin_id = await world.submitted()

    outcomes = await asyncio.gather(
        *(world.desk.approve(bulletin_id, name) for name in ("Hoa", "Minh")), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Bulletin", "UserError"]
    assert [what for _, what in await world.deeds(bulletin_id)].count("approve") == 1


async def test_what_is_approved_is_what_was_seen(world: DeskWorld) -> None:
    """Given back, changed and submitted again meanwhile, it is another text."""
    bulletin_id = await world.submitted()
    seen = await world.desk.find(bulletin_id)
    await world.desk.give_back(bulletin_id, "Lan")
    await world.desk.revise(bulletin_id, a_draft(title="Bản khác hẳn"), "Lan")
    await world.desk.submit(bulletin_id, "Lan")

    with pytest.raises(UserError, match="Có người vừa sửa"):
        await world.desk.approve(bulletin_id, "Hoa", revision=seen.revision)


async def test_what_is_for_a_renamed_hamlet_is_not_approved(world: DeskWorld) -> None:
    """A name that only contains the old one is another name: nobody would get it."""
    bulletin_id = await world.submitted(audiences=(Audience(COMMUNE, "thôn mẫu 1"),))
    world.library = a_library(hamlets=["thôn mẫu 1 Đông", "thôn mẫu 2"])

    with pytest.raises(UserError, match="không có «thôn mẫu 1»"):
        await world.desk.approve(bulletin_id, "Hoa")


async def test_where_two_must_agree_the_author_cannot_approve(database: Database) -> None:
    world = DeskWorld(database, a_library(approval="two"))
    await world.staffed(Hoa=Role.ADMIN, Minh=Role.APPROVER)
    bulletin_id = await world.submitted("Hoa")

    with pytest.raises(UserError, match="Xã này cần hai người: «Hoa» viết"):
        await world.desk.approve(bulletin_id, "Hoa")

    assert (await world.desk.approve(bulletin_id, "Minh")).status is Status.APPROVED


async def test_an_editor_does_not_approve(world: DeskWorld) -> None:
    await world.staffed(Lan=Role.EDITOR)
    bulletin_id = await world.submitted("Lan")

    with pytest.raises(UserError, match="«Lan» được soạn, chưa được duyệt"):
        await world.desk.approve(bulletin_id, "Lan")


async def test_once_there_is_staff_only_they_sign(world: DeskWorld) -> None:
    await world.staffed(Lan=Role.EDITOR)

    with pytest.raises(UserError, match="Chưa có cán bộ nào tên «Minh»"):
        await world.a_draft("Minh")


async def test_nobody_works_for_a_foreign_commune(world: DeskWorld) -> None:
    """Neither with a new text nor by changing whom an old one is for."""
    await world.staffed(Lan=Role.EDITOR)
    bulletin_id = await world.a_draft("Lan")
    foreign = a_draft(audiences=(Audience(COMMUNE), Audience(ELSEWHERE)))

    for attempt in (world.desk.create(foreign, "Lan"), world.desk.revise(bulletin_id, foreign, "Lan")):
        with pytest.raises(UserError, match="«Lan» không phụ trách đủ các xã này: phường"):
            await attempt

    assert (await world.desk.find(bulletin_id)).draft.communes == {COMMUNE}


async def test_nobody_signs_with_nothing(world: DeskWorld) -> None:
    with pytest.raises(UserError, match="ghi tên mình sau --by"):
        await world.a_draft(" \u200b")


async def test_an_urgent_one_passes_quiet_hours_only_if_an_approver_says_so(world: DeskWorld) -> None:
    """The mark before its title is the author's, the noise at night is not."""
    quiet = await world.approved(is_urgent=True)
    loud = await world.desk.approve(await world.submitted(is_urgent=True), "Hoa", passes_quiet_hours=True)

    assert (quiet.draft.is_urgent, quiet.passes_quiet) == (True, False)
    assert (loud.draft.is_urgent, loud.passes_quiet) == (True, True)


async def test_only_an_urgent_one_passes_quiet_hours(world: DeskWorld) -> None:
    bulletin_id = await world.submitted()

    with pytest.raises(UserError, match="không phải tin khẩn"):
        await world.desk.approve(bulletin_id, "Hoa", passes_quiet_hours=True)


@pytest.mark.parametrize("move", ["submit", "approve", "stop", "give_back", "test_send", "find", "status", "record"])
async def test_a_bulletin_that_is_not_there(world: DeskWorld, move: str) -> None:
    """Nor can it be: nothing counts so far."""
    attempt = getattr(world.desk, move)

    for number in (99, 0, -1, 10**30):
        with pytest.raises(UserError, match=f"Không có bản tin số {number};"):
            await (attempt(number) if move in {"find", "status", "record"} else attempt(number, "Lan"))


# How many


async def test_before_the_button_works_it_says_who_gets_it_now_and_who_waits(database: Database) -> None:
    """Not those who left or never agreed, nor visitors of the web page."""
    world = DeskWorld(database, channel=Channel.ZALO)
    await world.subscribe(3)
    await world.subscribe(2, silent_hours=49)
    await world.subscribe(1, gone_at=world.clock.now())
    await world.subscribe(1, subscribed_at=None)
    await world.subscribe(1, channel=Channel.WEB.value)
    await world.subscribe(1, commune=ELSEWHERE)

    forecast = await world.desk.forecast(a_draft())

    words = world.library.shelves.bulletin.desk.forecast
    assert forecast.sentence(words) == "5 người: 3 gửi ngay, 2 chờ đến khi họ nhắn lại."
    assert [(one.channel, one.account) for one in forecast.reach] == [(Channel.ZALO, "123")]


async def test_a_hamlet_is_an_audience(world: DeskWorld) -> None:
    await world.subscribe(2, hamlet="thôn mẫu 1")
    await world.subscribe(3, hamlet="thôn mẫu 2")

    forecast = await world.desk.forecast(a_draft(audiences=(Audience(COMMUNE, "thôn mẫu 1"),)))

    assert forecast.now == 2


async def test_until_it_begins_a_status_tells_the_forecast(world: DeskWorld) -> None:
    """And then what the ledger says."""
    people = await world.subscribe(3)
    bulletin_id = await world.submitted()
    before = await world.desk.status(bulletin_id)

    bulletin = await world.desk.approve(bulletin_id, "Hoa")
    await world.subscribe(4)
    await world.launches.launch(bulletin, world.clock.now(), {})
    await world.settle(bulletin_id, people[:2], State.SENT)
    after = await world.desk.status(bulletin_id)

    assert (before.recipients, sum(before.counts.values())) == (3, 0)
    assert (after.recipients, after.counts[State.SENT], after.counts[State.PENDING]) == (7, 2, 5)
    assert set(after.counts) == set(State)


# As an article


@pytest.mark.parametrize(
    ("public_url", "image", "elsewhere", "said"),
    [
        pytest.param("", PNG, 0, "chưa nối Zalo", id="no-account"),
        pytest.param("https://xa.vn", b"", 0, "phải có ảnh bìa", id="no-cover"),
        pytest.param("https://xa.vn", PNG, 1, "còn người nhận tin của xã khác", id="other-communes-follow-it"),
    ],
)
async def test_an_article_is_refused_before_anybody_waits_for_it(
    database: Database, public_url: str, image: bytes, elsewhere: int, said: str
) -> None:
    world = DeskWorld(database, channel=Channel.ZALO, public_url=public_url)
    await world.subscribe(elsewhere, commune=ELSEWHERE)

    with pytest.raises(UserError, match=said):
        await world.desk.create(a_draft(is_broadcast=True), "Lan", image=image)


async def test_nobody_waits_for_an_article(database: Database) -> None:
    """It goes to all followers, whenever they last wrote."""
    world = DeskWorld(database, channel=Channel.ZALO, public_url="https://xa.vn")
    await world.subscribe(2, silent_hours=100)

    written = await world.desk.create(a_draft(is_broadcast=True), "Lan", image=PNG)

    forecast = await world.desk.forecast(written.bulletin.draft)
    assert (forecast.now, forecast.waiting) == (2, 0)


async def test_an_article_that_is_stopped_in_time_is_never_broadcast(database: Database) -> None:
    world = DeskWorld(database, channel=Channel.ZALO, public_url="https://xa.vn")
    await world.subscribe(2)
    written = await world.desk.create(a_draft(is_broadcast=True), "Lan", image=PNG)
    await world.desk.submit(written.bulletin.id, "Lan")
    approved = await world.desk.approve(written.bulletin.id, "Hoa")
    await world.launches.launch(approved, world.clock.now(), {})

    await world.desk.stop(approved.id, "Hoa")

    assert await SqlBroadcasts(database, world.clock, ACCOUNT).unfinished() == []


# Stopping


async def test_a_draft_that_is_stopped_is_cancelled(world: DeskWorld) -> None:
    bulletin_id = await world.a_draft()

    stopped = await world.desk.stop(bulletin_id, "Hoa")

    assert (stopped.status, stopped.stopped_by) == (Status.STOPPED, "Hoa")
    assert (await world.desk.status(bulletin_id)).recipients == 0


async def test_stopping_while_it_runs_gives_up_what_waits_and_nothing_else(database: Database) -> None:
    """What is in flight settles by itself; the counts stay true."""
    world = DeskWorld(database, channel=Channel.ZALO)
    people = await world.subscribe(4)
    held = await world.subscribe(1, silent_hours=60)
    bulletin_id = await world.begun()
    await world.settle(bulletin_id, people[:1], State.SENT)
    await world.settle(bulletin_id, people[1:2], State.SENDING)

    await world.desk.stop(bulletin_id, "Hoa")

    assert await world.counts(bulletin_id) == {"sent": 1, "sending": 1, "skipped": 3}
    assert (await world.codes(bulletin_id))[held[0]] == "stopped"


async def test_what_was_sent_can_be_stopped_while_somebody_waits_for_it(database: Database) -> None:
    world = DeskWorld(database, channel=Channel.ZALO)
    await world.subscribe(1, silent_hours=60)
    bulletin_id = await world.begun()
    await world.launches.finish(world.clock.now())

    assert (await world.desk.stop(bulletin_id, "Hoa")).status is Status.STOPPED


async def test_what_was_to_go_along_with_a_stopped_one_waits_again(database: Database) -> None:
    """It is not lost because a newer one had taken it along."""
    world = DeskWorld(database, channel=Channel.ZALO)
    [person] = await world.subscribe(1, silent_hours=60)
    older, newer = await world.begun(), await world.begun(title="Chợ nghỉ một ngày")
    async with database.writing() as connection:
        await wake(connection, [person], world.clock.now())

    await world.desk.stop(newer, "Hoa")

    assert await world.counts(older) == {"held": 1}
    async with database.writing() as connection:
        await wake(connection, [person], world.clock.now())
    assert (await world.counts(older), await world.counts(newer)) == ({"pending": 1}, {"skipped": 1})


async def test_there_is_nothing_to_stop_when_it_is_through(world: DeskWorld) -> None:
    people = await world.subscribe(1)
    bulletin_id = await world.begun()
    await world.settle(bulletin_id, people, State.SENT)
    await world.launches.finish(world.clock.now())

    with pytest.raises(UserError, match="đã gửi xong, không còn gì để dừng"):
        await world.desk.stop(bulletin_id, "Hoa")


async def test_what_began_keeps_its_slot_when_it_is_stopped(world: DeskWorld) -> None:
    """Something was sent in it: it is not empty."""
    slot = await world.desk.timed(a_draft(), "slot")
    bulletin = await world.approved(due_at=slot.due_at, slot_date=slot.slot_date)
    await world.subscribe(1)
    await world.launches.launch(bulletin, world.clock.now(), {})

    await world.desk.stop(bulletin.id, "Hoa")

    assert await world.slots() == {(COMMUNE, "2026-11-27"): bulletin.id}


async def test_a_stop_and_a_start_at_once_leave_nothing_on_its_way(world: DeskWorld) -> None:
    """Whoever is first: a stop that comes second stops what has begun."""
    await world.subscribe(3)
    bulletin = await world.approved()

    await asyncio.gather(world.launches.launch(bulletin, world.clock.now(), {}), world.desk.stop(bulletin.id, "Hoa"))

    assert (await world.desk.find(bulletin.id)).status is Status.STOPPED
    assert set(await world.counts(bulletin.id)) <= {"skipped"}


async def test_what_began_is_not_given_back(world: DeskWorld) -> None:
    await world.subscribe(1)
    bulletin_id = await world.begun()

    with pytest.raises(UserError, match="đã bắt đầu gửi nên không trả về được"):
        await world.desk.give_back(bulletin_id, "Hoa")


# Correcting


async def test_a_correction_is_for_those_who_may_have_the_wrong_text(world: DeskWorld) -> None:
    """The others never get either: the wrong one stops at once, and what is unknown may have arrived."""
    people = await world.subscribe(6)
    wrong = await world.begun()
    for person, state in zip(people, (State.SENT, State.UNKNOWN, State.FAILED, State.SENDING), strict=False):
        await world.settle(wrong, [person], state)

    written = await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")

    assert (await world.desk.find(wrong)).status is Status.STOPPED
    assert await world.counts(wrong) == {"sent": 1, "unknown": 1, "failed": 1, "sending": 1, "skipped": 2}
    assert (await world.codes(wrong))[people[4]] == "corrected"
    assert written.bulletin.draft.corrects == wrong
    assert (await world.desk.forecast(written.bulletin.draft)).now == 2
    assert (await world.deeds(wrong))[-1] == ("Lan", "correct")


async def test_a_correction_goes_the_way_of_every_bulletin(world: DeskWorld) -> None:
    """And keeps its readers, whatever anybody writes."""
    people = await world.subscribe(2)
    wrong = await world.begun()
    await world.settle(wrong, people[:1], State.SENT)
    await world.settle(wrong, people[1:], State.FAILED)
    correction = (await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")).bulletin.id
    await world.desk.revise(correction, a_draft(title="Nước vẫn có", audiences=(Audience(ELSEWHERE),)), "Lan")
    await world.desk.submit(correction, "Lan")
    approved = await world.desk.approve(correction, "Hoa")

    await world.launches.launch(approved, world.clock.now(), {})

    assert approved.draft.corrects == wrong
    assert approved.draft.communes == {COMMUNE}
    assert list(await world.states(correction)) == people[:1]


async def test_the_correction_of_an_urgent_one_is_urgent(world: DeskWorld) -> None:
    people = await world.subscribe(1)
    wrong = await world.begun(is_urgent=True)
    await world.settle(wrong, people, State.SENT)

    written = await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")

    assert written.bulletin.draft.is_urgent


async def test_there_is_one_correction_at_a_time(world: DeskWorld) -> None:
    people = await world.subscribe(1)
    wrong = await world.begun()
    await world.settle(wrong, people, State.SENT)
    correction = (await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")).bulletin.id

    with pytest.raises(UserError, match=f"đã có bản đính chính số {correction}"):
        await world.desk.correct(wrong, a_draft(title="Vẫn cúp nước"), "Lan")

    await world.desk.stop(correction, "Lan")
    await world.desk.correct(wrong, a_draft(title="Vẫn cúp nước"), "Lan")


async def test_of_two_who_correct_at_once_one_does(world: DeskWorld) -> None:
    """Or people would be told twice that they were told wrong."""
    people = await world.subscribe(1)
    wrong = await world.begun()
    await world.settle(wrong, people, State.SENT)

    outcomes = await asyncio.gather(
        *(world.desk.correct(wrong, a_draft(title=f"Bản của {name}"), name) for name in ("Hoa", "Minh")),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["UserError", "Written"]
    assert await bulletins_in(world) == 2


@pytest.mark.parametrize("stage", ["draft", "submitted", "approved"])
async def test_what_has_not_begun_is_changed_not_corrected(world: DeskWorld, stage: str) -> None:
    bulletin_id = (await world.approved()).id if stage == "approved" else await world.submitted()
    if stage == "draft":
        await world.desk.give_back(bulletin_id, "Lan")

    with pytest.raises(UserError, match="chưa gửi cho ai"):
        await world.desk.correct(bulletin_id, a_draft(), "Lan")

    assert await bulletins_in(world) == 1


async def test_what_nobody_got_needs_no_correction(world: DeskWorld) -> None:
    await world.subscribe(1)
    bulletin_id = await world.begun()

    with pytest.raises(UserError, match="chưa đến ai"):
        await world.desk.correct(bulletin_id, a_draft(), "Lan")


async def test_the_correction_of_a_correction_reaches_all_who_were_told_wrong(world: DeskWorld) -> None:
    """Also whom the first correction had not reached; and nobody writes a second one beside it."""
    people = await world.subscribe(4)
    wrong = await world.begun()
    await world.settle(wrong, people[:3], State.SENT)
    await world.settle(wrong, people[3:], State.FAILED)
    first = (await world.desk.correct(wrong, a_draft(title="Cúp nước ngày kia"), "Lan")).bulletin.id
    await world.begin(first)
    await world.settle(first, people[:1], State.SENT)
    await world.settle(first, people[1:2], State.FAILED)

    second = (await world.desk.correct(first, a_draft(title="Không cúp nước"), "Lan")).bulletin

    assert (await world.desk.find(first)).status is Status.STOPPED
    assert (await world.desk.forecast(second.draft)).now == 3
    await world.begin(second.id)
    assert sorted(await world.states(second.id)) == people[:3]
    with pytest.raises(UserError, match=f"đã có bản đính chính số {second.id}"):
        await world.desk.correct(wrong, a_draft(title="Vẫn cúp nước"), "Lan")


async def test_who_moved_away_reads_the_correction_as_the_wrong_text(world: DeskWorld) -> None:
    """From the commune that told them wrong, not in the name of the one they live in now."""
    people = await world.subscribe(2)
    wrong = await world.begun()
    await world.settle(wrong, people, State.SENT)
    correction = (await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")).bulletin.id
    await world.set_person(people[0], commune=ELSEWHERE)

    await world.begin(correction)

    claimed = await world.claim(await world.a_lease(), correction)
    assert {one.person_id: one.commune for one in claimed} == dict.fromkeys(people, COMMUNE)


async def test_what_a_renamed_hamlet_was_told_can_be_corrected(world: DeskWorld) -> None:
    """Who gets a correction is who got the wrong text, whatever the hamlet is called by now."""
    people = await world.subscribe(2, hamlet="thôn mẫu 1")
    wrong = await world.begun(audiences=(Audience(COMMUNE, "thôn mẫu 1"),))
    await world.settle(wrong, people, State.SENT)
    world.library = a_library(hamlets=["thôn Đông", "thôn mẫu 2"])

    correction = (await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")).bulletin.id
    await world.begin(correction)

    assert list(await world.states(correction)) == people


async def test_an_article_that_never_went_out_needs_no_correction(database: Database) -> None:
    world = DeskWorld(database, channel=Channel.ZALO, public_url="https://xa.vn")
    await world.subscribe(2)
    written = await world.desk.create(a_draft(is_broadcast=True), "Lan", image=PNG)
    await world.desk.stop(written.bulletin.id, "Lan")

    with pytest.raises(UserError, match="chưa đến ai"):
        await world.desk.correct(written.bulletin.id, a_draft(), "Lan", image=PNG)


async def test_an_article_is_corrected_by_messages_where_no_other_may_go_out(database: Database) -> None:
    """A correction keeps the way of the wrong text only while it can: nobody must stay told wrong."""
    world = DeskWorld(database, channel=Channel.ZALO, public_url="https://xa.vn")
    people = await world.subscribe(2)
    wrong = (await world.desk.create(a_draft(is_broadcast=True), "Lan", image=PNG)).bulletin.id
    await world.begin(wrong)
    async with database.writing() as connection:
        await connection.execute(update(broadcasts).values(state="accepted"))
    as_article = (await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan", image=PNG)).bulletin
    await world.desk.stop(as_article.id, "Lan")
    await world.subscribe(1, commune=ELSEWHERE)

    by_message = (await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")).bulletin
    await world.begin(by_message.id)

    assert (as_article.draft.is_broadcast, by_message.draft.is_broadcast) == (True, False)
    assert await world.states(by_message.id) == dict.fromkeys(people, "pending")
    claimed = await world.claim(await world.a_lease(), by_message.id)
    assert {one.commune for one in claimed} == {COMMUNE}


# Sending again


@pytest.mark.parametrize("only", [State.FAILED, State.UNKNOWN])
async def test_sending_again_takes_those_who_still_want_it(world: DeskWorld, only: State) -> None:
    """Not who left or unsubscribed since, nor anybody whose delivery is in another state."""
    people = await world.subscribe(5)
    bulletin_id = await world.begun()
    await world.settle(bulletin_id, people[:4], only)
    await world.settle(bulletin_id, people[4:], State.SENT)
    await world.launches.finish(world.clock.now())
    await world.set_person(people[2], subscribed_at=None)
    await world.set_person(people[3], gone_at=world.clock.now())

    assert await world.desk.resend(bulletin_id, only, "Hoa") == 2

    assert await world.counts(bulletin_id) == {"pending": 2, only.value: 2, "sent": 1}
    assert (await world.desk.find(bulletin_id)).status is Status.SENDING
    lease = await world.a_lease()
    assert [one.tries for one in await world.claim(lease, bulletin_id)] == [1, 1]


@pytest.mark.parametrize(
    ("only", "said"),
    [
        pytest.param(State.SENT, "Chỉ gửi lại cho người", id="what-was-sent-is-never-sent-again"),
        pytest.param(State.FAILED, "không có ai «không gửi được»", id="nobody-there"),
    ],
)
async def test_sending_again_is_refused(world: DeskWorld, only: State, said: str) -> None:
    people = await world.subscribe(1)
    bulletin_id = await world.begun()
    await world.settle(bulletin_id, people, State.SENT)
    await world.launches.finish(world.clock.now())

    with pytest.raises(UserError, match=said):
        await world.desk.resend(bulletin_id, only, "Hoa")

    assert (await world.desk.find(bulletin_id)).status is Status.SENT


async def test_what_was_corrected_is_not_sent_again(world: DeskWorld) -> None:
    """It is wrong, and whom it reaches now the correction would not reach."""
    people = await world.subscribe(2)
    wrong = await world.begun()
    await world.settle(wrong, people[:1], State.SENT)
    await world.settle(wrong, people[1:], State.FAILED)
    await world.launches.finish(world.clock.now())
    correction = (await world.desk.correct(wrong, a_draft(title="Không cúp nước"), "Lan")).bulletin.id

    with pytest.raises(UserError, match=f"đã có bản đính chính số {correction}"):
        await world.desk.resend(wrong, State.FAILED, "Hoa")

    assert await world.counts(wrong) == {"sent": 1, "failed": 1}


async def test_who_moved_away_does_not_get_it_sent_again(world: DeskWorld) -> None:
    people = await world.subscribe(2)
    bulletin_id = await world.begun()
    await world.settle(bulletin_id, people, State.FAILED)
    await world.set_person(people[0], commune=ELSEWHERE)

    assert await world.desk.resend(bulletin_id, State.FAILED, "Hoa") == 1

    assert await world.states(bulletin_id) == {people[0]: "failed", people[1]: "pending"}


async def test_of_two_who_send_again_at_once_one_does(world: DeskWorld) -> None:
    people = await world.subscribe(3)
    bulletin_id = await world.begun()
    await world.settle(bulletin_id, people, State.FAILED)

    outcomes = await asyncio.gather(
        *(world.desk.resend(bulletin_id, State.FAILED, name) for name in ("Hoa", "Minh")), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["UserError", "int"]
    assert await world.counts(bulletin_id) == {"pending": 3}


# Trying it out


async def test_a_test_goes_to_ones_own_chat_as_a_letter(world: DeskWorld) -> None:
    """Exactly as it would go out, to nobody else, whatever the hour; the bulletin itself has not moved."""
    [me, *_] = await world.subscribe(3)
    await world.staffed(Lan=Role.EDITOR)
    await world.link_chat("Lan", me)
    bulletin_id = await world.a_draft()

    letter_id = await world.desk.test_send(bulletin_id, "Lan")

    letter = await world.bulletin(letter_id)
    assert letter.is_letter
    assert letter.draft.body.startswith("Bản tin xã Đa Phúc, ngày 20/11/2026\n\n**Cúp nước ngày mai**")
    assert await world.states(letter_id) == {me: "pending"}
    assert (await world.desk.find(bulletin_id)).status is Status.DRAFT
    assert (await world.deeds(bulletin_id))[-1] == ("Lan", "test")
    assert len(await world.claim(await world.a_lease(), letter_id)) == 1


async def test_without_a_chat_there_is_no_test(world: DeskWorld) -> None:
    await world.staffed(Lan=Role.EDITOR)
    bulletin_id = await world.a_draft()

    with pytest.raises(UserError, match="loaxa staff chat"):
        await world.desk.test_send(bulletin_id, "Lan")


async def test_a_chat_that_was_left_gets_no_test(world: DeskWorld) -> None:
    """It is none any more, and is linked like a first one."""
    [me] = await world.subscribe(1)
    await world.staffed(Lan=Role.EDITOR)
    await world.link_chat("Lan", me)
    await world.set_person(me, gone_at=world.clock.now())
    bulletin_id = await world.a_draft()

    with pytest.raises(UserError, match="lấy mã nối"):
        await world.desk.test_send(bulletin_id, "Lan")


async def test_letters_are_no_bulletins(world: DeskWorld) -> None:
    """They stand in no list, and nobody moves them."""
    [me] = await world.subscribe(1)
    await world.staffed(Lan=Role.EDITOR)
    await world.link_chat("Lan", me)
    bulletin_id = await world.a_draft()
    letter_id = await world.desk.test_send(bulletin_id, "Lan")

    assert [one.id for one in await world.desk.listing()] == [bulletin_id]
    with pytest.raises(UserError, match="Không có bản tin"):
        await world.desk.stop(letter_id, "Lan")


# Looking


async def test_the_newest_come_first_and_each_commune_sees_its_own(world: DeskWorld) -> None:
    first = await world.a_draft()
    second = await world.a_draft(audiences=(Audience(ELSEWHERE),))
    both = await world.a_draft(audiences=(Audience(COMMUNE), Audience(ELSEWHERE)))

    assert [one.id for one in await world.desk.listing()] == [both, second, first]
    assert [one.id for one in await world.desk.listing([COMMUNE])] == [both, first]
    assert [one.id for one in await world.desk.listing(limit=1)] == [both]
