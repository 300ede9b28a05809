"""What handlers and jobs need from the world, in their own words.

Handlers decide and return an `Outcome`; they write nothing themselves. Storage applies the outcome's effects, its
replies and the mark "handled" in one transaction, so each happens once however often a process dies. Channels and
stores implement the Protocols below; `bot.app` puts them together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.messages import Address, Decision, Incoming, Outgoing, Reply


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """Return this moment, aware."""
        ...


class Meter(Protocol):
    """Counts what happens, for `/metrics`; see `bot.metrics` for the names."""

    def count(self, name: str, /, **labels: str) -> None:
        """Add one to the counter *name*."""
        ...

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Record *value* (seconds) in the histogram *name*."""
        ...


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where a conversation stands; stored with the person, never kept in a process.

    ``options`` are the payloads a typed number chooses from, ``awaiting`` names what the next text is taken for
    (``""``: a question), ``question`` is what to come back to after a detour, ``topic`` and ``page`` the answer on
    show.
    """

    options: tuple[str, ...] = ()
    awaiting: str = ""
    question: str = ""
    topic: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of whoever wrote, when their message is handled. Empty ``commune``: not chosen yet."""

    id: int
    address: Address
    commune: str = ""
    is_subscribed: bool = False
    dialogue: Dialogue = field(default_factory=Dialogue)


@dataclass(frozen=True, slots=True)
class ChooseCommune:
    """The person's commune is *code* from now on; a bulletin subscription moves with it."""

    code: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The person agreed to the weekly bulletin of *commune*; *consent* is the sentence they read."""

    commune: str
    consent: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The person wants no more bulletins, from now."""


@dataclass(frozen=True, slots=True)
class Vote:
    """The person found the answer of *topic* helpful, or not; a second vote on it replaces the first."""

    topic: str
    is_helpful: bool


@dataclass(frozen=True, slots=True)
class KeepQuestion:
    """A question and what became of it, kept for the editors. Personal numbers were masked at the door."""

    text: str
    decision: Decision
    topics: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """The person wants a human of *commune* (``kind`` is ``"handover"`` or ``"feedback"``)."""

    kind: str
    commune: str
    text: str


@dataclass(frozen=True, slots=True)
class MarkGone:
    """The person blocked the account or stopped following it."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete everything kept about the person."""


Effect = ChooseCommune | Subscribe | Unsubscribe | Vote | KeepQuestion | OpenTicket | MarkGone | Forget


@dataclass(frozen=True, slots=True)
class Outcome:
    """What handling one message comes to: what to say, what to change, where the conversation stands after it."""

    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    dialogue: Dialogue = field(default_factory=Dialogue)


class Handle(Protocol):
    """Decide what one message comes to."""

    async def __call__(self, message: Incoming, person: Person) -> Outcome:
        """Return the outcome; raise only for faults of ours."""
        ...


class Reception(Protocol):
    """The one door for what people send; channels bring messages here."""

    async def receive(self, messages: Sequence[Incoming]) -> None:
        """Mask, store and commit *messages*; what was stored before is ignored.

        When this returns, a crash can no longer lose them. It raises if they could not be stored; the channel then
        answers the platform with an error, so that it delivers them again.
        """
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """A bulletin as it is stored: the draft, where it stands, and who did what when."""

    id: int
    status: Status
    draft: Draft
    is_letter: bool = False
    text_hash: str = ""
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
class PublishedBulletin:
    """A bulletin as the archive shows it."""

    id: int
    title: str
    body: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class KeptData:
    """What is kept about a person, for them to read."""

    commune: str
    subscribed_on: datetime | None
    questions: int
    votes: int
    first_seen: datetime


class Archive(Protocol):
    """Bulletins that went out."""

    async def latest(self, commune: str, limit: int) -> Sequence[PublishedBulletin]:
        """Return the newest bulletins of *commune*, newest first."""
        ...


class Records(Protocol):
    """What is kept about people."""

    async def kept_about(self, person: Person) -> KeptData:
        """Return what is kept about *person*."""
        ...


class Alerts(Protocol):
    """Tells whoever runs the service that something needs a human."""

    def alert(self, name: str, detail: str) -> None:
        """Raise the alert *name*; *detail* says in one English sentence what to do. No personal data, no secrets."""
        ...


class Lease(Protocol):
    """The right to do one thing that only one process may do at a time."""

    @property
    def epoch(self) -> int:
        """Return the number of this holding; every later holder has a greater one."""
        ...

    def is_held(self) -> bool:
        """Tell whether the lease is certainly still ours, by a monotonic clock: ask before each call it guards."""
        ...

    async def release(self) -> None:
        """Give it up; another process may have it at once."""
        ...


class Leases(Protocol):
    """Who does what only one process may do: poll Telegram, refresh a Zalo token, send an account's bulletins."""

    async def acquire(self, name: str) -> Lease | None:
        """Return the lease *name*, which then renews itself until released, or None while another process holds it."""
        ...


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A Zalo access token and the refresh token that can be spent once for the next pair."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Where the token pairs of Zalo OAs live. Losing one needs a human admin's consent again."""

    async def load(self, oa_id: str) -> TokenPair | None:
        """Return the current pair."""
        ...

    async def replace(self, oa_id: str, *, spent: str, pair: TokenPair) -> bool:
        """Commit *pair* if the stored refresh token is still *spent* (or nothing is stored); keep the old pair aside.

        Returns whether it was stored. Deliberately not fenced by a lease: a new pair is stored wherever its predecessor
        is still the stored one.
        """
        ...


class Retention(Protocol):
    """Forgets what was kept long enough."""

    async def forget_questions(self, before: datetime) -> int:
        """Delete questions, messages and replies older than *before*; return how many."""
        ...

    async def forget_leavers(self, before: datetime) -> int:
        """Delete people who left before *before*; return how many."""
        ...


class ReplyLog(Protocol):
    """The stored replies of a person: what a web page that comes back reads from."""

    async def since(self, address: Address, after: int, limit: int) -> Sequence[Outgoing]:
        """Return the replies to *address* whose id is greater than *after*, oldest first, at most *limit*."""
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
