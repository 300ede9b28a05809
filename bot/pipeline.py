"""One message's way: stored, handled, replied to, with a commit between each and nothing lost at any of them.

    receive -> one commit stores the message and claims its sender
    handle  -> the router decides; one commit writes effects, replies and the mark "handled"
    post    -> the platform gets the replies; one commit notes it and takes the sender's next message

Each of the three commits is shared by whoever is waiting at that moment (`bot.batch`). What a process leaves
unfinished, another finds when its claim has run out.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

import structlog

from bot.batch import Batch
from bot.errors import AccountFault, PlatformError, Retryable, Uncertain
from bot.messages import Channel, Decision, Incoming, Outgoing, Reply
from bot.ports.conversations import Handle, KeepQuestion, Outcome
from bot.ports.inbox import Finished, Handled, Inbox, Posted, Work
from bot.ports.platforms import Platform
from bot.ports.world import Alerts, Meter
from bot.text import clean, mask

log = structlog.get_logger()

MOST_TRIES = 3
"""Times the handling of a message may fail before it is given up (`docs/architecture.md`)."""

MOST_DEATHS = 6
"""Times a message may be taken up by processes that die: a death counts against all that a process held, the
innocent too, so it takes twice as many."""

_BATCH = 128
_PERSONS_AT_ONCE = 256
_LONGEST_TEXT = 20_000
_HANDLING_SECONDS = 8.0
_POST_TRIES = 10
_LONGEST_WAIT_SECONDS = 300.0


class Stage(StrEnum):
    """Where a message is on its way; told to the *observe* of a `Pipeline`, so that a test can stop a process there."""

    STORED = "stored"
    DECIDED = "decided"
    SETTLED = "settled"
    POSTED = "posted"
    FINISHED = "finished"


def _nothing(_stage: Stage) -> None:
    pass


class Pipeline:
    """Takes messages in (`bot.ports.conversations.Reception`) and sees each through."""

    def __init__(
        self,
        inbox: Inbox,
        handle: Handle,
        platforms: Mapping[tuple[Channel, str], Platform],
        *,
        apology: Callable[[], Reply],
        meter: Meter,
        alerts: Alerts,
        lease_seconds: float,
        observe: Callable[[Stage], None] = _nothing,
    ) -> None:
        """Handle with *handle*; *platforms* are the accounts by channel and id, *apology* answers a dead message."""
        self._inbox = inbox
        self._handle = handle
        self._platforms = platforms
        self._apology = apology
        self._meter = meter
        self._alerts = alerts
        self._lease_seconds = lease_seconds
        self._observe = observe
        self._running: set[asyncio.Task[None]] = set()
        self._receiving = Batch(self._receive_together, most=_BATCH)
        self._settling = Batch(self._settle_together, most=_BATCH)
        self._finishing = Batch(self._finish_together, most=_BATCH)
        self._is_closing = False

    async def receive(self, messages: Sequence[Incoming]) -> None:
        """Mask, store and commit *messages*, then begin to handle them."""
        if messages:
            await self._receiving([_masked(message) for message in messages])

    async def run(self) -> None:
        """Look after what nobody handles, and keep this process's claims, until cancelled."""
        pause = self._lease_seconds / 4
        while True:
            try:
                await self._inbox.prolong()
                self._start(await self._inbox.claim(self._free()))
            except Exception:
                log.exception("inbox_not_reached")
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311  # so that processes do not march in step

    async def close(self) -> None:
        """Let what has begun come to its end, for one lease at most, then let go of the rest."""
        self._is_closing = True
        await self._wait()
        for task in self._running:
            task.cancel()
        await self._wait()
        with contextlib.suppress(Exception):
            await self._inbox.release_all()

    async def _wait(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=self._lease_seconds)

    def _free(self) -> int:
        return 0 if self._is_closing else max(0, _PERSONS_AT_ONCE - len(self._running))

    def _start(self, works: Sequence[Work]) -> None:
        for work in works:
            task = asyncio.create_task(self._serve(work))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _receive_together(self, groups: Sequence[Sequence[Incoming]]) -> Sequence[None]:
        messages = [message for group in groups for message in group]
        works = await self._inbox.receive(messages, free=self._free())
        self._observe(Stage.STORED)
        self._start(works)
        return [None] * len(groups)

    async def _serve(self, work: Work) -> None:
        """See one claimed person's messages through, one after the other."""
        following: Work | None = work
        while (current := following) is not None:
            try:
                following = await self._turn(current)
            except Exception:
                # The database did not take it: the claim runs out and the message is tried again.
                log.exception("turn_failed", inbox_id=current.inbox_id)
                self._meter.count("turns_failed")
                return

    async def _turn(self, work: Work) -> Work | None:
        began = time.monotonic()
        unsent = work.unsent if work.is_handled else await self._handled(work)
        if unsent is None:
            return None
        finished = await self._post(work, unsent)
        self._observe(Stage.POSTED)
        following = await self._finishing(finished)
        self._observe(Stage.FINISHED)
        self._meter.observe("turn_seconds", time.monotonic() - began, channel=work.message.sender.channel)
        return following

    async def _handled(self, work: Work) -> tuple[Outgoing, ...] | None:
        """Return the replies of *work*, committed; None where it must wait for another try or is another's now."""
        result = await self._decide(work)
        if result is None:
            await self._finishing(Finished(work, retry_in_seconds=0.2 * 4**work.tries))
            return None
        self._observe(Stage.DECIDED)
        unsent = await self._settling(result)
        self._observe(Stage.SETTLED)
        if unsent is None:
            log.warning("claim_lost", inbox_id=work.inbox_id)
        else:
            self._note(result)
        return unsent

    async def _decide(self, work: Work) -> Handled | None:
        if work.tries > MOST_DEATHS:
            return self._buried(work, "every process that took it up ended")
        try:
            async with asyncio.timeout(_HANDLING_SECONDS):
                outcome = await self._handle(work.message, work.person)
            return Handled(work, outcome, self._rendered(work, outcome))
        except Exception as error:
            log.exception("handling_failed", inbox_id=work.inbox_id, tries=work.tries)
            self._meter.count("handling_failed")
            return self._buried(work, type(error).__name__) if work.tries >= MOST_TRIES else None

    def _buried(self, work: Work, reason: str) -> Handled:
        self._alerts.alert("message_dead", f"inbox row {work.inbox_id} was given up after {work.tries} tries: {reason}")
        self._meter.count("messages_dead")
        outcome = Outcome((self._apology(),), dialogue=work.person.dialogue)
        return Handled(work, outcome, self._rendered(work, outcome), is_dead=True)

    def _rendered(self, work: Work, outcome: Outcome) -> tuple[str, ...]:
        platform = self._platform(work)
        return tuple(body for reply in outcome.replies for body in platform.render(reply))

    def _platform(self, work: Work) -> Platform:
        sender = work.message.sender
        return self._platforms[sender.channel, sender.account]

    async def _post(self, work: Work, unsent: Sequence[Outgoing]) -> Finished:
        """Post *unsent* in order; where one must wait, the rest wait behind it."""
        posted: list[Posted] = []
        for index, message in enumerate(unsent):
            try:
                posted.append(Posted(message.id, platform_id=await self._platform(work).send(message)))
            except (Retryable, Uncertain, AccountFault) as error:
                wait = _wait_seconds(error, work)
                if wait is not None:
                    self._meter.count("replies_postponed", channel=message.to.channel)
                    return Finished(work, tuple(posted), retry_in_seconds=wait)
                posted += [Posted(left.id, error=str(error)) for left in unsent[index:]]
                break
            except PlatformError as error:
                posted += [Posted(left.id, error=str(error)) for left in unsent[index:]]
                break
        if any(post.error for post in posted):
            self._meter.count("replies_failed", channel=work.message.sender.channel)
            log.warning("reply_failed", inbox_id=work.inbox_id, error=posted[-1].error)
        return Finished(work, tuple(posted))

    async def _settle_together(self, results: Sequence[Handled]) -> Sequence[tuple[Outgoing, ...] | None]:
        stored = await self._inbox.settle(results)
        return [stored.get(result.work.inbox_id) for result in results]

    async def _finish_together(self, finished: Sequence[Finished]) -> Sequence[Work | None]:
        following = {work.person.id: work for work in await self._inbox.finish(finished)}
        return [following.get(end.work.person.id) for end in finished]

    def _note(self, result: Handled) -> None:
        """Count and log one handled message: never what it said."""
        message = result.work.message
        asked = [effect for effect in result.outcome.effects if isinstance(effect, KeepQuestion)]
        decision = asked[0].decision.value if asked else "other"
        self._meter.count("messages_handled", channel=message.sender.channel, kind=message.kind, decision=decision)
        topic = asked[0].topics[0] if decision == Decision.ANSWER else ""
        log.info("message_handled", channel=message.sender.channel, kind=message.kind, decision=decision, topic=topic)


def _masked(message: Incoming) -> Incoming:
    """Return *message* as it may be stored: no invisible characters, no personal numbers, bounded length."""
    return replace(message, text=mask(clean(message.text[:_LONGEST_TEXT])), payload=clean(message.payload)[:200])


def _wait_seconds(error: PlatformError, work: Work) -> float | None:
    """Return how long to wait before posting again, growing with each try; None when it is time to give up."""
    if work.tries >= _POST_TRIES or (isinstance(error, Uncertain) and work.tries > 1):
        return None
    asked = error.after_seconds if isinstance(error, Retryable) else None
    grown = min(_LONGEST_WAIT_SECONDS, 2.0**work.tries)
    return max(asked or 0.0, grown * random.uniform(0.8, 1.2))  # noqa: S311  # jitter
