"""What can be asked of the bot itself, by a button or by a word; each is done by the module that knows how."""

from collections.abc import Callable, Mapping

from bot.messages import Decision
from bot.ports.bulletins import Archive
from bot.ports.conversations import KeepQuestion, Outcome
from bot.ports.records import Records
from handlers import bulletins, communes, hamlets, hotlines, menu, privacy, smalltalk, staff
from handlers.feedback import Feedback
from handlers.own_tickets import OwnTickets
from handlers.payloads import Do
from handlers.turn import Turn

_ACTS: Mapping[Do, Callable[[Turn], Outcome]] = {
    Do.MENU: menu.open_menu,
    Do.HELP: smalltalk.help_,
    Do.COMMUNE: communes.ask_commune,
    Do.HAMLET: hamlets.ask,
    Do.NO_HAMLET: hamlets.drop,
    Do.HAMLET_LATER: hamlets.later,
    Do.HOTLINES: hotlines.hotlines,
    Do.PERSON: staff.meet,
    Do.SUBSCRIBE: bulletins.offer,
    Do.AGREE: bulletins.agree,
    Do.NOT_NOW: bulletins.later,
    Do.UNSUBSCRIBE: bulletins.stop,
    Do.FORGET: privacy.ask_to_forget,
    Do.FORGET_YES: privacy.forget,
    Do.KEEP: privacy.keep,
}

_TOPICS: Mapping[Do, str] = {
    Do.HELP: "bot-huong-dan",
    Do.MENU: "bot-huong-dan",
    Do.COMMUNE: "bot-doi-xa",
    Do.HAMLET: "bot-doi-xa",
    Do.SUBSCRIBE: "bot-ban-tin",
    Do.UNSUBSCRIBE: "bot-huy-ban-tin",
    Do.BULLETINS: "bot-ban-tin",
    Do.HOTLINES: "hl-tong-hop",
    Do.PERSON: "bot-gap-can-bo",
    Do.FEEDBACK: "pakn-gui",
    Do.MY_FEEDBACK: "pakn-tra-cuu",
    Do.MY_DATA: "dl-bot",
    Do.FORGET: "dl-bot",
}
"""The topic that stands for each request in the figures."""


class Actions:
    """Does what is asked of the bot; the few things that need to read the database go through its ports."""

    def __init__(
        self, archive: Archive, records: Records, feedback: Feedback, own_tickets: OwnTickets, public_url: str = ""
    ) -> None:
        """Read bulletins from *archive* and what is kept about people from *records*.

        The archive's own pages are linked to where the service has a *public_url*.
        """
        self._archive = archive
        self._records = records
        self._feedback = feedback
        self._own_tickets = own_tickets
        self._public_url = public_url

    async def __call__(self, turn: Turn, action: Do) -> Outcome:
        """Do *action*."""
        match action:
            case Do.BULLETINS:
                return await bulletins.latest(turn, self._archive, self._public_url)
            case Do.MY_DATA:
                return await privacy.show_kept(turn, self._records)
            case Do.FEEDBACK:
                return await self._feedback.begin(turn)
            case Do.MY_FEEDBACK:
                return await self._own_tickets.list(turn)
        return _ACTS[action](turn)


def request_record(turn: Turn, action: Do) -> KeepQuestion | None:
    """Return the record of a typed request: it counts like a question; None for what is no request."""
    topic = _TOPICS.get(action)
    return KeepQuestion(turn.message.text, Decision.ANSWER, turn.ranked(topic), 1.0) if topic else None
