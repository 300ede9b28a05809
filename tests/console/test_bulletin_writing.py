"""Writing a bulletin: filled in, looked at, mended and saved, with nothing of it ever lost."""

import io
import json
import re
from datetime import timedelta

import pytest
from aiohttp import FormData

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.cookies import LOGIN
from bot.console.pages.bulletin_writing import MOST_SENT
from bot.desk.pictures import MOST_BYTES
from bot.ports.bulletins import Audience, Bulletin
from tests.console.bulletin_world import TEXT, Bulletins, fields_of, form_of, page_of
from tests.console.world import DA_PHUC, HOA_MINH, ZONE, Browser, Html, Office, Seen
from tests.contracts.desk_world import PNG

WRITE, LOOK = at("ban-tin", "soan"), at("ban-tin", "xem-truoc")
LONG = "Bà con chú ý. " * 400


@pytest.fixture
def bulletins(office: Office) -> Bulletins:
    """Return the bulletins of the office."""
    return Bulletins(office)


@pytest.fixture
async def lan(office: Office) -> Browser:
    """Return the browser of an editor of one commune."""
    return await office.login("Lan", Role.EDITOR, DA_PHUC)


async def stored(office: Office, seen: Seen) -> Bulletin:
    """Return the bulletin that a form led to."""
    assert seen.status == 303, seen.text
    return await office.parts.bulletins.find(int(seen.goes_to.rpartition("/")[2]))


async def send_picture(browser: Browser, content: bytes, *, name: str = "anh.png", **fields: str) -> Seen:
    """Send the form with a picture."""
    form = FormData()
    form.add_field("_token", (await browser.get(WRITE)).page.token)
    for field, value in {**TEXT, **fields}.items():
        form.add_field(field, value)
    form.add_field("image", io.BytesIO(content), filename=name, content_type="image/png")
    return await browser.post(WRITE, form)


def shown(seen: Seen) -> str:
    """Return the HTML that a script is given."""
    return str(json.loads(seen.page.source)["html"])


def fault_fields(page: Html) -> list[str]:
    """Return the fields beside which something is said to be wrong."""
    return [place["id"].removesuffix("-fault") for place in page.all("p") if place.get("id", "").endswith("-fault")]


async def test_what_is_written_becomes_a_draft(office: Office, lan: Browser) -> None:
    bulletin = await stored(office, await lan.send(WRITE, TEXT))

    assert (bulletin.author, bulletin.draft.title, bulletin.draft.body) == ("Lan", TEXT["title"], TEXT["body"])
    assert bulletin.draft.audiences == (Audience(DA_PHUC),)
    assert bulletin.draft.due_at is None
    assert "Đã lưu bản nháp «Cúp nước ngày mai»" in (await lan.get(page_of(bulletin.id))).text


async def test_the_next_slot_is_shown_with_its_day(office: Office, lan: Browser) -> None:
    """And is what a new form chooses."""
    form = await lan.get(WRITE)

    assert "19:00 thứ Sáu, ngày 20/11/2026" in form.text
    assert fields_of(form.page)["at"] == "slot"
    bulletin = await stored(office, await lan.send(WRITE, {**TEXT, "at": "slot"}))
    assert str(bulletin.draft.slot_date) == "2026-11-20"


@pytest.mark.parametrize(("day", "hour"), [("27/11/2026", "19:30"), ("2026-11-27", "19h30"), ("27-11-2026", "19.30")])
async def test_an_exact_time_is_the_local_one(office: Office, lan: Browser, day: str, hour: str) -> None:
    bulletin = await stored(office, await lan.send(WRITE, {**TEXT, "at": "exact", "day": day, "hour": hour}))

    assert bulletin.draft.due_at
    assert f"{bulletin.draft.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}" == "2026-11-27 19:30"


async def test_hamlets_are_offered_and_narrow_it(office: Office, lan: Browser) -> None:
    form = await lan.get(WRITE)
    hamlets = [box["value"] for box in form.page.all("input") if box["name"] == "hamlets"]
    assert hamlets == [f"{DA_PHUC}|thôn mẫu 1", f"{DA_PHUC}|thôn mẫu 2"]

    bulletin = await stored(office, await lan.send(WRITE, {**TEXT, "hamlets": hamlets[1]}))

    assert bulletin.draft.audiences == (Audience(DA_PHUC, "thôn mẫu 2"),)


async def test_whoever_serves_several_communes_chooses(office: Office) -> None:
    browser = await office.login("Minh", Role.EDITOR, DA_PHUC, HOA_MINH)

    unchosen = await browser.send(WRITE, {name: value for name, value in TEXT.items() if name != "communes"})
    assert fault_fields(unchosen.page) == ["communes"]
    bulletin = await stored(office, await browser.send(WRITE, {**TEXT, "communes": [DA_PHUC, HOA_MINH]}))

    assert bulletin.draft.communes == {DA_PHUC, HOA_MINH}


async def test_a_hamlet_of_another_commune_is_not_smuggled_in(office: Office, lan: Browser) -> None:
    bulletin = await stored(office, await lan.send(WRITE, {**TEXT, "hamlets": f"{HOA_MINH}|tổ dân phố mẫu 1"}))

    assert bulletin.draft.audiences == (Audience(DA_PHUC),)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        pytest.param({"title": "Tin"}, "title", "từ 5 đến 100 ký tự", id="title"),
        pytest.param({"body": ""}, "body", "chưa có nội dung", id="no-body"),
        pytest.param({"body": LONG}, "body", "Bài không vừa một tin nhắn", id="too-long-for-a-message"),
        pytest.param({"at": "exact", "day": "mai", "hour": "19:00"}, "day", "Ghi ngày gửi", id="no-day"),
        pytest.param({"at": "exact", "day": "27/11/2026", "hour": "7 giờ"}, "hour", "Ghi giờ gửi", id="no-hour"),
        pytest.param({"at": "exact", "day": "1/11/2026", "hour": "7:00"}, "at", "đã qua", id="past"),
        pytest.param({"at": "khi-nao"}, "at", "Không đọc được giờ gửi", id="made-up"),
        pytest.param({"hamlets": f"{DA_PHUC}|thôn lạ"}, "hamlets", "không có «thôn lạ»", id="hamlet"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    lan: Browser, wrong: dict[str, str], field: str, said: str
) -> None:
    fields = {**TEXT, "body": "Nội dung\n\n- một\n- hai", "urgent": "1", **wrong}

    seen = await lan.send(WRITE, fields)

    assert seen.status == 422
    assert fault_fields(seen.page) == [field]
    assert said in seen.text
    back = fields_of(seen.page)
    assert (back["title"], back["body"], back["urgent"]) == (fields["title"], fields["body"].strip(), "1")
    assert back.get("day", "") == fields.get("day", "")


async def test_everything_that_is_wrong_is_said_at_once(lan: Browser) -> None:
    seen = await send_picture(lan, b"GIF89a", title="Tin", at="exact")

    assert set(fault_fields(seen.page)) == {"title", "image", "day"}
    assert "Bạn phải chọn lại ảnh" in seen.text


async def test_a_preview_saves_nothing(office: Office, lan: Browser) -> None:
    seen = await lan.send(WRITE, {**TEXT, "viec": "xem"})

    assert seen.status == 200
    assert "Bản tin xã Đa Phúc, ngày 20/11/2026" in seen.text
    assert "Hỏi thêm: nhắn kênh Loa Xã" in seen.text  # on the paper
    assert re.search(r"Zalo: còn [\d.]+ ký tự", seen.text)
    assert not await office.parts.bulletins.listing()


async def test_the_weeks_text_can_be_taken_and_overwrites_nothing(lan: Browser) -> None:
    empty = fields_of((await lan.send(WRITE, {"communes": DA_PHUC, "viec": "lich"})).page)
    typed = fields_of((await lan.send(WRITE, {**TEXT, "viec": "lich"})).page)

    assert empty["title"]
    assert empty["body"]
    assert typed["title"] == TEXT["title"]
    assert typed["body"] == f"{TEXT['body']}\n\n{empty['body']}"


async def test_a_script_gets_the_same_preview_while_somebody_types(lan: Browser) -> None:
    """Also before there is a title; a picture need not be sent to be counted in."""
    plain = shown(await lan.send(LOOK, {**TEXT, "title": ""}))
    pictured = shown(await lan.send(LOOK, {**TEXT, "image_chosen": "1"}))
    empty = shown(await lan.send(LOOK, {"communes": DA_PHUC}))

    def room(html: str) -> int:
        return int(re.findall(r"Telegram: còn ([\d.]+) ký tự", html)[0].replace(".", ""))

    assert "(Chưa có tiêu đề)" in plain
    assert room(pictured) < room(plain)
    assert "Viết nội dung rồi bấm" in empty


async def test_what_is_too_long_says_by_how_much_before_it_is_saved(lan: Browser) -> None:
    html = shown(await lan.send(LOOK, {**TEXT, "body": LONG}))

    assert re.search(r"Zalo: dài quá [\d.]+ ký tự", html)


# Pictures


async def test_a_picture_goes_along_and_is_shown(office: Office, lan: Browser) -> None:
    bulletin = await stored(office, await send_picture(lan, PNG))

    assert bulletin.draft.picture
    images = (await lan.get(page_of(bulletin.id))).page.all("img")
    assert page_of(bulletin.id, "anh") in {image["src"] for image in images}
    async with lan.client.get(page_of(bulletin.id, "anh")) as answer:
        assert await answer.read() == PNG
        assert answer.content_type == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_picture_can_be_taken_away(office: Office, lan: Browser) -> None:
    bulletin = await stored(office, await send_picture(lan, PNG))
    address = page_of(bulletin.id, "sua")

    kept = await stored(office, await lan.send(address, await form_of(lan, address)))
    gone = await stored(office, await lan.send(address, {**await form_of(lan, address), "drop": "1"}))

    assert kept.draft.picture == bulletin.draft.picture
    assert not gone.draft.picture
    assert (await lan.get(page_of(bulletin.id, "anh"))).status == 404


HUGE = PNG[:16] + (60_000).to_bytes(4) + (60_000).to_bytes(4)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"GIF89a" + bytes(99), "Ảnh phải là JPEG hoặc PNG", id="another-kind"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "JPEG hoặc PNG", id="a-drawing"),
        pytest.param(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "Không đọc được ảnh", id="a-page-in-disguise"),
        pytest.param(HUGE + bytes(99), "Ảnh rộng 60000, cao 60000 điểm", id="small-file-huge-picture"),
        pytest.param(PNG.ljust(MOST_BYTES + 1, b"\0"), "Ảnh nặng 1001 KB", id="too-heavy"),
    ],
)
async def test_what_is_no_good_picture_is_refused(lan: Browser, content: bytes, said: str) -> None:
    seen = await send_picture(lan, content)

    assert (seen.status, fault_fields(seen.page)) == (422, ["image"])
    assert said in seen.text


async def test_a_file_far_too_large_is_not_even_read(lan: Browser) -> None:
    assert (await send_picture(lan, PNG.ljust(MOST_SENT, b"\0"))).status == 413


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "<script>alert(1)</script>.png", "x" * 500])
async def test_the_name_of_a_file_means_nothing(office: Office, lan: Browser, name: str) -> None:
    bulletin = await stored(office, await send_picture(lan, PNG, name=name))

    assert re.fullmatch("[0-9a-f]{64}", bulletin.draft.picture)
    assert "<script>alert" not in (await lan.get(page_of(bulletin.id))).page.source


# Changing and correcting


async def test_a_draft_opens_as_it_was_saved(office: Office, lan: Browser, bulletins: Bulletins) -> None:
    tomorrow = office.clock.now() + timedelta(days=1)
    bulletin = await bulletins.draft(due_at=tomorrow, is_urgent=True, audiences=(Audience(DA_PHUC, "thôn mẫu 1"),))

    fields = await form_of(lan, page_of(bulletin, "sua"))
    again = await stored(office, await lan.send(page_of(bulletin, "sua"), fields))

    assert (fields["at"], fields["day"], fields["hour"]) == ("exact", "21/11/2026", "09:00")
    assert again.draft == (await office.parts.bulletins.find(bulletin)).draft
    assert again.draft.due_at == tomorrow


async def test_two_who_change_one_draft_do_not_overwrite_each_other(
    office: Office, lan: Browser, bulletins: Bulletins
) -> None:
    bulletin = await bulletins.draft()
    address = page_of(bulletin, "sua")
    mine, theirs = await form_of(lan, address), await form_of(lan, address)
    await lan.send(address, {**theirs, "title": "Bản của người kia"})

    seen = await lan.send(address, {**mine, "title": "Bản của tôi"})

    assert seen.status == 422
    assert "Có người vừa sửa bản tin" in seen.text
    assert fields_of(seen.page)["title"] == "Bản của tôi"
    assert (await office.parts.bulletins.find(bulletin)).draft.title == "Bản của người kia"


async def test_what_was_submitted_meanwhile_gives_the_text_back(
    office: Office, lan: Browser, bulletins: Bulletins
) -> None:
    bulletin = await bulletins.draft()
    fields = await form_of(lan, page_of(bulletin, "sua"))
    await office.parts.bulletins.submit(bulletin, "Lan")

    seen = await lan.send(page_of(bulletin, "sua"), {**fields, "title": "Viết lại cho rõ"})

    assert seen.status == 422
    assert "không còn là bản nháp" in seen.text
    assert fields_of(seen.page)["title"] == "Viết lại cho rõ"


async def test_a_correction_is_for_those_who_got_it_wrong(office: Office, lan: Browser, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(2)
    wrong = await bulletins.begun()
    await bulletins.settle(wrong, {State.SENT: people})
    await office.hire("Lan", Role.EDITOR, DA_PHUC)
    address = page_of(wrong, "dinh-chinh")

    form = await lan.get(address)
    assert "Gửi cho những người đã nhận bản sai" in form.text
    right = await stored(office, await lan.send(address, {**fields_of(form.page), "title": "Cúp nước ngày kia"}))

    assert right.draft.corrects == wrong
    assert "Đính chính" in (await lan.get(page_of(right.id))).text
    assert f"số {right.id}" in (await lan.get(page_of(wrong))).text
    assert (await lan.get(address)).status == 422  # once is enough


# What ends meanwhile


async def test_a_login_that_ended_while_somebody_wrote_gives_the_text_back(office: Office, lan: Browser) -> None:
    """To be copied: who logs in next may be somebody else, so it is kept nowhere."""
    token = (await lan.get(WRITE)).page.token
    office.clock.advance(hours=13)

    seen = await lan.post(WRITE, [("_token", token), ("title", "Cúp <b>nước</b>"), ("body", "Một giờ gõ chữ")])

    assert seen.status == 401
    assert seen.page.area("kept-1") == "Cúp <b>nước</b>"
    assert seen.page.area("kept-2") == "Một giờ gõ chữ"
    assert at("vao") in seen.page.links()
    assert not await office.parts.bulletins.listing()


async def test_nothing_is_given_back_to_a_page_of_somebody_else(office: Office, lan: Browser) -> None:
    token = (await lan.get(WRITE)).page.token
    stranger = await office.browser()

    seen = await stranger.post(WRITE, [("_token", token), ("title", "<script>x</script>")], Cookie=f"{LOGIN}=x")

    assert seen.status == 403
    assert "<script>x" not in seen.page.source
