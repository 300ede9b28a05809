"""The pages about answers: found, read as a citizen reads them, edited, tried, signed, and put back."""

import json
import re
from collections.abc import Mapping

import pytest

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.desk.answer_forms import BOXES
from bot.knowledge.loader import load_library
from tests.console.world import DA_PHUC, Browser, Html, Office, Seen
from tests.unit.builders import CAN_CUOC, KHAI_SINH, ContentFolder

TOPIC = "ht-khai-sinh"
LIST = at("cau-tra-loi")
VIEW, EDIT, CHECK = (at("cau-tra-loi", TOPIC, *more) for more in ((), ("sua",), ("kiem-tra",)))
SIGN, HISTORY, PUT_BACK = (at("cau-tra-loi", TOPIC, more) for more in ("ra-soat", "lich-su", "lay-lai"))
TRY = at("thu-cau-hoi")

ROUGH = "<img src=x onerror=alert(1)> \"'&amp; {{7*7}} ${1} </textarea>"


@pytest.fixture
async def hoa(office: Office) -> Browser:
    """Return the browser of an approver for everyone."""
    return await office.login("Hoa", Role.APPROVER)


def form_of(page: Html) -> dict[str, str]:
    """Return what a browser would send of the form on *page*, apart from its buttons and its token."""
    names = {*BOXES, "seen", "xa", "hoi", "next"}
    fields = {field["name"]: field.get("value", "") for field in page.all("input") if field.get("name") in names}
    texts = {name: page.area(name) for name in BOXES if name not in fields}
    return fields | {name: text for name, text in texts.items() if text is not None}


def hidden(page: Html) -> dict[str, str]:
    """Return what goes along with the button that puts a text back."""
    names = {"version", "seen", "undo"}
    return {field["name"]: field["value"] for field in page.all("input") if field["name"] in names}


async def edit(browser: Browser, do: str = "luu", *, on: Html | None = None, **boxes: str) -> Seen:
    """Open the form, change *boxes*, and press a button."""
    page = on or (await browser.get(EDIT)).page
    return await browser.send(EDIT, {**form_of(page), **boxes, "viec": do})


async def text_after(browser: Browser, seen: Seen) -> str:
    """Return what the page says that *seen* leads to."""
    assert seen.status == 303, seen.text
    return (await browser.get(seen.goes_to)).text


def fault_fields(page: Html) -> list[str]:
    """Return the boxes that the list of mistakes leads to."""
    return [link[1:] for link in page.links() if link.startswith("#") and link[1:] in BOXES]


async def check(browser: Browser, fields: Mapping[str, str]) -> list[dict[str, str]]:
    seen = await browser.send(CHECK, fields)
    found: list[dict[str, str]] = json.loads(seen.page.source)["faults"]
    return found


# The list


async def test_the_list_names_every_answer_and_where_it_stands(hoa: Browser) -> None:
    seen = await hoa.get(LIST)

    assert seen.status == 200
    assert "Đăng ký khai sinh cho trẻ" in seen.text
    assert "Chưa rà soát" in seen.text
    assert {at("cau-tra-loi", topic) for topic in (TOPIC, "cc-mat", "gt-gplx-mat")} <= set(seen.page.links())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"nhom": "residence"}, {"cc-mat"}, id="a group"),
        pytest.param({"tim": "bang lai"}, {"gt-gplx-mat"}, id="words"),
        pytest.param({"can": "xem-lai"}, set(), id="nothing is due"),
        pytest.param({"can": "nhap", "xep": "hoi-nhieu"}, {TOPIC, "cc-mat", "gt-gplx-mat"}, id="drafts, most asked"),
        pytest.param({"trang": "-1"}, {TOPIC, "cc-mat", "gt-gplx-mat"}, id="a page that makes no sense"),
        pytest.param({"trang": "9" * 9}, set(), id="a page far behind the last"),
    ],
)
async def test_the_list_is_narrowed(hoa: Browser, query: dict[str, str], found: set[str]) -> None:
    seen = await hoa.get(at("cau-tra-loi", **query))

    assert seen.status == 200
    topics = {TOPIC, "cc-mat", "gt-gplx-mat"}
    assert {topic for topic in topics if at("cau-tra-loi", topic) in seen.page.links()} == found


async def test_what_is_counted_is_shown_where_it_matters(hoa: Browser) -> None:
    assert "Lượt chê" in (await hoa.get(at("cau-tra-loi", xep="che-nhieu"))).text
    assert "Lượt chê" not in (await hoa.get(LIST)).text


# One answer


async def test_an_answer_is_shown_as_citizens_of_a_commune_read_it(office: Office, hoa: Browser) -> None:
    """In the very words of the chat: with the commune's own office, the source, and the note that nobody signed."""
    name = office.parts.library().fields(DA_PHUC)["commune.one_stop.name"]

    seen = await hoa.get(at("cau-tra-loi", TOPIC, xa=DA_PHUC))

    assert "Cha hoặc mẹ đăng ký khai sinh ở Ủy ban xã" in seen.text
    assert name in seen.text
    assert "Cổng Dịch vụ công quốc gia" in seen.text


async def test_without_a_commune_no_field_is_left_open(hoa: Browser) -> None:
    assert "{{" not in (await hoa.get(at("cau-tra-loi", TOPIC, xa="99999"))).text


@pytest.mark.parametrize("address", [VIEW, EDIT, SIGN, HISTORY])
@pytest.mark.parametrize("topic", ["khong-co", "..%2F..%2Fmenu", "cc-mat.md", "CC-MAT"])
async def test_what_is_no_topic_is_no_page(hoa: Browser, address: str, topic: str) -> None:
    assert (await hoa.get(address.replace(TOPIC, topic))).status == 404


async def test_staff_of_one_commune_read_and_are_told_who_may_change(office: Office) -> None:
    minh = await office.login("Minh", Role.ADMIN, DA_PHUC)
    why = office.parts.library().shelves.console.answers.refusals.everyone

    seen = await minh.get(VIEW)

    assert why in seen.text
    assert EDIT not in seen.page.links()
    assert (await minh.get(EDIT)).status == 422
    assert why in (await minh.send(EDIT, {"title": "Khai sinh", "seen": "x"})).text
    assert why in (await minh.send(SIGN, {"next": "20/05/2027", "seen": "x"})).text
    assert why in (await minh.send(PUT_BACK, {"version": "1", "seen": "x"})).text
    assert (await minh.send(CHECK, {"title": "Khai sinh"})).status == 422


async def test_an_editor_is_not_offered_to_sign(office: Office) -> None:
    lan = await office.login("Lan", Role.EDITOR)

    assert SIGN not in (await lan.get(VIEW)).page.links()
    assert (await lan.get(SIGN)).status == 403
    assert (await lan.send(SIGN, {"next": "20/05/2027"})).status == 403


# The form


async def test_an_edit_is_saved_and_read(office: Office, hoa: Browser, folder: ContentFolder) -> None:
    seen = await edit(hoa, title="Khai sinh cho con", questions="khai sinh ở đâu\r\nlàm khai sinh")

    assert seen.goes_to == VIEW
    assert "Đã lưu «Khai sinh cho con»" in await text_after(hoa, seen)
    assert "title: Khai sinh cho con\n" in folder.read(KHAI_SINH)
    await office.parts.answers.settle()
    assert "Khai sinh cho con" in (await hoa.get(LIST)).text


async def test_opening_and_saving_changes_nothing(hoa: Browser, folder: ContentFolder) -> None:
    before = folder.read(KHAI_SINH)

    seen = await edit(hoa)

    assert "Không có gì thay đổi" in await text_after(hoa, seen)
    assert folder.read(KHAI_SINH) == before


async def test_a_mistake_brings_the_form_back_with_everything_that_was_typed(
    hoa: Browser, folder: ContentFolder
) -> None:
    before = folder.read(KHAI_SINH)

    body = "## Chuẩn bị\n\n- Tờ khai mới."
    seen = await edit(hoa, title="", audience="Ông bà", links="Trang | http://a.vn", body=body)

    assert seen.status == 422
    assert set(fault_fields(seen.page)) == {"title", "links"}
    assert "«Liên kết», mục 1: phải là địa chỉ bắt đầu bằng https://" in seen.text
    form = form_of(seen.page)
    assert (form["audience"], form["links"]) == ("Ông bà", "Trang | http://a.vn")
    assert form["body"] == body
    assert folder.read(KHAI_SINH) == before


async def test_a_box_that_was_not_sent_stays_as_it_is(hoa: Browser, folder: ContentFolder) -> None:
    page = (await hoa.get(EDIT)).page

    await hoa.send(EDIT, {"seen": form_of(page)["seen"], "title": "Khai sinh", "viec": "luu"})

    assert "title: Khai sinh\n" in folder.read(KHAI_SINH)
    assert "  - làm giấy khai sinh ở đâu\n" in folder.read(KHAI_SINH)


async def test_a_form_without_its_token_is_refused(hoa: Browser, folder: ContentFolder) -> None:
    before = folder.read(KHAI_SINH)
    fields = form_of((await hoa.get(EDIT)).page)

    for address in (EDIT, CHECK, SIGN, PUT_BACK):
        assert (await hoa.post(address, {**fields, "title": "Khai sinh"})).status == 403
    assert folder.read(KHAI_SINH) == before


async def test_a_form_beyond_all_measure_is_refused(hoa: Browser) -> None:
    assert (await edit(hoa, body="x" * 300_000)).status == 413


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Khai sinh: cần gì?", id="a colon"),
        pytest.param('"Khai sinh', id="a quote"),
        pytest.param("--- khai sinh", id="a fence"),
        pytest.param("Khai\tsinh", id="a tab"),
        pytest.param("Khai\0sinh", id="nothing at all"),
        pytest.param("Khai sinh\n---\nid: cc-mat", id="a fence on its own line"),
        pytest.param("- {a: &b !!python/name:os.system x}", id="YAML"),
    ],
)
async def test_nothing_that_is_typed_becomes_yaml(hoa: Browser, folder: ContentFolder, text: str) -> None:
    await edit(hoa, title=text, audience=text)

    answer = load_library(folder.path).answers[TOPIC]
    assert answer.title == answer.audience == " ".join(text.replace("\0", " ").split())


async def test_a_script_is_told_what_is_wrong_while_somebody_types(hoa: Browser, folder: ContentFolder) -> None:
    before = folder.read(KHAI_SINH)
    fields = form_of((await hoa.get(EDIT)).page)

    assert await check(hoa, fields) == []
    [fault] = await check(hoa, {**fields, "summary": "ngắn"})

    assert fault["field"] == "summary"
    assert fault["text"] == "«Trả lời ngắn» còn trống hoặc ngắn quá, ít nhất 10"
    assert folder.read(KHAI_SINH) == before


async def test_a_script_is_told_that_the_file_has_changed(hoa: Browser, folder: ContentFolder) -> None:
    fields = form_of((await hoa.get(EDIT)).page)
    folder.replace(KHAI_SINH, "trong 60 ngày", "trong sáu mươi ngày")

    [fault] = await check(hoa, fields)

    assert fault["field"] == ""


# Preview and trial


async def test_an_edit_is_looked_at_before_it_is_saved(office: Office, hoa: Browser, folder: ContentFolder) -> None:
    before = folder.read(KHAI_SINH)
    name = office.parts.library().fields(DA_PHUC)["commune.one_stop.name"]

    seen = await edit(hoa, "xem", xa=DA_PHUC, summary="Đến Ủy ban xã trong sáu mươi ngày.")

    assert seen.status == 200
    assert "Xem trước, chưa lưu" in seen.text
    assert seen.text.count("Đến Ủy ban xã trong sáu mươi ngày.") > 1
    assert name in seen.text
    assert form_of(seen.page)["summary"] == "Đến Ủy ban xã trong sáu mươi ngày."
    assert folder.read(KHAI_SINH) == before


async def test_a_question_is_tried_before_and_after_the_edit(hoa: Browser) -> None:
    """Which answer wins, by how much, and which way of asking is nearest."""
    page = (await hoa.get(EDIT)).page
    questions = f"{form_of(page)['questions']}\nxin tờ giấy đầu đời cho cháu"

    seen = await edit(hoa, "xem", on=page, hoi="to giay dau doi cho chau", questions=questions)

    before, _, after = seen.text.partition("Bản đang sửa")
    assert "«to giay dau doi cho chau»" in before
    assert "xin tờ giấy đầu đời cho cháu" in after
    assert "Trả lời ngay" in after


async def test_an_edit_with_mistakes_is_not_looked_at(hoa: Browser) -> None:
    seen = await edit(hoa, "xem", title="")

    assert seen.status == 422
    assert fault_fields(seen.page) == ["title"]


async def test_a_question_is_tried_without_any_edit(hoa: Browser) -> None:
    seen = await hoa.get(at("thu-cau-hoi", hoi="lam giay khai sinh o dau"))

    assert "Đăng ký khai sinh cho trẻ" in seen.text
    assert "làm giấy khai sinh ở đâu" in seen.text
    assert "Trả lời ngay" in seen.text


@pytest.mark.parametrize("question", ["", "   ", "!?", "zzzz qqqq", "a" * 5000])
async def test_any_question_may_be_tried(hoa: Browser, question: str) -> None:
    assert (await hoa.get(at("thu-cau-hoi", hoi=question))).status == 200


# Others at the same file


async def test_two_texts_are_shown_side_by_side_and_none_is_lost(hoa: Browser, folder: ContentFolder) -> None:
    page = (await hoa.get(EDIT)).page
    folder.replace(KHAI_SINH, "Đăng ký khai sinh cho trẻ", "Khai sinh cho trẻ")
    folder.replace(KHAI_SINH, "trong 60 ngày", "trong sáu mươi ngày")

    seen = await edit(hoa, on=page, title="Khai sinh cho con")

    assert "Tệp đã đổi trong lúc bạn sửa" in seen.text
    assert "Người khác, ngoài trang này, đã sửa" in seen.text
    assert "Khai sinh cho trẻ" in seen.text
    form = form_of(seen.page)
    assert form["title"] == "Khai sinh cho con"
    assert "sáu mươi ngày" in form["summary"]
    assert "title: Khai sinh cho trẻ\n" in folder.read(KHAI_SINH)

    assert (await edit(hoa, on=seen.page)).goes_to == VIEW
    assert "title: Khai sinh cho con\n" in folder.read(KHAI_SINH)
    assert "sáu mươi ngày" in folder.read(KHAI_SINH)


async def test_a_colleague_who_saved_first_is_named(office: Office, hoa: Browser) -> None:
    lan = await office.login("Lan", Role.EDITOR)
    page = (await lan.get(EDIT)).page
    await edit(hoa, title="Khai sinh cho trẻ")

    seen = await edit(lan, "xem", on=page, title="Khai sinh cho con")

    assert "Hoa đã sửa câu trả lời này lúc 09:00 ngày 20/11/2026" in seen.text


# Signing, and the texts it had


async def test_an_approver_signs_what_they_read(hoa: Browser, folder: ContentFolder) -> None:
    page = (await hoa.get(SIGN)).page
    assert "Cha hoặc mẹ đăng ký khai sinh ở Ủy ban xã" in page.text

    seen = await hoa.send(SIGN, {**form_of(page), "next": "20/05/2027"})

    assert "Đã ký rà soát" in await text_after(hoa, seen)
    assert "  by: Hoa\n  reviewed_on: 2026-11-20\n  next: 2027-05-20\n" in folder.read(KHAI_SINH)
    assert "Hoa, ngày 20/11/2026" in (await hoa.get(VIEW)).text


async def test_signing_without_a_day_asks_for_it(hoa: Browser, folder: ContentFolder) -> None:
    page = (await hoa.get(SIGN)).page

    seen = await hoa.send(SIGN, {**form_of(page), "next": "mai"})

    assert seen.status == 422
    assert "#next" in seen.page.links()
    assert "status: draft" in folder.read(KHAI_SINH)


async def test_an_edit_is_undone_with_one_press(hoa: Browser, folder: ContentFolder) -> None:
    before = folder.read(KHAI_SINH)
    assert "Hoàn tác" not in (await hoa.get(VIEW)).text
    await edit(hoa, title="Khai sinh")

    page = (await hoa.get(VIEW)).page
    fields = {
        field["name"]: field["value"] for field in page.all("input") if field["name"] in {"version", "seen", "undo"}
    }
    seen = await hoa.send(PUT_BACK, fields)

    assert "Đã hoàn tác" in await text_after(hoa, seen)
    assert folder.read(KHAI_SINH) == before


async def test_every_text_is_kept_and_compared(hoa: Browser, folder: ContentFolder) -> None:
    await edit(hoa, title="Khai sinh")
    await edit(hoa, title="Làm khai sinh")

    history = (await hoa.get(HISTORY)).page
    [newer, oldest] = [link for link in history.links() if link.startswith(f"{HISTORY}/")]
    seen = await hoa.get(oldest)

    assert "ngoài trang này" in history.text
    assert "Đăng ký khai sinh cho trẻ" in seen.text
    assert "Làm khai sinh" in seen.text
    assert (await hoa.send(PUT_BACK, hidden(seen.page))).goes_to == VIEW
    assert "title: Đăng ký khai sinh cho trẻ\n" in folder.read(KHAI_SINH)
    assert (await hoa.get(newer)).status == 200


@pytest.mark.parametrize("version", ["0", "999999", "9" * 30, "x"])
async def test_a_version_that_is_none_is_refused(hoa: Browser, version: str) -> None:
    seen = (await hoa.get(EDIT)).page

    refused = await hoa.send(PUT_BACK, {"version": version, "seen": form_of(seen)["seen"]})

    assert refused.status == 422
    assert (await hoa.get(f"{HISTORY}/{version}")).status == 422


async def test_a_file_broken_by_hand_says_what_is_wrong(hoa: Browser, folder: ContentFolder) -> None:
    await hoa.get(VIEW)
    folder.replace(KHAI_SINH, "summary: Cha", 'summary: "Cha')

    assert "không đọc được YAML" in (await hoa.get(VIEW)).text
    assert (await hoa.get(EDIT)).status == 422
    [version] = [link for link in (await hoa.get(HISTORY)).page.links() if link.startswith(f"{HISTORY}/")]
    assert "Lấy lại bản này" in (await hoa.get(version)).text


async def test_the_log_tells_what_was_done(office: Office, hoa: Browser) -> None:
    await edit(hoa, title="Khai sinh")
    admin = await office.login("Sếp", Role.ADMIN)

    text = (await admin.get(at("nhat-ky", viec="answer."))).text

    assert "Sửa câu trả lời" in text
    assert "Tên câu trả lời: Đăng ký khai sinh cho trẻ Khai sinh" in text


async def test_nothing_that_was_typed_runs_on_any_page(office: Office) -> None:
    """In every box that the content's own check lets through, on every page that shows it."""
    boss = await office.login("Sếp <b>lớn</b>", Role.ADMIN)
    page = (await boss.get(EDIT)).page
    rough = {
        "title": ROUGH,
        "audience": ROUGH,
        "summary": f"{ROUGH} xong",
        "questions": ROUGH,
        "not_for": f"{ROUGH}\nđổi thẻ | cc-mat",
        "links": f"{ROUGH} | https://dichvucong.gov.vn",
        "legal_basis": f"Luật Hộ tịch 60/2014/QH13 | 20/11/2014 | {ROUGH}",
        "sources": f"{ROUGH} | 20/11/2026",
        "valid_until": "28/02/2027",
        "when_expired": ROUGH,
    }
    rough = {box: text.replace("{{7*7}}", "") for box, text in rough.items()}
    conflict_page = page

    assert (await edit(boss, on=page, **rough)).goes_to == VIEW
    await office.parts.answers.settle()

    versions = [link for link in (await boss.get(HISTORY)).page.links() if link.startswith(f"{HISTORY}/")]
    addresses = [LIST, VIEW, EDIT, SIGN, HISTORY, *versions, at("nhat-ky"), at("thu-cau-hoi", hoi=ROUGH)]
    pages = [await boss.get(address) for address in [*addresses, at("cau-tra-loi", tim=ROUGH)]]
    pages += [await edit(boss, "xem", hoi=ROUGH), await edit(boss, on=conflict_page, title=f"{ROUGH} khác")]
    for seen in pages:
        assert "<img src=x" not in seen.page.source
        assert "<b>lớn" not in seen.page.source
        assert seen.page.source.count("<textarea") == seen.page.source.count("</textarea>")
    assert "&lt;img src=x" in pages[1].page.source


async def test_every_page_can_be_used_by_keyboard_and_by_ear(hoa: Browser, folder: ContentFolder) -> None:
    """And runs nothing but our own script."""
    stale = (await hoa.get(EDIT)).page
    await edit(hoa, title="Khai sinh")
    [version] = [link for link in (await hoa.get(HISTORY)).page.links() if link.startswith(f"{HISTORY}/")]
    pages = [
        await hoa.get(address) for address in (LIST, VIEW, EDIT, SIGN, HISTORY, version, at("thu-cau-hoi", hoi="a"))
    ]
    pages += [await edit(hoa, on=stale, title="Làm khai sinh"), await edit(hoa, "xem", hoi="khai sinh")]
    pages += [await edit(hoa, title="")]

    for html in (seen.page for seen in pages):
        typed = [*html.all("input"), *html.all("select"), *html.all("textarea")]
        ids = [attributes["id"] for _, attributes in html.elements if "id" in attributes]
        assert {one["id"] for one in typed if one.get("type") != "hidden"} <= {one["for"] for one in html.all("label")}
        assert len(ids) == len(set(ids))
        assert len(html.all("h1")) == 1
        assert html.source.count('name="_token"') == sum(form["method"] == "post" for form in html.all("form"))
        assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", html.source)
    assert folder.problems() == []


async def test_another_answer_is_untouched(hoa: Browser, folder: ContentFolder) -> None:
    before = folder.read(CAN_CUOC)

    await edit(hoa, title="Khai sinh", related="cc-mat")

    assert folder.read(CAN_CUOC) == before


async def test_a_colleague_who_signed_meanwhile_costs_nobody_their_text(office: Office, hoa: Browser) -> None:
    """An editor may not save what is signed now, and gets back what was typed."""
    lan = await office.login("Lan", Role.EDITOR)
    page = (await lan.get(EDIT)).page
    await hoa.send(SIGN, form_of((await hoa.get(SIGN)).page))

    seen = await edit(lan, on=page, body="Một giờ <b>gõ chữ</b>")

    assert seen.status == 422
    assert "Hãy nhờ họ sửa giúp" in seen.text
    assert "Một giờ <b>gõ chữ</b>" in [seen.page.area(f"kept-{number}") for number in range(1, len(BOXES))]


async def test_a_role_that_was_taken_meanwhile_costs_nobody_their_text(office: Office) -> None:
    lan = await office.login("Lan", Role.EDITOR)
    page = (await lan.get(EDIT)).page
    await office.hire("Lan", Role.EDITOR, DA_PHUC)

    assert "Một giờ gõ chữ" in (await edit(lan, on=page, body="Một giờ gõ chữ")).page.source


async def test_whoever_logged_in_again_elsewhere_gets_the_text_back(office: Office, hoa: Browser) -> None:
    """The form is of the login before; another site that sends one gets nothing back."""
    token = (await hoa.get(EDIT)).page.token
    office.clock.advance(hours=13)
    await hoa.enter(await office.link("Hoa"))
    form = [("_token", token), ("body", "Một giờ gõ chữ")]

    ours = await hoa.post(EDIT, form)
    theirs = await hoa.post(EDIT, form, Origin="https://evil.example")

    assert (ours.status, ours.page.area("kept-1")) == (403, "Một giờ gõ chữ")
    assert (theirs.status, theirs.page.area("kept-1")) == (403, None)


async def test_a_question_that_fills_its_box_is_tried(hoa: Browser) -> None:
    """What is longer would make an address that no server reads."""
    [box] = [one for one in (await hoa.get(at("thu-cau-hoi"))).page.all("input") if one.get("name") == "hoi"]

    assert (await hoa.get(at("thu-cau-hoi", hoi="ế" * int(box["maxlength"])))).status == 200
