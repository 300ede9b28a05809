"""Debian's own Chromium, told by Playwright what to do: no browser is downloaded, and none talks to anybody but us."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# The sandbox is off because root cannot use it in a container; the only pages opened are our own.
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


def find_chromium() -> str:
    """Return the path of the browser that this machine has; empty if it has none."""
    return next(filter(None, map(shutil.which, NAMES)), "")


@asynccontextmanager
async def a_chromium(path: str) -> AsyncIterator[Browser]:
    """Yield the browser at *path*, running without a screen."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            await browser.close()
