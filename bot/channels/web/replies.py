"""Read the stored replies of a visitor, which are the truth: what is pushed to a page is only a short cut."""

import asyncio
from dataclasses import dataclass

from bot.channels.web.render import shown
from bot.channels.web.visitors import address_of
from bot.ports import ReplyLog

BATCH = 50
"""Replies read at once; an answer has one to three."""

_READ_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Page:
    """Replies in the order of their ids; everything up to ``synced`` has been read. ``has_more``: ask again at once."""

    replies: tuple[dict[str, object], ...]
    synced: int
    has_more: bool

    def frame(self) -> dict[str, object]:
        """Return the replies as the page gets them."""
        return {"replies": list(self.replies), "synced": self.synced, "more": self.has_more}


async def read_replies(log: ReplyLog, visitor: str, after: int) -> Page:
    """Return the replies to *visitor* with ids above *after*.

    Raises:
        Exception: whatever the store raises, and `TimeoutError` where it takes too long.
    """
    async with asyncio.timeout(_READ_SECONDS):
        found = await log.since(address_of(visitor), after, BATCH)
    return Page(tuple(map(shown, found)), found[-1].id if found else after, has_more=len(found) >= BATCH)
