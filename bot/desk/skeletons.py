"""The file of an answer that nobody has written yet, with the phrasings that asked for it.

It is meant to be filled in by hand: as it stands it is no valid answer, so it cannot be served by mistake.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.knowledge.question_words import BeginWords
from bot.knowledge.rewriting import written

_REVIEW_AFTER = timedelta(days=180)


def skeleton(phrasings: Sequence[str], words: BeginWords, today: date) -> str:
    """Return the file, its gaps named by *words*; *phrasings* may hold whatever people type."""
    entries = (
        written("id", ""),
        written("title", words.title),
        written("domain", ""),
        written("audience", words.audience),
        written("questions", list(phrasings)),
        written("summary", words.summary),
        written("related", []),
        written("sources", [{"label": words.source, "checked": today}]),
        written("review", {"status": "draft", "next": today + _REVIEW_AFTER}),
        written("confidence", ""),
    )
    return f"---\n{''.join(entries)}---\n\n{words.body}\n"
