"""See that every process on one database serves the same content, and say so where one does not.

Each tells what it serves every few seconds. Whoever hears that another took up a change looks into its own folder:
the watcher of files hears nothing on most network disks. Whoever goes on serving what it served before that change is
*behind*, and after `PATIENCE_SECONDS` unfit: `/readyz` answers 503, so that a load balancer asks the others. At least
one process is never behind, the one that changed last; when it dies the others are fit again. A start is no change:
nobody is behind because a process with another copy of the content was started.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.knowledge.library import Library
from bot.ports.serving import Doubt, Served, ServedBook
from bot.ports.world import Alerts

log = structlog.get_logger()

BEAT_SECONDS = 5.0
PATIENCE_SECONDS = 120.0
"""How long a process may serve what others have replaced; loading takes seconds, on a busy machine a minute."""


class Shelf(Protocol):
    """The content in use, and how to look into its folder again."""

    def __call__(self) -> Library:
        """Return the library in use."""
        ...

    async def reload(self) -> None:
        """Take up what the files say now."""
        ...


class ContentWatch:
    """Compares what this *process* serves with what the others do."""

    def __init__(self, process: str, book: ServedBook, shelf: Shelf, alerts: Alerts) -> None:
        """Tell and hear through *book*."""
        self._process = process
        self._book = book
        self._shelf = shelf
        self._alerts = alerts
        self._doubt: Doubt | None = None
        self._looked_for = frozenset[str]()

    def doubt(self) -> Doubt | None:
        """Return why this process may not be fit to serve, as it was at the last beat; for `/readyz`."""
        return self._doubt

    async def run(self) -> None:
        """Go on beating until cancelled."""
        while True:
            try:
                await self.beat()
            except Exception:
                self._doubt = None  # what is not known is no reason to stop serving
                log.exception("content_not_compared")
            await asyncio.sleep(BEAT_SECONDS)

    async def beat(self) -> None:
        """Tell what is served here, hear what is elsewhere, and look into the folder if another has something newer."""
        everyone = await self._book.beat(self._shelf().fingerprint)
        before, self._doubt = self._doubt, doubt(self._process, everyone)
        if self._doubt and self._doubt.is_unfit and not (before and before.is_unfit):
            self._alerts.alert("content_behind", self._doubt.sentence)
        newer = frozenset(one.fingerprint for one in newer_than(self._process, everyone))
        if newer - self._looked_for:
            await self._shelf.reload()
        self._looked_for = newer


def newer_than(process: str, everyone: Sequence[Served]) -> list[Served]:
    """Return those who serve something else, and took it up as a change after *process* loaded what it has."""
    me = next(one for one in everyone if one.process == process)
    return [
        one
        for one in everyone
        if one.fingerprint != me.fingerprint
        and one.changed_seconds_ago is not None
        and one.changed_seconds_ago < me.loaded_seconds_ago
    ]


def doubt(process: str, everyone: Sequence[Served]) -> Doubt | None:
    """Return what is to be said of the content of *process* beside that of *everyone*; None where all is one."""
    me = next(one for one in everyone if one.process == process)
    others = [one for one in everyone if one.fingerprint != me.fingerprint]
    if not others:
        return None
    theirs = ", ".join(sorted({one.fingerprint for one in others}))
    told = f"this process serves content {me.fingerprint}, others serve {theirs}"
    since = max((one.changed_seconds_ago or 0.0 for one in newer_than(process, everyone)), default=0.0)
    if since <= PATIENCE_SECONDS:
        return Doubt(f"{told}; if this lasts, give every machine the same CONTENT_DIR")
    return Doubt(
        f"{told}, which replaced it {since:.0f} seconds ago; update CONTENT_DIR here and see `loaxa check`",
        is_unfit=True,
    )
