"""The pages: safe in a browser, usable by keyboard and by ear, and kind where nothing can be done."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.devices import device
from bot.console.looks import Frame, Looks
from bot.console.page import Shown
from bot.knowledge.library import Library
from bot.web.assets import read_assets
from tests.console.strangers import EXAMPLES, STRANGERS, Stranger, settle
from tests.console.test_access import ask
from tests.console.world import DA_PHUC, ZONE, Html, Office, Seen

BOT = Path(__file__).parents[2] / "bot"
WEIGHT_LIMIT = 40 * 1024
EVIL = "<script>alert(1)</script>\"'><b>Lan</b>"


async def every_page(office: Office) -> AsyncIterator[tuple[str, Seen]]:
    """Yield every page that can be looked at, as an admin of everything sees it; what it names is somebody's."""
    await settle(office)
    browser = await office.login("Hoa", Role.ADMIN)
    for page in office.site.pages:
        example = EXAMPLES.get(page.path, STRANGERS.get(page.path, Stranger()))
        if page.method == "GET" and example:
            yield page.path, await ask(browser, page, example)


def headings(page: Html) -> list[str]:
    return [tag for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]


async def test_every_answer_says_what_a_browser_may_do_with_it(office: Office) -> None:
    """Also the ones that are no page: redirects, refusals, files."""
    browser = await office.login("Hoa", Role.ADMIN)
    icon = (await browser.get(at())).page.all("img")[0]["src"]
    answers = [
        await browser.get(at()),
        await browser.get(at("khong-co")),
        await browser.post(at("ra")),
        await browser.get("/quan-tri"),
        await browser.get(icon),
        await (await office.browser()).get(at()),
    ]

    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert all(part in policy for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"))
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
    assert [answer.headers["Cache-Control"] for answer in answers[:4]] == ["no-store"] * 4
    assert "immutable" in answers[4].headers["Cache-Control"]


async def test_every_page_can_be_used_by_keyboard_and_by_ear(office: Office) -> None:
    async for path, seen in every_page(office):
        html = seen.page

        assert seen.status == 200, path
        assert 'lang="vi"' in html.source
        assert len(html.all("main")) == len(html.all("h1")) == 1
        assert html.all("a")[0]["href"] == "#main"
        assert sorted(headings(html)) == headings(html) or "h1" in headings(html)[:2]
        labelled = {label["for"] for label in html.all("label")}
        typed = [*html.all("input"), *html.all("select"), *html.all("textarea")]
        assert {one["id"] for one in typed if one.get("type") != "hidden"} <= labelled, path
        ids = [attributes["id"] for _, attributes in html.elements if "id" in attributes]
        assert len(ids) == len(set(ids)), path


async def test_no_page_needs_an_exception_from_the_policy(office: Office) -> None:
    """Nothing runs, and nothing looks, but by our own files; no page loads anything from elsewhere."""
    async for path, seen in every_page(office):
        html = seen.page

        assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", html.source), path
        loaded = [one.get("src") or one.get("href") for tag in ("img", "script", "link") for one in html.all(tag)]
        assert all(address and address.startswith("/quan-tri/static/") for address in loaded)


async def test_every_form_of_every_page_carries_a_token(office: Office) -> None:
    async for path, seen in every_page(office):
        html = seen.page
        changing = [form for form in html.all("form") if form["method"] == "post"]

        assert html.source.count('name="_token"') == len(changing), path


async def test_the_first_page_is_light(office: Office) -> None:
    """With everything it loads: an old laptop on a village's line."""
    browser = await office.login("Hoa", Role.ADMIN)
    html = (await browser.get(at())).page
    files = {one.get("src") or one.get("href", "") for tag in ("img", "script", "link") for one in html.all(tag)}
    weight = len(html.source.encode())
    for file in files:
        seen = await browser.get(file)
        assert seen.status == 200
        weight += len(seen.page.source.encode())

    assert weight < WEIGHT_LIMIT


async def test_a_name_can_be_anything_and_is_only_ever_a_name(office: Office) -> None:
    browser = await office.login(EVIL, Role.ADMIN, DA_PHUC)
    addresses = [at(), at("can-bo"), at("can-bo", EVIL), at("nhat-ky"), at("nhat-ky", nguoi=EVIL), at("tai-khoan")]

    for address in addresses:
        seen = await browser.get(address)
        assert seen.status == 200, address
        assert "<script>alert" not in seen.page.source
        assert "<b>Lan" not in seen.page.source
        assert EVIL in seen.text


async def test_what_stands_in_an_address_is_only_text(office: Office) -> None:
    seen = await (await office.browser()).get(at("vao", ma=EVIL))

    assert "<script>alert" not in seen.page.source
    assert [one["value"] for one in seen.page.all("input") if one["name"] == "ma"] == [EVIL]


async def test_the_menu_shows_what_there_is_for_whom(office: Office) -> None:
    admin, editor = await office.login("Hoa", Role.ADMIN), await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert at("nhat-ky") in (await admin.get(at())).page.links()
    assert at("nhat-ky") not in (await editor.get(at())).page.links()
    [here] = [link for link in (await admin.get(at("nhat-ky"))).page.all("a") if "aria-current" in link]
    assert here["href"] == at("nhat-ky")


async def test_every_page_says_where_one_works_and_as_whom(office: Office) -> None:
    one = await office.login("Lan", Role.EDITOR, DA_PHUC)
    several = await office.login("Bình", Role.APPROVER, DA_PHUC, "09574")
    every = await office.login("Hoa", Role.ADMIN)

    mine = (await one.get(at())).text

    assert all(text in mine for text in ("Xã Đa Phúc", "Lan", "Người soạn"))
    assert "2 xã, phường" in (await several.get(at())).text
    assert "Mọi xã, phường" in (await every.get(at())).text


async def test_a_page_that_is_not_there_leads_on(office: Office) -> None:
    seen = await (await office.login("Lan")).get(at("khong-co"))

    assert seen.status == 404
    assert at() in seen.page.links()


async def test_the_console_is_found_without_its_last_slash(office: Office) -> None:
    assert (await (await office.browser()).get("/quan-tri")).goes_to == at()


async def test_a_fault_of_ours_is_told_kindly_and_without_a_trace(office: Office) -> None:
    """What went wrong is in the log of the service, for whoever runs it."""
    browser = await office.login("Lan")
    office.errands.is_broken = True

    seen = await browser.get(at())

    assert seen.status == 500
    assert "Máy chủ gặp lỗi" in seen.text
    assert "Traceback" not in seen.page.source
    assert seen.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        pytest.param(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36",
            "Chrome, Windows",
            id="chrome",
        ),
        pytest.param(
            "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/99 Chrome/93 Safari/5",
            "Cốc Cốc, Windows",
            id="coc coc says chrome too",
        ),
        pytest.param(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1",
            "Safari, iPhone",
            id="iphone says mac too",
        ),
        pytest.param(
            "Mozilla/5.0 (Linux; Android 13; SM-A135F) Chrome/114 Mobile Safari/537.36 Zalo android/1",
            "Zalo, Android",
            id="inside zalo",
        ),
        pytest.param("<script>", "", id="nonsense"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_device_is_told_in_words_its_owner_knows(user_agent: str, words: str) -> None:
    assert device(user_agent) == words


def test_an_address_keeps_what_stands_in_it() -> None:
    assert at() == "/quan-tri/"
    assert at("can-bo", "Lê / Nở?") == "/quan-tri/can-bo/L%C3%AA%20%2F%20N%E1%BB%9F%3F"
    assert at("nhat-ky", nguoi="", trang=2) == "/quan-tri/nhat-ky?trang=2"


async def test_somebody_with_a_slash_in_the_name_has_a_page(office: Office) -> None:
    browser = await office.login("Hoa", Role.ADMIN)
    await office.hire("Tổ 1/2", Role.EDITOR, DA_PHUC)

    assert (await browser.get(at("can-bo", "Tổ 1/2"))).status == 200


def test_every_word_of_the_console_is_used(words: Library) -> None:
    """A sentence that no page shows is one that nobody keeps true."""
    folders = ("console/**/*.py", "console/**/*.html", "commands/*.py", "desk/*.py", "../scheduler/*.py")
    files = [path for folder in folders for path in BOT.glob(folder)]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in files)
    unused = [
        f"{section}.{name}"
        for section, sentences in words.shelves.console.model_dump(exclude={"trouble"}).items()
        if isinstance(sentences, dict)
        for name in sentences
        if not re.search(rf"\b{name}\b", sources)
    ]

    assert unused == []


def test_a_fact_cannot_take_the_place_of_what_frames_every_page(words: Library) -> None:
    """Else a page would lose its words or its menu, and nobody would see why."""
    looks = Looks(web.Application(), read_assets("/static"), ZONE, ())
    shown = Shown("home.html", "Trang chủ", {"words": "mine"})

    with pytest.raises(ValueError, match=r"home\.html.*words"):
        looks.show(make_mocked_request("GET", at()), shown, Frame(library=words, token=""), status=200)
