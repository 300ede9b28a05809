"""A bulletin on its way, live: how far it is, how long it still takes, and why it waits.

With JavaScript the page listens to a stream of events from its own address, which looks once a second and speaks only
when something changed. Without, the browser loads it anew from time to time.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import ClientConnectionResetError, hdrs, web

from bot.bulletins.deliveries import State
from bot.bulletins.states import Move, Role
from bot.console.addresses import at
from bot.console.bulletin_views import found, owners
from bot.console.looks import capital, number
from bot.console.page import ID, Answer, Page, Shown, Visit
from bot.console.pages.bulletins import SEGMENT
from bot.console.progress import Paces, Progress, states_of
from bot.desk.bulletins import Desk
from bot.desk.ports.bulletins import Pause, Results
from bot.ports.bulletins import Bulletin, Counts

_EVENTS = "text/event-stream"
_BEATS = 60
"""Looks of one stream; then the browser asks again, and whoever was logged out meanwhile gets no more."""

_SILENT_BEATS = 15
"""After so many without news a comment is sent: proxies cut what is silent for long."""

_RETRY_MILLISECONDS = 2000
_NOTHING: Counts = dict.fromkeys(State, 0)


@dataclass(frozen=True, slots=True)
class Told:
    """Where a bulletin stands, in words. ``states`` are the names of states and how many are in each.

    ``is_stoppable`` tells whether anything could still go out.
    """

    percent: int
    done: str
    left: str
    notes: tuple[str, ...]
    states: tuple[tuple[str, str, str], ...]
    is_over: bool
    is_stoppable: bool

    def as_json(self) -> str:
        """Return it as the page's script reads it."""
        record = {"percent": self.percent, "done": self.done, "left": self.left, "over": self.is_over}
        more = {"stoppable": self.is_stoppable, "notes": self.notes, "states": self.states}
        return json.dumps({**record, **more}, ensure_ascii=False)


class BulletinProgress:
    """Shows how far bulletins of the *desk* are; times are those of *zone*."""

    def __init__(self, desk: Desk, results: Results, zone: ZoneInfo, *, beat_seconds: float = 1.0) -> None:
        """Look every *beat_seconds* for whoever listens."""
        self._desk = desk
        self._results = results
        self._zone = zone
        self._beat_seconds = beat_seconds
        self._paces = Paces()

    def pages(self) -> Sequence[Page]:
        """Return the page."""
        path = f"/{SEGMENT}/{ID}/tien-trinh"
        return [Page(method="GET", path=path, show=self.show, needs=Role.EDITOR, whose=owners(self._desk))]

    async def show(self, visit: Visit) -> Answer:
        """Show how far it is; to a script, as events or as one of them."""
        if _EVENTS in visit.request.headers.get(hdrs.ACCEPT, ""):
            return await self._stream(visit)
        bulletin, told = await self._look(visit, visit.now)
        if visit.asked("dang") == "json":
            return web.Response(text=told.as_json(), content_type="application/json")
        refused = await self._desk.refusals(bulletin, visit.me)
        facts = {"bulletin": bulletin, "told": told, "can_stop": Move.STOP not in refused}
        title = visit.words.bulletins.progress.heading.format(title=bulletin.draft.title)
        return Shown("bulletins/progress.html", title, facts, back=at(SEGMENT, bulletin.id))

    async def _stream(self, visit: Visit) -> web.StreamResponse:
        # Proxies that gather what they pass on would hold the events back.
        headers = {hdrs.CONTENT_TYPE: f"{_EVENTS}; charset=utf-8", "X-Accel-Buffering": "no"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(visit.request)
        with suppress(ClientConnectionResetError, ConnectionResetError):  # whoever listened has left
            await stream.write(f"retry: {_RETRY_MILLISECONDS}\n\n".encode())
            await self._speak(visit, stream)
        return stream

    async def _speak(self, visit: Visit, stream: web.StreamResponse) -> None:
        """Tell what changes, until all is done or it is time to ask anew."""
        last, silent, began = "", 0, asyncio.get_running_loop().time()
        for _ in range(_BEATS):
            passed = timedelta(seconds=asyncio.get_running_loop().time() - began)
            _, told = await self._look(visit, visit.now + passed)
            said, silent = told.as_json(), silent + 1
            if said != last or silent > _SILENT_BEATS:
                await stream.write(f"data: {said}\n\n".encode() if said != last else b": \n\n")
                last, silent = said, 0
            if told.is_over:
                return
            await asyncio.sleep(self._beat_seconds)

    async def _look(self, visit: Visit, now: datetime) -> tuple[Bulletin, Told]:
        """Return where the bulletin stands at *now*; its accounts are only asked about while it waits for them."""
        bulletin = await found(self._desk, visit)
        counts, articles = _NOTHING, list[str]()
        if bulletin.published_at:  # before it begins, asking for its status would count everybody who might get it
            report = await self._desk.status(bulletin.id)
            counts = report.counts
            if report.article:
                articles = [visit.words.bulletins.progress.article.format(state=report.article)]
        progress = Progress(bulletin.status, counts)
        left = self._paces.left(bulletin.id, progress.done, progress.to_do, now) if progress.to_do else None
        is_waiting = counts[State.PENDING] > 0 and not progress.is_over
        pauses = await self._results.pauses(bulletin.id) if is_waiting else ()
        rests_until = self._desk.rests_until(bulletin) if is_waiting else None
        notes = [self._pause(visit, one, now) for one in pauses]
        if rests_until:
            notes.append(visit.words.bulletins.progress.quiet.format(time=self._hour(rests_until)))
        shown = Progress(bulletin.status, counts, None if notes else left)
        told = _told(visit, bulletin, shown, notes)
        return bulletin, replace(told, notes=(*told.notes, *articles))

    def _pause(self, visit: Visit, pause: Pause, now: datetime) -> str:
        words, channel = visit.words.bulletins.progress, str(getattr(visit.desk.channels, pause.channel))
        time = self._hour(now + timedelta(seconds=pause.seconds))
        if pause.reason:
            return words.paused_fault.format(channel=channel, code=pause.reason, time=time)
        return words.paused_wait.format(channel=channel, time=time)

    def _hour(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%H:%M}"


def _told(visit: Visit, bulletin: Bulletin, progress: Progress, notes: Sequence[str]) -> Told:
    words = visit.words.bulletins.progress
    percent = 100 * progress.done // progress.total if progress.total else 0
    done = words.done.format(done=number(progress.done), all=number(progress.total), percent=percent)
    names: Mapping[str, str] = visit.desk.states.model_dump()
    return Told(
        percent=percent,
        done=done if progress.total else "",
        left=_left(visit, bulletin, progress, is_paused=bool(notes)),
        notes=tuple(notes),
        states=tuple((state.value, capital(names[state]), number(count)) for state, count in states_of(progress)),
        is_over=progress.is_over,
        is_stoppable=not progress.is_over or (bulletin.stopped_at is None and progress.counts[State.HELD] > 0),
    )


def _left(visit: Visit, bulletin: Bulletin, progress: Progress, *, is_paused: bool) -> str:
    """Return what there is to say about the time it still takes."""
    words = visit.words.bulletins.progress
    if bulletin.stopped_at:
        return words.stopped
    if bulletin.published_at is None:
        return words.not_begun
    if progress.is_for_nobody and not bulletin.draft.is_broadcast:
        return words.nobody
    if not progress.to_do and not progress.is_over:
        return ""  # its article is under way
    if progress.is_over:
        return words.only_held if progress.counts[State.HELD] else words.over
    if is_paused:
        return ""
    return _time_left(visit, progress.left)


def _time_left(visit: Visit, left: timedelta | None) -> str:
    words = visit.words.bulletins.progress
    if left is None:
        return words.left_unknown
    minutes = round(left / timedelta(minutes=1))
    if not minutes:
        return words.left_seconds
    hours, rest = divmod(minutes, 60)
    return words.left_hours.format(hours=hours, minutes=rest) if hours else words.left_minutes.format(number=minutes)
