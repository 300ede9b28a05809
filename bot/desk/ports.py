"""What the desk and the console's pages need from the world, in their own words; `bot.storage` implements it.

What handlers and jobs need as well is in `bot.ports`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.bulletins import broadcasts
from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Signer, Status
from bot.messages import Channel, Decision, Outgoing, Point
from bot.ports import Bulletin, Counts, Draft, Exchange, Picture
from bot.tickets.states import Speaker, Tab, TicketKind, TicketStanding, TicketState


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody logged in to the console: who, with the role and communes they have now, and on which device."""

    id: int
    me: Signer
    device: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


class Logins(Protocol):
    """One-time links into the console, and who is logged in. Keys are digests: what people hold is never stored."""

    async def add_link(self, name: str, key: str, *, by: str, ends_at: datetime) -> bool:
        """Keep a link for the member of staff *name*, made by *by*; return whether there is such a member."""
        ...

    async def enter(
        self, link: str, key: str, *, device: str, ends_at: datetime, instead_of: str = ""
    ) -> Signer | None:
        """Spend the link *link* on a login *key* that ends the login *instead_of*; None if it cannot be spent (again).

        Of many who try at once, one gets in.
        """
        ...

    async def find(self, key: str, *, seen_since: datetime) -> Login | None:
        """Return the login *key* and note it seen, if it has not ended, was seen since then and its owner is staff."""
        ...

    async def of(self, name: str, *, seen_since: datetime) -> Sequence[Login]:
        """Return where *name* is logged in, last seen first."""
        ...

    async def end(self, name: str, *, by: str, only: int | None = None) -> int:
        """End every login of *name*, or the one with the id *only*, and every unused link; return how many logins."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the log: who changed what, of which communes; ``before`` and ``after`` by the name of the field.

    ``what`` is one of the keys that `content/console.yaml` has words for.
    """

    by: str
    what: str
    subject: str
    communes: frozenset[str] = frozenset()
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noted:
    """A change, and when it was noted."""

    at: datetime
    change: Change


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries of the log to read: those of the person *by* and of the kind *what*, where these are not empty."""

    by: str = ""
    what: str = ""
    limit: int = 50
    offset: int = 0


class Audit(Protocol):
    """The log of every change. It only grows."""

    async def note(self, change: Change) -> None:
        """Add *change*."""
        ...

    async def noted(self, communes: frozenset[str] | None, search: Search) -> Sequence[Noted]:
        """Return entries that concern any of *communes* (None: all there are), newest first."""
        ...

    async def writers(self, communes: frozenset[str] | None) -> Sequence[str]:
        """Return the names that stand in those entries, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Errands:
    """What waits for staff, in numbers."""

    drafts: int
    to_approve: int
    troubled: int
    unanswered: int
    tickets: int
    overdue: int


class ErrandBook(Protocol):
    """Counts what waits for staff."""

    async def errands(self, me: Signer, *, since: datetime, now: datetime) -> Errands:
        """Return what waits in the communes of *me* at *now*; of what has happened, only what did since then."""
        ...

    async def filled_slots(self, communes: Collection[str], first: date, last: date) -> frozenset[tuple[str, date]]:
        """Return the slots of *communes* from *first* to *last* that a bulletin is meant for."""
        ...


# The desk: where staff write, agree on and watch over bulletins.


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of a bulletin's record; ``what`` is a `bot.bulletins.states.Move`, or what time brought."""

    at: datetime
    by: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people of one account get a bulletin ``now``, and how many are ``waiting`` until they write again."""

    channel: Channel
    account: str
    now: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Approval:
    """What an approver settles: from when it may start, and whether it passes quiet hours."""

    due_at: datetime
    is_later: bool
    passes_quiet: bool


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """The slot of *commune* on *day* belongs to another bulletin."""

    commune: str
    day: date
    bulletin_id: int


@dataclass(frozen=True, slots=True)
class BroadcastStanding:
    """Where a bulletin that goes out as an article stands since ``changed_at``; ``code`` tells why, if there is a why.

    It is left alone for so many seconds from now, 0 or less if it is not.
    """

    state: broadcasts.State
    code: str
    changed_at: datetime
    wait_seconds: float = 0.0


class Bulletins(Protocol):
    """Bulletins as they are stored; letters are not among them."""

    async def find(self, bulletin_id: int) -> Bulletin | None:
        """Return the bulletin with this id."""
        ...

    async def listing(self, communes: Collection[str] | None, limit: int) -> Sequence[Bulletin]:
        """Return the newest bulletins for any of *communes* (None: of all), newest first."""
        ...

    async def recent(self, communes: Collection[str], since: datetime) -> Sequence[Bulletin]:
        """Return what is for any of *communes* since then, but drafts and what was stopped, newest first."""
        ...

    async def counts(self, bulletin_id: int, among: Collection[str] | None = None) -> Counts:
        """Return how many deliveries of a bulletin are in each state: all, or only those in the communes *among*."""
        ...

    async def broadcast(self, bulletin_id: int) -> BroadcastStanding | None:
        """Return where the article of a bulletin stands; None where none was begun."""
        ...

    async def record(self, bulletin_id: int) -> Sequence[Deed]:
        """Return what was done to a bulletin, oldest first."""
        ...

    async def correction_of(self, bulletin_id: int) -> int | None:
        """Return the id of the correction of a bulletin, if it has one that was not stopped."""
        ...

    async def taken_slots(self, communes: Collection[str], since: date) -> Collection[date]:
        """Return the days from *since* on whose slot any of *communes* has given to a bulletin."""
        ...


class Moves(Protocol):
    """What people do to bulletins: each is one transaction with its line in the record.

    A move happens only where the bulletin is still as it was *seen*, by status and revision; else nothing does, and
    False or None says so. *by* is the name of whoever does it.
    """

    async def create(self, draft: Draft, by: str, picture: Picture | None = None) -> int:
        """Store a new draft, with its *picture* if that is new; return its id."""
        ...

    async def revise(self, seen: Bulletin, draft: Draft, by: str, picture: Picture | None = None) -> bool:
        """Put *draft* in the place of what was seen; its author is *by* from now on."""
        ...

    async def submit(self, seen: Bulletin, by: str) -> bool:
        """Ask for approval."""
        ...

    async def approve(self, seen: Bulletin, approval: Approval, by: str) -> bool | SlotTaken:
        """Freeze the text and let it go; its slot, if it has one, is reserved for every commune or nothing happens."""
        ...

    async def give_back(self, seen: Bulletin, by: str) -> bool:
        """Make it a draft again and free its slot."""
        ...

    async def stop(self, seen: Bulletin, by: str) -> bool:
        """Let nothing more of it go out; a slot in which nothing was sent is free again."""
        ...

    async def correct(self, seen: Bulletin, draft: Draft, by: str, picture: Picture | None = None) -> int | None:
        """Store *draft* as the correction of what was seen, and let nothing more of the wrong text go out."""
        ...

    async def resend(self, seen: Bulletin, only: State, by: str) -> int | None:
        """Let what is in the state *only* be sent again to those who still want bulletins; return how many.

        With nobody there nothing happens.
        """
        ...

    async def note(self, bulletin_id: int, by: str, what: str) -> None:
        """Add a line to the record of a bulletin that was not moved."""
        ...


class Recipients(Protocol):
    """Who would get a bulletin if it began now."""

    async def reach(self, draft: Draft, writable_since: Mapping[Channel, datetime | None]) -> Sequence[Reach]:
        """Return how many people of each account *draft* is for; for a correction, those who may have the wrong text.

        Whoever last wrote before their channel's moment in *writable_since* is waiting.
        """
        ...


class Letters(Protocol):
    """Messages of ours to one person that answer nothing they just wrote: test sends, answers of staff, reminders."""

    async def add_letter(self, person_id: int, body_markdown: str, *, picture: str = "", by: str) -> int | None:
        """Put a letter into the ledger; return its id, or None if the person cannot be written to any more."""
        ...


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works with the channel. Without ``communes`` they serve all; ``person_id`` is their own chat."""

    name: str
    role: Role
    communes: frozenset[str] | None
    person_id: int | None = None

    @property
    def signer(self) -> Signer:
        """Return what they are to the rules of bulletins."""
        return Signer(self.name, self.role, self.communes)


class StaffBook(Protocol):
    """Who works with the channel. Each change is noted in the log of changes, as made by *by*, together with it."""

    async def members(self) -> Sequence[StaffMember]:
        """Return everyone who works here now, by name."""
        ...

    async def put(self, member: StaffMember, *, by: str) -> None:
        """Take *member* on, back, or over into another role or other communes; their chat stays as it is."""
        ...

    async def remove(self, name: str, *, by: str) -> bool:
        """Let somebody go, with their logins and chat; their name stays on what they did. Return whether they were."""
        ...

    async def give_code(self, name: str, code: str, until: datetime, *, by: str) -> bool:
        """Let whoever types *code* in a chat before *until* be *name* there; return whether there is such a member."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinSearch:
    """Which bulletins to list for *me*: those for any commune of theirs, and that are so.

    ``status`` or ``commune`` None or empty: whatever it is. With ``missed_since`` only what went out since then and did
    not, or may not, reach everybody; of that, only where every commune is theirs.
    """

    me: Signer
    status: Status | None = None
    commune: str = ""
    missed_since: datetime | None = None
    limit: int = 50
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A bulletin in a list, with its counts in the communes of whoever looks (all 0 before it begins).

    ``broadcast`` is where its article stands, if it goes out as one and has begun.
    """

    bulletin: Bulletin
    counts: Counts
    broadcast: BroadcastStanding | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """So many deliveries on a channel are in a state because of ``code``, the platform's or a word of ours."""

    channel: Channel
    state: State
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing leaves an account for so many seconds; ``reason`` is the platform's code where it is at fault."""

    channel: Channel
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one person's copy; the person is a number, which nobody outside can resolve."""

    person_id: int
    channel: Channel
    state: State
    code: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Outing:
    """A bulletin that went out, in numbers."""

    published_at: datetime
    counts: Counts


class Results(Protocol):
    """How bulletins fare. Counts are the kept ones."""

    async def listing(self, search: BulletinSearch) -> Sequence[Listed]:
        """Return what was searched for: what waits for whoever looks, then by date, newest first."""
        ...

    async def reasons(self, bulletin_id: int, among: Collection[str] | None = None) -> Sequence[Reason]:
        """Return why a bulletin did not, or may not, reach somebody (*among* whom: as `Bulletins.counts` says).

        That is why deliveries are `failed`, `unknown`, `gone` or `skipped`.
        """
        ...

    async def pauses(self, bulletin_id: int) -> Sequence[Pause]:
        """Return what holds the accounts from which a bulletin has something to send."""
        ...

    async def fates(self, bulletin_id: int, after: int, limit: int) -> Sequence[Fate]:
        """Return what became of a bulletin, person by person, those after the number *after*."""
        ...

    async def outings(self, communes: Collection[str] | None, since: datetime) -> Sequence[Outing]:
        """Return what went out since then to any of *communes* (None: to all), and its counts there, oldest first."""
        ...


# Tickets: what citizens want of staff, as staff see it.


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket.

    ``channel`` is where the citizen can be answered, None where nobody is there any more. ``revision`` grows with
    everything that staff do. ``answered_at`` is when staff first answered, ``talks_until`` the end of a talk that is
    going on.
    """

    id: int
    kind: TicketKind
    commune: str
    state: TicketState
    revision: int
    text: str
    opened_at: datetime
    code: str = ""
    place: str = ""
    point: Point | None = None
    photos: tuple[str, ...] = ()
    due_at: datetime | None = None
    assignee: str = ""
    channel: Channel | None = None
    answered_at: datetime | None = None
    talks_until: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    exchange: Exchange | None = None
    published_at: datetime | None = None

    @property
    def standing(self) -> TicketStanding:
        """Return what the rules ask about it."""
        return TicketStanding(
            self.kind,
            self.state,
            is_answered=self.answered_at is not None,
            is_published=self.published_at is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWord:
    """Something said in a ticket after it was opened.

    Of what staff said, ``fate`` is where its delivery stands, with the ``code`` of why; None where the citizen reads it
    on a page of ours, or it went nowhere (``went_out`` tells which).
    """

    id: int
    speaker: Speaker
    by: str
    at: datetime
    text: str
    media: str = ""
    media_ref: str = ""
    point: Point | None = None
    fate: State | None = None
    code: str = ""
    went_out: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that a citizen sent, as a browser may be shown it: ``type`` is the MIME type that its bytes tell."""

    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of staff as they reach a citizen: a letter in Markdown, or what a page of ours shows, whichever can."""

    letter: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of words of staff: ``pages`` are to be shown now, if the citizen has one open.

    Where it ``went_out`` nowhere, the citizen has left.
    """

    went_out: bool
    pages: tuple[Outgoing, ...] = ()


class TicketBook(Protocol):
    """Tickets as they are stored."""

    async def find(self, ticket_id: int) -> Ticket | None:
        """Return the ticket with this id."""
        ...

    async def listing(
        self, communes: Collection[str] | None, tab: Tab, now: datetime, *, limit: int, skip: int
    ) -> Sequence[Ticket]:
        """Return tickets of *communes* (None: of all) in *tab*: what waits by when it is due, the rest newest first."""
        ...

    async def counts(self, communes: Collection[str] | None, now: datetime) -> Mapping[Tab, int]:
        """Return how many tickets of *communes* are in each tab."""
        ...

    async def words(self, ticket_id: int) -> Sequence[TicketWord]:
        """Return what was said in a ticket, oldest first."""
        ...

    async def asked_before(self, ticket_id: int, since: datetime, limit: int) -> Sequence[str]:
        """Return what its citizen last asked the bot since then and before they wanted a person, oldest first."""
        ...


class TicketMoves(Protocol):
    """What staff do to tickets: each is one transaction with its line in the log.

    A move happens only where the ticket is still as it was *seen*, by its revision; else nothing does, and False or
    None says so. *by* is the name of whoever does it.
    """

    async def assign(self, seen: Ticket, assignee: str, by: str) -> bool:
        """Make *assignee* look after it; nobody where empty."""
        ...

    async def answer(self, seen: Ticket, text: str, spoken: Spoken, by: str) -> Sent | None:
        """Say *text* to the citizen, as *spoken*; a wish for a person becomes a talk."""
        ...

    async def close(self, seen: Ticket, heard: int, spoken: Spoken, by: str) -> Sent | None:
        """Close it, where the citizen has said nothing after the word *heard* (an id); end a talk with *spoken*."""
        ...

    async def publish(self, seen: Ticket, exchange: Exchange, by: str) -> bool:
        """Let everyone read *exchange*."""
        ...

    async def unpublish(self, seen: Ticket, by: str) -> bool:
        """Let nobody read it any more."""
        ...


# Answers that staff edit: their files, what they held before, how often they are needed, and who serves which.


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


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question that had no answer, or whose answer did not help; ``guess`` is the topic that was nearest, if any.

    ``is_set_aside`` where staff do not want to see it any more.
    """

    id: int
    commune: str
    text: str
    guess: str
    asked_at: datetime
    is_disliked: bool = False
    is_set_aside: bool = False


@dataclass(frozen=True, slots=True)
class AskedAt:
    """How many questions came about ``topic`` (empty where none was found), and with which end.

    They came in the local days that were asked for together and begin with ``day``.
    """

    day: date
    topic: str
    decision: Decision
    number: int


class AskedBook(Protocol):
    """What people asked, as those who look after answers see it."""

    async def missed(self, communes: Collection[str] | None, since: datetime, limit: int) -> Sequence[MissedQuestion]:
        """Return the newest questions of *communes* (None: of all) since then that nothing helped, newest first."""
        ...

    async def commune_of(self, question_id: int) -> str | None:
        """Return the commune of a question, empty where none was chosen; None if there is no such question."""
        ...

    async def asked(self, communes: Collection[str] | None, starts: Sequence[date], last: date) -> Sequence[AskedAt]:
        """Return what was asked in *communes* (None: in all) from each of *starts* to the next, and up to *last*.

        *starts* are days, at least one, oldest first; *last* is included.
        """
        ...

    async def wishes_for_a_person(self, communes: Collection[str] | None, since: datetime) -> int:
        """Return how many conversations of *communes* were handed over to staff since then."""
        ...

    async def set_aside(self, question_ids: Collection[int], by: str) -> None:
        """Let nobody be shown these questions any more."""
        ...

    async def bring_back(self, question_ids: Collection[int]) -> None:
        """Show them again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBulletin:
    """A bulletin that went out, and what became of its copies in the communes that are reported.

    ``counts`` has every state. A broadcast went to all followers of the OA besides, of which no platform tells more.
    """

    id: int
    title: str
    published_at: datetime
    counts: Counts
    is_urgent: bool = False
    is_correction: bool = False
    is_broadcast: bool = False
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class FeedbackFigures:
    """What became of the feedback that came in: answered in time or late, not yet, or not although it is due."""

    received: int = 0
    on_time: int = 0
    late: int = 0
    waiting: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class SubscriberFigures:
    """Subscribers by channel before the first and after the last day; None where nobody counted then."""

    before: Mapping[Channel, int] | None
    after: Mapping[Channel, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigures:
    """Everything that is reported of some communes and days. ``counted_from`` is the first day of any question."""

    bulletins: tuple[SentBulletin, ...]
    asked: tuple[AskedAt, ...]
    feedback: FeedbackFigures
    handovers: FeedbackFigures
    subscribers: SubscriberFigures
    counted_from: date | None


class ReportBook(Protocol):
    """The figures of reports."""

    async def figures(self, communes: Collection[str], first: date, last: date, now: datetime) -> ReportFigures:
        """Return what *communes* did and were asked from the day *first* to the day *last*, both included."""
        ...
