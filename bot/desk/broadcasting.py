"""A bulletin as an article to all followers of the Zalo account: whether it may be one, and how it fares in words.

What the rules are is `bot.bulletins.broadcasts`; here they meet what the account sent and who subscribes at it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.broadcasts import Obstacle, Plan, month_begins, obstacle
from bot.desk.house import House
from bot.desk.ports.bulletins import BroadcastStanding
from bot.desk.slots import told
from bot.errors import UserError
from bot.knowledge.library import Library
from bot.messages import Channel
from bot.ports.bulletins import Draft

_WORTH_TELLING = timedelta(minutes=1)
"""A shorter wait is over before anybody has read of it."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many articles the account may send a month, and how many of this month are ``left``."""

    most: int
    left: int


class BroadcastRules:
    """Asks the rules, with what the account of *house* knows."""

    def __init__(self, house: House) -> None:
        """Ask the book of the account, if there is one."""
        self._house = house

    async def check(self, draft: Draft, library: Library) -> None:
        """See that *draft*, if it is to go out as an article, may.

        Raises:
            UserError: it may not; the sentence says what to do instead.
        """
        if not draft.is_broadcast:
            return
        plan = await self._plan(draft)
        if (why := obstacle(plan)) is not None:
            text = str(getattr(library.shelves.bulletin.desk.obstacles, why))
            month = f"{month_begins(plan.now):%m/%Y}"
            about = "image" if why is Obstacle.NO_PICTURE else "broadcast"
            raise UserError(text.format(most=plan.a_month, month=month), about=about)

    async def corrected(self, draft: Draft) -> Draft:
        """Return *draft*; a correction of an article goes out by messages where no other article may.

        It keeps the way of the wrong text, so nobody could choose that. A cover that is missing can be added.
        """
        if not draft.is_broadcast or not draft.corrects:
            return draft
        plan = replace(await self._plan(draft), has_picture=True)
        return replace(draft, is_broadcast=obstacle(plan) is None)

    async def allowance(self, communes: Collection[str]) -> Allowance | None:
        """Return how many articles are left, where the account may send one for one of *communes* alone; else None."""
        zalo, now = self._house.broadcasting, self._house.clock.now()
        if zalo is None or not zalo.a_month or not self._house.public_url:
            return None
        subscribers = await zalo.book.communes()
        if not any(subscribers <= {code} for code in communes):
            return None
        return Allowance(zalo.a_month, max(0, zalo.a_month - len(await zalo.book.since(month_begins(now)))))

    async def _plan(self, draft: Draft) -> Plan:
        at, zalo = draft.due_at or self._house.clock.now(), self._house.broadcasting
        return Plan(
            has_zalo=zalo is not None,
            audiences=[(audience.commune, audience.hamlet) for audience in draft.audiences],
            subscribers=await zalo.book.communes() if zalo else frozenset(),
            has_picture=bool(draft.picture),
            public_url=self._house.public_url,
            now=at,
            earlier=await zalo.book.since(month_begins(at)) if zalo else (),
            a_month=zalo.a_month if zalo else 0,
        )


def sentence(standing: BroadcastStanding | None, library: Library, now: datetime, zone: ZoneInfo) -> str:
    """Return where an article stands as officials read it, and why; None is one that was never begun."""
    words = library.shelves.bulletin.desk
    if standing is None:
        return words.broadcast.nobody
    state = str(getattr(words.broadcasts, standing.state))
    wait = timedelta(seconds=standing.wait_seconds)
    if not standing.code:
        return state
    if standing.state.is_end:
        return words.broadcast.because.format(state=state, reason=_reason(standing.code, library))
    if wait < _WORTH_TELLING:
        return state
    reason, time = _reason(standing.code, library), told(now + wait, zone)
    return words.broadcast.waits.format(state=state, time=time, reason=reason)


def _reason(code: str, library: Library) -> str:
    """Return what *code* means, Zalo's or ours; what has no words is told as it is."""
    own = getattr(library.shelves.bulletin.desk.reasons, code, "")
    words = library.shelves.console.bulletins.result
    return str(own or words.codes.get(Channel.ZALO, {}).get(code) or words.code.format(code=code))
