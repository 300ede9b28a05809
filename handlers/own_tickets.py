"""What became of my feedback: a list, one by its code, and a word more to one.

A code is no secret, so it opens a ticket only to whoever sent it; to everybody else there is none.
"""

from textwrap import shorten

from bot.markup import escape, escape_lines
from bot.messages import Button
from bot.ports.conversations import Outcome, TellStaff
from bot.ports.records import OwnTicket, Tickets
from bot.text import without_masks
from bot.tickets.codes import PREFIX, Written, read_code
from bot.tickets.states import WAITING
from handlers import feedback, feedback_steps
from handlers.payloads import Do, do, feedback_button
from handlers.turn import Turn, outcome

_SHOWN = 5
_EXCERPT = 60


class OwnTickets:
    """Shows people what they sent."""

    def __init__(self, tickets: Tickets) -> None:
        """Read it from *tickets*."""
        self._tickets = tickets

    async def list(self, turn: Turn) -> Outcome:
        """Return the newest of what the person sent."""
        found = (await self._tickets.of(turn.person))[:_SHOWN]
        words, labels = turn.say.feedback, turn.say.labels
        if not found:
            return outcome(words.none, (do(Do.FEEDBACK, labels.feedback),))
        text = "\n\n".join([words.list, "\n".join(_line(turn, ticket) for ticket in found)])
        return outcome(text, (*(feedback_button(one.code, one.code) for one in found), do(Do.MENU, labels.menu)))

    async def show(self, turn: Turn, code: str) -> Outcome:
        """Return where the ticket *code* stands, and what was answered."""
        ticket = await self._own(turn, code)
        return _unknown(turn, code) if ticket is None else outcome(_whole(turn, ticket), _following(turn))

    async def typed(self, turn: Turn, text: str) -> Outcome | None:
        """Return what follows from a *text* that begins with a code; None if it does not."""
        written = read_code(text)
        if written is None:
            return None
        says_more = without_masks(written.more) or turn.message.media_ref
        return await self._more(turn, written) if says_more else await self.show(turn, written.code)

    async def _more(self, turn: Turn, written: Written) -> Outcome:
        """Add what was written after the code to the ticket."""
        words, ticket = turn.say.feedback, await self._own(turn, written.code)
        if ticket is None:
            return _unknown(turn, written.code)
        if len(written.more) > feedback_steps.MOST_TEXT:
            return outcome(words.too_long.format(length=len(written.more), most=feedback_steps.MOST_TEXT))
        due = feedback.deadline(turn, ticket.commune, words.days)
        media = "" if written.more else "image"
        said = TellStaff(ticket.id, written.more, due, media, turn.message.media_ref)
        return outcome(words.added.format(code=ticket.code), _following(turn), effects=(said,))

    async def _own(self, turn: Turn, code: str) -> OwnTicket | None:
        return next((one for one in await self._tickets.of(turn.person) if one.code == code), None)


def is_code(payload: str) -> bool:
    """Tell whether *payload* is the code of a ticket."""
    return payload.startswith(PREFIX)


def _unknown(turn: Turn, code: str) -> Outcome:
    return outcome(turn.say.feedback.unknown.format(code=escape(code)), _following(turn))


def _following(turn: Turn) -> tuple[Button, ...]:
    return do(Do.MY_FEEDBACK, turn.say.labels.my_feedback), do(Do.MENU, turn.say.labels.menu)


def _line(turn: Turn, ticket: OwnTicket) -> str:
    return turn.say.feedback.line.format(
        code=ticket.code,
        date=turn.day(ticket.opened_at),
        state=_state(turn, ticket),
        text=escape(shorten(ticket.text, _EXCERPT, placeholder="…")),
    )


def _state(turn: Turn, ticket: OwnTicket) -> str:
    return str(getattr(turn.say.feedback.states, ticket.state))


def _whole(turn: Turn, ticket: OwnTicket) -> str:
    words, commune = turn.say.feedback, turn.library.fields(ticket.commune)["commune.name"]
    head = words.one.format(code=ticket.code, commune=commune, date=turn.day(ticket.opened_at))
    answers = [f"{words.answer.format(commune=commune)}\n\n{escape_lines(text)}" for text in ticket.answers]
    parts = [f"{head}: {_state(turn, ticket)}.", escape_lines(ticket.text), *answers, _waiting(turn, ticket)]
    return "\n\n".join(filter(None, [*parts, words.add.format(code=ticket.code)]))


def _waiting(turn: Turn, ticket: OwnTicket) -> str:
    """Return by when an answer is due; of one that is late, whom to call."""
    if ticket.state not in WAITING or ticket.due_at is None:
        return ""
    words, date = turn.say.feedback, turn.day(ticket.due_at)
    if turn.now <= ticket.due_at:
        return words.due.format(date=date)
    return words.overdue.format(date=date, phone=turn.library.fields(ticket.commune)["commune.office.phone"])
