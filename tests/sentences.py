"""The sentences of the repository, read when a test first asks: unchecked and untrained, so in a blink."""

from functools import cache
from pathlib import Path

from bot.knowledge.library import Library
from bot.knowledge.loader import load_words


@cache
def sentences() -> Library:
    """Return them."""
    return load_words(Path("content"))
