"""Tell when two bulletins say nearly the same, so that nobody sends one twice by mistake.

A warning, never a refusal: next week's timetable may rightly look like this week's.
"""

from datetime import timedelta

from rapidfuzz import fuzz

from bot.text import fold

LOOKS_BACK = timedelta(days=14)
"""How far back a bulletin is compared: after two weeks a reminder is no mistake."""

ALIKE = 90
"""Percent; a copy with a date or a phone number changed is above it, another text on the same matter well below."""


def are_alike(one: str, other: str) -> bool:
    """Tell whether *one* and *other* are the same but for a few letters, accents, case and punctuation aside."""
    return fuzz.ratio(fold(one), fold(other), score_cutoff=ALIKE) >= ALIKE
