"""Was an answer of use? A button or a thumb tells the editors."""

from bot.ports.conversations import Outcome, Vote
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome

_THUMBS = {"👍": True, "👎": False}


def pressed(turn: Turn, rest: str) -> Outcome | None:
    """Return what follows from the payload *rest* (``topic:1`` or ``topic:0``); None if it makes no sense."""
    topic, _, value = rest.rpartition(":")
    return vote(turn, topic, is_helpful=value == "1") if value in {"0", "1"} else None


def thumb(turn: Turn) -> Outcome | None:
    """Return what follows from a thumb typed under the answer on show; None if there is neither."""
    shown = next((is_up for sign, is_up in _THUMBS.items() if sign in turn.message.text), None)
    return None if shown is None else vote(turn, turn.person.dialogue.topic, is_helpful=shown)


def vote(turn: Turn, topic: str, *, is_helpful: bool) -> Outcome | None:
    """Record the vote on *topic*; None if there is no such answer."""
    if topic not in turn.library.answers:
        return None
    text = turn.say.vote_thanks if is_helpful else turn.say.vote_sorry
    buttons = () if is_helpful else (do(Do.PERSON, turn.say.labels.person),)
    return outcome(text, buttons, effects=(Vote(topic, is_helpful=is_helpful),), dialogue=turn.person.dialogue)
