"""A new answer before it has a file: where it is to stand, which id its title suggests, and the text of its file. Pure.

The id is the name of the file, and the domain that of its folder: both are checked against the shape of an answer
before a path is made of them.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from bot.desk.answer_forms import Entries
from bot.desk.ports.answers import FileVersion
from bot.knowledge.editing import edited
from bot.knowledge.rewriting import Value
from bot.knowledge.schema import SLUG_LENGTH, Domain
from bot.text import fold

PLACE_BOXES = ("id", "domain", "menu_step")
"""The boxes that only a new answer has, named like the entries they become."""

REVIEW_AFTER = timedelta(days=180)
"""When a draft that nobody has read over comes up again."""

_ROOM_FOR_NUMBER = 3
_WORD = re.compile(r"[a-z0-9]+")
_BARE = "---\nconfidence: B\n---\n\n-\n"
"""What every answer begins with: until somebody has vouched for it, something in it is to be asked again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new answer is to stand, as it was typed: its id, its domain, and its step in the menu."""

    id: str = ""
    domain: str = ""
    menu_step: str = ""


def proposed_id(title: str, taken: Container[str]) -> str:
    """Return an id for an answer of this *title* that is not among *taken*; empty where the title has no word."""
    words: list[str] = []
    for word in _WORD.findall(fold(title)):
        if len("-".join([*words, word])) > SLUG_LENGTH - _ROOM_FOR_NUMBER:
            break
        words.append(word)
    proposal = "-".join(words)
    if not proposal or proposal not in taken:
        return proposal
    return next(other for number in count(2) if (other := f"{proposal}-{number}") not in taken)


def begun(place: Place, read: Entries, today: date) -> str:
    """Return the file of a draft that says what was *read* from its form; it may be no valid answer yet."""
    return edited(_BARE, {**read.entries, **_entries(place, today)}, read.body)


def path_of(topic: str, domain: Domain) -> Path:
    """Return where the file of the answer *topic*, which is a `Slug`, is below the content folder."""
    return Path("faq") / domain / f"{topic}.md"


def is_new(versions: Sequence[FileVersion]) -> bool:
    """Tell from its *versions*, newest first, whether an answer was made in the console and never changed since."""
    if not versions or not versions[0].by or not versions[0].digest:
        return False
    return len(versions) == 1 or not versions[1].digest


def _entries(place: Place, today: date) -> Mapping[str, Value | None]:
    return {
        "id": place.id,
        "domain": place.domain,
        "menu_step": place.menu_step or None,
        "plan": [],
        "review": {"status": "draft", "next": today + REVIEW_AFTER},
    }
