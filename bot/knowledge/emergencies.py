"""Tell an emergency that is happening from a question about one, and from paper that burnt.

"Nhà tôi đang cháy" must be met with 114 before anything else; "sổ đỏ bị cháy" and "số cứu hỏa là số mấy" are
questions. The words stand in ``content/emergencies.yaml``. A false alarm frightens and teaches people to ignore us, so
one of the ``unless`` words is enough to let the message go its usual way, and a message too long to be a cry for help
does too.

Who types without accents is understood; who types them is taken at their word, so that "dự án đang chạy" (runs) is not
"đang cháy" (burns).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge.schema import Emergencies, Emergency
from bot.text import clean, fold

TOPIC = "hl-khan-cap"
"""The topic that a record of an emergency names."""

MOST_WORDS = 40
"""Longer messages are stories: nobody types forty words beside a fire. Judged, not measured."""


@dataclass(frozen=True, slots=True)
class _Watched:
    emergency: Emergency
    words: re.Pattern[str]


class EmergencyWatch:
    """Looks for the words of each kind of emergency in what people write."""

    def __init__(self, emergencies: Emergencies) -> None:
        """Prepare the words of *emergencies*, whose order is the order in which kinds are tried."""
        self._watched = tuple(_Watched(kind, _any_of(kind.words)) for kind in emergencies.kinds)
        self._unless = _any_of(emergencies.unless)

    def happening(self, text: str) -> Emergency | None:
        """Return the emergency that *text* says is happening now, or None."""
        spelled = " ".join(bare + marks for bare, marks in _spelled(text))
        if spelled.count(" ") >= MOST_WORDS or self._unless.search(spelled):
            return None
        return next((watched.emergency for watched in self._watched if watched.words.search(spelled)), None)


def _spelled(text: str) -> Iterator[tuple[str, str]]:
    """Yield each word of *text* folded, and its marks in order of their code: hoả and hỏa are one spelling."""
    for word in re.findall(r"\w+", clean(text).casefold()):
        marks = sorted(filter(unicodedata.combining, unicodedata.normalize("NFD", word)))
        for bare in fold(word).split():
            yield bare, "".join(marks) + "đ" * word.count("đ")


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of *phrases* as whole words; ``…`` in a phrase lets up to four words stand between.

    Without a phrase it finds nothing; an empty alternative would find everything.
    """
    parts = [r"(?!)"]
    for phrase in filter(fold, phrases):
        pieces = [" ".join(_either_way(bare, marks) for bare, marks in _spelled(piece)) for piece in phrase.split("…")]
        parts.append(r"(?: \S+){0,4} ".join(pieces))
    return re.compile(rf"(?<!\S)(?:{'|'.join(parts)})(?!\S)")


def _either_way(bare: str, marks: str) -> str:
    """Return a pattern for a word typed with its marks or without any."""
    return f"{re.escape(bare)}(?:{re.escape(marks)})?" if marks else re.escape(bare)
