"""One turn of a conversation: the message, who sent it, the content and the moment, as every handler sees them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.knowledge.library import Library
from bot.knowledge.matching import RANKED
from bot.knowledge.sayings import Sayings
from bot.messages import Button, Channel, Incoming, Reply
from bot.ports.conversations import Dialogue, Effect, Outcome, Person


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a handler may look at; ``now`` is local time."""

    message: Incoming
    person: Person
    library: Library
    now: datetime

    @property
    def say(self) -> Sayings:
        """Return the bot's own sentences."""
        return self.library.sayings

    @property
    def fields(self) -> Mapping[str, str]:
        """Return the values of an answer's fields for the person's commune."""
        return self.library.fields(self.person.commune)

    @property
    def commune(self) -> str:
        """Return the name of the person's commune, with its kind; a general word if none was chosen."""
        return self.fields["commune.name"]

    @property
    def can_be_written_to(self) -> bool:
        """Tell whether the person can be sent something later: a web page is closed by then, and so is a terminal."""
        return self.message.sender.channel not in {Channel.WEB, Channel.TERMINAL}

    def day(self, moment: datetime) -> str:
        """Return the day of *moment* here, as people write it."""
        return f"{moment.astimezone(self.now.tzinfo):%d/%m/%Y}"

    def ranked(self, first: str) -> tuple[str, ...]:
        """Return the topics a record names: *first*, which was understood, then what the matcher would have said."""
        others = self.library.matcher.match(self.message.text).topics
        return (first, *(topic for topic in others if topic != first))[:RANKED]

    def without_talk(self) -> "Turn":
        """Return this turn as it would be did staff not talk with the person."""
        return replace(self, person=replace(self.person, talk=None))

    def in_commune(self, code: str) -> "Turn":
        """Return this turn as it would be had the person chosen the commune *code* before."""
        return replace(self, person=replace(self.person, commune=code, hamlet=""))


def outcome(
    text: str,
    buttons: Iterable[Button] = (),
    *,
    effects: Iterable[Effect] = (),
    dialogue: Dialogue | None = None,
    asks_location: bool = False,
) -> Outcome:
    """Return the outcome that says one thing."""
    reply = Reply(text, tuple(buttons), asks_location=asks_location)
    return Outcome((reply,), tuple(effects), dialogue or Dialogue())
