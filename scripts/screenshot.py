"""Take the picture of the README: a real conversation with the demo, as a phone shows it.

    python -m scripts.screenshot [--chromium PATH] [--output docs/images/chat.png]

The demo runs on a free port with a database of its own, and headless Chromium is told over the Chrome DevTools Protocol
what to do. Typing, waiting and scrolling are the page's own; only the picture is cut to the conversation.
"""

import argparse
import asyncio
import base64
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

_CHECKOUT = Path(__file__).resolve().parent.parent
_PICTURE = Path("docs/images/chat.png")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_QUESTIONS = ("Đức Hòa Sóc Sơn", "gks cho be moi de can j")

_PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
_TALL = {**_PHONE, "height": 3000}  # the whole conversation at once, with nothing over its end
_MARGIN = 14
_START_SECONDS = 90.0
_ANSWER_SECONDS = 30.0
_LOOK_SECONDS = 0.2

# The sandbox is off because root cannot use it in a container; the only page opened is our own.
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip

_REPLIES = "document.querySelectorAll('#log .message:not(.mine)').length"
_IS_STILL = "document.getElementById('thinking').hidden"
_FOCUS = "document.getElementById('question').focus()"
_SUBMIT = "document.getElementById('composer').requestSubmit()"
_AS_ON_ANDROID = "document.documentElement.style.fontFamily = 'Roboto, sans-serif'"
_TOP = "[...document.querySelectorAll('#log .mine')].pop().getBoundingClientRect().top"
_BOTTOM = "document.getElementById('log').lastElementChild.getBoundingClientRect().bottom"


class ScreenshotFailed(Exception):
    """Something did not come up; ``args[0]`` says what."""


async def until(holds: Callable[[], Awaitable[bool]], seconds: float, *, otherwise: str) -> None:
    """Wait until *holds*, for *seconds* at most; then fail with the sentence *otherwise*."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                if await holds():
                    return
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        raise ScreenshotFailed(otherwise) from None


@dataclass(slots=True)
class Page:
    """A page of the browser that is told what to do."""

    socket: aiohttp.ClientWebSocketResponse
    numbers: "count[int]"

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call *method* of the protocol and return its result."""
        number = next(self.numbers)
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        while (answer := await self.socket.receive_json(timeout=_ANSWER_SECONDS)).get("id") != number:
            pass  # an event, which nobody asked for
        if "error" in answer:
            raise ScreenshotFailed(f"{method}: {answer['error'].get('message')}")
        return dict(answer["result"])

    async def value(self, expression: str) -> object:
        """Return what the JavaScript *expression* comes to."""
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until *expression* is true."""

        async def holds() -> bool:
            return bool(await self.value(expression))

        await until(holds, _ANSWER_SECONDS, otherwise=f"the page never came to: {expression}")

    async def say(self, text: str) -> None:
        """Type *text*, send it and wait for the answer."""
        before = await self.value(_REPLIES)
        await self.value(_FOCUS)
        await self.call("Input.insertText", text=text)
        await self.value(_SUBMIT)
        await self.until(f"{_REPLIES} > {before} && {_IS_STILL}")

    async def last_turn(self) -> tuple[float, float]:
        """Return where the last question begins and its answer ends, in pixels of the page."""
        await self.call("Emulation.setDeviceMetricsOverride", **_TALL)
        await self.value(_AS_ON_ANDROID)
        return await self.pixels(_TOP), await self.pixels(_BOTTOM)

    async def pixels(self, expression: str) -> float:
        """Return the number that *expression* comes to."""
        value = await self.value(expression)
        if not isinstance(value, int | float):
            raise ScreenshotFailed(f"no number of pixels: {expression}")
        return float(value)

    async def cut(self, top: float, bottom: float) -> bytes:
        """Return the PNG of the page between *top* and *bottom*."""
        clip = {"x": 0, "y": top - _MARGIN, "width": _PHONE["width"], "height": bottom - top + 2 * _MARGIN, "scale": 1}
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png", clip=clip))["data"])


def a_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def a_process(*command: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run *command* in *folder* for as long as the context lasts; it has our environment and says nothing."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_CHECKOUT)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@asynccontextmanager
async def a_demo(client: aiohttp.ClientSession, folder: Path) -> AsyncIterator[str]:
    """Yield the address of a demo that is ready; its database is in *folder*."""
    port = a_free_port()
    address = f"http://127.0.0.1:{port}"
    async with a_process(sys.executable, "-m", "bot", "demo", "--port", str(port), folder=folder) as process:

        async def is_ready() -> bool:
            if process.returncode is not None:
                raise ScreenshotFailed("the demo does not start; run `loaxa demo` to see why")
            return await _is_ready(client, address)

        await until(is_ready, _START_SECONDS, otherwise="the demo is not ready in time")
        yield address


async def _is_ready(client: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with client.get(f"{address}/readyz") as response:
            return response.ok
    except aiohttp.ClientError:
        return False


@asynccontextmanager
async def a_page(client: aiohttp.ClientSession, chromium: str, folder: Path) -> AsyncIterator[Page]:
    """Yield an empty page of a browser of its own, as wide as a phone; its profile is in *folder*."""
    async with a_process(chromium, *_FLAGS, f"--user-data-dir={folder}", folder=folder):
        port = await _debugging_port(folder / "DevToolsActivePort")
        async with client.put(f"http://127.0.0.1:{port}/json/new?about:blank") as response:
            target = await response.json(content_type=None)
        async with client.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as line:
            page = Page(line, count(1))
            await page.call("Emulation.setDeviceMetricsOverride", **_PHONE)
            yield page
            with contextlib.suppress(ScreenshotFailed, TypeError):
                await page.call("Browser.close")


async def _debugging_port(file: Path) -> int:
    """Return the port that the browser writes into *file* once it listens."""

    async def is_written() -> bool:
        return file.is_file() and bool(file.read_text())  # noqa: ASYNC240  # a few bytes, and nobody else waits

    await until(is_written, _START_SECONDS, otherwise="Chromium does not come up")
    return int(file.read_text().splitlines()[0])  # noqa: ASYNC240


async def picture(chromium: str) -> bytes:
    """Return the PNG of a conversation."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(aiohttp.ClientSession())
        demo, profile = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))) for _ in range(2)
        )
        address = await stack.enter_async_context(a_demo(client, demo))
        page = await stack.enter_async_context(a_page(client, chromium, profile))
        await page.call("Page.navigate", url=address)
        await page.until(f"document.getElementById('log') && {_REPLIES} > 0")
        for question in _QUESTIONS:
            await page.say(question)
        return await page.cut(*await page.last_turn())


def main() -> None:
    """Take the picture and store it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chromium", default=next(filter(None, map(shutil.which, _NAMES)), ""))
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
    print(f"{options.output}: {len(taken) / 1024:.0f} KB")


if __name__ == "__main__":
    main()
