"""Bulletins: what is written for whom, and what of it everybody may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.bulletins.deliveries import State
from bot.bulletins.freezing import text_hash
from bot.bulletins.states import Status
from bot.ports.platforms import Picture


@dataclass(frozen=True, slots=True, order=True)
class Audience:
    """Whom a bulletin is for: the subscribers of a commune, or of one hamlet of it."""

    commune: str
    hamlet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an official writes. Without ``due_at`` it is due as soon as it is approved."""

    title: str
    body: str
    audiences: tuple[Audience, ...]
    picture: str = ""
    is_urgent: bool = False
    is_broadcast: bool = False
    due_at: datetime | None = None
    slot_date: date | None = None
    corrects: int | None = None

    @property
    def communes(self) -> frozenset[str]:
        """Return the codes of the communes it is for."""
        return frozenset(audience.commune for audience in self.audiences)

    @property
    def text_hash(self) -> str:
        """Return the hash of what approving approves; the stored one differs only where somebody changed the text."""
        readers = ((audience.commune, audience.hamlet) for audience in self.audiences)
        return text_hash(
            self.title,
            self.body,
            readers,
            picture=self.picture,
            is_urgent=self.is_urgent,
            is_broadcast=self.is_broadcast,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """A bulletin as it is stored: the draft, where it stands, and who did what when.

    ``author`` is who wrote the text as it is now, ``revision`` grows with everything that people do to it.
    """

    id: int
    status: Status
    draft: Draft
    is_letter: bool = False
    passes_quiet: bool = False
    text_hash: str = ""
    revision: int = 0
    author: str = ""
    created_at: datetime
    submitted_by: str = ""
    submitted_at: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    stopped_by: str = ""
    stopped_at: datetime | None = None
    published_at: datetime | None = None
    finished_at: datetime | None = None


Counts = Mapping[State, int]
"""How many deliveries of a bulletin are in each state; every state is there."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A bulletin that went out, as another one names it."""

    id: int
    title: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedBulletin:
    """A bulletin that went out, as people of one commune read it.

    Without ``hamlets`` it is for the whole commune. ``corrects`` and ``corrections`` (newest first) are the bulletins
    that it puts right and that put it right, as far as they went out here; ``is_correction`` holds even where the wrong
    one never did. ``stopped_at`` is set where it was stopped while it went out.
    """

    id: int
    title: str
    body: str
    published_at: datetime
    hamlets: tuple[str, ...] = ()
    picture: str = ""
    is_urgent: bool = False
    is_correction: bool = False
    stopped_at: datetime | None = None
    corrects: Mention | None = None
    corrections: tuple[Mention, ...] = ()

    @property
    def changed_at(self) -> datetime:
        """Return when what is to be said of it last changed."""
        corrected = [correction.published_at for correction in self.corrections]
        return max([self.published_at, *corrected, *([self.stopped_at] if self.stopped_at else [])])


class Archive(Protocol):
    """Bulletins that went out."""

    async def latest(self, commune: str, limit: int) -> Sequence[PublishedBulletin]:
        """Return the newest bulletins of *commune*, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """What somebody wrote to their commune and what it answered, as everyone may read it: without personal data."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class PublishedExchange:
    """An exchange that staff have published."""

    exchange: Exchange
    published_at: datetime


class PublicArchive(Archive, Protocol):
    """The same, as anyone may leaf through it; with the answers to citizens that staff have published."""

    async def count(self, commune: str) -> int:
        """Return how many bulletins of *commune* went out."""
        ...

    async def page(self, commune: str, limit: int, skip: int) -> Sequence[PublishedBulletin]:
        """Return at most *limit* bulletins of *commune*, newest first, after the newest *skip*."""
        ...

    async def bulletin(self, commune: str, bulletin_id: int) -> PublishedBulletin | None:
        """Return one bulletin of *commune*; None if no such one went out there."""
        ...

    async def picture(self, key: str) -> Picture | None:
        """Return the picture *key*; None if no bulletin that went out shows it."""
        ...

    async def exchange_count(self, commune: str) -> int:
        """Return how many exchanges of *commune* are published."""
        ...

    async def exchanges(self, commune: str, limit: int, skip: int) -> Sequence[PublishedExchange]:
        """Return at most *limit* exchanges of *commune*, newest first, after the newest *skip*."""
        ...
