"""The page itself: who may load what, who one is there, and how much it weighs on a village's connection."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from aiohttp import ClientResponse

from bot.channels.web.channel import WebConfig
from bot.channels.web.visitors import COOKIE
from bot.errors import OperatorError
from tests.channels.web_world import Chat, a_chat, sayings

WEIGHT_LIMIT = 40 * 1024


class Page(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, source: str) -> None:
        """Read *source*."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def files(self) -> set[str]:
        return {
            attributes[name]
            for _, attributes in self.elements
            for name in ("src", "href")
            if attributes.get(name, "#")[0] != "#"
        }


async def _get(chat: Chat, path: str) -> ClientResponse:
    response = await chat.browser.get(path)
    await response.read()
    return response


async def test_the_page_is_vietnamese_and_says_who_speaks() -> None:
    """The first screen says whose channel it is, in words from the content."""
    async with a_chat() as chat:
        source = await chat.open_page()

    words = sayings().web
    assert '<html lang="vi">' in source
    assert all(text in source for text in (words.title, words.bot, words.privacy, words.no_script, words.skip))


async def test_changed_words_show_at_once_and_cannot_become_markup() -> None:
    """Editors write sentences, not HTML."""
    words = sayings().model_copy(update={"web": sayings().web.model_copy(update={"title": '<b>"Chợ" $base</b>'})})
    async with a_chat(words=words) as chat:
        source = await chat.open_page()

    assert "&lt;b&gt;&quot;Chợ&quot; $base&lt;/b&gt;" in source
    assert "<b>" not in source


async def test_shortcuts_carry_their_payload() -> None:
    """The buttons that stay within reach do what the same buttons in a reply do."""
    async with a_chat() as chat:
        buttons = Page(await chat.open_page()).all("button")

    assert [button["data-payload"] for button in buttons if "data-payload" in button] == ["do:menu"]


async def test_one_can_use_it_by_keyboard_and_by_ear() -> None:
    """Landmarks, a live log with a name, a skip link that leads to a field with a name."""
    async with a_chat() as chat:
        page = Page(await chat.open_page())

    logs = [attributes for _, attributes in page.elements if attributes.get("role") == "log"]
    assert [(log["aria-live"], log["aria-label"]) for log in logs] == [("polite", sayings().web.log_label)]
    assert len(page.all("main")) == 1
    assert page.all("textarea")[0]["aria-label"]
    assert page.all("a")[0]["href"] == "#" + page.all("textarea")[0]["id"]
    assert any(attributes.get("role") == "status" for _, attributes in page.elements)


async def test_nothing_runs_but_our_own_files() -> None:
    """A policy without exceptions, and a page that needs none."""
    async with a_chat() as chat:
        response = await _get(chat, "/")
        source = await response.text()

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", source)
    assert all(path.startswith("/chat/static/") for path in Page(source).files)


async def test_the_whole_page_stays_light() -> None:
    """Everything a first visit loads, uncompressed; and no file leads to another site."""
    async with a_chat() as chat:
        source = await chat.open_page()
        weight, waiting, seen = len(source.encode()), sorted(Page(source).files), set[str]()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            response = await _get(chat, path)
            body = await response.text()
            assert response.status == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "immutable" in response.headers["Cache-Control"]
            assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", body)
            weight += len(body.encode())
            waiting += [urljoin(path, name) for name in re.findall(r'from "(\./[^"]+)"', body)]

    assert len(seen) == 6
    assert weight < WEIGHT_LIMIT


async def test_a_file_of_another_version_is_not_kept() -> None:
    """During a roll-out a page may ask a process of the other version; its answer must not stick."""
    async with a_chat() as chat:
        other = await _get(chat, "/chat/static/0123456789ab/chat.js")
        missing = await _get(chat, "/chat/static/0123456789ab/secret.js")

    assert (other.status, other.headers["Cache-Control"]) == (200, "no-cache")
    assert missing.status == 404


@pytest.mark.parametrize(
    ("public_url", "is_secure"),
    [
        pytest.param("", False, id="no public address"),
        pytest.param("http://127.0.0.1:8080", False, id="a trial"),
        pytest.param("https://hoidap.example.gov.vn", True, id="the real thing"),
    ],
)
async def test_a_visitor_is_a_random_number_in_a_careful_cookie(public_url: str, is_secure: bool) -> None:  # noqa: FBT001
    """Scripts cannot read it, other sites cannot send it, and it says nothing."""
    async with a_chat(WebConfig(public_url=public_url)) as chat:
        chat.browser.session.cookie_jar.clear()
        cookie = (await _get(chat, "/")).cookies[COOKIE]

    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", cookie.value)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == str(365 * 24 * 60 * 60)
    assert bool(cookie["secure"]) is is_secure


async def test_the_same_browser_stays_the_same_visitor() -> None:
    """The cookie is renewed, not replaced; one that we never made is."""
    async with a_chat() as chat:
        before = chat.visitor
        await chat.open_page()
        assert chat.visitor == before

        chat.become("x<script>")
        await chat.open_page()
        assert chat.visitor not in {before, "x<script>"}


async def test_an_old_safari_may_open_the_socket_of_the_public_address() -> None:
    """It does not count a WebSocket as 'self'."""
    async with a_chat(WebConfig(public_url="https://hoidap.example.gov.vn/")) as chat:
        response = await _get(chat, "/")

    assert "connect-src 'self' wss://hoidap.example.gov.vn;" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(WebConfig(public_url="hoidap.example.gov.vn"), id="no scheme"),
        pytest.param(WebConfig(public_url="https://x:port"), id="bad port"),
        pytest.param(WebConfig(trusted_proxies=("10.0.0.0/99",)), id="bad network"),
    ],
)
async def test_settings_that_make_no_sense_stop_the_start(config: WebConfig) -> None:
    """Better no service than one that believes the wrong proxy."""
    with pytest.raises(OperatorError):
        async with a_chat(config):
            pass
