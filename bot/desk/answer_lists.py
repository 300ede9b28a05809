"""Which answers a list shows, in which order. Pure: what people asked is counted elsewhere."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bot.desk.ports.answers import Interest
from bot.knowledge.library import Library
from bot.knowledge.schema import Answer
from bot.text import fold


class State(StrEnum):
    """Where an answer stands on a day; the last that holds is the one to show."""

    REVIEWED = "reviewed"
    DRAFT = "draft"
    DUE = "due"
    ENDED = "ended"


class Need(StrEnum):
    """What a list may be narrowed to, as its address says it."""

    DRAFT = "nhap"
    STALE = "xem-lai"


class Order(StrEnum):
    """How a list may be sorted, as its address says it; without any, by title."""

    ASKED = "hoi-nhieu"
    DISLIKED = "che-nhieu"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see; empty where it does not matter."""

    words: str = ""
    domain: str = ""
    need: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An answer in a list."""

    answer: Answer
    states: tuple[State, ...]
    interest: Interest


def states(answer: Answer, today: date) -> tuple[State, ...]:
    """Return where *answer* stands on *today*: whether it was read over, and whether it should be again."""
    return tuple(_states(answer, today))


def lines(library: Library, wanted: Wanted, today: date, interest: Mapping[str, Interest]) -> list[Line]:
    """Return the answers that are *wanted* on *today*, with how much people wanted them."""
    kept = (answer for answer in library.answers.values() if _is_wanted(answer, wanted, today))
    found = [Line(answer, states(answer, today), interest.get(answer.id, Interest())) for answer in kept]
    return sorted(found, key=_ORDERS.get(wanted.order, _by_title))


def _states(answer: Answer, today: date) -> Iterator[State]:
    yield State.REVIEWED if answer.review.status == "reviewed" else State.DRAFT
    if answer.valid_until and today > answer.valid_until:
        yield State.ENDED
    elif today >= answer.review.next:
        yield State.DUE


def _is_wanted(answer: Answer, wanted: Wanted, today: date) -> bool:
    if wanted.domain and answer.domain != wanted.domain:
        return False
    if wanted.need == Need.DRAFT and State.DRAFT not in states(answer, today):
        return False
    if wanted.need == Need.STALE and not {State.DUE, State.ENDED} & set(states(answer, today)):
        return False
    return _says(answer, wanted.words)


def _says(answer: Answer, words: str) -> bool:
    """Tell whether *answer* holds every one of *words*, however they are typed, or has the id *words*."""
    asked = fold(words).split()
    if not asked or words.strip() == answer.id:
        return True
    text = _folded(" ".join((answer.title, answer.summary, *answer.questions)))
    return all(f" {word}" in text for word in asked)


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    """Return *text* with a space before each word. To fold all answers takes a tenth of a second."""
    return f" {fold(text)}"


def _by_title(line: Line) -> tuple[object, ...]:
    return (fold(line.answer.title), line.answer.id)


_ORDERS: Mapping[str, Callable[[Line], tuple[object, ...]]] = {
    Order.ASKED: lambda line: (-line.interest.asked, *_by_title(line)),
    Order.DISLIKED: lambda line: (-line.interest.unhelpful, *_by_title(line)),
}
