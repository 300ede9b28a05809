"""A bulletin as an article to everyone who follows on Zalo: chosen in the form, and followed to its end."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData
from sqlalchemy import insert, update

from bot.bulletins.broadcasts import State
from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.knowledge.library import Library
from bot.messages import Channel
from bot.storage.launches import SqlLaunches
from bot.storage.tables import broadcasts
from tests.console.bulletin_world import TEXT, fields_of, form_of, page_of
from tests.console.world import DA_PHUC, HOA_MINH, Browser, Office, Seen, an_office
from tests.contracts.desk_world import PNG
from tests.contracts.ledger_world import ACCOUNT, LedgerWorld

WRITE = at("ban-tin", "soan")


@pytest.fixture
async def office(words: Library, tmp_path: Path) -> AsyncIterator[Office]:
    """Yield a console with a Zalo account that may send articles: four a month."""
    async with an_office(words, tmp_path, zalo=ACCOUNT) as opened:
        yield opened


@pytest.fixture
async def lan(office: Office) -> Browser:
    """Return the browser of an approver of one commune."""
    return await office.login("Lan", Role.APPROVER, DA_PHUC)


async def save(browser: Browser, image: bytes = PNG, **fields: str) -> Seen:
    """Send the form, ticked, with a picture."""
    form = FormData()
    form.add_field("_token", (await browser.get(WRITE)).page.token)
    for field, value in {**TEXT, "broadcast": "1", **fields}.items():
        form.add_field(field, value)
    if image:
        form.add_field("image", io.BytesIO(image), filename="anh.png", content_type="image/png")
    return await browser.post(WRITE, form)


async def begun(office: Office, browser: Browser, subscribers: int = 1) -> int:
    """Have an article written, approved and begun; return the bulletin's id."""
    await LedgerWorld(office.database, Channel.ZALO).subscribe(subscribers)
    number = int((await save(browser)).goes_to.rpartition("/")[2])
    await office.parts.bulletins.submit(number, "Lan")
    approved = await office.parts.bulletins.approve(number, "Lan")
    assert await SqlLaunches(office.database).launch(approved, office.clock.now(), {})
    return number


async def put(office: Office, **values: object) -> None:
    """Let the article stand elsewhere."""
    async with office.database.writing() as connection:
        await connection.execute(update(broadcasts).values(**values))


async def use_up(office: Office, browser: Browser, count: int) -> None:
    """Let the account have sent *count* articles earlier this month."""
    rows = [
        {"bulletin_id": int((await browser.send(WRITE, TEXT)).goes_to.rpartition("/")[2]), "account": ACCOUNT}
        for _ in range(count)
    ]
    async with office.database.writing() as connection:
        await connection.execute(
            insert(broadcasts), [{**row, "state": "accepted", "changed_at": office.clock.now()} for row in rows]
        )


# Choosing it


async def test_it_is_offered_with_what_it_means_and_how_many_are_left(office: Office, lan: Browser) -> None:
    await use_up(office, lan, 1)

    form = await lan.get(WRITE)

    assert "Phát thành một bài cho mọi người theo dõi, thay vì nhắn từng người" in form.text
    assert "Mỗi ngày được phát 1 bài, mỗi tháng 4 bài. Bài phải có ảnh bìa. Tháng này còn 3 bài." in form.text
    assert "broadcast" not in fields_of(form.page)  # nobody chooses it by oversight


async def test_what_is_chosen_is_kept_and_can_be_taken_back(office: Office, lan: Browser) -> None:
    number = int((await save(lan)).goes_to.rpartition("/")[2])
    address = page_of(number, "sua")
    kept = await form_of(lan, address)
    await lan.send(address, kept)
    assert (await office.parts.bulletins.find(number)).draft.is_broadcast
    assert "Phát một bài cho mọi người theo dõi" in (await lan.get(page_of(number))).text

    fields = await form_of(lan, address)
    del fields["broadcast"]
    await lan.send(address, fields)

    assert not (await office.parts.bulletins.find(number)).draft.is_broadcast


async def test_the_preview_shows_an_article_and_no_message(lan: Browser) -> None:
    """Nobody can end it by writing back, so it does not say how."""
    seen = await lan.send(WRITE, {**TEXT, "broadcast": "1", "viec": "xem"})

    zalo = seen.page.source.partition('<section class="screen zalo">')[2].partition("</section>")[0]
    assert "Cúp nước ngày mai\n\nXã Đa Phúc\n\nTừ 8 giờ" in zalo
    assert "hủy bản tin" not in zalo


async def test_without_an_account_it_is_not_offered(words: Library, tmp_path: Path) -> None:
    async with an_office(words, tmp_path) as office:
        lan = await office.login("Lan", Role.EDITOR, DA_PHUC)

        assert "theo dõi" not in (await lan.get(WRITE)).text
        refused = await lan.send(WRITE, {**TEXT, "broadcast": "1"})

    assert "chưa nối Zalo nên không phát bài được" in refused.text
    assert "broadcast" in fields_of(refused.page)  # it can be unticked


async def test_an_account_of_several_communes_offers_it_to_nobody(office: Office, lan: Browser) -> None:
    await LedgerWorld(office.database, Channel.ZALO).subscribe(1, commune=HOA_MINH)

    assert "Phát thành một bài" not in (await lan.get(WRITE)).text
    refused = await save(lan)

    assert refused.status == 422
    assert refused.text.count("còn người nhận tin của xã khác") == 2  # at the top, and beside the box


async def test_a_cover_is_asked_for_beside_the_picture(lan: Browser) -> None:
    refused = await save(lan, image=b"")

    assert 'id="image-fault">Bài Zalo phải có ảnh bìa' in refused.page.source


async def test_what_is_used_up_is_said_in_one_sentence(office: Office, lan: Browser) -> None:
    """Before it is tried, and when it is."""
    await use_up(office, lan, 4)

    assert "Tháng này đã phát hết 4 bài." in (await lan.get(WRITE)).text
    refused = await save(lan)

    said = "Tài khoản Zalo này đã phát hết 4 bài của tháng 11/2026; chọn ngày của tháng sau, hoặc bỏ lựa chọn phát bài."
    assert f'id="broadcast-fault">{said}' in refused.page.source
    later = await save(lan, at="exact", day="02/12/2026", hour="09:00")
    assert later.status == 303


async def test_a_correction_goes_the_way_of_what_it_corrects(office: Office, lan: Browser) -> None:
    number = await begun(office, lan)
    await put(office, state="accepted")
    address = page_of(number, "dinh-chinh")

    form = await lan.get(address)
    assert "nên bản đính chính cũng phát như vậy" in form.text
    right = int((await lan.send(address, fields_of(form.page))).goes_to.rpartition("/")[2])

    assert (await office.parts.bulletins.find(right)).draft.is_broadcast


# Following it


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        pytest.param({"state": "created"}, "Zalo đang kiểm tra bài. Zalo thường kiểm tra khoảng nửa giờ", id="review"),
        pytest.param({"state": "created", "code": "-214"}, "Zalo đang kiểm tra bài. Zalo", id="a short wait"),
        pytest.param({"state": "verified"}, "Bài đã xong, sắp phát.", id="made"),
        pytest.param({"state": "sending"}, "Đang phát.", id="being sent"),
        pytest.param({"state": "accepted"}, "Zalo đã nhận để phát. Bài đến mọi người theo dõi", id="accepted"),
        pytest.param({"state": "unknown", "code": "died"}, "Không rõ Zalo đã phát chưa: máy gửi dừng", id="unknown"),
        pytest.param({"state": "failed", "code": "-248"}, "Không phát được: Zalo báo nội dung vi", id="their why"),
        pytest.param({"state": "failed", "code": "audience"}, "Không phát được: người theo dõi ở cả xã", id="our why"),
        pytest.param({"state": "failed", "code": "-9999"}, "Không phát được: mã -9999.", id="nobody knows why"),
    ],
)
async def test_where_it_stands_is_told_with_why_and_what_to_do(
    office: Office, lan: Browser, stands: dict[str, str], said: str
) -> None:
    number = await begun(office, lan)
    await put(office, **stands)

    seen = await lan.get(page_of(number, "ket-qua"))

    assert said in seen.text
    assert "Đã gửi" not in seen.page.source.partition("<h2>Mười hai tuần")[0]  # nobody is written to one by one


async def test_the_list_of_people_says_what_it_leaves_out(office: Office, lan: Browser) -> None:
    """Whoever is on Telegram is written to all the same."""
    await LedgerWorld(office.database).subscribe(2)
    number = await begun(office, lan)
    await put(office, state="accepted")

    seen = await lan.get(page_of(number, "ket-qua"))

    assert "Nhắn riêng từng người" in seen.text
    assert "Bài phát trên Zalo không nằm trong tệp này" in seen.text


async def test_a_wait_says_until_when(office: Office, lan: Browser) -> None:
    number = await begun(office, lan)
    await put(office, state="verified", code="quota", not_before=4e9)  # the clock of the database is the real one

    seen = await lan.get(page_of(number, "ket-qua"))

    assert "Bài đã xong, sắp phát (đợi đến " in seen.text
    assert ": hết lượt phát của Zalo)." in seen.text


async def test_it_stands_in_the_list_on_its_page_and_in_its_progress(office: Office, lan: Browser) -> None:
    """Where nobody is written to one by one, nothing says that nobody gets it."""
    number = await begun(office, lan)
    await put(office, state="created")

    assert "Bài trên Zalo: Zalo đang kiểm tra bài" in (await lan.get(at("ban-tin"))).text
    assert "Zalo đang kiểm tra bài" in (await lan.get(page_of(number))).text
    progress = await lan.get(page_of(number, "tien-trinh"))
    assert "Bài trên Zalo: Zalo đang kiểm tra bài." in progress.text
    assert "Chưa có ai nhận" not in progress.text


async def test_an_article_for_nobody_says_so(office: Office, lan: Browser) -> None:
    number = await begun(office, lan, subscribers=0)

    assert "Không phát: trên Zalo chưa có ai đăng ký" in (await lan.get(page_of(number, "ket-qua"))).text


async def test_one_that_failed_is_found_with_what_did_not_reach_everybody(office: Office, lan: Browser) -> None:
    number = await begun(office, lan)
    await put(office, state=State.FAILED.value, code="quota")

    assert page_of(number) in (await lan.get(at("ban-tin", trang_thai="troubled"))).page.links()
    assert "ản tin có người chưa nhận được" in (await lan.get(at())).text
