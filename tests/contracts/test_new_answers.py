"""New answers at the desk, on real files and both databases: made, refused, met by a colleague's, and undone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.answer_beginnings import Place
from bot.desk.answer_forms import Typed
from bot.desk.answer_outcomes import Invalid, Saved
from bot.errors import UserError
from bot.knowledge.shelf import Shelf
from bot.messages import Decision
from bot.storage.database import Database
from bot.storage.served import SqlServedBook
from scheduler.content import ContentWatch
from tests.contracts.test_answers_desk import HOA, LAN, MINH, DeskWorld
from tests.unit.builders import CAN_CUOC, a_content_folder
from tests.world import CountingMeter

PLACE = Place("xe-buyt", "transport", "mat-giay-to")
FILE = "faq/transport/xe-buyt.md"
FORM = Typed(
    title="Giờ xe buýt lên huyện",
    audience="Mọi người",
    summary="Xe buýt lên huyện chạy mỗi giờ một chuyến, từ 5 giờ đến 19 giờ.",
    questions="mấy giờ có xe buýt lên huyện\nxe buýt chạy lúc nào",
    body="## Cách làm\n\n- Đón xe ở {{ commune.office.address }}.",
    sources="Bảng giờ ở bến xe | 20/11/2026",
)


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[DeskWorld]:
    """Yield a desk with its staff."""
    opened = DeskWorld(database, a_content_folder(tmp_path))
    await opened.hire()
    yield opened
    await opened.desk.settle()


def has(world: DeskWorld, name: str) -> bool:
    return (world.folder.path / name).exists()


async def test_a_new_answer_is_a_draft_that_people_find(world: DeskWorld) -> None:
    """An editor may write it: nobody has signed it yet."""
    assert isinstance(await world.desk.create(PLACE, FORM, by=LAN), Saved)
    await world.desk.settle()

    answer = world.shelf().answers["xe-buyt"]
    assert (answer.title, answer.review.status, answer.review.by) == (FORM.title, "draft", "")
    match = world.shelf().matcher.match("may gio co xe buyt len huyen")
    assert (match.decision, match.topics[0]) == (Decision.ANSWER, "xe-buyt")
    node = world.shelf().menu_node("mat-giay-to")
    assert node
    assert "xe-buyt" in node.topics
    assert (await world.desk.open("xe-buyt")).typed == FORM
    assert world.folder.problems() == []


async def test_the_log_tells_who_wrote_what(world: DeskWorld) -> None:
    await world.desk.create(PLACE, FORM, by=LAN)

    [change] = await world.changes()
    assert (change.by, change.what, change.subject) == (LAN, "answer.create", "xe-buyt: Giờ xe buýt lên huyện")
    assert change.before == {}
    assert change.after["questions"] == "mấy giờ có xe buýt lên huyện / xe buýt chạy lúc nào"


@pytest.mark.parametrize(
    ("place", "form", "box", "sentence"),
    [
        pytest.param({"id": ""}, {}, "id", "chỉ dùng chữ thường không dấu", id="no id"),
        pytest.param({"id": "Xe Buýt"}, {}, "id", "chỉ dùng chữ thường không dấu", id="no such id"),
        pytest.param({"id": "../../x"}, {}, "id", "chỉ dùng chữ thường không dấu", id="out of the folder"),
        pytest.param({"id": "a/b"}, {}, "id", "chỉ dùng chữ thường không dấu", id="into another folder"),
        pytest.param({"id": "x" * 49}, {}, "id", "nhiều nhất 48 ký tự", id="long id"),
        pytest.param({"id": "cc-mat"}, {}, "id", f"dùng ({CAN_CUOC})", id="an id of another field"),
        pytest.param({"domain": ""}, {}, "domain", "Hãy chọn lĩnh vực", id="no domain"),
        pytest.param({"domain": "../communes"}, {}, "domain", "chỉ được là", id="a folder of its own"),
        pytest.param({"menu_step": ""}, {}, "menu_step", "Hãy chọn chỗ trong danh mục", id="no step"),
        pytest.param({"menu_step": "giay-to"}, {}, "menu_step", "không có nhóm cuối", id="a step above others"),
        pytest.param({}, {"title": ""}, "title", "còn trống hoặc ngắn quá", id="no title"),
        pytest.param({}, {"questions": ""}, "questions", "còn trống", id="no phrasing"),
        pytest.param({}, {"body": ""}, "body", "còn trống", id="no text"),
        pytest.param({}, {"sources": "Bến xe | hôm qua"}, "sources", "không phải là ngày", id="no day"),
        pytest.param({}, {"questions": "rơi mất thẻ căn cước"}, "questions", "đã có ở «cc-mat»", id="taken phrasing"),
        pytest.param({}, {"body": "{{ commune.xyz }}"}, "body", "chỗ điền «commune.xyz»", id="a strange field"),
        pytest.param({}, {"related": "xe-buyt"}, "related", "không có câu trả lời nào khác", id="itself"),
    ],
)  # fmt: skip
async def test_what_the_check_would_refuse_is_not_made(
    world: DeskWorld, place: dict[str, str], form: dict[str, str], box: str, sentence: str
) -> None:
    """With the sentence of `loaxa check` at the box where it can be mended, and nothing written anywhere."""
    before = sorted(world.folder.path.parent.rglob("*.md"))

    outcome = await world.desk.create(replace(PLACE, **place), replace(FORM, **form), by=HOA)

    assert isinstance(outcome, Invalid)
    assert [(mistake.box, sentence in mistake.text) for mistake in outcome.mistakes] == [(box, True)]
    assert sorted(world.folder.path.parent.rglob("*.md")) == before
    assert await world.changes() == []


async def test_every_mistake_is_told_at_once(world: DeskWorld) -> None:
    outcome = await world.desk.create(Place(), Typed(), by=HOA)

    assert isinstance(outcome, Invalid)
    boxes = {mistake.box for mistake in outcome.mistakes}
    assert boxes == {"id", "domain", "menu_step", "title", "audience", "summary", "questions", "sources", "body"}
    assert len(outcome.mistakes) == len(boxes)


async def test_whoever_serves_one_commune_is_told_who_may_write(world: DeskWorld) -> None:
    """As at the form of an old one: every commune reads the same answers."""
    with pytest.raises(UserError) as refused:
        await world.desk.create(PLACE, FORM, by=MINH)

    assert refused.value.args[0] == world.refusals.everyone
    assert not has(world, FILE)


async def test_of_two_who_make_one_id_at_once_one_is_told(world: DeskWorld) -> None:
    """In two processes and for two fields; the other's form comes back with one sentence to act on."""
    other = world.another()

    outcomes = await asyncio.gather(
        world.desk.create(PLACE, FORM, by=HOA),
        other.create(replace(PLACE, domain="land"), replace(FORM, questions="lịch xe buýt"), by=LAN),
    )
    await other.settle()

    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Invalid)]
    assert [mistake.box for mistake in refused.mistakes] == ["id"]
    assert "Hãy đặt mã khác" in refused.mistakes[0].text
    assert len(await world.changes()) == 1
    assert world.folder.problems() == []


async def test_of_two_who_take_the_same_phrasings_one_is_told(world: DeskWorld) -> None:
    """They began with the same group of questions; both files together would be refused by every process."""
    other = world.another()

    outcomes = await asyncio.gather(
        world.desk.create(PLACE, FORM, by=HOA), other.create(replace(PLACE, id="xe-khach"), FORM, by=LAN)
    )
    await other.settle()

    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Invalid)]
    assert any("mỗi câu chỉ thuộc một câu trả lời" in mistake.text for mistake in refused.mistakes), refused
    assert world.folder.problems() == []


async def test_another_process_takes_the_new_answer_up(world: DeskWorld) -> None:
    """It hears of it through the database: its disk may tell it nothing."""
    there = Shelf(world.folder.path, world.shelf())
    watches = [
        ContentWatch(name, SqlServedBook(world.database, name), shelf, CountingMeter())
        for name, shelf in (("here", world.shelf), ("there", there))
    ]
    for watch in watches:
        await watch.beat()

    await world.desk.create(PLACE, FORM, by=LAN)
    await world.desk.settle()
    for watch in watches:
        await watch.beat()

    assert "xe-buyt" in there().answers
    assert there().fingerprint == world.shelf().fingerprint


async def test_whoever_opens_it_in_another_process_need_not_wait(world: DeskWorld) -> None:
    """The page that follows on saving may come from any process."""
    there = world.another(Shelf(world.folder.path, world.shelf()))

    await world.desk.create(PLACE, FORM, by=LAN)

    assert (await there.open(PLACE.id)).answer.title == FORM.title


async def test_undoing_a_creation_removes_the_file(world: DeskWorld) -> None:
    await world.desk.create(PLACE, FORM, by=LAN)
    await world.desk.settle()
    opened = await world.desk.open("xe-buyt")

    assert await world.desk.undo_creation("xe-buyt", by=LAN, seen=opened.file.digest) == Saved()
    await world.desk.settle()

    assert not has(world, FILE)
    assert "xe-buyt" not in world.shelf().answers
    assert [change.what for change in await world.changes()] == ["answer.remove", "answer.create"]
    assert isinstance(await world.desk.create(PLACE, FORM, by=HOA), Saved)


async def test_what_was_removed_is_not_put_back_as_an_empty_text(world: DeskWorld) -> None:
    await world.desk.create(PLACE, FORM, by=LAN)
    await world.desk.settle()
    opened = await world.desk.open("xe-buyt")
    await world.desk.undo_creation("xe-buyt", by=LAN, seen=opened.file.digest)
    await world.desk.settle()
    await world.desk.create(PLACE, FORM, by=HOA)
    await world.desk.settle()
    again = await world.desk.open("xe-buyt")
    _, gone, _ = await world.desk.versions(again)

    with pytest.raises(UserError) as refused:
        await world.desk.put_back("xe-buyt", gone.id, by=HOA, seen=again.file.digest)

    assert refused.value.args[0] == world.refusals.no_such_version


async def test_what_others_lead_to_meanwhile_is_not_removed(world: DeskWorld) -> None:
    await world.desk.create(PLACE, FORM, by=LAN)
    await world.desk.settle()
    other = await world.desk.open("gt-gplx-mat")
    await world.save(other, related="cc-mat\nxe-buyt")
    opened = await world.desk.open("xe-buyt")

    outcome = await world.desk.undo_creation("xe-buyt", by=LAN, seen=opened.file.digest)

    assert isinstance(outcome, Invalid)
    assert "gt-gplx-mat.md" in outcome.mistakes[0].text
    assert has(world, FILE)


async def test_only_a_creation_is_undone_so(world: DeskWorld) -> None:
    """An answer that came another way, or was edited since, stays."""
    await world.desk.create(PLACE, FORM, by=LAN)
    await world.desk.settle()
    await world.save(await world.desk.open("xe-buyt"), title="Giờ xe buýt")

    for topic in ("xe-buyt", "cc-mat"):
        opened = await world.desk.open(topic)
        with pytest.raises(UserError) as refused:
            await world.desk.undo_creation(topic, by=HOA, seen=opened.file.digest)
        assert refused.value.args[0] == world.refusals.not_new
    assert has(world, FILE)
