"""The library in use: replaced by a good edit, kept through a bad one. With real files and a real watcher."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from bot.knowledge.loader import load_library
from bot.knowledge.shelf import Shelf
from tests.unit.builders import CAN_CUOC, KHAI_SINH, ContentFolder

PATIENCE_SECONDS = 20
"""How long a watcher may take on a busy machine; it usually takes half a second."""


class Told:
    """Keeps what the shelf says of its reloads, and lets a test wait for it."""

    def __init__(self) -> None:
        self.results: list[str] = []
        self._heard = asyncio.Event()

    def __call__(self, result: str) -> None:
        """Hear one result."""
        self.results.append(result)
        self._heard.set()

    async def next(self) -> str:
        """Wait for the next result."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._heard.wait()
        self._heard.clear()
        return self.results[-1]


@pytest.fixture
def told() -> Told:
    """Return an ear for the shelf."""
    return Told()


@pytest.fixture
def shelf(folder: ContentFolder, told: Told) -> Shelf:
    """Return a shelf with the library of *folder*."""
    return Shelf(folder.path, load_library(folder.path), told=told)


@asynccontextmanager
async def watching(shelf: Shelf) -> AsyncIterator[None]:
    """Let *shelf* watch its folder meanwhile."""
    task = asyncio.create_task(shelf.watch())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_good_edit_is_taken(folder: ContentFolder, shelf: Shelf, told: Told) -> None:
    """And whoever holds the library of before still holds all of it."""
    before = shelf()
    folder.replace(CAN_CUOC, "Mất căn cước, xin cấp lại", "Mất thẻ căn cước")

    await shelf.reload()

    assert shelf().answers["cc-mat"].title == "Mất thẻ căn cước"
    assert before.answers["cc-mat"].title == "Mất căn cước, xin cấp lại"
    assert told.results == ["loaded"]


async def test_a_broken_edit_keeps_the_last_good_library(folder: ContentFolder, shelf: Shelf, told: Told) -> None:
    """Citizens notice nothing."""
    good = shelf()
    folder.replace(CAN_CUOC, "confidence: A", "confidence: C")

    await shelf.reload()

    assert shelf() is good
    assert told.results == ["refused"]


async def test_one_broken_file_holds_back_the_others(folder: ContentFolder, shelf: Shelf) -> None:
    """Content is swapped whole: half an edit is no content."""
    folder.replace(CAN_CUOC, "confidence: A", "confidence: C")
    folder.replace(KHAI_SINH, "Đăng ký khai sinh cho trẻ", "Khai sinh")

    await shelf.reload()

    assert shelf().answers["ht-khai-sinh"].title == "Đăng ký khai sinh cho trẻ"


async def test_a_reload_without_a_change_changes_nothing(shelf: Shelf, told: Told) -> None:
    """A touched file is no edit."""
    same = shelf()

    await shelf.reload()

    assert shelf() is same
    assert told.results == []


async def test_the_watcher_refuses_a_broken_edit_and_takes_the_mended_one(
    folder: ContentFolder, shelf: Shelf, told: Told
) -> None:
    """As it goes on an afternoon: a slip, a look at the log, the mending."""
    good = shelf()
    async with watching(shelf):
        await asyncio.sleep(0.5)  # until the watcher looks; it has no way to say so
        folder.replace(CAN_CUOC, "title: Mất", 'title: "Mất')
        assert await told.next() == "refused"
        assert shelf() is good

        folder.replace(CAN_CUOC, 'title: "Mất căn cước', 'title: "Mất thẻ căn cước"  # ')
        assert await told.next() == "loaded"
        assert shelf().answers["cc-mat"].title == "Mất thẻ căn cước"


async def test_the_watcher_sees_files_that_come_and_go(folder: ContentFolder, shelf: Shelf, told: Told) -> None:
    """Editors of the better kind write a new file and rename it over the old one."""
    async with watching(shelf):
        await asyncio.sleep(0.5)  # until the watcher looks; it has no way to say so
        text = folder.read(CAN_CUOC).replace("Mất căn cước, xin cấp lại", "Mất thẻ căn cước")
        folder.write(f"{CAN_CUOC}.tmp", text)
        (folder.path / f"{CAN_CUOC}.tmp").rename(folder.path / CAN_CUOC)

        assert await told.next() == "loaded"
        assert shelf().answers["cc-mat"].title == "Mất thẻ căn cước"
