"""Let everyone read a feedback and its answer: go over both, see them as everyone will, and only then agree."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.forms import Fault
from bot.console.page import ID, Answer, Page, Redirect, Shown, Visit
from bot.console.ticket_views import SEGMENT, TicketViews
from bot.desk.ports.tickets import Ticket
from bot.desk.tickets import TicketDesk
from bot.errors import UserError
from bot.markup import escape_lines
from bot.ports.bulletins import Exchange
from bot.web.hypertext import html

_STEP, _LOOK, _MEND, _AGREE = "buoc", "xem", "sua", "dang"
_KEPT = ("question", "answer")


class PublishingPages:
    """Publishes what was answered at *desk*."""

    def __init__(self, desk: TicketDesk) -> None:
        """Publish through *desk*."""
        self._desk = desk

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, editor, whose = f"/{SEGMENT}/{ID}", Role.EDITOR, self.whose
        return [
            Page(method="GET", path=f"{one}/cong-khai", show=self.ask, needs=editor, whose=whose),
            Page(method="POST", path=f"{one}/cong-khai", show=self.go_on, needs=editor, whose=whose, keeps=_KEPT),
            Page(method="GET", path=f"{one}/go-xuong", show=self.confirm, needs=editor, whose=whose),
            Page(method="POST", path=f"{one}/go-xuong", show=self.take_down, needs=editor, whose=whose),
        ]

    async def whose(self, visit: Visit) -> frozenset[str] | None:
        """Say that the page belongs to the commune of its ticket."""
        ticket = await self._desk.find(int(visit.field("id")))
        return frozenset({ticket.commune}) if ticket else None

    async def ask(self, visit: Visit) -> Answer:
        """Show question and answer without personal numbers, to be gone over."""
        ticket = await self._ticket(visit)
        return self._form(visit, ticket, await self._desk.proposed(ticket), ticket.revision)

    async def go_on(self, visit: Visit) -> Answer:
        """Show what was typed as everyone will see it, or again to be mended, or publish it."""
        ticket, revision = await self._ticket(visit), visit.form.number("revision")
        typed = Exchange(visit.form.text("question"), visit.form.text("answer"))
        step = visit.form.text(_STEP)
        try:
            if step == _AGREE:
                await self._desk.publish(ticket.id, typed, by=visit.me.name, revision=revision)
                return Redirect(at(SEGMENT, ticket.id), visit.words.tickets.publishing.done)
            if step == _LOOK:
                return self._preview(visit, ticket, self._desk.publishable(ticket, typed), revision)
        except UserError as error:
            return self._form(visit, ticket, typed, ticket.revision, Fault("", str(error)))
        return self._form(visit, ticket, typed, revision)

    async def confirm(self, visit: Visit) -> Answer:
        """Ask before something is taken down."""
        ticket, words = await self._ticket(visit), visit.words.tickets.publishing
        facts = {
            "what": words.take_down_what,
            "yes": words.take_down_yes,
            "action": at(SEGMENT, ticket.id, "go-xuong"),
            "no": at(SEGMENT, ticket.id),
        }
        return Shown("confirm.html", words.take_down_title.format(code=ticket.code or f"#{ticket.id}"), facts)

    async def take_down(self, visit: Visit) -> Answer:
        """Take it down."""
        ticket = await self._ticket(visit)
        await self._desk.unpublish(ticket.id, by=visit.me.name, revision=ticket.revision)
        return Redirect(at(SEGMENT, ticket.id), visit.words.tickets.publishing.taken_down)

    async def _ticket(self, visit: Visit) -> Ticket:
        return (await self._desk.thread(int(visit.field("id")))).ticket

    def _form(self, visit: Visit, ticket: Ticket, typed: Exchange, revision: int, *faults: Fault) -> Shown:
        facts = {"ticket": ticket, "typed": typed, "revision": revision, "step": _STEP, "look": _LOOK}
        return Shown("tickets/publish.html", self._title(visit, ticket), facts, faults, back=at(SEGMENT, ticket.id))

    def _preview(self, visit: Visit, ticket: Ticket, typed: Exchange, revision: int) -> Shown:
        facts = {
            "ticket": ticket,
            "typed": typed,
            "question": _shown(typed.question),
            "answer": _shown(typed.answer),
            "commune": TicketViews(visit.library, visit.now).commune(ticket),
            "revision": revision,
            "step": _STEP,
            "agree": _AGREE,
            "mend": _MEND,
        }
        title = visit.words.tickets.publishing.preview_title
        return Shown("tickets/preview.html", title, facts, back=at(SEGMENT, ticket.id))

    def _title(self, visit: Visit, ticket: Ticket) -> str:
        return visit.words.tickets.publishing.title.format(code=ticket.code or f"#{ticket.id}")


def _shown(text: str) -> Markup:
    return Markup(html(escape_lines(text)))  # noqa: S704  # `bot.web.hypertext` has escaped all that anybody wrote
