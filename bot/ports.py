"""What handlers and jobs need from the world, in their own words.

Handlers decide and return an `Outcome`; they write nothing themselves. Storage applies the outcome's effects, its
replies and the mark "handled" in one transaction, so each happens once however often a process dies. Channels and
stores implement the Protocols below; `bot.app` puts them together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.bulletins import broadcasts
from bot.bulletins.deliveries import State, Verdict
from bot.bulletins.freezing import text_hash
from bot.bulletins.states import Status
from bot.messages import Address, Channel, Decision, Incoming, Outgoing, Point, Reply
from bot.tickets.states import TicketKind, TicketState


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
class FeedbackDraft:
    """A feedback that somebody is writing to ``commune``, step by step.

    ``photos`` are references as in `Incoming.media_ref`, empty where there is none. ``is_complete`` once they saw all
    of it; ``at`` is when they last went on, None where nothing is being written any more.
    """

    commune: str = ""
    text: str = ""
    place: str = ""
    point: Point | None = None
    photos: tuple[str, ...] = ()
    is_complete: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where a conversation stands; stored with the person, never kept in a process.

    ``options`` are the payloads a typed number chooses from, ``awaiting`` names what the next text is taken for
    (``""``: a question), ``question`` is what to come back to after a detour, ``topic`` and ``page`` the answer on
    show. ``draft`` is the feedback being written (None: nothing is said about one), ``talk`` the ticket in which they
    were told that staff read along (0: none).
    """

    options: tuple[str, ...] = ()
    awaiting: str = ""
    question: str = ""
    topic: str = ""
    page: int = 0
    draft: FeedbackDraft | None = None
    talk: int = 0


@dataclass(frozen=True, slots=True)
class Talk:
    """Staff talk with somebody themselves, in the ticket with this id, ``until`` nobody has said anything for long."""

    ticket: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of whoever wrote, when their message is handled. Empty ``commune`` or ``hamlet``: not chosen."""

    id: int
    address: Address
    commune: str = ""
    hamlet: str = ""
    is_subscribed: bool = False
    dialogue: Dialogue = field(default_factory=Dialogue)
    talk: Talk | None = None


@dataclass(frozen=True, slots=True)
class ChooseCommune:
    """The person's commune is *code* from now on; a bulletin subscription moves with it, a hamlet does not."""

    code: str


@dataclass(frozen=True, slots=True)
class ChooseHamlet:
    """The person's hamlet, in the commune they chose, is *name* from now on; empty: none."""

    name: str


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
    """The person wants something of the staff of *commune*, by ``due_at``.

    A second wish for a person joins the first while that is open. A feedback has a ``code``, and what its draft had.
    """

    kind: TicketKind
    commune: str
    text: str
    due_at: datetime | None = None
    code: str = ""
    place: str = ""
    point: Point | None = None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TellStaff:
    """The person said something more in their own ticket; if it was answered or closed, staff are due to answer again.

    ``media``, ``media_ref`` and ``point`` are as in `Incoming`.
    """

    ticket: int
    text: str
    due_at: datetime | None = None
    media: str = ""
    media_ref: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class EndTalk:
    """Staff no longer talk with the person themselves.

    The ticket is closed; where the talk ended ``by_silence``, only if nothing in it waits for an answer.
    """

    ticket: int
    by_silence: bool = False


@dataclass(frozen=True, slots=True)
class BindStaff:
    """This chat is that of the member of staff who was given *code*, if it still holds; it is spent then."""

    code: str


@dataclass(frozen=True, slots=True)
class KeepLoginLink:
    """Whose chat this is, of the staff, may log in to the console with the link *key* before *ends_at*, once."""

    key: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MarkGone:
    """The person blocked the account or stopped following it."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete everything kept about the person."""


@dataclass(frozen=True, slots=True)
class LetBulletinsWait:
    """This is no moment for news: what is held for the person stays held, though they wrote."""


Effect = (
    ChooseCommune
    | ChooseHamlet
    | Subscribe
    | Unsubscribe
    | Vote
    | KeepQuestion
    | OpenTicket
    | TellStaff
    | EndTalk
    | BindStaff
    | KeepLoginLink
    | MarkGone
    | Forget
    | LetBulletinsWait
)


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


@dataclass(frozen=True, slots=True)
class KeptData:
    """What is kept about a person, for them to read."""

    commune: str
    subscribed_on: datetime | None
    questions: int
    votes: int
    first_seen: datetime
    tickets: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTicket:
    """A feedback as whoever sent it may see it; ``answers`` are the words of staff, oldest first."""

    id: int
    code: str
    commune: str
    state: TicketState
    text: str
    opened_at: datetime
    due_at: datetime | None = None
    answers: tuple[str, ...] = ()


class Tickets(Protocol):
    """What people sent to the staff of their commune, as they see it themselves."""

    async def new_code(self) -> str:
        """Return a code that no ticket has."""
        ...

    async def of(self, person: Person) -> Sequence[OwnTicket]:
        """Return every feedback of *person* that is kept, newest first."""
        ...


class Records(Protocol):
    """What is kept about people."""

    async def kept_about(self, person: Person) -> KeptData:
        """Return what is kept about *person*."""
        ...

    async def staff_for_code(self, code: str, now: datetime) -> str:
        """Return the name of the member of staff who may link a chat with *code* at *now*; empty if nobody may."""
        ...

    async def staff_of_chat(self, person: Person) -> str:
        """Return the name of the member of staff whose own chat *person* is; empty if it is nobody's."""
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

    async def forget_tickets(self, before: datetime) -> int:
        """Delete tickets whose last word was said before *before*, but what was published of them; return how many."""
        ...


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """One person's copy of a bulletin, claimed to be sent.

    ``tries`` counts this one in; ``older`` are bulletins that waited for the person too and go along as links.
    """

    bulletin_id: int
    person_id: int
    to: Address
    commune: str
    tries: int
    last_inbound: datetime
    older: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a claimed delivery."""

    delivery: Delivery
    verdict: Verdict
    platform_id: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing may leave an account for so many seconds; ``reason`` is set where a human should know why."""

    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sender would claim: up to ``most`` deliveries of a bulletin to people after ``after_person``."""

    bulletin_id: int
    most: int
    after_person: int = 0


class Ledger(Protocol):
    """The deliveries of one account, as the one process that sends them sees them; every method is one transaction."""

    async def has_work(self) -> bool:
        """Tell whether anything is waiting to be sent, or was left in flight by a process that died."""
        ...

    async def take_over(self, lease: Lease) -> int:
        """Begin as the holder of *lease*: what others left in flight may have arrived and is `unknown` now.

        Returns how many there were.
        """
        ...

    async def waiting(self) -> Sequence[Bulletin]:
        """Return the bulletins with something to send, in the order to send them: letters, urgent ones, oldest."""
        ...

    async def turn(
        self, lease: Lease, tried: Sequence[Tried], *, hold: Hold | None, wanted: Wanted | None
    ) -> Sequence[Delivery]:
        """Record what became of *tried*, note a *hold* on the account, and claim what is *wanted*.

        A claim is committed when this returns, so a sender that dies leaves a trace of what it may have sent. Nothing
        is claimed for a *lease* that has passed to another, and nothing recorded that was taken over meanwhile.
        """
        ...

    async def held(self) -> Hold | None:
        """Return what holds the account now; one with a reason stands until a delivery arrives or `release`."""
        ...

    async def hold(self, hold: Hold) -> None:
        """Let nothing out of the account for a while, in any process."""
        ...

    async def release(self) -> None:
        """Let the account send again, whatever held it."""
        ...


class Launches(Protocol):
    """Bulletins whose time has come; every method is one transaction."""

    async def due(self, now: datetime) -> Sequence[Bulletin]:
        """Return approved bulletins due at *now*, urgent ones first."""
        ...

    async def launch(
        self, bulletin: Bulletin, now: datetime, writable_since: Mapping[Channel, datetime | None]
    ) -> bool:
        """Write the ledger of *bulletin* and begin to send it, once; return whether it was begun now.

        Whoever last wrote before their channel's moment in *writable_since* is held until they write again.
        """
        ...

    async def send_back(self, bulletin: Bulletin, now: datetime, *, why: str) -> bool:
        """Take the approval of *bulletin* back because of *why* (a word of its history); return whether it had any."""
        ...

    async def finish(self, now: datetime) -> int:
        """Mark as sent what has nothing left to send; return how many."""
        ...

    async def expire(self, now: datetime) -> int:
        """Give up deliveries that have waited too long at *now*; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """What is known of one slot: whether an approved bulletin has it, a draft is meant for it, and what was done."""

    is_taken: bool = False
    has_draft: bool = False
    is_reminded: bool = False
    is_decided: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """A sentence for a member of staff, in their own chat."""

    person_id: int
    text: str


class SlotBook(Protocol):
    """The weekly slots of communes; each is reminded of once and filled once, whoever asks how often."""

    async def plans(self, first: date, last: date) -> Mapping[tuple[str, date], SlotPlan]:
        """Return what is known of the slots from *first* to *last*, by commune and day; of the others nothing is."""
        ...

    async def remind(self, commune: str, day: date, reminders: Sequence[Reminder], *, by: str) -> bool:
        """Send *reminders* about an empty slot, unless that was done; return whether it was done now."""
        ...

    async def prepare(self, draft: Draft, commune: str, reminders: Sequence[Reminder], *, by: str) -> int | None:
        """Store *draft* for its slot, ask for approval and send *reminders*, unless that was done; return its id."""
        ...

    async def fill(self, draft: Draft, commune: str, *, by: str) -> int | None:
        """Store and approve *draft* for its slot, unless that is taken or decided; return its id."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """Where the broadcast of a bulletin stands; ``tries`` counts the failed calls of this state.

    ``wait_seconds`` is how long it wants to be left alone, 0 or less if it does not.
    """

    bulletin: Bulletin
    state: broadcasts.State
    token: str = ""
    article_id: str = ""
    platform_id: str = ""
    code: str = ""
    tries: int = 0
    wait_seconds: float = 0.0


class BroadcastBook(Protocol):
    """The broadcasts of one account, as the one process that sends them sees them; every method is one transaction."""

    async def unfinished(self) -> Sequence[Broadcast]:
        """Return the broadcasts that are not at their end, oldest bulletin first."""
        ...

    async def record(self, lease: Lease, broadcast: Broadcast, change: broadcasts.Change) -> bool:
        """Commit *change* where *lease* is still the newest and *broadcast* still in its state; return whether it was.

        An end leaves a line in the bulletin's history.
        """
        ...

    async def since(self, moment: datetime) -> Sequence[datetime]:
        """Return when broadcasts went out, or may have, from *moment* on."""
        ...

    async def communes(self) -> frozenset[str]:
        """Return the communes of the account's subscribers; empty text stands for those without one."""
        ...


# How bulletins fare, as the console shows it.


@dataclass(frozen=True, slots=True)
class Served:
    """Which content a process serves, since when, and when it last took up a change while it ran (None: never)."""

    process: str
    fingerprint: str
    loaded_seconds_ago: float
    changed_seconds_ago: float | None = None


class ServedBook(Protocol):
    """What the processes on one database serve."""

    async def beat(self, fingerprint: str) -> Sequence[Served]:
        """Note what this process serves, and return what each process that lives does, this one included."""
        ...


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a process may not be fit to serve, in an English sentence; one that ``is_unfit`` should be asked no more."""

    sentence: str
    is_unfit: bool = False


# What people ask, and what is reported of it.


class DayCounter(Protocol):
    """Counts each day once before the questions themselves are forgotten: a year's report needs their number."""

    async def count_up_to(self, last: date) -> int:
        """Count every local day up to *last* that was not counted, once over all processes; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket that nobody of the staff has taken up; ``is_told`` once they were reminded of it."""

    id: int
    kind: TicketKind
    commune: str
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class TicketNews:
    """What the staff of a commune are told at a time: the ids of ``tickets`` they have not heard of.

    ``people`` wait for somebody to talk to and ``feedback`` is to be read, these and earlier ones that are still new.
    """

    commune: str
    tickets: tuple[int, ...]
    people: int = 0
    feedback: int = 0


class TicketReminderBook(Protocol):
    """What staff were told of tickets; every method is one transaction."""

    async def new(self, communes: Collection[str]) -> Sequence[NewTicket]:
        """Return the tickets of *communes* that came lately and nobody has taken up, oldest first."""
        ...

    async def overdue(self, communes: Collection[str]) -> Mapping[str, int]:
        """Return how many tickets of each of *communes* are late; of the others none is."""
        ...

    async def tell(self, news: TicketNews, reminders: Sequence[Reminder], *, every: timedelta) -> bool:
        """Send *reminders* of *news*, unless all of it was told or they heard of such less than *every* ago.

        Somebody who waits for a person is told of however lately a feedback was. Returns whether they were sent now.
        """
        ...

    async def warn(self, commune: str, day: date, reminders: Sequence[Reminder]) -> bool:
        """Send *reminders* of what is late in *commune*, once on *day*; return whether they were sent now."""
        ...


class ReminderBook(Protocol):
    """Reminders that are sent once, whoever thinks of them how often."""

    async def remind(self, name: str, reminders: Sequence[Reminder], *, by: str) -> bool:
        """Send *reminders*, unless those called *name* were; return whether they were sent now."""
        ...
