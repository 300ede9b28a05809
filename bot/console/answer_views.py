"""An answer as citizens will see it, and a question as the matcher sees it, ready for the pages of the console.

The words of the chat come from the chat's own handlers: a preview that was made another way would lie one day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from bot.knowledge.answer_words import TrialWords, ViewWords
from bot.knowledge.library import Library
from bot.knowledge.matching import Candidate
from bot.knowledge.schema import Answer
from bot.messages import Address, Channel, Incoming, Kind
from bot.ports.conversations import Outcome, Person
from bot.text import clean
from bot.web.hypertext import html
from handlers import answers
from handlers.payloads import page_button
from handlers.turn import Turn

LONGEST_QUESTION = 1000
"""Characters; the matcher reads no more."""

_SOMEBODY = Address(Channel.WEB, "console", "preview")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the chat, and the labels of the buttons under it."""

    heading: str
    html: Markup
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A topic that a question may mean, best first; ``is_this`` marks the one the page is about."""

    topic: str
    title: str
    evidence: str
    phrasing: str
    likeness: int
    is_this: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What becomes of a question, in words, and why. Likeness and sureness are percent."""

    decision: str
    sure: int
    is_danger: bool
    read_as: str
    repairs: tuple[str, ...]
    ranked: tuple[Ranked, ...]


def with_answer(library: Library, name: Path, answer: Answer) -> Library:
    """Return *library* with *answer* as the content of the file *name*, untrained."""
    shelves = library.shelves
    return Library(replace(shelves, answers={**shelves.answers, name: answer}))


def messages(library: Library, topic: str, commune: str, now: datetime, words: ViewWords) -> list[Message]:
    """Return what a citizen of *commune* (empty: not chosen) reads about *topic* at *now*, local time, to its end."""
    message = Incoming(_SOMEBODY, "preview", Kind.PRESS, now)
    turn = Turn(message, Person(0, _SOMEBODY, commune=commune), library, now)
    first = answers.show(turn, topic)
    return [_message(words.first, first), *_pages(turn, topic, first, words)]


def title_of(library: Library, topic: str) -> str:
    """Return the title of *topic*, or its id where it has no answer."""
    return library.answers[topic].title if topic in library.answers else topic


def tried(library: Library, question: str, words: TrialWords, *, this: str = "") -> Tried:
    """Return what *library*, which is trained, makes of *question*; *this* is the topic the page is about."""
    text = clean(question[:LONGEST_QUESTION])
    match = library.matcher.match(text)
    return Tried(
        decision=getattr(words.decisions, match.decision),
        sure=round(match.score * 100),
        is_danger=bool(library.emergencies.happening(text)),
        read_as=match.wording.text,
        repairs=tuple(words.repaired.format(typed=typed, meant=meant) for typed, meant in match.wording.repairs),
        ranked=tuple(_ranked(candidate, library.answers, this) for candidate in match.candidates),
    )


def _pages(turn: Turn, topic: str, first: Outcome, words: ViewWords) -> Iterator[Message]:
    """Yield the pages that the first message leads to, if it leads to any."""
    more = page_button(topic, 1, turn.say.labels.more)
    if more not in first.replies[0].buttons:
        return
    pages = len(answers.body_pages(turn, turn.library.answers[topic]))
    for page in range(1, pages + 1):
        heading = words.page.format(page=page, pages=pages)
        yield _message(heading, answers.show_page(turn, topic, page))


def _message(heading: str, outcome: Outcome) -> Message:
    [reply] = outcome.replies
    said = Markup(html(reply.text, heading="h4"))  # noqa: S704  # `bot.web.hypertext` escapes what anybody wrote
    return Message(heading, said, tuple(button.label for button in reply.buttons))


def _ranked(candidate: Candidate, known: Mapping[str, Answer], this: str) -> Ranked:
    return Ranked(
        topic=candidate.topic,
        title=known[candidate.topic].title,
        evidence=f"{candidate.evidence:.2f}".replace(".", ","),
        phrasing=candidate.phrasing,
        likeness=round(candidate.likeness * 100),
        is_this=candidate.topic == this,
    )
