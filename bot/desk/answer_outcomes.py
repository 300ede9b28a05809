"""An answer as the desk hands it out, and what becomes of an edit of it."""

from dataclasses import dataclass
from pathlib import Path

from bot.desk.answer_forms import Typed
from bot.desk.merging import Difference
from bot.desk.ports.answers import FileText, FileVersion
from bot.knowledge.library import Library
from bot.knowledge.schema import Answer


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with what stands in a box (empty: with something else), and how to mend it."""

    box: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer as its file is now. Where that cannot be read, ``answer`` is the last good one, and ``problems`` why.

    ``is_loaded`` tells whether people are shown this text already.
    """

    topic: str
    name: Path
    file: FileText
    answer: Answer
    typed: Typed
    is_loaded: bool
    problems: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """It was written; these boxes of the form were changed."""

    boxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """There was nothing to write."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """Nothing was written, because of these."""

    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was written, because the file is not what the form was made from: by whom and since when (if known).

    ``typed`` is what to go on with; ``opened`` is the file as it is.
    """

    opened: Opened
    version: FileVersion | None
    typed: Typed
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an edit would come to: the text of the file, and the whole content with it, or what is wrong."""

    text: str = ""
    library: Library | None = None
    mistakes: tuple[Mistake, ...] = ()


Outcome = Saved | Unchanged | Invalid | Conflict
