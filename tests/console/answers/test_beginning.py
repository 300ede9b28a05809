"""A new answer from the console: begun with a group of questions or with nothing, checked, looked at, saved, undone."""

import asyncio
import json

import pytest

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.desk.answer_forms import BOXES
from tests.console.world import DA_PHUC, Browser, Office, Seen, a_question
from tests.unit.builders import ContentFolder

NEW, CHECK = at("cau-tra-loi-moi"), at("cau-tra-loi-moi", "kiem-tra")
FILE = "faq/transport/gio-xe-buyt.md"
BUS = "mấy giờ có xe buýt lên huyện"
ROUGH = "<img src=x onerror=alert(1)> \"'&amp; ${1} </textarea>"
FORM = {
    "title": "Giờ xe buýt",
    "id": "",
    "domain": "transport",
    "menu_step": "mat-giay-to",
    "audience": "Mọi người",
    "summary": "Xe buýt lên huyện chạy mỗi giờ một chuyến.",
    "body": "## Cách làm\n\n- Đón xe ở {{ commune.office.address }}.",
    "questions": BUS,
    "sources": "Bảng giờ ở bến xe | 20/11/2026",
}


@pytest.fixture
async def hoa(office: Office) -> Browser:
    """Return the browser of an editor for everyone."""
    return await office.login("Hoa", Role.EDITOR)


async def save(browser: Browser, do: str = "luu", *, to: str = NEW, **boxes: str) -> Seen:
    """Fill the form and press a button."""
    return await browser.send(to, {**FORM, **boxes, "viec": do})


async def check(browser: Browser, **boxes: str) -> dict[str, object]:
    """Ask what a script asks while somebody types."""
    seen = await browser.send(CHECK, {**FORM, **boxes})
    found: dict[str, object] = json.loads(seen.page.source)
    return found


def typed(seen: Seen) -> dict[str, str | None]:
    """Return what stands in the boxes of the form that came back."""
    values = {one["name"]: one.get("value", "") for one in seen.page.all("input") if "name" in one}
    return {box: values.get(box, seen.page.area(box)) for box in (*BOXES, "id")}


def is_there(folder: ContentFolder, name: str = FILE) -> bool:
    return (folder.path / name).exists()


async def test_a_new_answer_is_saved_read_and_found(office: Office, hoa: Browser, folder: ContentFolder) -> None:
    """The id comes from the title where none was typed."""
    assert (await hoa.get(NEW)).status == 200

    saved = await save(hoa)

    assert saved.goes_to == at("cau-tra-loi", "gio-xe-buyt")
    shown = await hoa.get(saved.goes_to)
    assert "Đã lưu câu trả lời mới «Giờ xe buýt»" in shown.text
    assert "Chưa rà soát" in shown.text
    assert office.parts.library().matcher.match(BUS).topics[0] == "gio-xe-buyt"
    assert folder.problems() == []


async def test_it_begins_with_the_phrasings_of_a_group_and_sets_that_aside(office: Office, hoa: Browser) -> None:
    asked = await a_question(office, BUS)
    newest = await a_question(office, "mấy giờ có xe buýt lên huyện ạ 0912 345 678")
    assert newest > asked
    [address] = [link for link in (await hoa.get(at("cau-hoi"))).page.links() if "cau-tra-loi-moi" in link]
    assert f"nhom={newest}" in address

    begun = await hoa.get(address)
    lines = (begun.page.area("questions") or "").splitlines()
    saved = await save(hoa, to=address, questions="\n".join(lines))

    assert BUS in lines
    assert not any("345" in line for line in lines)
    assert "cất nhóm câu hỏi" in (await hoa.get(saved.goes_to)).text
    assert "Không có câu hỏi nào cần xem." in (await hoa.get(at("cau-hoi"))).text
    assert {noted.change.what for noted in await office.noted()} >= {"answer.create", "question.aside"}


async def test_a_group_that_is_gone_is_no_page_but_costs_nobody_their_text(office: Office, hoa: Browser) -> None:
    """Citizens may delete what they asked at any moment."""
    assert (await hoa.get(at("cau-tra-loi-moi", nhom=77))).status == 404

    assert (await save(hoa, to=at("cau-tra-loi-moi", nhom=77))).goes_to == at("cau-tra-loi", "gio-xe-buyt")
    assert "gio-xe-buyt" in office.parts.library().answers


@pytest.mark.parametrize("number", ["x", "-1", "²", "9" * 30])
async def test_what_is_no_group_is_no_page(hoa: Browser, number: str) -> None:
    assert (await hoa.get(at("cau-tra-loi-moi", nhom=number))).status == 404


async def test_mistakes_bring_everything_back_that_was_typed(hoa: Browser, folder: ContentFolder) -> None:
    """By the names that the boxes have on the page."""
    seen = await save(hoa, summary="ngắn", menu_step="", id="Xe Buýt", links="Trang | http://a.vn")

    assert seen.status == 422
    for sentence in (
        "«Mã câu trả lời» viết chưa đúng mẫu: chỉ dùng chữ thường không dấu",
        "Hãy chọn chỗ trong danh mục",
        "«Trả lời ngắn» còn trống hoặc ngắn quá",
        "«Liên kết», mục 1: phải là địa chỉ bắt đầu bằng https://",
    ):
        assert sentence in seen.text
    assert typed(seen) | {"links": ""} == {
        **dict.fromkeys(BOXES, ""),
        **{box: FORM[box] for box in BOXES if box in FORM},
        "summary": "ngắn",
        "id": "Xe Buýt",
        "links": "",
    }
    assert not is_there(folder)


@pytest.mark.parametrize(
    "topic", ["../../menu", "..", "a/b", "/etc/passwd", "a\\b", "a%2fb", "ht-khai-sinh.md", ".an", "-"]
)
async def test_no_id_leads_out_of_the_answers(hoa: Browser, folder: ContentFolder, topic: str) -> None:
    before = sorted(folder.path.parent.rglob("*.*"))

    for do in ("luu", "xem", "tac-dong"):
        assert (await save(hoa, do, id=topic)).status == 422
        assert (await save(hoa, do, domain=f"../{topic}")).status == 422

    assert sorted(path for path in folder.path.parent.rglob("*.*") if "db" not in path.name) == [
        path for path in before if "db" not in path.name
    ]


async def test_an_id_that_a_colleague_took_first_is_said_and_nothing_is_lost(
    hoa: Browser, folder: ContentFolder
) -> None:
    await save(hoa)

    seen = await save(hoa, id="gio-xe-buyt", questions="lịch xe buýt", summary="Bản của người thứ hai, dài hơn.")

    assert seen.status == 422
    assert "Mã này đã có câu trả lời khác dùng" in seen.text
    assert typed(seen)["summary"] == "Bản của người thứ hai, dài hơn."
    assert "Bản của người thứ hai" not in folder.read(FILE)


async def test_two_who_save_at_once_are_both_answered(office: Office, hoa: Browser, folder: ContentFolder) -> None:
    lan = await office.login("Lan", Role.ADMIN)

    seen = await asyncio.gather(save(hoa, questions="giờ xe buýt"), save(lan, questions="lịch xe buýt"))

    assert sorted(one.status for one in seen) == [303, 422]
    [refused] = [one for one in seen if one.status == 422]
    assert "Hãy đặt mã khác" in refused.text
    assert typed(refused)["title"] == FORM["title"]
    assert folder.problems() == []


async def test_a_folder_that_cannot_be_written_to_costs_nobody_their_text(hoa: Browser, folder: ContentFolder) -> None:
    """What stands where the answer's folder is to be is no folder."""
    folder.write("faq/tax", "no folder")

    seen = await save(hoa, domain="tax")

    assert seen.status == 422
    assert "không cho ghi" in seen.text
    assert typed(seen)["title"] == FORM["title"]


async def test_a_script_is_told_what_is_wrong_and_which_id_the_title_suggests(
    hoa: Browser, folder: ContentFolder
) -> None:
    assert await check(hoa) == {"faults": [], "proposed": {"id": "gio-xe-buyt"}}
    found = await check(hoa, title="Mất căn cước?", summary="ngắn")

    assert found["proposed"] == {"id": "mat-can-cuoc"}
    assert [fault["field"] for fault in found["faults"]] == ["summary"]  # type: ignore[attr-defined]
    assert not is_there(folder)


async def test_a_box_that_somebody_has_not_come_to_yet_is_no_mistake_while_they_type(hoa: Browser) -> None:
    """It is one as soon as they save."""
    begun = dict.fromkeys(FORM, "") | {"title": "Giờ xe buýt"}

    assert (await check(hoa, **begun))["faults"] == []
    assert "Có chỗ cần sửa" in (await save(hoa, **begun)).text


async def test_it_is_looked_at_as_a_citizen_reads_it(office: Office, hoa: Browser, folder: ContentFolder) -> None:
    address = office.parts.library().fields(DA_PHUC)["commune.office.address"]

    seen = await save(hoa, "xem", xa=DA_PHUC, hoi="xe buyt may gio chay")

    assert seen.status == 200
    assert "Xem trước, chưa lưu" in seen.text
    assert address in seen.text
    assert "Câu đang sửa" in seen.text
    assert at("cau-tra-loi", "gio-xe-buyt") not in seen.page.links()
    assert typed(seen)["summary"] == FORM["summary"]
    assert not is_there(folder)


async def test_the_effect_is_seen_before_it_is_saved(hoa: Browser, folder: ContentFolder) -> None:
    """What becomes of its own phrasings, and that no other answer loses one."""
    seen = await save(hoa, "tac-dong")

    assert seen.status == 200
    assert "Trả lời ngay: Giờ xe buýt" in seen.text
    assert "vẫn tìm về đúng câu như trước" in seen.text
    assert not is_there(folder)


async def test_the_effect_of_an_edit_is_seen_the_same_way(hoa: Browser) -> None:
    address = at("cau-tra-loi", "ht-khai-sinh", "sua")
    page = (await hoa.get(address)).page
    [seen] = [one["value"] for one in page.all("input") if one.get("name") == "seen"]

    same = await hoa.send(address, {"seen": seen, "viec": "tac-dong"})
    other = await hoa.send(address, {"seen": seen, "viec": "tac-dong", "questions": "làm giấy khai sinh ở đâu\nđẻ con"})

    assert "chưa đổi gì so với bản đang dùng" in same.text
    assert "đẻ con" in other.text
    assert "vẫn tìm về đúng câu như trước" in other.text


async def test_a_creation_is_undone_with_one_press(office: Office, hoa: Browser, folder: ContentFolder) -> None:
    saved = await save(hoa)
    page = (await hoa.get(saved.goes_to)).page
    [seen] = {one["value"] for one in page.all("input") if one.get("name") == "seen"}

    undone = await hoa.send(at("cau-tra-loi", "gio-xe-buyt", "go"), {"seen": seen})
    await office.parts.answers.settle()

    assert undone.goes_to == at("cau-tra-loi")
    assert "Đã gỡ «Giờ xe buýt»" in (await hoa.get(undone.goes_to)).text
    assert not is_there(folder)
    assert (await hoa.get(saved.goes_to)).status == 404
    assert [noted.change.what for noted in await office.noted()][:2] == ["answer.remove", "answer.create"]


async def test_a_creation_that_was_edited_since_is_not_offered_for_removal(hoa: Browser) -> None:
    saved = await save(hoa)
    page = (await hoa.get(saved.goes_to)).page
    assert "Gỡ câu trả lời này" in page.text
    [seen] = {one["value"] for one in page.all("input") if one.get("name") == "seen"}
    await hoa.send(at("cau-tra-loi", "gio-xe-buyt", "sua"), {"seen": seen, "viec": "luu", "title": "Xe buýt"})

    shown = await hoa.get(saved.goes_to)
    refused = await hoa.send(at("cau-tra-loi", "gio-xe-buyt", "go"), {"seen": seen})

    assert "Gỡ câu trả lời này" not in shown.text
    assert "Hoàn tác lần sửa này" in shown.text
    assert refused.status == 422
    assert "đã có người sửa" in refused.text


async def test_one_that_was_removed_and_made_again_shows_its_history(office: Office, hoa: Browser) -> None:
    for _ in range(2):
        saved = await save(hoa)
        page = (await hoa.get(saved.goes_to)).page
        [seen] = {one["value"] for one in page.all("input") if one.get("name") == "seen"}
        await hoa.send(at("cau-tra-loi", "gio-xe-buyt", "go"), {"seen": seen})
        await office.parts.answers.settle()
    await save(hoa)

    history = await hoa.get(at("cau-tra-loi", "gio-xe-buyt", "lich-su"))

    assert history.text.count("Đã gỡ") == 2
    assert len([link for link in history.page.links() if "lich-su/" in link]) == 2


async def test_staff_of_one_commune_are_told_who_may_write(office: Office, folder: ContentFolder) -> None:
    """Also when they send the form without having seen it, and they are not offered it."""
    lan = await office.login("Lan", Role.ADMIN, DA_PHUC)

    for seen in (await lan.get(NEW), await save(lan), await lan.send(CHECK, FORM)):
        assert seen.status == 422
        assert "dùng chung cho mọi xã" in seen.text
    assert not is_there(folder)
    assert NEW not in (await lan.get(at("cau-tra-loi"))).page.links()


async def test_they_are_told_so_beside_the_questions_too(office: Office, hoa: Browser) -> None:
    await a_question(office, "mấy giờ có xe buýt")
    lan = await office.login("Lan", Role.EDITOR, DA_PHUC)

    refused, offered = await lan.get(at("cau-hoi")), await hoa.get(at("cau-hoi"))

    assert "dùng chung cho mọi xã" in refused.text
    assert "Soạn câu trả lời mới" not in refused.text
    assert "Soạn câu trả lời mới" in offered.text


async def test_nothing_that_was_typed_runs_on_any_page(office: Office) -> None:
    asked = await a_question(office, ROUGH)
    boss = await office.login("Sếp <b>lớn</b>", Role.ADMIN)
    boxes = {"title": ROUGH, "summary": f"{ROUGH} xong", "questions": ROUGH, "hoi": ROUGH, "id": "xe"}

    pages = [await boss.get(at("cau-tra-loi-moi", nhom=asked))]
    pages += [await save(boss, do, **boxes) for do in ("xem", "tac-dong")]
    pages.append(await save(boss, **{**boxes, "id": ROUGH, "domain": ROUGH, "menu_step": ROUGH}))
    saved = await save(boss, **boxes)
    pages += [await boss.get(saved.goes_to), await boss.get(at("nhat-ky")), await boss.get(at("cau-tra-loi"))]

    for seen in pages:
        assert "<img src=x" not in seen.page.source
        assert seen.page.source.count("<textarea") == seen.page.source.count("</textarea>")
        ids = [attributes["id"] for _, attributes in seen.page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
