"""Answer a question: directly, by asking which of a few was meant, or by saying there is none and whom to call."""

import re

from bot.knowledge.matching import Match
from bot.messages import Button, Decision, Reply
from bot.ports.conversations import KeepQuestion, Outcome
from handlers import answers, bulletins, communes, hotlines, smalltalk, staff
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome

_OWN_TOPICS = {
    "bot-ban-tin": bulletins.offer,
    "bot-huy-ban-tin": bulletins.stop,
    "bot-doi-xa": communes.ask_commune,
    "bot-gap-can-bo": staff.meet,
    "bot-huong-dan": smalltalk.help_,
}
"""Topics that are requests to the bot itself: doing it is the answer."""

# Without its accent "còn" is also a child ("con"), of whom half the questions are.
_BREAK = re.compile(r"[?;\n]+|\s+(?:còn|với lại|ngoài ra|đồng thời|voi lai|ngoai ra|dong thoi)\s+", re.IGNORECASE)
_FEWEST_WORDS = 3
_LONGEST_PAIR = 220
"""Characters: a longer message is a story around one question."""


def answer(turn: Turn, text: str, match: Match) -> Outcome:
    """Return what to say to the question *text*, which was found to want *match*."""
    pair = _two_questions(turn, text)
    if pair:
        return _answer_both(turn, *pair)
    said = _say(turn, match)
    return Outcome(said.replies, (*said.effects, kept(text, match)), said.dialogue)


def kept(text: str, match: Match) -> KeepQuestion:
    """Return the record of a question and what became of it."""
    return KeepQuestion(text, match.decision, match.topics, match.score)


def _say(turn: Turn, match: Match) -> Outcome:
    match match.decision:
        case Decision.ANSWER:
            return show_or_do(turn, match.topics[0])
        case Decision.SUGGEST:
            return _suggest(turn, match)
        case Decision.NONE:
            return _none(turn)


def show_or_do(turn: Turn, topic: str) -> Outcome:
    """Return the answer of *topic*, or do what it asks of the bot."""
    act = _OWN_TOPICS.get(topic)
    return act(turn) if act else answers.show(turn, topic)


def _suggest(turn: Turn, match: Match) -> Outcome:
    buttons: list[Button] = [answers.suggestion(turn, topic) for topic in match.suggested]
    buttons.append(do(Do.PERSON, turn.say.labels.person))
    return outcome(turn.say.suggest, buttons)


def _none(turn: Turn) -> Outcome:
    labels = turn.say.labels
    parts = [turn.say.none]
    if turn.person.commune:
        parts.append(hotlines.local_contacts(turn))
    return outcome(
        "\n\n".join(parts),
        (do(Do.MENU, labels.menu), do(Do.HOTLINES, labels.hotlines), do(Do.PERSON, labels.person)),
    )


def _two_questions(turn: Turn, text: str) -> tuple[tuple[str, Match], tuple[str, Match]] | None:
    """Return the two questions in *text*, if it is surely two: each is answered directly, by different topics."""
    if len(text) > _LONGEST_PAIR:
        return None
    parts = [part.strip() for part in _BREAK.split(text) if len(part.split()) >= _FEWEST_WORDS]
    if len(parts) != 2:  # noqa: PLR2004  # two questions
        return None
    first, second = ((part, turn.library.matcher.match(part)) for part in parts)
    sure = first[1].decision is second[1].decision is Decision.ANSWER
    if not sure or first[1].topics[0] == second[1].topics[0]:
        return None
    if {first[1].topics[0], second[1].topics[0]} & _OWN_TOPICS.keys():
        return None
    return first, second


def _answer_both(turn: Turn, first: tuple[str, Match], second: tuple[str, Match]) -> Outcome:
    shown = answers.show_together(turn, [match.topics[0] for _, match in (first, second)])
    effects = tuple(kept(text, match) for text, match in (first, second))
    return Outcome((Reply(turn.say.two_questions), *shown.replies), effects, shown.dialogue)
