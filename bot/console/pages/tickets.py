"""The inbox of what citizens want of staff, and one ticket with all that was said in it: assign, answer, close."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.forms import Fault
from bot.console.looks import capital
from bot.console.page import ID, Answer, Choice, Page, Redirect, Shown, Visit, in_query
from bot.console.ticket_views import SEGMENT, TicketViews
from bot.desk.ports.tickets import Sent, Ticket
from bot.desk.tickets import Inbox, Thread, TicketDesk, is_talking
from bot.errors import UserError
from bot.messages import Channel
from bot.tickets.photos import ENDINGS
from bot.tickets.states import Tab, TicketMove, ticket_refusal

PER_PAGE = 20

_LAST_PAGE = 10_000
_COMMUNE = "xa"
_NUMBER = "{number:[0-9]{1,4}}"
_PHOTO_HEADERS = {
    # Browsers lay a bare photo out with styles of their own; without these a large one is not fitted to the window.
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class TabLink:
    """A part of the inbox: its name, how many are in it, and whether one is there."""

    label: str
    count: int
    address: str
    is_here: bool
    is_late: bool


class TicketPages:
    """Shows the tickets of *desk*."""

    def __init__(self, desk: TicketDesk) -> None:
        """Read and answer through *desk*."""
        self._desk = desk

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, editor, whose = f"/{SEGMENT}/{ID}", Role.EDITOR, self.whose
        return [
            Page(method="GET", path=f"/{SEGMENT}", show=self.inbox, needs=editor, whose=in_query(_COMMUNE)),
            Page(method="GET", path=one, show=self.show, needs=editor, whose=whose),
            Page(method="GET", path=f"{one}/anh/{_NUMBER}", show=self.photo, needs=editor, whose=whose),
            Page(method="POST", path=f"{one}/giao", show=self.assign, needs=editor, whose=whose),
            Page(method="POST", path=f"{one}/tra-loi", show=self.answer, needs=editor, whose=whose, keeps=("text",)),
            Page(method="GET", path=f"{one}/dong", show=self.confirm, needs=editor, whose=whose),
            Page(method="POST", path=f"{one}/dong", show=self.close, needs=editor, whose=whose),
        ]

    async def whose(self, visit: Visit) -> frozenset[str] | None:
        """Say that the page belongs to the commune of its ticket."""
        ticket = await self._desk.find(int(visit.field("id")))
        return frozenset({ticket.commune}) if ticket else None

    async def inbox(self, visit: Visit) -> Answer:
        """Show one page of one part of the inbox."""
        tab, commune, number = _tab(visit), visit.asked(_COMMUNE), _page_number(visit.asked("trang"))
        communes = {commune} if commune else visit.me.communes
        found = await self._desk.inbox(communes, tab, limit=PER_PAGE, skip=(number - 1) * PER_PAGE)
        views = TicketViews(visit.library, visit.now)

        def beside(step: int) -> str:
            return at(SEGMENT, muc=tab, xa=commune, trang=number + step)

        facts = {
            "lines": [views.line(ticket) for ticket in found.tickets],
            "tabs": _tabs(visit, found, tab, commune),
            "tab": tab,
            "empty": getattr(visit.words.tickets.inbox.empty, tab),
            "communes": _communes(visit),
            "commune": commune,
            "newer": beside(-1) if number > 1 else "",
            "older": beside(1) if found.has_more else "",
        }
        return Shown("tickets/list.html", visit.words.tickets.title, facts)

    async def show(self, visit: Visit) -> Answer:
        """Show one ticket, and what can be done."""
        return await self._thread(visit)

    async def photo(self, visit: Visit) -> Answer:
        """Hand out a photo that the citizen sent, as what its bytes are and nothing else."""
        ticket, number = int(visit.field("id")), int(visit.field("number"))
        photo = await self._desk.photo(ticket, number)
        if photo is None:
            raise trouble.missing()
        name = f"{SEGMENT}-{ticket}-{number}.{ENDINGS[photo.type]}"
        headers = {hdrs.CONTENT_DISPOSITION: f'inline; filename="{name}"', **_PHOTO_HEADERS}
        return web.Response(body=photo.content, content_type=photo.type, headers=headers)

    async def assign(self, visit: Visit) -> Answer:
        """Make somebody look after it."""
        words, name = visit.words.tickets.thread, visit.form.text("assignee")
        number, revision = int(visit.field("id")), visit.form.number("revision")
        try:
            await self._desk.assign(number, name, by=visit.me.name, revision=revision)
        except UserError as error:
            return await self._thread(visit, Fault("assignee", str(error)))
        return Redirect(at(SEGMENT, number), words.assigned.format(name=name) if name else words.released)

    async def answer(self, visit: Visit) -> Answer:
        """Answer the citizen; what was typed is not lost where that is refused."""
        number, text = int(visit.field("id")), visit.form.text("text")
        try:
            sent = await self._desk.answer(number, text, by=visit.me.name, revision=visit.form.number("revision"))
        except UserError as error:
            return await self._thread(visit, Fault("text", str(error)), typed=text)
        return Redirect(at(SEGMENT, number), _told(visit, sent))

    async def confirm(self, visit: Visit) -> Answer:
        """Ask before a ticket is closed, as it was seen."""
        words, ticket = visit.words.tickets.thread, (await self._desk.thread(int(visit.field("id")))).ticket
        seen = {"lan": visit.asked("lan"), "nghe": visit.asked("nghe")}
        facts = {
            "what": getattr(words.close_what, ticket.kind),
            "yes": words.close_yes,
            "action": at(SEGMENT, ticket.id, "dong", **seen),
            "no": at(SEGMENT, ticket.id),
        }
        name = TicketViews(visit.library, visit.now).title(ticket)
        return Shown("confirm.html", words.close_title.format(code=name), facts)

    async def close(self, visit: Visit) -> Answer:
        """Close it, if nothing has happened in it since it was seen."""
        number = int(visit.field("id"))
        seen = {"revision": _number(visit.asked("lan")), "heard": _number(visit.asked("nghe"))}
        try:
            await self._desk.close(number, by=visit.me.name, **seen)
        except UserError as error:
            return await self._thread(visit, Fault("", str(error)))
        return Redirect(at(SEGMENT), visit.words.tickets.thread.closed)

    async def _thread(self, visit: Visit, *faults: Fault, typed: str = "") -> Shown:
        thread = await self._desk.thread(int(visit.field("id")))
        ticket, views = thread.ticket, TicketViews(visit.library, visit.now)
        facts = {
            "ticket": ticket,
            "said": views.said(thread, self._desk.keeps),
            "has_photos": any(thread.photos),
            "asked_before": thread.asked_before,
            "tags": views.tags(ticket),
            "kind": views.kind(ticket),
            "commune": views.commune(ticket),
            "is_overdue": views.is_overdue(ticket),
            "is_talking": is_talking(ticket, visit.now),
            "reach": _reach(visit, ticket),
            "colleagues": await self._colleagues(visit, ticket),
            "typed": typed,
            "closing": _closing(thread),
            **_allowed(ticket),
        }
        return Shown("tickets/thread.html", views.title(ticket), facts, faults, back=at(SEGMENT))

    async def _colleagues(self, visit: Visit, ticket: Ticket) -> list[Choice]:
        names = await self._desk.colleagues(ticket)
        return [Choice("", visit.words.tickets.thread.nobody), *(Choice(name, name) for name in names)]


def _told(visit: Visit, sent: Sent) -> str:
    words = visit.words.tickets.thread
    if not sent.went_out:
        return words.not_sent
    return words.shown if sent.pages else words.sent


def _reach(visit: Visit, ticket: Ticket) -> str:
    """Return how the citizen gets an answer."""
    words = visit.words.tickets.thread
    if ticket.channel is None:
        return words.unreachable
    return words.web if ticket.channel is Channel.WEB else str(getattr(words.reachable, ticket.kind))


def _allowed(ticket: Ticket) -> dict[str, bool]:
    """Return which moves may be made now."""
    return {f"may_{move}": ticket_refusal(move, ticket.standing) is None for move in TicketMove}


def _closing(thread: Thread) -> str:
    return at(SEGMENT, thread.ticket.id, "dong", lan=thread.ticket.revision, nghe=thread.heard)


def _tab(visit: Visit) -> Tab:
    asked = visit.asked("muc")
    return Tab(asked) if asked in frozenset(Tab) else Tab.NEW


def _tabs(visit: Visit, inbox: Inbox, here: Tab, commune: str) -> list[TabLink]:
    names = visit.words.tickets.inbox.tabs
    return [
        TabLink(
            label=getattr(names, tab),
            count=inbox.counts[tab],
            address=at(SEGMENT, muc=tab, xa=commune),
            is_here=tab is here,
            is_late=tab is Tab.OVERDUE and inbox.counts[tab] > 0,
        )
        for tab in Tab
    ]


def _communes(visit: Visit) -> list[Choice]:
    """Return the communes to choose from, none where there is only one."""
    if len(visit.communes) == 1:
        return []
    named = [Choice(code, capital(visit.library.fields(code)["commune.name"])) for code in visit.communes]
    return [Choice("", visit.words.tickets.inbox.every_commune), *named]


def _page_number(asked: str) -> int:
    return min(_number(asked), _LAST_PAGE) or 1


def _number(asked: str) -> int:
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 15 else 0  # noqa: PLR2004  # as `ID`
