"""What is shown instead of a page that cannot be shown: a title, a sentence on what to do, and the way back."""

from collections.abc import Mapping, Sequence

from bot.bulletins.states import Role
from bot.console.page import Shown
from bot.knowledge.bulletin_words import DeskWords
from bot.knowledge.console_words import ConsoleWords

TEMPLATE = "trouble.html"


class Trouble(Exception):
    """Why a request is not answered with its page; ``status`` is the HTTP status, ``kind`` names the sentences."""

    def __init__(
        self, status: int, kind: str, facts: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.facts = facts or {}
        self.headers = headers or {}


def missing() -> Trouble:
    """Say that there is no such page: also where there is one that belongs to others, so that nothing leaks."""
    return Trouble(404, "missing")


def forbidden(needed: Role, desk: DeskWords) -> Trouble:
    """Say which role the page needs."""
    return Trouble(403, "forbidden", {"role": getattr(desk.roles, needed)})


def foreign_form() -> Trouble:
    """Say that a form is not one that we showed to whoever sends it."""
    return Trouble(403, "form")


def too_large(most_bytes: int) -> Trouble:
    """Say how much may be sent."""
    size = f"{most_bytes / 1024 / 1024:.0f} MB" if most_bytes >= 1024 * 1024 else f"{most_bytes // 1024} KB"
    return Trouble(413, "large", {"size": size})


def too_often(seconds: int) -> Trouble:
    """Say how long to wait before the next try to log in."""
    return Trouble(429, "often", {"seconds": str(seconds)}, {"Retry-After": str(seconds)})


def broken() -> Trouble:
    """Say that the fault is ours."""
    return Trouble(500, "broken")


def page_of(trouble: Trouble, words: ConsoleWords, typed: Sequence[str] = ()) -> Shown:
    """Return the page that tells of *trouble*, and gives back what was *typed*."""
    sentence = str(getattr(words.trouble, trouble.kind)).format(**trouble.facts)
    return Shown(TEMPLATE, getattr(words.trouble, f"{trouble.kind}_title"), {"sentence": sentence, "texts": typed})
