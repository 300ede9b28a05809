"""A published bulletin in the words of its readers: what stands over it, what has to be said before it is believed.

Pure: templates and the feed only lay out what is decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from zoneinfo import ZoneInfo

from bot.bulletins.addresses import (
    archive_address,
    bulletin_address,
    exchanges_address,
    feed_address,
    picture_address,
)
from bot.desk.renditions import Written
from bot.knowledge.library import Library
from bot.knowledge.sayings import ArchiveWords
from bot.markup import escape_lines, parse, plain
from bot.ports.bulletins import Mention, PublishedBulletin, PublishedExchange
from bot.web.hypertext import html

_EXCERPT = 180
"""Characters: three lines on a small phone."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What has to be known before a bulletin is read, and where to read on."""

    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A bulletin as a list, its own page and the feed show it; ``body`` is safe HTML, ``moment`` for machines.

    ``warnings`` say that its text may mislead; ``notes`` say only where it comes from.
    """

    heading: str
    href: str
    day: str
    moment: str
    whom: str
    warnings: tuple[Notice, ...]
    notes: tuple[Notice, ...]
    excerpt: str
    body: str
    picture: str
    picture_text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A question and its answer, as safe HTML."""

    day: str
    moment: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Reader:
    """How people of *commune* (a code) see bulletins, with days as in *zone* and addresses that begin with *base*."""

    library: Library
    commune: str
    zone: ZoneInfo
    base: str = ""

    @property
    def words(self) -> ArchiveWords:
        """Return the sentences of the archive."""
        return self.library.sayings.archive

    @property
    def name(self) -> str:
        """Return the name of the commune, with its kind."""
        return self.library.fields(self.commune)["commune.name"]

    @property
    def title(self) -> str:
        """Return the heading of the commune's bulletins."""
        return self.words.title.format(commune=self.name)

    @property
    def href(self) -> str:
        """Return where all of them stand."""
        return archive_address(self.base, self.commune)

    @property
    def exchanges(self) -> str:
        """Return where the published answers to citizens stand."""
        return exchanges_address(self.base, self.commune)

    @property
    def feed(self) -> str:
        """Return where their feed stands."""
        return feed_address(self.base, self.commune)

    def card(self, bulletin: PublishedBulletin) -> Card:
        """Return *bulletin* as it is shown."""
        return Card(
            heading=" ".join((*self._marks(bulletin), bulletin.title)),
            href=self._address(bulletin.id),
            day=self.day(bulletin.published_at),
            moment=bulletin.published_at.astimezone(self.zone).isoformat(timespec="minutes"),
            whom=self.words.hamlets.format(hamlets=", ".join(bulletin.hamlets)) if bulletin.hamlets else "",
            warnings=tuple(self._warnings(bulletin)),
            notes=tuple(self._notes(bulletin)),
            excerpt=shorten(plain(parse(bulletin.body)), _EXCERPT, placeholder="…"),
            body=html(bulletin.body, heading="h2"),
            picture=picture_address(self.base, bulletin.picture) if bulletin.picture else "",
            picture_text=self.words.picture.format(title=bulletin.title),
        )

    def talk(self, published: PublishedExchange) -> Talk:
        """Return *published* as it is shown."""
        return Talk(
            day=self.day(published.published_at),
            moment=published.published_at.astimezone(self.zone).isoformat(timespec="minutes"),
            question=html(escape_lines(published.exchange.question)),
            answer=html(escape_lines(published.exchange.answer)),
        )

    def day(self, moment: datetime) -> str:
        """Return the day of *moment* here, as people write it."""
        return f"{moment.astimezone(self.zone):%d/%m/%Y}"

    def _marks(self, bulletin: PublishedBulletin) -> tuple[str, ...]:
        words = self.library.shelves.bulletin
        return words.marks(is_urgent=bulletin.is_urgent, is_correction=bulletin.is_correction)

    def _warnings(self, bulletin: PublishedBulletin) -> Iterator[Notice]:
        """Yield that it was corrected; that it was stopped only where nothing puts it right."""
        if bulletin.corrections:
            newest = bulletin.corrections[0]
            yield Notice(self.words.corrected.format(date=self.day(newest.published_at)), self._link(newest))
        elif bulletin.stopped_at:
            yield Notice(self.words.stopped.format(date=self.day(bulletin.stopped_at)))

    def _notes(self, bulletin: PublishedBulletin) -> Iterator[Notice]:
        if wrong := bulletin.corrects:
            yield Notice(self.words.corrects.format(date=self.day(wrong.published_at)), self._link(wrong))

    def _link(self, mention: Mention) -> Link:
        return Link(mention.title, self._address(mention.id))

    def _address(self, bulletin_id: int) -> str:
        return bulletin_address(self.base, self.commune, bulletin_id)


def written(bulletin: PublishedBulletin) -> Written:
    """Return what of *bulletin* is read out and printed."""
    return Written(bulletin.title, bulletin.body, bulletin.is_urgent, bulletin.is_correction)


def communes(library: Library) -> dict[str, list[Link]]:
    """Return the communes that take part, by the name of their province, both in order of their codes."""
    found: dict[str, list[Link]] = {}
    for code in sorted(library.shelves.communes, key=lambda code: (library.shelves.communes[code].province, code)):
        name = library.fields(code)["commune.name"]
        links = found.setdefault(library.locality(code).province_name, [])
        links.append(Link(name[0].upper() + name[1:], archive_address("", code)))
    return found
