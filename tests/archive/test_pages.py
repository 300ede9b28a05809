"""The public pages: what went out stands there, in the words of its readers, and nothing else does."""

import re
from collections.abc import Iterator
from copy import copy
from html.parser import HTMLParser

import pytest
from aiohttp import hdrs
from sqlalchemy import update

from bot.bulletins.states import Status
from bot.knowledge.library import Library
from bot.storage.database import Database
from bot.storage.tables import bulletins
from tests.archive.world import (
    DA_PHUC,
    ELSEWHERE,
    HOUR,
    PUBLIC_URL,
    SON_TAY,
    Row,
    Visitor,
    a_visitor,
    keep_picture,
    publish,
)
from tests.world import NOW

LIST = f"/ban-tin/{DA_PHUC}"
KEY = "a" * 64
WEIGHT_LIMIT = 16 * 1024


class Page(HTMLParser):
    """The elements of a page, in order, and its text; a tag that nothing closes fails."""

    VOID = frozenset({"meta", "link", "img", "br"})

    def __init__(self, source: str) -> None:
        """Read *source*."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every *tag*."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> list[str]:
        """Return where one can go from it."""
        return [attributes["href"] for attributes in self.all("a")]

    @property
    def headings(self) -> list[int]:
        """Return the ranks of its headings, in order."""
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]

    def files(self) -> Iterator[str]:
        """Yield what a browser loads with it."""
        yield from (attributes["src"] for attributes in self.all("img"))
        yield from (link["href"] for link in self.all("link") if link["rel"] in {"icon", "stylesheet"})


# Lists


async def test_the_communes_that_take_part_are_listed(visitor: Visitor) -> None:
    """By province, each with its way in."""
    page = Page(await visitor.read("/ban-tin"))

    assert {LIST, f"/ban-tin/{SON_TAY}"} <= set(page.links)
    assert page.text.index("Thành phố Hà Nội") < page.text.index("Xã Đa Phúc") < page.text.index("Tỉnh An Giang")


async def test_the_newest_stands_first(database: Database, visitor: Visitor) -> None:
    """With its day here, not in London, and how it begins."""
    await publish(database, Row(title="Cũ", at=NOW - 24 * HOUR))
    newest = await publish(database, Row(title="Mới", body="Họp thôn.\n\n- tối **thứ Bảy**", at=NOW.replace(hour=20)))

    page = Page(await visitor.read(LIST))

    assert page.text.index("Mới") < page.text.index("Cũ")
    assert "21/11/2026" in page.text
    assert "Họp thôn. • tối thứ Bảy" in page.text
    assert f"{LIST}/{newest}" in page.links


async def test_a_list_without_bulletins_says_so(visitor: Visitor) -> None:
    """And how to get the next one."""
    page = Page(await visitor.read(LIST))

    assert "Chưa có bản tin nào" in page.text
    assert "«đăng ký bản tin»" in page.text


async def test_a_long_list_is_cut_in_pages(database: Database, visitor: Visitor) -> None:
    """Twenty on each, none twice, with the way to the next and the one before."""
    for number in range(41):
        await publish(database, Row(title=f"Số {number}.", at=NOW + number * HOUR))

    pages = [Page(await visitor.read(f"{LIST}?trang={number}")) for number in (1, 2, 3)]

    shown = [re.findall(r"Số (\d+)\.", page.text) for page in pages]
    assert [len(numbers) for numbers in shown] == [20, 20, 1]
    assert [int(number) for numbers in shown for number in numbers] == list(range(40, -1, -1))
    assert [[link for link in page.links if "trang" in link] for page in pages] == [
        [f"{LIST}?trang=2"],
        [f"{LIST}?trang=1", f"{LIST}?trang=3"],
        [f"{LIST}?trang=2"],
    ]
    assert "Trang 2/3" in pages[1].text


async def test_a_bulletin_of_a_hamlet_says_so(database: Database, visitor: Visitor) -> None:
    """Everybody may read it, and sees whom it is for."""
    await publish(database, Row(to=((DA_PHUC, "thôn mẫu 1"), (DA_PHUC, "thôn mẫu 2"))))

    assert "Tin riêng của thôn mẫu 1, thôn mẫu 2" in await visitor.read(LIST)


async def test_a_commune_that_left_keeps_its_archive(database: Database, visitor: Visitor) -> None:
    """Links are for ever; a commune that never had a bulletin has no page."""
    assert (await visitor.get(f"/ban-tin/{ELSEWHERE}")).status == 404
    number = await publish(database, Row(to=((ELSEWHERE, ""),)))

    assert "Lịch cắt nước" in await visitor.read(f"/ban-tin/{ELSEWHERE}")
    assert "xã Tân Lập" in await visitor.read(f"/ban-tin/{ELSEWHERE}/{number}")


# One bulletin


async def test_a_bulletin_is_read_in_full(database: Database, visitor: Visitor) -> None:
    """Headings, lists, links and numbers to call."""
    body = "## Việc cần làm\n\n- Xem [Cổng](https://dichvucong.gov.vn)\n- Gọi 024 3812 3456"
    number = await publish(database, Row(title="Họp thôn", body=body))

    page = Page(await visitor.read(f"{LIST}/{number}"))

    assert {"https://dichvucong.gov.vn", "tel:02438123456"} <= set(page.links)
    assert "Họp thôn" in page.text
    assert "20/11/2026" in page.text
    assert "Việc cần làm" in page.text


async def test_one_bulletin_for_two_communes_stands_in_both(database: Database, visitor: Visitor) -> None:
    """Each reads its own name over it."""
    number = await publish(database, Row(to=((DA_PHUC, ""), (SON_TAY, "tổ dân phố mẫu 1"))))

    assert "Tin riêng" not in await visitor.read(f"/ban-tin/{DA_PHUC}/{number}")
    assert "Tin riêng của tổ dân phố mẫu 1" in await visitor.read(f"/ban-tin/{SON_TAY}/{number}")


async def test_a_correction_and_what_it_corrects_name_each_other(database: Database, visitor: Visitor) -> None:
    """Whoever finds the wrong one by an old link reads first that it is wrong; the list does not repeat it."""
    wrong = await publish(database, Row(title="Nghỉ thứ Hai", body="Sai bét."))
    right = await publish(database, Row(title="Nghỉ thứ Ba", at=NOW + HOUR), corrects=wrong)

    old, new = Page(await visitor.read(f"{LIST}/{wrong}")), Page(await visitor.read(f"{LIST}/{right}"))

    assert old.text.index("Bản tin này có chỗ sai") < old.text.index("Sai bét.")
    assert f"{LIST}/{right}" in old.links
    assert "Đính chính: Nghỉ thứ Ba" in new.text
    assert f"{LIST}/{wrong}" in new.links
    assert "Sai bét." not in await visitor.read(LIST)


async def test_a_correction_that_did_not_go_out_is_not_mentioned(database: Database, visitor: Visitor) -> None:
    """What the desk is writing is nobody's business yet."""
    number = await publish(database)
    await publish(database, Row(title="Đang soạn", at=None, status=Status.DRAFT), corrects=number)

    page = await visitor.read(f"{LIST}/{number}")

    assert "chỗ sai" not in page
    assert "Đang soạn" not in page


async def test_a_stopped_bulletin_says_so(database: Database, visitor: Visitor) -> None:
    """It reached some before it was stopped, and they may come back to read it."""
    number = await publish(database, Row(status=Status.STOPPED), stopped_at=NOW + HOUR)

    assert "Bản tin này đã dừng gửi ngày 20/11/2026" in await visitor.read(f"{LIST}/{number}")


async def test_an_urgent_one_is_marked(database: Database, visitor: Visitor) -> None:
    number = await publish(database, is_urgent=True)

    assert "KHẨN: Lịch cắt nước" in await visitor.read(f"{LIST}/{number}")


async def test_sharing_a_bulletin_shows_its_title_and_picture(database: Database, visitor: Visitor) -> None:
    """Chats and social networks read these when somebody passes the link on; they need whole addresses."""
    await keep_picture(database, KEY, b"png")
    number = await publish(database, picture=KEY)

    page = Page(await visitor.read(f"{LIST}/{number}"))

    named = {meta.get("property", meta.get("name", "")): meta.get("content") for meta in page.all("meta")}
    assert named["og:title"] == "Lịch cắt nước"
    assert named["og:url"] == f"{PUBLIC_URL}{LIST}/{number}"
    assert named["og:image"] == f"{PUBLIC_URL}/ban-tin/anh/{KEY}"
    assert named["description"] == "Cắt nước từ 8 giờ."


# Paper and radio


async def test_a_sheet_to_print(database: Database, visitor: Visitor) -> None:
    """Self-contained, with whom to ask in this commune."""
    number = await publish(database, is_urgent=True)

    sheet = await visitor.read(f"{LIST}/{number}/to-in")

    assert "@page { size: A4" in sheet
    assert all(said in sheet for said in ("xã Đa Phúc", "Ngày 20/11/2026", "Khẩn", "0000 000 001"))


async def test_a_script_to_read_out(database: Database, visitor: Visitor) -> None:
    """As a page, and as plain text to copy; both without a digit."""
    number = await publish(database)

    page = Page(await visitor.read(f"{LIST}/{number}/phat-thanh"))
    text = await visitor.get(f"{LIST}/{number}/phat-thanh?dang=txt")

    assert "Cắt nước từ tám giờ." in page.text
    assert text.content_type == "text/plain"
    script = await text.text()
    assert script.startswith("Kính thưa bà con xã Đa Phúc.")
    assert not re.search(r"\d", script)


@pytest.mark.parametrize("form", ["to-in", "phat-thanh", "phat-thanh?dang=txt"])
async def test_no_wrong_text_is_printed_or_read_out(database: Database, visitor: Visitor, form: str) -> None:
    """A corrected or stopped bulletin leads to its page, which says what is the matter."""
    wrong = await publish(database)
    await publish(database, Row(at=NOW + HOUR), corrects=wrong)
    stopped = await publish(database, Row(status=Status.STOPPED), stopped_at=NOW + HOUR)

    for number in (wrong, stopped):
        response = await visitor.get(f"{LIST}/{number}/{form}")
        assert (response.status, response.headers["Location"]) == (302, f"{LIST}/{number}")
        assert "to-in" not in await visitor.read(f"{LIST}/{number}")


# What is not there


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/ban-tin/99999", id="no such commune"),
        pytest.param("/ban-tin/430", id="a code that lost its noughts"),
        pytest.param("/ban-tin/٠٠٤٣٠", id="digits of another script"),
        pytest.param("/ban-tin/00430%00", id="a NUL"),
        pytest.param("/ban-tin/xa-da-phuc", id="a name"),
        pytest.param(f"{LIST}/1", id="no such bulletin"),
        pytest.param(f"{LIST}/0", id="no number of a row"),
        pytest.param(f"{LIST}/-1", id="a negative one"),
        pytest.param(f"{LIST}/{10**30}", id="one that no database holds"),
        pytest.param(f"{LIST}/1/to-in", id="a sheet of nothing"),
        pytest.param(f"{LIST}/1/phat-thanh", id="a script of nothing"),
        pytest.param(f"{LIST}/1/2/3", id="deeper than anything is"),
        pytest.param("/ban-tin/99999/rss.xml", id="a feed of nowhere"),
        pytest.param(f"/ban-tin/{ELSEWHERE}/rss.xml", id="a feed of a commune without bulletins"),
        pytest.param(f"{LIST}?trang=0", id="page nought"),
        pytest.param(f"{LIST}?trang=2", id="past the last page"),
        pytest.param(f"{LIST}?trang={9**40}", id="far past it"),
        pytest.param(f"{LIST}?trang=%27%20OR%201", id="no number"),
        pytest.param(f"/ban-tin/anh/{KEY}", id="no such picture"),
        pytest.param("/ban-tin/anh/..%2f..%2fetc%2fpasswd", id="a path"),
    ],
)
async def test_what_is_not_there_leads_on(visitor: Visitor, path: str) -> None:
    """A kind page with the way to the communes and to the chat."""
    response = await visitor.get(path)

    page = Page(await response.text())
    assert response.status == 404
    assert "Không có trang này" in page.text
    assert {"/ban-tin", "/"} <= set(page.links)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(at=None, status=Status.DRAFT), id="a draft"),
        pytest.param(Row(at=None, status=Status.SCHEDULED), id="one that is approved for tomorrow"),
        pytest.param(Row(at=None, status=Status.STOPPED), id="one that was stopped before it began"),
        pytest.param(Row(more={"kind": "letter"}), id="a letter to one person"),
        pytest.param(Row(to=((SON_TAY, ""),)), id="a bulletin of somewhere else"),
    ],
)
async def test_only_what_went_out_here_is_shown(database: Database, visitor: Visitor, row: Row) -> None:
    """In the list, on a page of its own, on paper, on the radio and in the feed."""
    number = await publish(database, row)

    for path in (f"{LIST}/{number}", f"{LIST}/{number}/to-in", f"{LIST}/{number}/phat-thanh"):
        assert (await visitor.get(path)).status == 404
    assert "Lịch cắt nước" not in await visitor.read(LIST)
    assert "Lịch cắt nước" not in await visitor.read(f"{LIST}/rss.xml")


@pytest.mark.parametrize("path", ["/ban-tin/", f"{LIST}/", f"{LIST}/1/"])
async def test_a_slash_at_the_end_is_no_matter(visitor: Visitor, path: str) -> None:
    response = await visitor.get(path)

    assert (response.status, response.headers["Location"]) == (301, path.rstrip("/"))


async def test_a_slash_leads_nowhere_else(visitor: Visitor) -> None:
    """Nobody is sent to another site."""
    response = await visitor.get("/ban-tin//evil.example/")

    assert response.headers["Location"].startswith("/ban-tin//")


# Pictures


async def test_a_picture_keeps_for_a_year(database: Database, visitor: Visitor) -> None:
    """Its address is the digest of its content; a browser takes it for nothing but a picture."""
    await keep_picture(database, KEY, b"\x89PNG")
    number = await publish(database, picture=KEY)

    [picture] = [image for image in Page(await visitor.read(f"{LIST}/{number}")).all("img") if KEY in image["src"]]
    response = await visitor.get(picture["src"])

    assert await response.read() == b"\x89PNG"
    assert response.content_type == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response.headers["Cache-Control"]
    assert picture["alt"] == "Ảnh kèm bản tin «Lịch cắt nước»"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        pytest.param(Row(at=None, status=Status.DRAFT), "image/png", id="of a draft"),
        pytest.param(Row(more={"kind": "letter"}), "image/png", id="of a letter"),
        pytest.param(Row(), "text/html", id="that is none"),
    ],
)
async def test_other_pictures_are_not_there(database: Database, visitor: Visitor, row: Row, kind: str) -> None:
    await keep_picture(database, KEY, b"<script>", kind=kind)
    await publish(database, row, picture=KEY)

    assert (await visitor.get(f"/ban-tin/anh/{KEY}")).status == 404


# Safety


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "[bấm](javascript:alert(1))",
        "[bấm](data:text/html;base64,PHNjcmlwdD4=)",
        "{{ 7 * 7 }}{% raw %}",
        "</title></style><script>alert(1)</script>",
        "' onmouseover='alert(1)",
    ],
)
async def test_nothing_that_anybody_wrote_becomes_markup(database: Database, visitor: Visitor, text: str) -> None:
    """In a title, a text, a hamlet's name; on every page."""
    wrong = await publish(database, Row(title=text, body=text, to=((DA_PHUC, text),)))
    number = await publish(database, Row(title=text, body=text, at=NOW + HOUR, to=((DA_PHUC, text),)), corrects=wrong)

    for path in (LIST, f"{LIST}/{wrong}", f"{LIST}/{number}", f"{LIST}/{number}/to-in", f"{LIST}/{number}/phat-thanh"):
        source = await visitor.read(path)
        page = Page(source.replace("<!doctype html>", ""))
        assert not page.all("script")
        assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
        assert all(link.startswith(("/", "https:", "#")) for link in page.links)
        assert path.endswith(("to-in", "phat-thanh")) or text in page.text


async def test_a_page_may_load_its_own_style_and_pictures_and_nothing_else(
    database: Database, visitor: Visitor
) -> None:
    """No script, no frame, no form, no cookie, nothing from elsewhere."""
    number = await publish(database)

    for path in ("/ban-tin", LIST, f"{LIST}/{number}", f"{LIST}/{number}/phat-thanh", "/ban-tin/99999"):
        response = await visitor.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert hdrs.SET_COOKIE not in response.headers
        for file in Page(await response.text()).files():
            assert (await visitor.get(file)).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_it_is_only_read(visitor: Visitor, method: str) -> None:
    async with visitor.browser.request(method, LIST) as response:
        assert response.status == 405


async def test_head_says_what_get_would(visitor: Visitor) -> None:
    """Without the page."""
    async with visitor.browser.head(LIST) as response:
        assert response.status == 200
        assert "ETag" in response.headers
        assert await response.read() == b""


# Who has it already


async def test_who_has_a_page_already_gets_it_no_second_time(database: Database, visitor: Visitor) -> None:
    """By its digest, or by its date where that is all the caller knows; for a minute nobody asks at all."""
    number = await publish(database)

    for path in (LIST, f"{LIST}/{number}", f"{LIST}/{number}/to-in", f"{LIST}/{number}/phat-thanh", f"{LIST}/rss.xml"):
        first = await visitor.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        by_digest = await visitor.get(path, If_None_Match=f"W/{first.headers['ETag']}")
        by_date = await visitor.get(path, If_Modified_Since=first.headers["Last-Modified"])
        for again in (by_digest, by_date):
            assert (again.status, await again.read()) == (304, b"")
            assert again.headers["ETag"] == first.headers["ETag"]


async def test_a_correction_makes_an_old_page_new(database: Database, visitor: Visitor) -> None:
    """A browser that kept the wrong text asks and is told."""
    number = await publish(database)
    first = await visitor.get(f"{LIST}/{number}")
    await publish(database, Row(at=NOW + HOUR), corrects=number)

    for known in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_Modified_Since": first.headers["Last-Modified"]},
        {"If_None_Match": '"another"', "If_Modified_Since": "Fri, 20 Nov 2037 00:00:00 GMT"},
    ):
        assert (await visitor.get(f"{LIST}/{number}", **known)).status == 200


async def test_stopping_makes_an_old_page_new(database: Database, visitor: Visitor) -> None:
    number = await publish(database)
    first = await visitor.get(f"{LIST}/{number}")
    async with database.writing() as connection:
        await connection.execute(update(bulletins).values(status=Status.STOPPED.value, stopped_at=NOW + HOUR))

    assert (await visitor.get(f"{LIST}/{number}", If_Modified_Since=first.headers["Last-Modified"])).status == 200


# For everybody


async def test_every_page_can_be_read_by_ear(database: Database, visitor: Visitor) -> None:
    """Its language is said, it has one title, headings in order, and a way past the top."""
    number = await publish(database, Row(body="## Một\n\nx\n\n## Hai\n\ny"))

    for path in ("/ban-tin", LIST, f"{LIST}/{number}", f"{LIST}/{number}/phat-thanh"):
        page = Page(await visitor.read(path))
        assert page.all("html") == [{"lang": "vi"}]
        assert len(page.all("main")) == 1
        assert page.links[0] == f"#{page.all('main')[0]['id']}"
        assert page.headings[0] == 1
        assert page.headings.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
        assert all("alt" in image for image in page.all("img"))
        assert all(nav["aria-label"] for nav in page.all("nav"))


async def test_a_page_is_light(database: Database, visitor: Visitor) -> None:
    """A village's connection, an old phone."""
    number = await publish(database)
    page = await visitor.read(f"{LIST}/{number}")

    weight = len(page) + sum([len(await (await visitor.get(file)).read()) for file in set(Page(page).files())])

    assert weight < WEIGHT_LIMIT


async def test_changed_words_show_at_once(database: Database, library: Library) -> None:
    """A reload of the content needs no restart."""
    shelf = [library]
    async with a_visitor(database, lambda: shelf[0]) as visitor:
        await visitor.read(LIST)
        shelf[0] = _with_title(library, "Tin nhà {commune}")

        assert "Tin nhà xã Đa Phúc" in await visitor.read(LIST)


def _with_title(library: Library, title: str) -> Library:
    changed = copy(library)
    words = library.sayings.archive.model_copy(update={"title": title})
    changed.sayings = library.sayings.model_copy(update={"archive": words})
    return changed


async def test_whoever_is_lost_anywhere_finds_the_way(visitor: Visitor) -> None:
    """A mistyped address is nothing to be told in English; what is no browser gets no page."""
    lost = await visitor.get("/khong-co", Accept="text/html,*/*")
    program = await visitor.get("/khong-co", Accept="application/json")

    assert lost.status == program.status == 404
    assert 'href="/ban-tin"' in await lost.text()
    assert "<html" not in await program.text()
