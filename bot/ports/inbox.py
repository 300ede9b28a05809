"""The inbox: messages taken in, claimed, answered and done, each once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.messages import Address, Channel, Incoming, Outgoing
from bot.ports.conversations import Outcome, Person


class ReplyLog(Protocol):
    """The stored replies of a person: what a web page that comes back reads from."""

    async def since(self, address: Address, after: int, limit: int) -> Sequence[Outgoing]:
        """Return the replies to *address* whose id is greater than *after*, oldest first, at most *limit*."""
        ...

    async def newest(self, channel: Channel, account: str, users: Collection[str]) -> Mapping[str, int]:
        """Return the id of the newest reply to each of *users* of *account*; those without one are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """What to do next for a claimed person: handle ``message``, or, where that is done, post ``unsent``.

    ``tries`` counts how often the message was taken up, this time included.
    """

    inbox_id: int
    person: Person
    message: Incoming
    tries: int
    is_handled: bool
    unsent: tuple[Outgoing, ...] = ()


@dataclass(frozen=True, slots=True)
class Handled:
    """A message that was handled: what it came to, and its replies as the platform will get them."""

    work: Work
    outcome: Outcome
    bodies: tuple[str, ...]
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one reply: the platform's id of it, or why it will never be posted."""

    reply_id: int
    platform_id: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a turn: what became of the replies, and when to look at this person again if some must wait."""

    work: Work
    posted: tuple[Posted, ...] = ()
    retry_in_seconds: float | None = None


class Inbox(Protocol):
    """Where messages wait, as one process sees it; every method is one transaction."""

    async def receive(self, messages: Sequence[Incoming], *, free: int) -> Sequence[Work]:
        """Store *messages*, those already stored left alone, and claim up to *free* of their senders."""
        ...

    async def claim(self, limit: int) -> Sequence[Work]:
        """Claim up to *limit* people whose messages wait for nobody."""
        ...

    async def settle(self, results: Sequence[Handled]) -> Mapping[int, tuple[Outgoing, ...]]:
        """Commit what messages came to; return the replies to post by inbox id, without those no longer claimed."""
        ...

    async def finish(self, finished: Sequence[Finished]) -> Sequence[Work]:
        """Commit what became of replies; return the next work for the same people and release the others."""
        ...

    async def prolong(self) -> None:
        """Keep the claims of this process for another lease."""
        ...

    async def release_all(self, *, of_everyone: bool = False) -> None:
        """Let go of the claims of this process, or of every process."""
        ...

    async def backlog(self) -> int:
        """Return how many messages are stored and not yet replied to."""
        ...
