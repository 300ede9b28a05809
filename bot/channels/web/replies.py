"""Read the stored replies of a visitor, which are the truth: what is pushed to a page is only a short cut."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.web.render import shown
from bot.channels.web.visitors import address_of
from bot.messages import Outgoing
from bot.ports.inbox import ReplyLog

BATCH = 50
"""Replies read at once; an answer has one to three."""

_READ_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Page:
    """Replies in the order of their ids; everything up to ``synced`` has been read.

    ``has_more``: ask again at once. ``is_anew``: the reply that was named as the last one known is not there, so these
    are all there are; ids the page has seen before may mean other replies now.
    """

    replies: tuple[dict[str, object], ...]
    synced: int
    has_more: bool
    is_anew: bool = False

    def frame(self) -> dict[str, object]:
        """Return the replies as the page gets them."""
        anew = {"anew": True} if self.is_anew else {}
        return {"replies": list(self.replies), "synced": self.synced, "more": self.has_more, **anew}


async def read_replies(log: ReplyLog, visitor: str, after: int) -> Page:
    """Return the replies to *visitor* that follow the one with the id *after*, from the first if there is none such.

    A browser remembers longer than some stores: a demo begins with an empty one, a backup is restored, a person has
    everything deleted. Ids then count from where they were, and a page that trusted its own would wait for ever.

    Raises:
        Exception: whatever the store raises, and `TimeoutError` where it takes too long.
    """
    async with asyncio.timeout(_READ_SECONDS):
        known_and_new = await log.since(address_of(visitor), max(0, after - 1), BATCH)
        if not after:
            return _page(known_and_new, 0, has_more=len(known_and_new) == BATCH)
        if known_and_new and known_and_new[0].id == after:
            return _page(known_and_new[1:], after, has_more=len(known_and_new) == BATCH)
        every = await log.since(address_of(visitor), 0, BATCH)
    return _page(every, 0, has_more=len(every) == BATCH, is_anew=True)


def _page(found: Sequence[Outgoing], after: int, *, has_more: bool, is_anew: bool = False) -> Page:
    return Page(tuple(map(shown, found)), found[-1].id if found else after, has_more, is_anew)
