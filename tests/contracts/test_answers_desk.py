"""The desk of answers, on real files and both databases: what is written, what is refused, and that nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.bulletins.states import Role
from bot.desk.answer_outcomes import Conflict, Invalid, Opened, Saved, Unchanged
from bot.desk.answers import AnswersDesk, House
from bot.desk.merging import Side
from bot.desk.ports.house import Change, Search, StaffMember
from bot.errors import UserError
from bot.knowledge.answer_words import RefusalWords
from bot.knowledge.loader import load_checked, load_library
from bot.knowledge.shelf import Shelf
from bot.storage.answer_files import SqlAnswerFiles
from bot.storage.audit import SqlAudit
from bot.storage.database import Database
from bot.storage.staff import SqlStaff
from tests.unit.builders import CAN_CUOC, KHAI_SINH, ContentFolder, a_content_folder
from tests.world import StoppedClock

TOPIC = "ht-khai-sinh"
LAN, HOA, MINH = "Lan", "Hoa", "Minh"


class DeskWorld:
    """A desk over a content folder of three answers; Lan writes and Hoa approves for everyone, Minh for one commune."""

    def __init__(self, database: Database, folder: ContentFolder) -> None:
        self.database = database
        self.folder = folder
        self.clock = StoppedClock()
        self.shelf = Shelf(folder.path, load_library(folder.path))
        self.desk = self.another()

    def another(self, shelf: Shelf | None = None) -> AnswersDesk:
        """Return a desk as another process has it, with a *shelf* of its own if it is given one."""
        files = SqlAnswerFiles(self.folder.path, self.database, self.clock)
        house = House(files, SqlStaff(self.database, self.clock), self.clock, ZoneInfo("Asia/Ho_Chi_Minh"))
        return AnswersDesk(shelf or self.shelf, partial(load_checked, self.folder.path), house)

    async def hire(self) -> None:
        book = SqlStaff(self.database, self.clock)
        for member in (
            StaffMember(LAN, Role.EDITOR, None),
            StaffMember(HOA, Role.APPROVER, None),
            StaffMember(MINH, Role.ADMIN, frozenset({"09574"})),
        ):
            await book.put(member, by="máy chủ")

    async def save(self, opened: Opened, by: str = HOA, **boxes: str) -> Saved | Unchanged | Invalid | Conflict:
        """Save the form of *opened* with other texts in some *boxes*."""
        form = replace(opened.typed, **boxes)
        return await self.desk.save(opened.topic, form, by=by, seen=opened.file.digest)

    async def sign(self, day: str = "20/05/2027", by: str = HOA) -> Saved | Invalid:
        opened = await self.desk.open(TOPIC)
        return await self.desk.sign(TOPIC, day, by=by, seen=opened.file.digest)

    async def changes(self) -> Sequence[Change]:
        """Return what the log says of answers, newest first."""
        found = await SqlAudit(self.database, self.clock).noted(None, Search(what="answer."))
        return [noted.change for noted in found]

    @property
    def refusals(self) -> RefusalWords:
        return self.shelf().shelves.console.answers.refusals

    @property
    def text(self) -> str:
        return self.folder.read(KHAI_SINH)


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[DeskWorld]:
    """Yield a desk with its staff."""
    opened = DeskWorld(database, a_content_folder(tmp_path))
    await opened.hire()
    yield opened
    await opened.desk.settle()


async def test_saving_changes_the_file_and_what_people_read(world: DeskWorld) -> None:
    before = world.text
    opened = await world.desk.open(TOPIC)

    outcome = await world.save(opened, LAN, title="Khai sinh cho con", questions=f"{opened.typed.questions}\nkhai sinh")
    await world.desk.settle()

    assert outcome == Saved(("title", "questions"))
    assert world.text == before.replace("Đăng ký khai sinh cho trẻ", "Khai sinh cho con").replace(
        "cần giấy tờ gì\n", "cần giấy tờ gì\n  - khai sinh\n"
    )
    assert world.shelf().answers[TOPIC].title == "Khai sinh cho con"
    assert (await world.desk.open(TOPIC)).is_loaded


async def test_the_log_tells_what_was_there_and_what_came(world: DeskWorld) -> None:
    opened = await world.desk.open(TOPIC)

    await world.save(opened, LAN, questions=f"{opened.typed.questions}\nkhai sinh", title="Khai sinh")

    [change] = await world.changes()
    assert (change.by, change.what) == (LAN, "answer.edit")
    assert change.before == {"title": "Đăng ký khai sinh cho trẻ", "questions": ""}
    assert change.after == {"title": "Khai sinh", "questions": "khai sinh"}


async def test_saving_without_a_change_writes_nothing(world: DeskWorld) -> None:
    before = world.text

    assert await world.save(await world.desk.open(TOPIC)) == Unchanged()

    assert world.text == before
    assert await world.changes() == []


@pytest.mark.parametrize(
    ("box", "text", "sentence"),
    [
        pytest.param("title", "", "«title» còn trống hoặc ngắn quá", id="empty"),
        pytest.param("summary", "a" * 301, "«summary» dài quá, nhiều nhất 300", id="too long"),
        pytest.param("related", "khong-co", "không có câu trả lời nào khác mang mã «khong-co»", id="no such topic"),
        pytest.param("links", "Trang | http://a.vn", "phải là địa chỉ bắt đầu bằng https://", id="not https"),
        pytest.param("links", "Trang", "thiếu mục «links.1.url»", id="half a link"),
        pytest.param("links", "Trang | https://la.example", "chưa có trong danh sách «hosts»", id="a strange host"),
        pytest.param("body", "## Chuyện khác\n\n- A.", "«Chuyện khác» không có trong mẫu", id="a strange heading"),
        pytest.param("body", "## Chuẩn bị\n\n- {{ commune.xyz }}", "chỗ điền «commune.xyz»", id="a strange field"),
        pytest.param("body", "## Chuẩn bị\n\n<script>x</script>", "bỏ «<script>»", id="a script"),
        pytest.param("valid_until", "28/02/2027", "thì phải có «when_expired»", id="ends without a word"),
        pytest.param("valid_until", "30/02/2027", "không phải là ngày", id="no day"),
        pytest.param("sources", "", "«sources» còn trống", id="no source"),
    ],
)  # fmt: skip
async def test_what_the_check_would_refuse_is_not_written(world: DeskWorld, box: str, text: str, sentence: str) -> None:
    """With the sentence of `loaxa check`, at the box where it can be mended."""
    before = world.text

    outcome = await world.save(await world.desk.open(TOPIC), **{box: text})

    assert isinstance(outcome, Invalid)
    assert any(mistake.box == box and sentence in mistake.text for mistake in outcome.mistakes), outcome
    assert world.text == before
    assert await world.changes() == []


async def test_a_question_that_another_answer_has_is_named_with_that_answer(world: DeskWorld) -> None:
    """Which of the two should keep it, only its editors know."""
    opened = await world.desk.open(TOPIC)

    outcome = await world.save(opened, questions=f"{opened.typed.questions}\nrơi mất thẻ căn cước")

    assert isinstance(outcome, Invalid)
    assert "cc-mat.md:8: câu hỏi «rơi mất thẻ căn cước» đã có ở «ht-khai-sinh»" in outcome.mistakes[0].text


async def test_a_mistake_in_another_file_holds_the_edit_back_and_names_its_place(world: DeskWorld) -> None:
    """Content is loaded whole: half of it would never be read."""
    world.folder.replace(CAN_CUOC, "confidence: A", "confidence: C")

    outcome = await world.save(await world.desk.open(TOPIC), title="Khai sinh")

    assert isinstance(outcome, Invalid)
    [mistake] = outcome.mistakes
    assert (mistake.box, mistake.text.startswith(f"{CAN_CUOC}:")) == ("", True)


async def test_a_file_that_changed_meanwhile_is_shown_beside_what_was_typed(world: DeskWorld) -> None:
    """By `git pull` or by hand; what only they changed is taken over, what both did stays as typed."""
    opened = await world.desk.open(TOPIC)
    world.folder.replace(KHAI_SINH, "trong 60 ngày", "trong sáu mươi ngày")
    world.folder.replace(KHAI_SINH, "Đăng ký khai sinh cho trẻ", "Khai sinh cho trẻ")
    theirs = world.text

    outcome = await world.save(opened, title="Khai sinh cho con", audience="Cha mẹ")

    assert isinstance(outcome, Conflict)
    assert world.text == theirs
    assert {one.box: one.side for one in outcome.differences} == {
        "title": Side.BOTH,
        "audience": Side.MINE,
        "summary": Side.THEIRS,
    }
    assert (outcome.typed.title, outcome.typed.audience) == ("Khai sinh cho con", "Cha mẹ")
    assert "sáu mươi ngày" in outcome.typed.summary
    assert outcome.version
    assert outcome.version.by == ""

    saved = await world.desk.save(TOPIC, outcome.typed, by=HOA, seen=outcome.opened.file.digest)
    assert saved == Saved(("title", "audience"))
    assert "sáu mươi ngày" in world.text


async def test_of_two_who_save_at_once_one_is_told(world: DeskWorld) -> None:
    opened = await world.desk.open(TOPIC)
    other = world.another()

    outcomes = await asyncio.gather(
        world.desk.save(TOPIC, replace(opened.typed, title="Bản một"), by=HOA, seen=opened.file.digest),
        other.save(TOPIC, replace(opened.typed, title="Bản hai"), by=LAN, seen=opened.file.digest),
    )
    await other.settle()

    assert {type(outcome) for outcome in outcomes} == {Saved, Conflict}
    [conflict] = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert conflict.version
    assert conflict.version.by in {HOA, LAN}
    assert len(await world.changes()) == 1


async def test_whoever_serves_one_commune_reads_and_changes_nothing(world: DeskWorld) -> None:
    """Also an admin: every commune reads the same answer."""
    opened = await world.desk.open(TOPIC)
    for attempt in (
        world.save(opened, MINH, title="Khai sinh"),
        world.sign(by=MINH),
        world.desk.put_back(TOPIC, 1, by=MINH, seen=opened.file.digest),
    ):
        with pytest.raises(UserError) as refused:
            await attempt
        assert refused.value.args[0] == world.refusals.everyone
    assert await world.changes() == []


async def test_whoever_serves_every_commune_there_is_may_change_answers(world: DeskWorld) -> None:
    """Where one commune has the channel to itself, its staff need not work for the whole country."""
    communes = frozenset(world.shelf().shelves.communes)
    await SqlStaff(world.database, world.clock).put(StaffMember("Nga", Role.EDITOR, communes), by="máy chủ")

    assert isinstance(await world.save(await world.desk.open(TOPIC), "Nga", title="Khai sinh"), Saved)


async def test_signing_says_who_and_until_when(world: DeskWorld) -> None:
    await world.sign()

    assert "review:\n  status: reviewed\n  by: Hoa\n  reviewed_on: 2026-11-20\n  next: 2027-05-20\n" in world.text
    [change] = await world.changes()
    assert change.what == "answer.sign"
    assert change.after == {"review": "review.reviewed", "next": "20/05/2027"}


async def test_an_editor_does_not_sign(world: DeskWorld) -> None:
    with pytest.raises(UserError) as refused:
        await world.sign(by=LAN)

    assert refused.value.args[0] == world.refusals.needs_approver


@pytest.mark.parametrize("day", ["", "mai", "20/11/2026", "01/01/2026", "20/11/2030"])
async def test_the_next_review_is_a_day_within_a_year(world: DeskWorld, day: str) -> None:
    before = world.text

    outcome = await world.sign(day)

    assert isinstance(outcome, Invalid)
    assert [mistake.box for mistake in outcome.mistakes] == ["next"]
    assert world.text == before


async def test_what_was_not_read_is_not_signed(world: DeskWorld) -> None:
    """The signature holds for the text that was on the page."""
    opened = await world.desk.open(TOPIC)
    world.folder.replace(KHAI_SINH, "trong 60 ngày", "trong 90 ngày")

    with pytest.raises(UserError) as refused:
        await world.desk.sign(TOPIC, "20/05/2027", by=HOA, seen=opened.file.digest)

    assert refused.value.args[0] == world.refusals.changed


async def test_an_editor_leaves_signed_answers_alone(world: DeskWorld) -> None:
    await world.sign()

    with pytest.raises(UserError) as refused:
        await world.save(await world.desk.open(TOPIC), LAN, title="Khai sinh")

    assert refused.value.args[0] == world.refusals.reviewed


async def test_what_people_read_is_unsigned_once_it_changes(world: DeskWorld) -> None:
    await world.sign()

    await world.save(await world.desk.open(TOPIC), title="Khai sinh")

    assert "review:\n  status: draft\n  next: 2027-05-20\n" in world.text


async def test_a_signed_answer_may_learn_another_question(world: DeskWorld) -> None:
    """Nobody reads the questions; they only help to find it."""
    await world.sign()
    opened = await world.desk.open(TOPIC)

    await world.save(opened, questions=f"{opened.typed.questions}\nkhai sinh")

    assert "status: reviewed" in world.text


async def test_an_edit_is_undone_to_the_letter_and_redone(world: DeskWorld) -> None:
    before = world.text
    await world.save(await world.desk.open(TOPIC), title="Khai sinh")
    after = world.text

    for expected in (before, after):
        opened = await world.desk.open(TOPIC)
        versions = await world.desk.versions(opened)
        await world.desk.put_back(TOPIC, versions[1].id, by=HOA, seen=opened.file.digest)
        assert world.text == expected

    assert [change.what for change in await world.changes()] == ["answer.put_back", "answer.put_back", "answer.edit"]
    assert [version.by for version in await world.desk.versions(opened)] == [HOA, HOA, HOA, ""]


async def test_what_would_no_longer_fit_is_not_put_back(world: DeskWorld) -> None:
    """The text was right once; the answer it leads to is gone."""
    world.folder.replace(KHAI_SINH, "related: [cc-mat]", "related: []")
    world.folder.replace(KHAI_SINH, "    see: cc-mat\n", "")
    await world.shelf.reload()
    opened = await world.desk.open(TOPIC)
    await world.save(opened, related="gt-gplx-mat")
    await world.save(await world.desk.open(TOPIC), related="")
    world.folder.replace("menu.yaml", ", gt-gplx-mat", "")
    world.folder.remove("faq/transport/gt-gplx-mat.md")
    now = await world.desk.open(TOPIC)
    versions = await world.desk.versions(now)

    outcome = await world.desk.put_back(TOPIC, versions[1].id, by=HOA, seen=now.file.digest)

    assert isinstance(outcome, Invalid)
    assert "gt-gplx-mat" in " ".join(mistake.text for mistake in outcome.mistakes)


async def test_an_editor_does_not_put_a_signed_text_back(world: DeskWorld) -> None:
    await world.sign()
    await world.save(await world.desk.open(TOPIC), title="Khai sinh")
    opened = await world.desk.open(TOPIC)
    versions = await world.desk.versions(opened)

    with pytest.raises(UserError) as refused:
        await world.desk.put_back(TOPIC, versions[1].id, by=LAN, seen=opened.file.digest)

    assert refused.value.args[0] == world.refusals.reviewed


async def test_a_text_of_another_answer_is_no_version_of_this_one(world: DeskWorld) -> None:
    other = await world.desk.open("cc-mat")
    [foreign] = await world.desk.versions(other)
    opened = await world.desk.open(TOPIC)

    with pytest.raises(UserError) as refused:
        await world.desk.put_back(TOPIC, foreign.id, by=HOA, seen=opened.file.digest)

    assert refused.value.args[0] == world.refusals.no_such_version


async def test_a_file_broken_by_hand_shows_the_last_good_answer_and_why(world: DeskWorld) -> None:
    """And its last text can be put back."""
    good = world.text
    await world.desk.open(TOPIC)
    world.folder.replace(KHAI_SINH, "summary: Cha", 'summary: "Cha')

    opened = await world.desk.open(TOPIC)

    assert "không đọc được YAML" in opened.problems[0].text
    assert opened.answer == world.shelf().answers[TOPIC]
    assert await world.save(opened, title="Khai sinh") == Invalid(opened.problems)
    versions = await world.desk.versions(opened)
    assert await world.desk.put_back(TOPIC, versions[1].id, by=HOA, seen=opened.file.digest) == Saved()
    assert world.text == good


@pytest.mark.parametrize("topic", ["", "khong-co", "../../etc/passwd", "cc-mat/../ht-khai-sinh", "cc-mat.md", "\0"])
async def test_a_topic_is_looked_up_and_never_a_path(world: DeskWorld, topic: str) -> None:
    with pytest.raises(UserError) as refused:
        await world.desk.open(topic)

    assert refused.value.args[0] == world.refusals.no_such_answer


async def test_an_answer_whose_file_is_gone_says_so(world: DeskWorld) -> None:
    world.folder.remove(KHAI_SINH)

    with pytest.raises(UserError) as refused:
        await world.desk.open(TOPIC)

    assert refused.value.args[0] == world.refusals.missing
