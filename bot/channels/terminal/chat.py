"""Talk in the terminal: the same handlers, nothing stored. For editors who try an answer, and for `loaxa ask`.

The conversation's state lives in this object as it would in the database: outcomes are applied to the person in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

from bot.markup import parse, plain
from bot.messages import Address, Channel, Incoming, Kind, Reply
from bot.ports.conversations import (
    ChooseCommune,
    ChooseHamlet,
    EndTalk,
    Forget,
    Handle,
    Outcome,
    Person,
    Subscribe,
    Unsubscribe,
)
from bot.ports.world import Clock
from bot.text import clean, mask

_SOMEBODY = Address(Channel.TERMINAL, "terminal", "you")


class Conversation:
    """One person talking to the handlers."""

    def __init__(self, handle: Handle, clock: Clock, *, commune: str = "") -> None:
        """Begin as somebody who has chosen *commune*, if it is not empty."""
        self._handle = handle
        self._clock = clock
        self._commune = commune
        self._numbers = count(1)
        self.begin_again()

    def begin_again(self) -> None:
        """Forget what was said: the next text is the first one."""
        self._person = Person(0, _SOMEBODY, commune=self._commune)

    async def hear(self, text: str) -> Outcome:
        """Return what the bot makes of *text*, and remember what it changes."""
        message = _message(text, next(self._numbers), self._clock.now())
        outcome = await self._handle(message, self._person)
        self._person = after(self._person, outcome)
        return outcome


async def talk(conversation: Conversation, ask: Callable[[], str], say: Callable[[str], None]) -> None:
    """Read lines from *ask* until it raises `EOFError`, and *say* what the bot answers."""
    say("\n\n".join(as_text((await conversation.hear("/start")).replies)))
    while True:
        try:
            text = ask()
        except EOFError:
            return
        if text.strip():
            say("\n\n".join(as_text((await conversation.hear(text)).replies)))


def as_text(replies: tuple[Reply, ...]) -> Iterator[str]:
    """Yield each reply as plain text, its choices numbered under it."""
    for reply in replies:
        lines = [plain(parse(reply.text))]
        lines += [f"  {number}. {button.label}" for number, button in enumerate(reply.choices, start=1)]
        yield "\n".join(lines)


def _message(text: str, number: int, now: datetime) -> Incoming:
    return Incoming(_SOMEBODY, str(number), Kind.TEXT, now, text=mask(clean(text)))


def after(person: Person, outcome: Outcome) -> Person:
    """Return *person* as a database would have them after *outcome*."""
    person = replace(person, dialogue=outcome.dialogue)
    for effect in outcome.effects:
        match effect:
            case ChooseCommune(code):
                person = replace(person, commune=code, hamlet="")
            case ChooseHamlet(name):
                person = replace(person, hamlet=name)
            case Subscribe():
                person = replace(person, is_subscribed=True)
            case Unsubscribe():
                person = replace(person, is_subscribed=False)
            case EndTalk():
                person = replace(person, talk=None)
            case Forget():
                person = Person(person.id, person.address)
            case _:
                pass
    return person
