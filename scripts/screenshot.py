"""Take the picture of the README: a real conversation with the demo, as a phone shows it.

    python -m scripts.screenshot [--chromium PATH] [--output docs/images/chat.png]

The demo runs on a free port with a database of its own, and the browser is the one of the browser tests. Typing,
waiting and scrolling are the page's own; only the picture is cut to the conversation.
"""

import argparse
import asyncio
import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from playwright.async_api import FloatRect, Page, ViewportSize, expect

from tests.browser.chromium import a_chromium, find_chromium

_CHECKOUT = Path(__file__).resolve().parent.parent
_PICTURE = Path("docs/images/chat.png")
_QUESTIONS = ("Đức Hòa Sóc Sơn", "gks cho be moi de can j")

_PHONE = ViewportSize(width=390, height=844)
_TALL = ViewportSize(width=390, height=3000)
"""The whole conversation at once, with nothing over its end."""

_MARGIN = 14
_START_SECONDS = 90.0
_ANSWER_MS = 30_000
_LOOK_SECONDS = 0.2

_AS_ON_ANDROID = "document.documentElement.style.fontFamily = 'Roboto, sans-serif'"


class ScreenshotFailed(Exception):
    """Something did not come up; ``args[0]`` says what."""


def a_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def a_demo(folder: Path) -> AsyncIterator[str]:
    """Yield the address of a demo that is ready; its database is in *folder*."""
    port = a_free_port()
    address = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", str(port)),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_CHECKOUT)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _until_ready(process, address)
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _until_ready(process: asyncio.subprocess.Process, address: str) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as client:
            while not await _is_ready(client, address):
                if process.returncode is not None:
                    raise ScreenshotFailed("the demo does not start; run `loaxa demo` to see why")
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        raise ScreenshotFailed("the demo is not ready in time") from None


async def _is_ready(client: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with client.get(f"{address}/readyz") as response:
            return response.ok
    except aiohttp.ClientError:
        return False


async def _say(page: Page, text: str) -> None:
    """Type *text*, send it and wait for the answer."""
    replies = page.locator("#log .message:not(.mine)")
    before = await replies.count()
    await page.locator("#question").fill(text)
    await page.keyboard.press("Enter")
    await expect(replies.nth(before)).to_be_visible()
    await expect(page.locator("#thinking")).to_be_hidden()


async def _cut(page: Page) -> bytes:
    """Return the PNG of the page from the last question to the end of its answer."""
    await page.set_viewport_size(_TALL)
    await page.evaluate(_AS_ON_ANDROID)
    question = await page.locator("#log .mine").last.bounding_box()
    answer = await page.locator("#log > *").last.bounding_box()
    if not question or not answer:
        raise ScreenshotFailed("the conversation is not to be seen")
    top, bottom = question["y"] - _MARGIN, answer["y"] + answer["height"] + _MARGIN
    return await page.screenshot(clip=FloatRect(x=0, y=top, width=_PHONE["width"], height=bottom - top))


async def picture(chromium: str) -> bytes:
    """Return the PNG of a conversation."""
    expect.set_options(timeout=_ANSWER_MS)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        address = await stack.enter_async_context(a_demo(folder))
        browser = await stack.enter_async_context(a_chromium(chromium))
        page = await browser.new_page(viewport=_PHONE, device_scale_factor=2, is_mobile=True, locale="vi-VN")
        await page.goto(address)
        await expect(page.locator("#log .message").first).to_be_visible()
        for question in _QUESTIONS:
            await _say(page, question)
        return await _cut(page)


def main() -> None:
    """Take the picture and store it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chromium", default=find_chromium())
    parser.add_argument("--output", type=Path, default=_CHECKOUT / _PICTURE)
    options = parser.parse_args()
    if not options.chromium:
        parser.error("no Chromium on PATH; name one with --chromium")
    try:
        taken = asyncio.run(picture(options.chromium))
    except ScreenshotFailed as error:
        sys.exit(str(error))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(taken)
    sys.stdout.write(f"{options.output}: {len(taken) / 1024:.0f} KB\n")


if __name__ == "__main__":
    main()
