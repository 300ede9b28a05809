"""The platforms that carry messages, pictures and articles."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.messages import Outgoing, Reply


class Platform(Protocol):
    """One account of one channel, as those who send through it see it."""

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return *reply* as one or more platform messages within the platform's limits, each as text to store."""
        ...

    async def send(self, message: Outgoing) -> str:
        """Send one rendered message and return the platform's id of it.

        Raises:
            PlatformError: it was not, or may not have been, accepted; the class says which and what to do.
        """
        ...


class Carrier(Platform, Protocol):
    """An account whose people get bulletins: what its platform allows, and how fast."""

    @property
    def rate(self) -> float:
        """Return how many bulletin messages may leave the account in a second."""
        ...

    def takes_bulletins(self, now: datetime) -> bool:
        """Tell whether the platform's own hours allow a bulletin at *now*."""
        ...

    def writable_since(self, now: datetime) -> datetime | None:
        """Return since when somebody must have written to be written to at *now*; None where it does not matter."""
        ...

    def hold(self, seconds: float) -> None:
        """Let nothing out for *seconds*: another process was told that the account must wait."""
        ...

    def held_seconds(self) -> float:
        """Return how much longer the platform wants the account to wait, as this process was told; 0 if not at all."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with a bulletin; ``key`` is the SHA-256 of its content, ``type`` its MIME type."""

    key: str
    type: str
    content: bytes = field(repr=False)


class Pictures(Protocol):
    """Where the pictures are that replies name."""

    async def picture(self, key: str) -> Picture | None:
        """Return the picture *key*."""
        ...


class PhotoKeeper(Protocol):
    """A platform that keeps the photos people sent there, and hands them to us when asked."""

    def keeps(self, reference: str) -> bool:
        """Tell whether *reference* (`Incoming.media_ref`) looks like one of this platform's."""
        ...

    async def fetch_photo(self, reference: str, most_bytes: int) -> bytes | None:
        """Return what the platform keeps as *reference*; None if it has no such file any more.

        Raises:
            FileTooLarge: it has more than *most_bytes*.
            PlatformError: it could not be had now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Article:
    """A bulletin as a page for all who follow an account; ``text`` is Markdown, ``cover_url`` a public picture."""

    title: str
    author: str
    text: str
    cover_url: str


class Broadcaster(Protocol):
    """An account that can send an article to everyone who follows it, without a word on who got it.

    Each call raises `PlatformError`, whose class says whether it may have been accepted.
    """

    def next_broadcast(self, now: datetime) -> datetime:
        """Return the earliest moment from *now* on at which the platform takes a broadcast."""
        ...

    async def create_article(self, article: Article) -> str:
        """Have the platform make *article*, which nobody is sent yet, and return the token to ask about it."""
        ...

    async def verify_article(self, token: str) -> str:
        """Return the id of the article made for *token*; `Retryable` while it is still being made."""
        ...

    async def broadcast(self, article_id: str) -> str:
        """Send the article to everyone and return the platform's id of the broadcast."""
        ...
