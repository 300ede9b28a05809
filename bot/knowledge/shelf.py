"""The library in use: replaced whole when the content folder changes, kept as it is when the change is broken.

Whoever asks holds the library of that moment; a reload never changes one under somebody's hands.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog
from watchfiles import awatch

from bot.knowledge.library import Library
from bot.knowledge.loader import BrokenContent, load_checked

log = structlog.get_logger()


class Shelf:
    """Calls return the newest library that loaded without a problem."""

    def __init__(self, folder: Path, library: Library, *, told: Callable[[str], None] = lambda _result: None) -> None:
        """Begin with *library*; *told* hears ``"loaded"`` or ``"refused"`` after each reload."""
        self._folder = folder
        self._library = library
        self._told = told
        self._reloading = asyncio.Lock()

    def __call__(self) -> Library:
        """Return the library in use."""
        return self._library

    async def watch(self) -> None:
        """Reload whenever a file of the folder changes, until cancelled."""
        async for _ in awatch(self._folder, debounce=400, recursive=True):
            await self.reload()

    async def reload(self) -> None:
        """Load the folder anew; keep what is in use if anything is wrong, and log every problem.

        One at a time, and nothing is trained for content that is in use already: an edit in the console and the
        watcher that sees it may both ask.
        """
        async with self._reloading:
            try:
                library = await asyncio.to_thread(load_checked, self._folder)
            except BrokenContent as error:
                log.error("content_refused", problems=[str(problem) for problem in error.problems])  # noqa: TRY400  # no trace
                self._told("refused")
                return
            if library.fingerprint != self._library.fingerprint:
                await asyncio.to_thread(library.train)
                self._library = library
                log.info("content_loaded", answers=len(library.answers), fingerprint=library.fingerprint)
                self._told("loaded")
