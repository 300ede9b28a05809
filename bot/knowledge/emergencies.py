"""Tell an emergency that is happening from a question about one, and from paper that burnt.

"Nhà tôi đang cháy" must be met with 114 before anything else; "sổ đỏ bị cháy" and "số cứu hỏa là số mấy" are
questions. The words stand in ``content/emergencies.yaml``. A false alarm frightens and teaches people to ignore us, so
one of the ``unless`` words is enough to let the message go its usual way, and a message too long to be a cry for help
does too.
"""

import re
from dataclasses import dataclass

from bot.knowledge.schema import Emergencies, Emergency
from bot.text import fold

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
        folded = fold(text)
        if folded.count(" ") >= MOST_WORDS or self._unless.search(folded):
            return None
        return next((watched.emergency for watched in self._watched if watched.words.search(folded)), None)


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of *phrases* as whole words; ``…`` in a phrase lets up to four words stand between."""
    parts = []
    for phrase in phrases:
        pieces = [re.escape(fold(piece)) for piece in phrase.split("…")]
        parts.append(r"(?: \w+){0,4} ".join(pieces))
    return re.compile(rf"(?<!\S)(?:{'|'.join(parts)})(?!\S)")
