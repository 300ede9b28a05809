"""The pages on which staff read what citizens want of them, answer, close, and publish."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import insert, select, update

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.site import ConsoleConfig, ConsoleSite
from bot.desk.tickets import TicketDesk, TicketStores
from bot.errors import FileTooLarge, PlatformError, Retryable
from bot.storage.archive import SqlArchive
from bot.storage.staff import SqlStaff
from bot.storage.tables import bulletins, people, ticket_messages, tickets
from bot.storage.ticket_moves import SqlTicketMoves
from bot.storage.tickets import SqlTicketBook
from bot.tickets.photos import MOST_BYTES
from tests.channels.pictures import JPEG, PNG
from tests.console.world import DA_PHUC, HOA_MINH, KEY, Browser, Office, Seen, a_ticket
from tests.world import NOW


async def revision_of(office: Office, ticket: int) -> int:
    async with office.database.reading() as connection:
        found: int = (await connection.execute(select(tickets.c.revision).where(tickets.c.id == ticket))).scalar_one()
    return found


async def answer(office: Office, browser: Browser, ticket: int, text: str = "Điện lực đã sửa.") -> Seen:
    fields = {"text": text, "revision": await revision_of(office, ticket)}
    return await browser.send(at("phan-anh", ticket, "tra-loi"), fields)


async def say(office: Office, ticket: int, text: str, **more: object) -> None:
    """Let the citizen say something in the ticket."""
    word = {"ticket_id": ticket, "speaker": "citizen", "at": office.clock.now(), "text": text, **more}
    async with office.database.writing() as connection:
        await connection.execute(insert(ticket_messages).values(word))


@pytest.fixture
async def browser(office: Office) -> Browser:
    """Return the browser of Lan, who writes for xã Đa Phúc."""
    return await office.login("Lan", Role.EDITOR, DA_PHUC)


async def test_the_inbox_has_a_tab_for_each_part(office: Office, browser: Browser) -> None:
    """With how many are in it; other communes' tickets are in none."""
    await a_ticket(office)
    await a_ticket(office, due_at=NOW - timedelta(days=1), text="Rác đổ trộm.")
    await a_ticket(office, HOA_MINH, text="Việc của xã khác.")

    seen = await browser.get(at("phan-anh"))

    assert "Mới 2" in seen.text
    assert "Quá hẹn 1" in seen.text
    assert seen.text.index("Rác đổ trộm.") < seen.text.index("Đèn đường")
    assert "Việc của xã khác." not in seen.text
    late = await browser.get(at("phan-anh", muc="overdue"))
    assert "Rác đổ trộm." in late.text
    assert "Đèn đường" not in late.text


@pytest.mark.parametrize("tab", ["new", "assigned", "overdue", "answered", "closed", "nonsense"])
async def test_an_empty_tab_says_so_kindly(browser: Browser, tab: str) -> None:
    seen = await browser.get(at("phan-anh", muc=tab, trang="0"))

    assert seen.status == 200
    assert [one for one in ("Không có", "Chưa có", "Chưa đóng") if one in seen.text]


async def test_many_tickets_are_leafed_through(office: Office, browser: Browser) -> None:
    for number in range(21):
        await a_ticket(office, text=f"Việc số {number}.")

    assert "Việc số 20." not in (await browser.get(at("phan-anh"))).text
    assert "Việc số 20." in (await browser.get(at("phan-anh", muc="new", trang=2))).text


async def test_whoever_works_for_several_communes_chooses_one(office: Office) -> None:
    await a_ticket(office)
    await a_ticket(office, HOA_MINH, text="Việc của xã khác.")
    browser = await office.login("Minh", Role.EDITOR, DA_PHUC, HOA_MINH)

    assert "Việc của xã khác." in (await browser.get(at("phan-anh"))).text
    assert "Việc của xã khác." not in (await browser.get(at("phan-anh", xa=DA_PHUC))).text


async def test_a_ticket_with_everything_that_was_sent(office: Office, browser: Browser) -> None:
    """The place, the way to the map, what can be opened of the photos, and what was said afterwards."""
    photos = '["https://f1.photo.talk.zdn.vn/i.jpg", "AgACAgUAAxkBAAI", "javascript:alert(1)"]'
    ticket = await a_ticket(office, place="ngõ 5", latitude=21.25, longitude=105.9, photos=photos)
    await say(office, ticket, "Vẫn chưa sửa\nạ", media="image", media_ref="https://f1.photo.talk.zdn.vn/j.jpg")

    seen = await browser.get(at("phan-anh", ticket))

    assert "Đèn đường ngõ 5 hỏng." in seen.text
    assert "Nơi xảy ra: ngõ 5" in seen.text
    assert "Có ảnh, nhưng kênh chat không cho xem ở đây." in seen.text
    assert "[ảnh] Vẫn chưa sửa ạ" in seen.text
    assert at("phan-anh", ticket, "anh", 2) in seen.page.links()
    outside = [link for link in seen.page.links() if link.startswith("http")]
    assert outside == [
        "https://f1.photo.talk.zdn.vn/i.jpg",
        "https://www.openstreetmap.org/?mlat=21.25000&mlon=105.90000#map=17/21.25000/105.90000",
        "https://f1.photo.talk.zdn.vn/j.jpg",
    ]
    assert not [link for link in seen.page.links() if "javascript" in link]


@dataclass
class Keeper:
    """A platform that keeps photos by addresses of its own."""

    photos: dict[str, bytes | PlatformError] = field(default_factory=dict)

    def keeps(self, reference: str) -> bool:
        return reference.startswith("photo-")

    async def fetch_photo(self, reference: str, most_bytes: int) -> bytes | None:
        found = self.photos.get(reference)
        if isinstance(found, PlatformError):
            raise found
        if found and len(found) > most_bytes:
            raise FileTooLarge("too_large")
        return found


@pytest.fixture
async def keeper(office: Office) -> AsyncIterator[tuple[Keeper, Browser]]:
    """Yield a platform with photos, and Lan's browser at a console that is connected with it."""
    keeper = Keeper()
    stores = TicketStores(
        SqlTicketBook(office.database),
        SqlTicketMoves(office.database, office.clock),
        SqlStaff(office.database, office.clock),
    )
    desk = TicketDesk(office.parts.library, stores, office.clock, keepers=[keeper])
    site = ConsoleSite(ConsoleConfig(secret_key=KEY), replace(office.parts, tickets=desk))
    await office.hire("Lan", Role.EDITOR, DA_PHUC)
    async with office.beside(site) as browser:
        await browser.enter(await office.link("Lan"))
        yield keeper, browser


async def test_a_photo_comes_through_us_as_what_its_bytes_are(office: Office, keeper: tuple[Keeper, Browser]) -> None:
    """Those of the words that followed are counted on; browsers are told to believe the type and run nothing."""
    platform, browser = keeper
    platform.photos = {"photo-1": JPEG, "photo-2": PNG}
    ticket = await a_ticket(office, photos='["photo-1"]')
    await say(office, ticket, "Vẫn thế", media="image", media_ref="photo-2")

    links = [link for link in (await browser.get(at("phan-anh", ticket))).page.links() if "/anh/" in link]
    assert links == [at("phan-anh", ticket, "anh", 1), at("phan-anh", ticket, "anh", 2)]
    first, second = [await browser.client.get(link) for link in links]

    assert [first.content_type, await first.read()] == ["image/jpeg", JPEG]
    assert [second.content_type, await second.read()] == ["image/png", PNG]
    assert first.headers["Content-Disposition"] == f'inline; filename="phan-anh-{ticket}-1.jpg"'
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in first.headers["Content-Security-Policy"]
    assert first.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        pytest.param(None, "không còn giữ ảnh này", id="gone"),
        pytest.param(b"<html><script>alert(1)</script>", "không phải là ảnh", id="no picture"),
        pytest.param(b"", "không phải là ảnh", id="nothing"),
        pytest.param(Retryable("429"), "Hãy thử lại sau ít phút", id="not now"),
        pytest.param(JPEG + bytes(MOST_BYTES), "nặng hơn 10 MB", id="too large"),
    ],
)
async def test_a_photo_that_cannot_be_shown(
    office: Office, keeper: tuple[Keeper, Browser], kept: bytes | PlatformError | None, said: str
) -> None:
    """It says why, and what to do."""
    platform, browser = keeper
    platform.photos = {} if kept is None else {"photo-1": kept}
    ticket = await a_ticket(office, photos='["photo-1"]')

    seen = await browser.get(at("phan-anh", ticket, "anh", 1))

    assert seen.status == 422
    assert said in seen.text
    assert "alert(1)" not in seen.page.source


async def test_a_photo_whose_platform_is_off_here_says_so(office: Office, browser: Browser) -> None:
    """The console of this office is connected with none."""
    ticket = await a_ticket(office, photos='["AgACAgUAAxkBAAI"]')

    seen = await browser.get(at("phan-anh", ticket, "anh", 1))

    assert seen.status == 422
    assert "Hãy báo người cài đặt máy chủ" in seen.text


@pytest.mark.parametrize("number", [0, 2, 9999])
async def test_a_photo_that_nobody_sent_is_not_there(office: Office, browser: Browser, number: int) -> None:
    ticket = await a_ticket(office, photos='["AgACAgUAAxkBAAI"]')

    assert (await browser.get(at("phan-anh", ticket, "anh", number))).status == 404


async def test_answering_sends_a_letter_and_shows_where_it_is(office: Office, browser: Browser) -> None:
    ticket = await a_ticket(office)

    sent = await answer(office, browser, ticket)

    assert sent.goes_to == at("phan-anh", ticket)
    seen = await browser.get(at("phan-anh", ticket))
    assert "Đã chuyển câu trả lời đi." in seen.text
    assert "Điện lực đã sửa." in seen.text
    assert "Đang chờ gửi" in seen.text
    async with office.database.reading() as connection:
        [letter] = (await connection.execute(select(bulletins.c.body))).scalars()
    assert "Điện lực đã sửa\\." in letter
    [noted] = [one.change for one in await office.noted() if one.change.what == "ticket.answer"]
    assert (noted.by, noted.communes or {DA_PHUC}) == ("Lan", {DA_PHUC})


async def test_of_two_who_answer_the_second_reads_first_and_loses_nothing(office: Office, browser: Browser) -> None:
    """What they typed is still in the box, and the next press sends it."""
    ticket = await a_ticket(office)
    other = await office.login("Hoa", Role.EDITOR, DA_PHUC)
    fields = {"text": "Câu của Hoa & <b>", "revision": 0}
    await answer(office, browser, ticket)

    second = await other.send(at("phan-anh", ticket, "tra-loi"), fields)

    assert second.status == 422
    assert "Có người vừa xử lý việc này" in second.text
    assert "Câu của Hoa & <b>" in second.text
    assert "Câu của Hoa &amp; &lt;b&gt;" in second.page.source
    [revision] = {one["value"] for one in second.page.all("input") if one["name"] == "revision"}
    again = await other.send(at("phan-anh", ticket, "tra-loi"), {**fields, "revision": revision})
    assert again.goes_to == at("phan-anh", ticket)


@pytest.mark.parametrize(("text", "said"), [("", "Hãy viết câu trả lời"), ("x" * 3001, "nhiều nhất là 3000")])
async def test_an_answer_that_cannot_be_sent(office: Office, browser: Browser, text: str, said: str) -> None:
    ticket = await a_ticket(office)

    seen = await answer(office, browser, ticket, text)

    assert seen.status == 422
    assert said in seen.text


async def test_nobody_is_told_of_an_answer_that_reaches_nobody(office: Office, browser: Browser) -> None:
    ticket = await a_ticket(office)
    async with office.database.writing() as connection:
        await connection.execute(update(people).values(gone_at=NOW))
    assert "không còn ở kênh" in (await browser.get(at("phan-anh", ticket))).text

    await answer(office, browser, ticket)

    assert "Đã ghi câu trả lời, nhưng không gửi được" in (await browser.get(at("phan-anh", ticket))).text


async def test_assigning_to_a_colleague(office: Office, browser: Browser) -> None:
    """Those of the commune are offered, and nobody else is taken."""
    await office.hire("Hoa", Role.APPROVER, DA_PHUC)
    await office.hire("Tâm", Role.EDITOR, HOA_MINH)
    ticket = await a_ticket(office)
    offered = [one["value"] for one in (await browser.get(at("phan-anh", ticket))).page.all("option")]
    assert offered == ["", "Hoa", "Lan"]

    await browser.send(at("phan-anh", ticket, "giao"), {"assignee": "Hoa", "revision": 0})
    assert "Hoa" in (await browser.get(at("phan-anh", muc="assigned"))).text

    refused = await browser.send(at("phan-anh", ticket, "giao"), {"assignee": "Tâm", "revision": 1})
    assert refused.status == 422
    assert "«Tâm» không làm việc ở nơi này" in refused.text


async def test_closing_asks_first(office: Office, browser: Browser) -> None:
    """Looking at the question closes nothing."""
    ticket = await a_ticket(office)
    assert at("phan-anh", ticket, "dong") not in (await browser.get(at("phan-anh", ticket))).page.source
    await answer(office, browser, ticket)
    [link] = [one for one in (await browser.get(at("phan-anh", ticket))).page.links() if "/dong" in one]

    asked = await browser.get(link)
    assert "Người dân nhắn thêm thì phản ánh tự mở lại." in asked.text
    assert "Đã trả lời 1" in (await browser.get(at("phan-anh"))).text

    [action] = [form["action"] for form in asked.page.all("form") if "/dong" in form["action"]]
    assert parse_qs(urlsplit(action).query) == parse_qs(urlsplit(link).query)
    assert (await browser.send(action)).goes_to == at("phan-anh")
    assert "Đã đóng 1" in (await browser.get(at("phan-anh"))).text


async def test_nothing_is_closed_over_a_word_that_came_meanwhile(office: Office, browser: Browser) -> None:
    ticket = await a_ticket(office)
    await answer(office, browser, ticket)
    [link] = [one for one in (await browser.get(at("phan-anh", ticket))).page.links() if "/dong" in one]
    await say(office, ticket, "Khoan đã")

    seen = await browser.send(link)

    assert seen.status == 422
    assert "người dân vừa nhắn thêm" in seen.text
    assert "Khoan đã" in seen.text


async def test_a_talk_shows_that_it_is_one(office: Office, browser: Browser) -> None:
    """And what the citizen had asked the bot before, which is why they wanted a person."""
    ticket = await a_ticket(office, kind="handover", code=None, text="gặp cán bộ")

    assert "Từ lúc đó máy tạm im" in (await browser.get(at("phan-anh", ticket))).text
    await answer(office, browser, ticket, "Chào bạn.")

    seen = await browser.get(at("phan-anh", ticket))
    assert "Đang trò chuyện" in seen.text
    assert "21:00" in seen.text
    assert "Đăng công khai" not in seen.text


# Publishing


async def go_on(browser: Browser, ticket: int, step: str, revision: int, *, text: str = "Đã sửa.") -> Seen:
    fields = {"question": "Đèn đường hỏng.", "answer": text, "revision": revision, "buoc": step}
    return await browser.send(at("phan-anh", ticket, "cong-khai"), fields)


async def test_publishing_is_seen_before_it_is_done(office: Office, browser: Browser) -> None:
    """Numbers are hidden in the proposal, and again in what was typed."""
    ticket = await a_ticket(office)
    await answer(office, browser, ticket, "Chị Mai 0912345678 đã sửa.")
    assert "Chị Mai [số điện thoại] đã sửa." in (await browser.get(at("phan-anh", ticket, "cong-khai"))).text

    preview = await go_on(browser, ticket, "xem", 1, text="Đã sửa. **Hỏi** 0912345678 <script>")
    assert "Đã sửa. **Hỏi** [số điện thoại] <script>" in preview.text
    assert "<script>" not in preview.page.source.replace('<script src="', "")
    assert not await SqlArchive(office.database).exchanges(DA_PHUC, 9, 0)

    assert (await go_on(browser, ticket, "dang", 1)).goes_to == at("phan-anh", ticket)
    assert len(await SqlArchive(office.database).exchanges(DA_PHUC, 9, 0)) == 1
    [noted] = [one.change for one in await office.noted() if one.change.what == "ticket.publish"]
    assert noted.after == {"question": "Đèn đường hỏng.", "answer": "Đã sửa."}


async def test_back_from_the_preview_nothing_is_lost(office: Office, browser: Browser) -> None:
    ticket = await a_ticket(office)
    await answer(office, browser, ticket)

    again = await go_on(browser, ticket, "sua", 1, text="Câu đã gõ")

    assert again.status == 200
    assert "Câu đã gõ" in again.text


@pytest.mark.parametrize("step", ["xem", "dang"])
async def test_what_cannot_be_published_comes_back_to_be_mended(office: Office, browser: Browser, step: str) -> None:
    ticket = await a_ticket(office)
    await answer(office, browser, ticket)

    seen = await go_on(browser, ticket, step, 1, text="")

    assert seen.status == 422
    assert "Hãy viết xã trả lời thế nào" in seen.text


async def test_what_is_not_answered_is_not_published(office: Office, browser: Browser) -> None:
    ticket = await a_ticket(office)

    seen = await go_on(browser, ticket, "dang", 0)

    assert seen.status == 422
    assert "Hãy trả lời người dân trước" in seen.text


async def test_taking_down_asks_first(office: Office, browser: Browser) -> None:
    ticket = await a_ticket(office)
    await answer(office, browser, ticket)
    await go_on(browser, ticket, "dang", 1)

    assert "Không ai đọc được nữa" in (await browser.get(at("phan-anh", ticket, "go-xuong"))).text
    assert await SqlArchive(office.database).exchange_count(DA_PHUC) == 1
    await browser.send(at("phan-anh", ticket, "go-xuong"))
    assert await SqlArchive(office.database).exchange_count(DA_PHUC) == 0


async def test_what_citizens_write_is_never_markup(office: Office, browser: Browser) -> None:
    """In every place it is shown."""
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'
    ticket = await a_ticket(office, text=evil, place=evil, code='PA-"><b>'[:8], photos=f'["https://x/{"<b>"}"]')
    await say(office, ticket, evil, media=evil[:16], media_ref=f"https://{evil}")
    await answer(office, browser, ticket, evil)

    for address in (at("phan-anh", muc="answered"), at("phan-anh", ticket), at("phan-anh", ticket, "cong-khai")):
        seen = await browser.get(address)
        assert "alert(1)" in seen.text
        assert [one.get("src", "") for one in seen.page.all("script")] == [seen.page.all("script")[0]["src"]]
        assert not [one for one in seen.page.all("img") if "onerror" in one]
        assert "49" not in seen.text.split("alert(1)")[-1]


async def test_the_first_page_counts_what_waits_and_what_is_late(office: Office, browser: Browser) -> None:
    """What was answered waits for nobody."""
    await a_ticket(office)
    await a_ticket(office, due_at=NOW - timedelta(days=1))
    await answer(office, browser, await a_ticket(office))

    seen = await browser.get(at())

    assert "2 Phản ánh, lời nhắn đang chờ" in seen.text
    assert "1 Phản ánh, lời nhắn quá hẹn trả lời" in seen.text
    assert at("phan-anh", muc="overdue") in seen.page.links()


async def test_a_login_that_ended_while_somebody_answered_gives_the_text_back(office: Office, browser: Browser) -> None:
    ticket = await a_ticket(office)
    token = (await browser.get(at("phan-anh", ticket))).page.token
    office.clock.advance(hours=13)

    seen = await browser.post(at("phan-anh", ticket, "tra-loi"), [("_token", token), ("text", "Một giờ gõ chữ")])

    assert (seen.status, seen.page.area("kept-1")) == (401, "Một giờ gõ chữ")
