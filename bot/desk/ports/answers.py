"""Answers that staff edit: their files, what they held before, and how often they are needed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.desk.ports.house import Change


class FileTrouble(StrEnum):
    """Why a content file cannot be read, made, replaced or removed; nothing has changed then."""

    MISSING = "missing"
    NOT_TEXT = "not_text"
    READ_ONLY = "read_only"
    CHANGED = "changed"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class FileText:
    """What a content file holds; ``digest`` is the SHA-256 of it in hex, by which a change is noticed."""

    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A text that a file had from ``at`` on; without ``by`` it was put there outside the console.

    Without ``digest`` the file was removed at that moment.
    """

    id: int
    at: datetime
    by: str
    digest: str


class AnswerFiles(Protocol):
    """The files of answers, by their path below the content folder; every text they are seen with is kept."""

    async def read(self, name: Path) -> FileText | FileTrouble:
        """Return what the file *name* holds now."""
        ...

    async def replace(self, name: Path, *, seen: str, text: str, change: Change) -> FileTrouble | None:
        """Put *text* into the file *name*, whole or not at all, if it still has the digest *seen*; log *change*."""
        ...

    async def look(self) -> str:
        """Return a digest of all files of answers: another one whenever any of them came, changed or went."""
        ...

    async def create(self, name: Path, *, beside: str, text: str, change: Change) -> FileTrouble | None:
        """Make the file *name*, whole or not at all, and log *change*.

        Nothing is made if an answer has a file of that name, or if a *look* gives something else than *beside*.
        """
        ...

    async def remove(self, name: Path, *, beside: str, seen: str, change: Change) -> FileTrouble | None:
        """Remove the file *name*, whose text is kept, and log *change*.

        Nothing is removed if it has not the digest *seen*, or if a *look* gives something else than *beside*.
        """
        ...

    async def versions(self, name: Path, limit: int) -> Sequence[FileVersion]:
        """Return the newest texts of the file *name*, newest first; the first is what it was last seen with."""
        ...

    async def version(self, name: Path, version_id: int) -> FileText | None:
        """Return the text of one version of the file *name*."""
        ...

    async def text_of(self, name: Path, digest: str) -> str | None:
        """Return the text with this *digest*, if the file *name* was ever seen with it."""
        ...


@dataclass(frozen=True, slots=True)
class Interest:
    """How often a topic was asked for and answered, and how it was found."""

    asked: int = 0
    helpful: int = 0
    unhelpful: int = 0


class InterestBook(Protocol):
    """Counts what people ask for."""

    async def interest(self, communes: Collection[str] | None, since: datetime) -> Mapping[str, Interest]:
        """Return by topic what people of *communes* (None: of all) asked and thought since then."""
        ...

    async def thoughts(self, communes: Collection[str] | None, since: datetime) -> Mapping[str, Interest]:
        """Return the same, but not how often they asked, which takes the longest to count."""
        ...
