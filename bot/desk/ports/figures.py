"""What people ask, and what is reported of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.messages import Channel, Decision
from bot.ports.bulletins import Counts


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
