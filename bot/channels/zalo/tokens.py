"""Keep one OA's access token alive: the only code that spends a refresh token while the service runs.

Of all processes the one that holds the lease ``zalo-token:<oa>`` renews, and the others wait for the stored pair to
change. A new pair is committed before anyone uses it and wherever its predecessor is still the stored one, lease or
not: losing a pair needs a human admin. For the same reason a renewal is a task of its own, which no caller cancels.
"""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import structlog

from bot.alarm import Alarm
from bot.channels.zalo.codes import GRANT
from bot.channels.zalo.grant import (
    REFUSED,
    UNREACHABLE,
    UNSAVED,
    History,
    Renew,
    Step,
    Stop,
    Timing,
    Use,
    View,
    Wait,
    is_ageing,
    next_step,
    waits,
)
from bot.channels.zalo.oauth import GrantRefused, OauthClient
from bot.errors import AccountFault, PlatformError, Retryable
from bot.ports.world import Clock, Lease, Leases, Meter, TokenPair, TokenStore

log = structlog.get_logger()

_FAILURES_BEFORE_ALERT = 5
_MOST_DOUBLINGS = 20


class OaTokens:
    """The access token of one OA, renewed ahead of time and when Zalo rejects it."""

    def __init__(
        self,
        oa_id: str,
        oauth: OauthClient,
        *,
        store: TokenStore,
        leases: Leases,
        clock: Clock,
        meter: Meter,
        alarm: Alarm,
        first_refresh_token: str = "",
        timing: Timing | None = None,
    ) -> None:
        """Serve *oa_id* from *store*, beginning with *first_refresh_token* if nothing is stored."""
        self._oa_id = oa_id
        self._oauth = oauth
        self._store = store
        self._leases = leases
        self._clock = clock
        self._meter = meter
        self._alarm = alarm
        self._first_refresh_token = first_refresh_token
        self._timing = timing or Timing()
        self._history = History()
        self._pair: TokenPair | None = None
        self._renewal: asyncio.Task[None] | None = None

    async def current(self) -> str:
        """Return an access token to call with.

        Raises:
            Retryable: none at the moment (``token``); nothing was sent with it.
            AccountFault: a human must act (``token``); the alert is out.
        """
        return await self._token(rejected="")

    async def renew(self, rejected: str) -> str:
        """Return another access token than *rejected*, which Zalo did not take; raises as `current`."""
        return await self._token(rejected=rejected)

    async def close(self) -> None:
        """Let a renewal that is under way store its pair, within the usual patience."""
        if self._renewal is not None and not self._renewal.done():
            await asyncio.wait({self._renewal}, timeout=self._timing.patience_seconds)
            self._renewal.cancel()

    async def _token(self, *, rejected: str) -> str:
        known = self._pair
        if known and known.access_token != rejected and not is_ageing(known, self._clock.now(), self._timing):
            return known.access_token
        view = await self._view(rejected)
        step = next_step(view, self._timing)
        if isinstance(step, Renew):
            await self._renewed(step.refresh_token, view.stored)
            view = await self._view(rejected)
            step = next_step(view, self._timing)
        return self._carry_out(step, view)

    def _carry_out(self, step: Step, view: View) -> str:
        match step:
            case Use(token):
                self._adopt(view.stored)
                return token
            case Renew() if view.usable:
                return view.usable.access_token
            case Renew():
                raise Retryable(GRANT, "the renewal is taking long")
            case Wait(seconds):
                raise Retryable(GRANT, "waiting for the token endpoint", after_seconds=seconds)
            case Stop(alert, detail):
                self._alarm.ring(alert, detail)
                raise AccountFault(GRANT, alert)

    def _adopt(self, pair: TokenPair | None) -> None:
        if pair != self._pair:
            self._pair = pair
            self._alarm.clear()

    async def _view(self, rejected: str) -> View:
        return View(
            stored=await self._stored(),
            history=self._history,
            now=self._clock.now(),
            first_refresh_token=self._first_refresh_token,
            rejected=rejected,
        )

    async def _stored(self) -> TokenPair | None:
        try:
            return await self._store.load(self._oa_id)
        except Exception as error:  # noqa: BLE001 - a port may fail in any way, and nothing was sent yet
            # The cause is cut off on purpose: a database error may quote the row, and the row is the token.
            raise Retryable(GRANT, type(error).__name__) from None

    async def _renewed(self, refresh_token: str, outdated: TokenPair | None) -> None:
        """Wait for the one renewal of this process, starting it if none runs; give up waiting, never the renewal."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(refresh_token, outdated), name="zalo-token-renewal")
        await asyncio.wait({self._renewal}, timeout=self._timing.patience_seconds)

    async def _renew(self, refresh_token: str, outdated: TokenPair | None) -> None:
        """Renew, or see another process do it; the one place that catches, as nobody may be waiting any more."""
        try:
            lease = await self._lease(outdated)
            if lease is not None:
                try:
                    await self._spend(refresh_token, outdated, lease)
                finally:
                    await lease.release()
        except Exception as error:  # noqa: BLE001 - see the docstring; the text may quote a token, so only its type
            self._put_off(type(error).__name__)

    async def _lease(self, outdated: TokenPair | None) -> Lease | None:
        """Return the lease, or None when the stored pair changed meanwhile or patience ran out."""
        tries = int(self._timing.patience_seconds / self._timing.poll_seconds) + 1
        for _ in range(tries):
            lease = await self._leases.acquire(f"zalo-token:{self._oa_id}")
            if lease is not None:
                return lease
            await asyncio.sleep(self._timing.poll_seconds)
            if await self._has_changed(outdated):
                return None
        return None

    async def _has_changed(self, outdated: TokenPair | None) -> bool:
        stored = await self._stored()
        return stored is not None and (outdated is None or stored.access_token != outdated.access_token)

    async def _spend(self, refresh_token: str, outdated: TokenPair | None, lease: Lease) -> None:
        """Buy the next pair and commit it, unless someone was faster."""
        if await self._has_changed(outdated) or not lease.is_held():
            return
        try:
            pair = await self._oauth.refresh(refresh_token)
        except GrantRefused as error:
            # Whoever held the lease before us may have frozen and spent the token all the same.
            if not await self._has_changed(outdated):
                self._give_up(refresh_token, error)
        except PlatformError as error:
            self._put_off(error.code)
        else:
            await self._commit(refresh_token, pair)

    async def _commit(self, spent: str, pair: TokenPair) -> None:
        """Store *pair*, trying until it is stored: it exists nowhere else."""
        for seconds in waits(self._timing):
            try:
                was_stored = await self._store.replace(self._oa_id, spent=spent, pair=pair)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the pair must not be lost
                log.error("zalo_token_unsaved", reason=type(error).__name__)  # noqa: TRY400 - a trace may quote it
                self._alarm.ring(UNSAVED.alert, UNSAVED.detail)
                await asyncio.sleep(seconds)
            else:
                self._history = History(renewed_at=self._clock.now())
                self._note("renewed" if was_stored else "superseded")
                return

    def _give_up(self, refresh_token: str, error: GrantRefused) -> None:
        self._history = replace(self._history, refused=refresh_token)
        self._alarm.ring(REFUSED.alert, REFUSED.detail)
        self._note("refused", code=error.code, reason=error.reason)

    def _put_off(self, reason: str) -> None:
        """Let some time pass before the next try, longer after each failure."""
        failures = self._history.failures + 1
        seconds = next(islice(waits(self._timing), min(failures, _MOST_DOUBLINGS) - 1, None))
        seconds *= random.uniform(0.5, 1)  # noqa: S311 - spreads processes out, hides nothing
        not_before = self._clock.now() + timedelta(seconds=seconds)
        self._history = replace(self._history, failures=failures, not_before=not_before)
        if failures >= _FAILURES_BEFORE_ALERT:
            self._alarm.ring(UNREACHABLE.alert, UNREACHABLE.detail)
        self._note("put_off", reason=reason)

    def _note(self, result: str, **fields: str) -> None:
        self._meter.count("zalo_token_renewals", result=result)
        log.info("zalo_token_renewal", result=result, **fields)
