"""Is this text where the person lives? "An toàn" is a commune and a word, "đăng ký thường trú" is nearly one.

Pure judgements about a text and what the matcher made of it; `handlers.communes` acts on them.
"""

from bot.knowledge.matching import Match
from bot.messages import Decision
from bot.text import fold
from handlers import communes
from handlers.turn import Turn

_LEAST_SHARED = 0.75
"""Of the words of a text that the nearest phrasing shares: with fewer, what may be a place is taken for one."""

_TELLING_WORDS = 3
"""Words that, standing in a question as they stand in one of ours, say that it is no place."""

_PLACE_NAME_WORDS = 6
"""A longer text that names no known place was not meant as one."""


def is_word_for_word(text: str, match: Match) -> bool:
    """Tell whether *text* is what people ask, and only looks like a place: "đăng ký thường trú", xã Kỳ Thượng."""
    asked = fold(text)
    known = fold(match.candidates[0].phrasing) if match.candidates else ""
    pairs = ((known, match.wording.text), (asked, known))
    return asked == known or any(
        part.count(" ") + 1 >= _TELLING_WORDS and f" {part} " in f" {whole} " for part, whole in pairs
    )


def is_like_nothing(match: Match) -> bool:
    """Tell whether what was asked is like none of our questions, so that a place in it is all it says."""
    if match.decision is Decision.NONE:
        return True
    is_unsure = match.decision is Decision.SUGGEST
    return is_unsure and match.signs is not None and match.signs.shared_words < _LEAST_SHARED


def is_meant_as_place(turn: Turn, text: str, match: Match) -> bool:
    """Tell whether *text*, which names no commune we know, was an answer to where the person lives."""
    if turn.library.places.is_only_region(text):
        return True
    is_unclear = match.decision is Decision.NONE or (
        match.decision is Decision.SUGGEST and communes.begins_like_one(text)
    )
    return is_unclear and len(text.split()) <= _PLACE_NAME_WORDS
