"""Somebody at a real browser, in the words of what they do: open, follow, press, write, choose, read.

A `Typist` does the same with nothing but keys. Playwright waits for what it is asked about, so nothing here waits by
the clock. Whatever a page asked for from elsewhere, and whatever it complained about (a script that may not run, a
fault in one of ours), is remembered: nobody may leave a page that did.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from bot.console.addresses import at

DESK, PHONE = 1200, 360
"""Widths in CSS pixels: an office's computer, and the smallest phones in use."""

_HEIGHT = 800
_TIMEOUT_MS = 30_000  # for a broken run; a busy machine takes seconds
expect.set_options(timeout=_TIMEOUT_MS)

# Chromium says so of every answer that is no success: pages that refuse are meant to.
_REFUSAL = "Failed to load resource"

_networks = count(1)

_MOST_TABS = 300
_MOST_ARROWS = 50


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody works: how wide their window is, whether scripts run there, and whether they have a mouse."""

    width: int = DESK
    has_scripts: bool = True
    has_mouse: bool = True


AT_A_DESK, ON_A_PHONE, BY_KEYBOARD = Way(), Way(PHONE), Way(has_mouse=False)
WITHOUT_SCRIPTS = Way(PHONE, has_scripts=False)


@dataclass  # without slots: Playwright leaves a mark on whose methods it calls
class Visitor:
    """One browser window, with cookies of its own, at the service at ``url``."""

    page: Page
    url: str
    strays: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def opens(self, address: str) -> int:
        """Go to *address* on the service; return the status of the answer."""
        answer = await self.page.goto(address)
        assert answer
        return answer.status

    async def enters(self, link: str) -> None:
        """Open a login link and press its button."""
        await self.opens(link)
        await self.presses("Vào trang cán bộ")
        await self.reads("Bạn đã vào trang cán bộ.")

    async def follows(self, label: str) -> None:
        """Follow the link *label*."""
        await self.page.get_by_role("link", name=label, exact=True).first.click()

    async def presses(self, label: str) -> None:
        """Press the button *label*."""
        await self.page.get_by_role("button", name=label, exact=True).first.click()

    async def writes(self, label: str, text: str) -> None:
        """Put *text* in the box *label*, in the place of what stood there."""
        await self.box(label).fill(text)

    async def ticks(self, label: str) -> None:
        """Choose *label* among several to see."""
        await self.box(label).check()

    async def chooses(self, label: str, option: str) -> None:
        """Choose *option* of the list *label*."""
        await self.box(label).select_option(option)

    async def reads(self, *texts: str) -> None:
        """See each of *texts* on the page."""
        for text in texts:
            await expect(self.page.locator("main")).to_contain_text(text)

    async def is_at(self, title: str | re.Pattern[str]) -> None:
        """See that the page is the one with this title."""
        await expect(self.page).to_have_title(re.compile(re.escape(title)) if isinstance(title, str) else title)

    def box(self, label: str) -> Locator:
        """Return the box *label*."""
        return self.page.get_by_label(label, exact=True)

    @property
    def number(self) -> int:
        """Return the number in the address: of the bulletin or the feedback on the page."""
        [number] = re.findall(r"/(\d+)", urlsplit(self.page.url).path)
        return int(number)

    def note_request(self, request: Request) -> None:
        """Remember what was asked for from elsewhere."""
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self.strays.append(request.url)

    def note_complaint(self, message: ConsoleMessage) -> None:
        """Remember what the browser has to say against a page."""
        if message.type == "error" and not message.text.startswith(_REFUSAL):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def note_error(self, error: Exception) -> None:
        """Remember a script that broke."""
        self.complaints.append(f"{self.page.url}: {error}")


_FOCUSED = """() => {
    const here = document.activeElement, style = getComputedStyle(here);
    const labels = Array.from(here.labels || []).map((label) => label.innerText);
    const name = (one) => (Array.from(one.labels || []).map((label) => label.innerText).join(" ")
        || one.getAttribute("aria-label") || one.innerText || "").trim();
    const group = here.type === "radio" ? Array.from(document.getElementsByName(here.name)).map(name) : [];
    const chosen = here.selectedOptions && here.selectedOptions.length ? here.selectedOptions[0].label : "";
    return {name: name(here), tag: here.localName, type: here.type || "", group, chosen, checked: here.checked === true,
        is_seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0};
}"""
"""What has the focus: its name, its kind, what it is one of, and whether that shows."""


class Typist(Visitor):
    """Somebody without a mouse: they go on with Tab until they are there, and see all the while where they are."""

    async def follows(self, label: str) -> None:
        """Go to the link *label* and press Enter."""
        await self._reaches(label, "a")
        await self.page.keyboard.press("Enter")

    async def presses(self, label: str) -> None:
        """Go to the button *label* and press Space."""
        await self._reaches(label, "button")
        await self.page.keyboard.press("Space")

    async def writes(self, label: str, text: str) -> None:
        """Go to the box *label* and type *text* over what stands there."""
        await self._reaches(label, "input", "textarea")
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.insert_text(text)

    async def ticks(self, label: str) -> None:
        """Go to where *label* is one of several, and on with the arrows."""
        here = await self._reaches(label, "input")
        for _ in range(_MOST_ARROWS):
            if here["name"] == label:
                break
            await self.page.keyboard.press("ArrowDown")
            here = await self._here()
        assert here["name"] == label
        if not here["checked"]:
            await self.page.keyboard.press("Space")

    async def chooses(self, label: str, option: str) -> None:
        """Go to the list *label* and down to *option*."""
        here = await self._reaches(label, "select")
        for _ in range(_MOST_ARROWS):
            if here["chosen"] == option:
                return
            await self.page.keyboard.press("ArrowDown")
            here = await self._here()
        raise AssertionError(f"no {option!r} in {label!r}")

    async def _reaches(self, label: str, *tags: str) -> dict[str, Any]:
        await expect(self.page.locator(", ".join(tags)).first).to_be_attached()
        passed: list[str] = []
        for _ in range(_MOST_TABS):
            await self.page.keyboard.press("Tab")
            here = await self._here()
            if here["tag"] in tags and label in {here["name"], *here["group"]}:
                assert here["is_seen"], f"nobody sees that {label!r} has the focus"
                return here
            passed.append(here["name"])
        raise AssertionError(f"the Tab key never comes to {label!r}, only to {set(passed)}")

    async def _here(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.page.evaluate(_FOCUSED)
        return found


def _a_network() -> str:
    """Return an address in a network of its own, as a proxy tells it: tries to log in are counted by network."""
    number = next(_networks)
    return f"198.{18 + number // 256}.{number % 256}.1"


@asynccontextmanager
async def a_visitor(browser: Browser, url: str, way: Way = AT_A_DESK) -> AsyncIterator[Visitor]:
    """Yield somebody new who works in this *way*; at the end nothing may have come from elsewhere or broken."""
    context = await browser.new_context(
        base_url=url,
        viewport={"width": way.width, "height": _HEIGHT},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=way.has_scripts,
        extra_http_headers={"X-Forwarded-For": _a_network()},
    )
    context.set_default_timeout(_TIMEOUT_MS)
    try:
        visitor = (Visitor if way.has_mouse else Typist)(await context.new_page(), url)
        context.on("request", visitor.note_request)
        context.on("console", visitor.note_complaint)
        visitor.page.on("pageerror", visitor.note_error)
        yield visitor
        assert (visitor.strays, visitor.complaints) == ([], [])
    finally:
        await context.close()


@asynccontextmanager
async def an_official(browser: Browser, url: str, link: str, way: Way = AT_A_DESK) -> AsyncIterator[Visitor]:
    """Yield somebody who has logged in with *link* and is at the first page."""
    async with a_visitor(browser, url, way) as visitor:
        await visitor.enters(link)
        assert urlsplit(visitor.page.url).path == at()
        yield visitor
