"""Send bulletins as articles to everyone who follows a Zalo account: one process at a time, one step at a time.

What a step may do is `bot.bulletins.broadcasts`. Before a call the state says that it is being made, and that is
committed: should the process die, the next holder of the lease knows. A broadcast found in `sending` may have been
accepted and is `unknown` from then on.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.bulletins.addresses import picture_address
from bot.bulletins.broadcasts import (
    Change,
    State,
    Why,
    after_failure,
    earliest,
    is_too_late,
    lease_name,
    month_begins,
)
from bot.bulletins.states import Status
from bot.bulletins.timing import Quiet
from bot.desk.composing import Composer
from bot.desk.drafting import capitalised
from bot.errors import PlatformError, Retryable
from bot.ports.bulletins import Bulletin
from bot.ports.platforms import Article, Broadcaster
from bot.ports.sending import Broadcast, BroadcastBook
from bot.ports.world import Alerts, Clock, Lease, Leases, Meter

log = structlog.get_logger()

_LOOK_SECONDS = 1.0
_RECORD_TRIES = 20

Compose = Callable[[Bulletin], Article]


def article_of(bulletin: Bulletin, composer: Composer) -> Article:
    """Return *bulletin* as the article its commune publishes; `composer.public_url` is where its cover is fetched."""
    (commune,) = bulletin.draft.communes
    return Article(
        title=" ".join([*composer.marks(bulletin), bulletin.draft.title]),
        author=capitalised(composer.commune_name(commune)),
        text=bulletin.draft.body,
        cover_url=picture_address(composer.public_url, bulletin.draft.picture),
    )


class Broadcasts:
    """Broadcasts from one account whenever this process gets the lease."""

    def __init__(  # noqa: PLR0913 - the composition root names each part once
        self,
        account: str,
        zalo: Broadcaster,
        book: BroadcastBook,
        compose: Compose,
        *,
        leases: Leases,
        clock: Clock,
        meter: Meter,
        alerts: Alerts,
        a_month: int,
        quiet: Quiet | None = None,
    ) -> None:
        """Broadcast at most *a_month*; bulletins that do not pass *quiet* hours wait for their end."""
        self._lease_name = lease_name(account)
        self._zalo = zalo
        self._book = book
        self._compose = compose
        self._leases = leases
        self._clock = clock
        self._meter = meter
        self._alerts = alerts
        self._a_month = a_month
        self._quiet = quiet

    async def run(self) -> None:
        """Look for something to broadcast once a second, and send while the lease is ours, until cancelled."""
        while True:
            try:
                await self._send_if_any()
            except Exception:
                log.exception("broadcasts_stopped")
            await asyncio.sleep(_LOOK_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311  # out of step with the others

    async def _send_if_any(self) -> None:
        if all(one.wait_seconds > 0 for one in await self._book.unfinished()):
            return
        lease = await self._leases.acquire(self._lease_name)
        if lease is None:
            return
        try:
            pause: float | None = 0.0
            while pause == 0.0 and lease.is_held():
                pause = await self._whole_step(lease)
        finally:
            await lease.release()

    async def _whole_step(self, lease: Lease) -> float | None:
        """Take a step that is not cut off in the middle: whoever stops us waits until what was called is recorded."""
        step = asyncio.create_task(self.step(lease, self._clock.now()))
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            await asyncio.wait([step])
            raise

    async def step(self, lease: Lease, now: datetime) -> float | None:
        """Take the oldest broadcast that does not wait one call further, as the holder of *lease*.

        Returns after how many seconds the next step is wanted, or None if nothing is left to do.
        """
        unfinished = await self._book.unfinished()
        due = next((one for one in unfinished if one.wait_seconds <= 0), None)
        waits = [one.wait_seconds for one in unfinished if one is not due]
        if due is not None:
            change = await self._advance(lease, due, now)
            if change is None:  # somebody else changed it, or holds the lease: look again, but not at once
                waits.append(_LOOK_SECONDS)
            elif not change.state.is_end:
                waits.append(change.wait_seconds)
        return max(0.0, min(waits)) if waits else None

    async def _advance(self, lease: Lease, one: Broadcast, now: datetime) -> Change | None:
        """Take *one* further and return what it came to; None if it was not ours to take."""
        match one.state:
            case State.SENDING:
                return await self._settle(lease, one, Change(state=State.UNKNOWN, code=Why.DIED))
            case State.CREATED:
                return await self._ask(lease, one, now)
            case State.VERIFIED:
                return await self._begin(lease, one, now, State.SENDING, self._send)
            case _:
                return await self._begin(lease, one, now, State.CREATING, self._create)

    async def _begin(
        self,
        lease: Lease,
        one: Broadcast,
        now: datetime,
        state: State,
        call: Callable[[Broadcast], Awaitable[Change]],
    ) -> Change | None:
        """Make a *call* that must not go unnoticed, if it is time for it."""
        if obstacle := await self._obstacle(one, now):
            return await self._settle(lease, one, obstacle)
        begun = replace(one, state=state)
        if state is not one.state and not await self._book.record(lease, one, Change(state=state, tries=one.tries)):
            return None
        return await self._settle(lease, begun, await self._made(lease, begun, call))

    async def _ask(self, lease: Lease, one: Broadcast, now: datetime) -> Change | None:
        if ended := _ended(one.bulletin, now):
            return await self._settle(lease, one, ended)
        return await self._settle(lease, one, await self._made(lease, one, self._verify))

    async def _made(self, lease: Lease, one: Broadcast, call: Callable[[Broadcast], Awaitable[Change]]) -> Change:
        """Make *call* while the lease is ours, and return what it comes to."""
        if not lease.is_held():
            return after_failure(one.state, Retryable("lease", "it has passed to another"), one.tries)
        try:
            return await call(one)
        except PlatformError as error:
            log.warning("broadcast_call_failed", bulletin_id=one.bulletin.id, state=one.state, code=error.code)
            return after_failure(one.state, error, one.tries + 1)
        except Exception:
            log.exception("broadcast_fault", bulletin_id=one.bulletin.id, state=one.state)
            return Change(state=State.UNKNOWN if one.state is State.SENDING else State.FAILED, code=Why.FAULT)

    async def _create(self, one: Broadcast) -> Change:
        token = await self._zalo.create_article(self._compose(one.bulletin))
        return Change(state=State.CREATED, token=token)

    async def _verify(self, one: Broadcast) -> Change:
        article_id = await self._zalo.verify_article(one.token)
        return Change(state=State.VERIFIED, article_id=article_id)

    async def _send(self, one: Broadcast) -> Change:
        platform_id = await self._zalo.broadcast(one.article_id)
        log.info("broadcast_accepted", bulletin_id=one.bulletin.id, platform_id=platform_id)
        return Change(state=State.ACCEPTED, platform_id=platform_id)

    async def _obstacle(self, one: Broadcast, now: datetime) -> Change | None:
        """Return what keeps *one* from going on now: for good, or for a while."""
        if ended := _ended(one.bulletin, now):
            return ended
        if not await self._book.communes() <= one.bulletin.draft.communes:
            return Change(state=State.FAILED, code=Why.AUDIENCE)
        month = month_begins(now)
        opens_at = earliest(now, await self._book.since(month), self._a_month)
        if opens_at is None or is_too_late(one.bulletin.published_at or now, opens_at):
            return Change(state=State.FAILED, code=Why.QUOTA)
        begins_at = self._next_hour(one.bulletin, opens_at)
        if begins_at > now:
            why = Why.QUOTA if opens_at > now else Why.HOURS
            return Change(state=one.state, code=why, tries=one.tries, wait_seconds=(begins_at - now) / _SECOND)
        return None

    def _next_hour(self, bulletin: Bulletin, moment: datetime) -> datetime:
        """Return the first moment from *moment* on that is neither Zalo's night nor our quiet hours."""
        quiet = None if bulletin.passes_quiet else self._quiet
        by_day = self._zalo.next_broadcast(moment)
        return self._zalo.next_broadcast(quiet.end(by_day)) if quiet else by_day

    async def _settle(self, lease: Lease, one: Broadcast, change: Change) -> Change | None:
        """Commit *change*, and tell of an end; None if it was not ours to make."""
        if not await self._record(lease, one, change):
            log.warning("broadcast_outrun", bulletin_id=one.bulletin.id, state=one.state, to=change.state)
            return None
        if change.state.is_end:
            self._tell(one, change)
        return change

    async def _record(self, lease: Lease, one: Broadcast, change: Change) -> bool:
        """Commit *change*, also after the database was away for a while: Zalo cannot be asked what it was told."""
        for _ in range(_RECORD_TRIES):
            try:
                return await self._book.record(lease, one, change)
            except Exception:
                log.warning("broadcast_not_recorded", bulletin_id=one.bulletin.id, to=change.state, exc_info=True)
                await asyncio.sleep(_LOOK_SECONDS)
        return False

    def _tell(self, one: Broadcast, change: Change) -> None:
        self._meter.count("broadcasts", result=change.state)
        log.info("broadcast_ended", bulletin_id=one.bulletin.id, result=change.state, code=change.code)
        if change.state is State.UNKNOWN:
            detail = "may have gone out: look in the OA's manager before it is sent again"
            self._alerts.alert("broadcast_unknown", f"bulletin {one.bulletin.id} ({change.code}) {detail}")
        elif change.state is State.FAILED and change.code != Why.STOPPED:
            detail = "did not go out to the followers: see docs/operations.md"
            self._alerts.alert("broadcast_failed", f"bulletin {one.bulletin.id} ({change.code}) {detail}")


_SECOND = timedelta(seconds=1)


def _ended(bulletin: Bulletin, now: datetime) -> Change | None:
    """Return the end of a broadcast whose bulletin was stopped, or whose time is long past."""
    if bulletin.status is Status.STOPPED:
        return Change(state=State.FAILED, code=Why.STOPPED)
    if is_too_late(bulletin.published_at or now, now):
        return Change(state=State.FAILED, code=Why.LATE)
    return None
