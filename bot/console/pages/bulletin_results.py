"""What became of a bulletin: counts and reasons in words, sending again, the list as a file, and the last weeks.

"Sent" is what a platform took to pass on; what waits, failed or is not known is never counted with it. Whoever works
for only some of a bulletin's communes sees the figures of these, and neither sends again nor takes the list along.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web

from bot.bulletins.deliveries import State
from bot.bulletins.states import Move, Role
from bot.console.addresses import at
from bot.console.bulletin_views import found, own_communes, owners, why
from bot.console.charts import Bar, Chart, bars
from bot.console.looks import capital, number
from bot.console.page import ID, Answer, Page, Redirect, Shown, Visit
from bot.console.pages.bulletins import SEGMENT, archives
from bot.console.weeks import SHOWN, Week, by_week, first_monday
from bot.desk.bulletins import Desk
from bot.desk.ports.bulletins import Fate, Results
from bot.errors import UserError
from bot.ports.bulletins import Bulletin

_ONE = f"/{SEGMENT}/{ID}"
_AT_ONCE = 5000
"""Rows of the file that are read at once: a million people take no memory here."""

_RESENDABLE = (State.FAILED, State.UNKNOWN)
_MARK = "\ufeff"
"""Tells Excel that a file is UTF-8."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would calculate (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many people are in a state, and what that means."""

    state: State
    name: str
    people: str
    share: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Cause:
    """How many were not reached on a channel, and why."""

    channel: str
    state: str
    reason: str
    people: str


@dataclass(frozen=True, slots=True)
class Again:
    """A way to send once more."""

    label: str
    address: str


class BulletinResults:
    """Shows what became of bulletins of the *desk*; *results* counts, times are those of *zone*."""

    def __init__(self, desk: Desk, results: Results, zone: ZoneInfo) -> None:
        """Send again through *desk*."""
        self._desk = desk
        self._results = results
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, needs = owners(self._desk), Role.EDITOR
        return [
            Page(method="GET", path=f"{_ONE}/ket-qua", show=self.show, needs=needs, whose=one, is_shared=True),
            Page(method="GET", path=f"{_ONE}/ket-qua.csv", show=self.download, needs=needs, whose=one),
            Page(method="GET", path=f"{_ONE}/gui-lai", show=self.ask_to_resend, needs=needs, whose=one),
            Page(method="POST", path=f"{_ONE}/gui-lai", show=self.resend, needs=needs, whose=one),
        ]

    async def show(self, visit: Visit) -> Answer:
        """Show counts, reasons and weeks."""
        report = await self._desk.status(int(visit.field("id")), visit.only)
        bulletin, words = report.bulletin, visit.words.bulletins.result
        has_begun, is_mine = bulletin.published_at is not None, visit.only is None
        has_copies = any(report.counts.values()) or not report.article  # an article has none for people on Zalo
        refused = await self._desk.refusals(bulletin, visit.me)
        outings = await self._results.outings(visit.me.communes, first_monday(visit.now, self._zone))
        facts = {
            "bulletin": bulletin,
            "has_begun": has_begun,
            "is_mine": is_mine,
            "own": "" if is_mine else words.own_only.format(communes=_names(visit, bulletin)),
            "commune": min(own_communes(visit, bulletin.draft)),
            "article": capital(report.article),
            "article_means": words.article_meanings[report.broadcast.state] if report.broadcast else "",
            "counts": _counts(visit, report.counts) if has_begun and has_copies else (),
            "causes": await self._causes(visit) if has_begun else (),
            "agains": () if Move.RESEND in refused else _agains(visit, bulletin.id, report.counts),
            "chart": _chart(visit, by_week(outings, visit.now, self._zone)),
            "archives": archives(visit, bulletin),
        }
        title = words.heading.format(title=bulletin.draft.title)
        return Shown("bulletins/result.html", title, facts, back=at(SEGMENT, bulletin.id))

    async def ask_to_resend(self, visit: Visit) -> Answer:
        """Say what sending again means for those it would go to, and ask."""
        only, words = _only(visit.asked("chi")), visit.words.bulletins.result
        report = await self._desk.status(int(visit.field("id")))
        if refused := (await self._desk.refusals(report.bulletin, visit.me)).get(Move.RESEND):
            raise UserError(refused)
        what = words.failed_what if only is State.FAILED else words.unknown_what
        here = at(SEGMENT, report.bulletin.id, "gui-lai", chi=only.value)
        facts = {
            "what": what.format(number=number(report.counts[only])),
            "yes": words.resend_yes,
            "action": here,
            "no": at(SEGMENT, report.bulletin.id, "ket-qua"),
        }
        return Shown("confirm.html", words.resend_title, facts)

    async def resend(self, visit: Visit) -> Answer:
        """Send again."""
        bulletin_id = int(visit.field("id"))
        count = await self._desk.resend(bulletin_id, _only(visit.asked("chi")), visit.me.name)
        done = visit.words.bulletins.done.resent.format(number=number(count))
        return Redirect(at(SEGMENT, bulletin_id, "tien-trinh"), done)

    async def download(self, visit: Visit) -> Answer:
        """Hand out what became of each copy, without anything by which a person could be found."""
        bulletin = await found(self._desk, visit)
        headers = {
            hdrs.CONTENT_TYPE: "text/csv; charset=utf-8",
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="ban-tin-{bulletin.id}.csv"',
        }
        file = web.StreamResponse(headers=headers)
        await file.prepare(visit.request)
        await file.write((_MARK + _rows([visit.words.bulletins.result.csv_heads])).encode())
        after = 0
        while fates := await self._results.fates(bulletin.id, after, _AT_ONCE):
            await file.write(_rows(self._row(visit, fate) for fate in fates).encode())
            after = fates[-1].person_id
        return file

    async def _causes(self, visit: Visit) -> Sequence[Cause]:
        names: Mapping[str, str] = visit.desk.states.model_dump()
        return [
            Cause(
                channel=str(getattr(visit.desk.channels, one.channel)),
                state=capital(names[one.state]),
                reason=capital(why(visit, one.channel, one.state, one.code)),
                people=number(one.count),
            )
            for one in await self._results.reasons(int(visit.field("id")), visit.only)
        ]

    def _row(self, visit: Visit, fate: Fate) -> Sequence[str]:
        state = str(getattr(visit.desk.states, fate.state))
        reason = why(visit, fate.channel, fate.state, fate.code) if fate.code else ""
        channel = str(getattr(visit.desk.channels, fate.channel))
        return (str(fate.person_id), channel, state, reason, self._moment(fate.changed_at))

    def _moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%d/%m/%Y %H:%M}"


def _names(visit: Visit, bulletin: Bulletin) -> str:
    """Return the communes whose figures are shown, by name."""
    codes = own_communes(visit, bulletin.draft)
    return ", ".join(visit.library.fields(code)["commune.name"] for code in codes)


def _only(asked: str) -> State:
    """Return which copies are to be sent again: those that failed, unless the others are asked for."""
    return State.UNKNOWN if asked == State.UNKNOWN else State.FAILED


def _counts(visit: Visit, counts: Mapping[State, int]) -> Sequence[Count]:
    """Return every state that somebody is in."""
    total, words = sum(counts.values()), visit.words.bulletins.result
    order = (State.SENT, State.HELD, State.FAILED, State.UNKNOWN, State.GONE, State.SKIPPED)
    return [
        Count(
            state=state,
            name=capital(getattr(visit.desk.states, state)),
            people=number(counts[state]),
            share=share(counts[state], total),
            meaning=words.meanings[state],
        )
        for state in (*order, State.PENDING, State.SENDING)
        if counts[state] or state is State.SENT
    ]


def share(part: int, whole: int) -> str:
    """Return the share in percent: a few of many are never rounded to nothing, or to everybody."""
    exact = 100 * part / whole if whole else 0.0
    if 0 < exact < 1:
        return "< 1%"
    return "> 99%" if 99 < exact < 100 else f"{exact:.0f}%"  # noqa: PLR2004  # percent


def _chart(visit: Visit, weeks: Sequence[Week]) -> Chart | None:
    """Return the weeks as bars; None where nothing went out."""
    words = visit.words.bulletins.result
    heads = [words.week, *(capital(getattr(visit.desk.states, state)) for state in SHOWN)]
    rows = [Bar(f"{week.monday:%d/%m/%Y}", week.counts) for week in weeks]
    return bars(words.chart, words.weeks_hint, heads, rows)


def _agains(visit: Visit, bulletin_id: int, counts: Mapping[State, int]) -> Sequence[Again]:
    words = visit.words.bulletins.result
    labels = {State.FAILED: words.resend_failed, State.UNKNOWN: words.resend_unknown}
    return [
        Again(labels[state].format(number=number(counts[state])), at(SEGMENT, bulletin_id, "gui-lai", chi=state.value))
        for state in _RESENDABLE
        if counts[state]
    ]


def _rows(rows: Iterable[Sequence[str]]) -> str:
    """Return *rows* as lines of a file; no cell of it is ever calculated."""
    lines = io.StringIO()
    csv.writer(lines).writerows([safe(cell) for cell in row] for row in rows)
    return lines.getvalue()


def safe(cell: str) -> str:
    """Return *cell* so that a spreadsheet shows it and never calculates it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
