"""Send an account's bulletins: one process at a time, at a steady rate, each delivery claimed before it is called.

    has work -> lease -> what others left in flight becomes unknown -> [record, claim] -> call -> [record, claim] -> ...

What came back and what to call next are one commit. The lease is asked before every call; without it nothing is sent
and nothing is claimed. What one platform answer means is `bot.bulletins.deliveries`, when to pause is `Breaker`.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import structlog

from bot.alarm import Alarm
from bot.bulletins.deliveries import State, Verdict, verdict
from bot.bulletins.timing import Quiet
from bot.errors import PlatformError
from bot.messages import Channel, Outgoing, Reply
from bot.ports.bulletins import Bulletin, Mention
from bot.ports.platforms import Carrier
from bot.ports.sending import Delivery, Hold, Ledger, Tried, Wanted
from bot.ports.world import Clock, Lease, Leases, Meter
from scheduler.beat import Beat
from scheduler.breaker import Breaker

log = structlog.get_logger()

IN_FLIGHT = 16
"""Deliveries claimed and not yet recorded, at most: what a process that dies can leave in doubt."""

_LOOK_SECONDS = 1.0
_IDLE_SECONDS = 3.0
_REMEMBERED = 512
_RECORD_TRIES = 20
_SHARED_SECONDS = 0.05
"""What comes back so soon before the next call shares its commit: at 25 a second one a message instead of two."""

_NOT_CALLED = Verdict(State.PENDING, "lease", spends_try=False)
"""For what was claimed and must not be called any more: whoever has the lease next sends it."""


class SendStage(StrEnum):
    """Where a delivery is on its way; told to the *observe* of a `Sender`, so that a test can stop a process there."""

    TAKEN_OVER = "taken-over"
    CLAIMED = "claimed"
    POSTED = "posted"
    RECORDED = "recorded"


class Compose(Protocol):
    """Puts a bulletin into the words that somebody of a commune reads."""

    def __call__(self, bulletin: Bulletin, commune: str, older: Sequence[Mention]) -> Reply:
        """Return the message."""
        ...


@dataclass(frozen=True, slots=True)
class Outbox:
    """One account to send from: its carrier and its ledger."""

    channel: Channel
    account: str
    carrier: Carrier
    ledger: Ledger

    @property
    def lease(self) -> str:
        """Return the name of the lease of whoever sends."""
        return f"send:{self.channel}:{self.account}"


def _nothing(_stage: SendStage) -> None:
    pass


class Sender:
    """Sends what the ledger of one account holds, whenever this process gets the lease."""

    def __init__(
        self,
        outbox: Outbox,
        compose: Compose,
        *,
        leases: Leases,
        clock: Clock,
        meter: Meter,
        alarm: Alarm,
        quiet: Quiet | None = None,
        observe: Callable[[SendStage], None] = _nothing,
    ) -> None:
        """Send through *outbox*; bulletins that do not pass *quiet* hours wait for their end."""
        self._outbox = outbox
        self._compose = compose
        self._leases = leases
        self._clock = clock
        self._meter = meter
        self._alarm = alarm
        self._quiet = quiet
        self._observe = observe
        self._breaker = Breaker()

    async def run(self) -> None:
        """Look for work once a second, and send while the lease is ours, until cancelled."""
        while True:
            try:
                await self._send_if_any()
            except Exception:
                log.exception("sender_stopped", channel=self._outbox.channel)
            await asyncio.sleep(_LOOK_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311  # out of step with the others

    async def _send_if_any(self) -> None:
        if not await self._outbox.ledger.has_work():
            return
        lease = await self._leases.acquire(self._outbox.lease)
        if lease is None:
            return
        try:
            await self._hold(lease)
        finally:
            await lease.release()

    async def _hold(self, lease: Lease) -> None:
        """Send as the holder of *lease* until nothing is left, the lease is lost, or the process ends."""
        lost = await self._outbox.ledger.take_over(lease)
        self._observe(SendStage.TAKEN_OVER)
        if lost:
            log.warning("deliveries_in_doubt", channel=self._outbox.channel, count=lost)
        self._breaker = Breaker()
        session = _Session(self, lease)
        try:
            await session.run()
        finally:
            await session.land()

    @property
    def outbox(self) -> Outbox:
        """Return the account this sends from."""
        return self._outbox

    def may_go(self, bulletin: Bulletin) -> bool:
        """Tell whether the hour allows *bulletin*: letters always, the rest by quiet hours and the platform's own."""
        now = self._clock.now()
        if bulletin.is_letter or bulletin.passes_quiet:
            return True
        is_quiet = self._quiet is not None and self._quiet.covers(now)
        return not is_quiet and self._outbox.carrier.takes_bulletins(now)

    def is_reachable(self, delivery: Delivery) -> bool:
        """Tell whether the platform lets us write to the person now."""
        since = self._outbox.carrier.writable_since(self._clock.now())
        return since is None or delivery.last_inbound >= since

    def body(self, bulletin: Bulletin, delivery: Delivery) -> str | None:
        """Return the platform's message for *delivery*, None where it has become too long for one."""
        for older in (delivery.older, ()) if delivery.older else ((),):
            bodies = self._outbox.carrier.render(self._compose(bulletin, delivery.commune, older))
            if len(bodies) == 1:
                return bodies[0]
        return None

    async def call(self, lease: Lease, delivery: Delivery, body: str) -> Tried:
        """Call the platform for *delivery*, if *lease* is still ours, and return what became of it."""
        if not lease.is_held():
            return Tried(delivery, _NOT_CALLED)
        try:
            platform_id = await self._outbox.carrier.send(Outgoing(0, delivery.to, body))
        except PlatformError as error:
            return Tried(delivery, verdict(error, delivery.tries))
        except Exception:
            log.exception("delivery_fault", channel=self._outbox.channel)
            return Tried(delivery, Verdict(State.UNKNOWN, "fault"))
        self._observe(SendStage.POSTED)
        return Tried(delivery, Verdict(State.SENT), platform_id)

    def note(self, tried: Tried, took_off_in: int) -> Hold | None:
        """Count *tried* and return how long the account must wait because of it, if it must."""
        self._meter.count("deliveries", channel=self._outbox.channel, outcome=tried.verdict.state)
        hold = self._breaker.note(tried.verdict, took_off_in)
        name = f"account_paused_{self._outbox.channel}"
        if hold and hold.reason:
            self._alarm.ring(
                name,
                f"Bulletins from {self._outbox.channel} wait about {hold.seconds:.0f} s: the platform says"
                f" {hold.reason!r}. See docs/operations.md, bulletins.",
            )
        elif tried.verdict.state is State.SENT:
            self._alarm.clear(name)
        return hold

    @property
    def round(self) -> int:
        """Return the breaker's round, in which whatever takes off now does so."""
        return self._breaker.round

    @property
    def is_careful(self) -> bool:
        """Tell whether the account was in trouble, and nothing has arrived since."""
        return self._breaker.is_probing

    @property
    def most_in_flight(self) -> int:
        """Return how many may be in flight: one where the account has just been in trouble."""
        return 1 if self.is_careful else IN_FLIGHT

    def begin_carefully(self) -> None:
        """Send one by one until one has arrived: the account was in trouble, perhaps under another process."""
        self._breaker.is_probing = True

    def recorded(self) -> None:
        """Take note that outcomes and claims are committed."""
        self._observe(SendStage.RECORDED)

    def claimed(self) -> None:
        """Take note that new deliveries are claimed and not yet called."""
        self._observe(SendStage.CLAIMED)


@dataclass(slots=True)
class _Queue:
    """The bulletins to send now, in order, and how far each has been claimed."""

    bulletins: list[Bulletin] = field(default_factory=list)
    after: dict[int, int] = field(default_factory=dict)
    looked_at: float = float("-inf")

    def wanted(self, most: int) -> Wanted | None:
        """Return what to claim next."""
        if not self.bulletins or most <= 0:
            return None
        bulletin_id = self.bulletins[0].id
        return Wanted(bulletin_id, most, self.after.get(bulletin_id, 0))

    def claimed(self, wanted: Wanted, deliveries: Sequence[Delivery]) -> None:
        """Go on behind *deliveries*; where none came, turn to the next bulletin, and to this one at the next look."""
        if deliveries:
            self.after[wanted.bulletin_id] = deliveries[-1].person_id
        elif self.bulletins:
            self.after.pop(wanted.bulletin_id, None)
            self.bulletins.pop(0)

    def find(self, bulletin_id: int) -> Bulletin | None:
        return next((bulletin for bulletin in self.bulletins if bulletin.id == bulletin_id), None)


class _Session:
    """One holding of the lease."""

    def __init__(self, sender: Sender, lease: Lease) -> None:
        self._sender = sender
        self._lease = lease
        self._ledger = sender.outbox.ledger
        self._beat = Beat(sender.outbox.carrier.rate)
        self._queue = _Queue()
        self._flights: dict[asyncio.Task[Tried], int] = {}
        self._ready: list[Tried] = []
        self._bodies: dict[tuple[int, str], str | None] = {}
        self._free_at = 0.0
        self._reason = ""
        self._idle_since: float | None = None

    async def run(self) -> None:
        """Record, claim and call, until nothing has been left for a while or the lease is lost."""
        while self._lease.is_held():
            await self._look()
            hold = self._land_ready()
            await self._turn(hold)
            if self._is_over():
                return
            await self._wait()

    async def land(self) -> None:
        """Let what is in the air come down and record it, also after the database was away for a while.

        What cannot be recorded is in doubt for the next holder.
        """
        if self._flights:
            await asyncio.wait(self._flights)
        hold = self._land_ready()
        for _ in range(_RECORD_TRIES):
            if not self._ready:
                return
            try:
                await self._ledger.turn(self._lease, self._ready, hold=hold, wanted=None)
                self._ready = []
            except Exception:
                log.warning("deliveries_not_recorded", count=len(self._ready), exc_info=True)
                await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self) -> None:
        """See what there is to send, once a second at most, and what holds the account."""
        if time.monotonic() - self._queue.looked_at < _LOOK_SECONDS:
            return
        waiting = await self._ledger.waiting()
        self._queue.bulletins = [bulletin for bulletin in waiting if self._sender.may_go(bulletin)]
        self._queue.looked_at = time.monotonic()
        held = await self._ledger.held()
        # Not the longer of this and what we knew: whoever mended the account may have ended the wait.
        seconds = max(held.seconds if held else 0.0, self._sender.outbox.carrier.held_seconds())
        self._free_at = time.monotonic() + seconds
        self._reason = held.reason if held else ""
        if self._reason:
            self._sender.begin_carefully()

    def _land_ready(self) -> Hold | None:
        """Take in what came back, and return the longest wait that it brings."""
        done = {flight.result(): self._flights.pop(flight) for flight in list(self._flights) if flight.done()}
        self._ready += done
        holds = [hold for tried, took_off_in in done.items() if (hold := self._sender.note(tried, took_off_in))]
        if not holds:
            return None
        longest = max(holds, key=lambda hold: (bool(hold.reason), hold.seconds))
        self._free_at = max(self._free_at, time.monotonic() + longest.seconds)
        return longest

    async def _turn(self, hold: Hold | None) -> None:
        wanted = self._queue.wanted(self._room())
        if not self._ready and wanted is None and hold is None:
            return
        bulletin = self._queue.find(wanted.bulletin_id) if wanted else None
        claimed = await self._commit(hold, wanted)
        self._sender.recorded()
        if self._reason and not self._sender.is_careful:
            await self._ledger.release()
            self._reason = ""
        if wanted is None or bulletin is None:
            return
        self._queue.claimed(wanted, claimed)
        if claimed:
            self._sender.claimed()
            self._beat.take(len(claimed))
        for delivery in claimed:
            self._take_off(bulletin, delivery)

    async def _commit(self, hold: Hold | None, wanted: Wanted | None) -> Sequence[Delivery]:
        """Record what is ready and claim what is *wanted*.

        A sender that is ended meanwhile waits for the commit, and gives back what it has claimed and not called.
        """
        tried, self._ready = self._ready, []
        turn = asyncio.create_task(self._ledger.turn(self._lease, tried, hold=hold, wanted=wanted))
        try:
            await asyncio.wait({turn})
        except asyncio.CancelledError:
            await asyncio.wait({turn})
            self._ready += tried if turn.exception() else [Tried(one, _NOT_CALLED) for one in turn.result()]
            raise
        if turn.exception():
            self._ready += tried
        return turn.result()

    def _room(self) -> int:
        if time.monotonic() < self._free_at or not self._lease.is_held():
            return 0
        return self._beat.due(self._sender.most_in_flight - len(self._flights))

    def _take_off(self, bulletin: Bulletin, delivery: Delivery) -> None:
        if not self._sender.is_reachable(delivery):
            self._ready.append(Tried(delivery, Verdict(State.HELD, "window", spends_try=False)))
            return
        body = self._body(bulletin, delivery)
        if body is None:
            self._ready.append(Tried(delivery, Verdict(State.FAILED, "too_long")))
            return
        flight = asyncio.create_task(self._sender.call(self._lease, delivery, body))
        self._flights[flight] = self._sender.round

    def _body(self, bulletin: Bulletin, delivery: Delivery) -> str | None:
        """Return the message; it is the same for all of a commune but those for whom older ones waited."""
        if delivery.older:
            return self._sender.body(bulletin, delivery)
        key = (bulletin.id, delivery.commune)
        if key not in self._bodies:
            if len(self._bodies) >= _REMEMBERED:
                self._bodies.clear()
            self._bodies[key] = self._sender.body(bulletin, delivery)
        return self._bodies[key]

    def _is_over(self) -> bool:
        """Tell whether nothing has been left to do for a while: then another process may have the lease."""
        is_idle = not self._flights and not self._ready and not self._queue.bulletins
        if not is_idle:
            self._idle_since = None
            return False
        if self._idle_since is None:
            self._idle_since = time.monotonic()
        return time.monotonic() - self._idle_since > _IDLE_SECONDS

    async def _wait(self) -> None:
        """Wait until something can be done: an answer came, a turn of the beat, the end of a hold, or another look."""
        now = time.monotonic()
        pauses = [max(0.0, self._queue.looked_at + _LOOK_SECONDS - now)]
        if self._ready:
            pauses.append(0.0)
        is_soon = False
        if self._queue.bulletins and len(self._flights) < self._sender.most_in_flight:
            next_call = max(self._beat.seconds(), self._free_at - now)
            is_soon = next_call <= _SHARED_SECONDS
            pauses.append(next_call)
        pause = min(pauses)
        if self._flights and not is_soon:
            await asyncio.wait(self._flights, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(pause)
