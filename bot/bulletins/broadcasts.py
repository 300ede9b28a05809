"""A bulletin as one article to everyone who follows a Zalo account: its states, and what may begin when.

    new ──create──> creating ──> created ──verify──> verified ──broadcast──> sending ──> accepted | unknown | failed

Zalo gives no word on who got it, has no way to ask, and takes a broadcast a day and a few a month. An article that was
made twice and broadcast once harms nobody, so making and asking may be repeated; a broadcast that may have been
accepted is never repeated by itself. Each state is committed before the call that follows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.errors import AccountFault, PlatformError, Refused, Retryable

# Zalo counts days and months where it is, whatever the zone of the service.
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

PATIENCE = timedelta(hours=36)
"""How long after its time a bulletin may still be broadcast: the day's broadcast may be taken, Zalo or we may be away.

Later it is no news any more, and an official has to decide anew.
"""

_MOST_DOUBLES = 3
"""Times an article is made without knowing whether Zalo made it: each counts against the account's articles."""

_FAULT_SECONDS = 300.0
_FIRST_WAIT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 300.0


class State(StrEnum):
    """Where the broadcast of a bulletin stands."""

    NEW = "new"
    CREATING = "creating"
    CREATED = "created"
    VERIFIED = "verified"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    FAILED = "failed"

    @property
    def is_end(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self in {State.ACCEPTED, State.UNKNOWN, State.FAILED}


MAY_HAVE_GONE_OUT = (State.SENDING, State.ACCEPTED, State.UNKNOWN)
"""The states that count against the account's days and months."""


class Why(StrEnum):
    """Our own codes beside Zalo's: why a broadcast is where it is; `content/bulletin.yaml` has the words."""

    DIED = "died"
    TRIES = "tries"
    LATE = "late"
    QUOTA = "quota"
    HOURS = "hours"
    AUDIENCE = "audience"
    STOPPED = "stopped"
    FAULT = "fault"


class Obstacle(StrEnum):
    """Why a bulletin cannot be broadcast; `content/bulletin.yaml` has a sentence for each, with what to do instead."""

    NO_ZALO = "no_zalo"
    SEVERAL_COMMUNES = "several_communes"
    ONE_HAMLET = "one_hamlet"
    OTHER_SUBSCRIBERS = "other_subscribers"
    NO_PICTURE = "no_picture"
    NO_ADDRESS = "no_address"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the rules ask about a bulletin that is to be broadcast at ``now``.

    ``audiences`` are pairs of commune and hamlet (empty: the whole commune), ``subscribers`` the communes of the
    account's subscribers, ``earlier`` when broadcasts went out this month, ``public_url`` where Zalo can fetch the
    cover, without which it makes no article.
    """

    has_zalo: bool
    audiences: Sequence[tuple[str, str]]
    subscribers: frozenset[str]
    has_picture: bool
    public_url: str
    now: datetime
    earlier: Sequence[datetime] = ()
    a_month: int


def obstacle(plan: Plan) -> Obstacle | None:
    """Return why *plan* cannot be carried out, or None if it can; the first reason that has to be mended."""
    communes = frozenset(commune for commune, _ in plan.audiences)
    opens_at = earliest(plan.now, plan.earlier, plan.a_month)
    reasons = (
        (not plan.has_zalo, Obstacle.NO_ZALO),
        (len(communes) != 1, Obstacle.SEVERAL_COMMUNES),
        (any(hamlet for _, hamlet in plan.audiences), Obstacle.ONE_HAMLET),
        (not plan.subscribers <= communes, Obstacle.OTHER_SUBSCRIBERS),
        (not plan.has_picture, Obstacle.NO_PICTURE),
        (not plan.public_url, Obstacle.NO_ADDRESS),
        (opens_at is None or is_too_late(plan.now, opens_at), Obstacle.QUOTA),
    )
    return next((reason for stands_in_the_way, reason in reasons if stands_in_the_way), None)


def month_begins(now: datetime) -> datetime:
    """Return the first moment of the month that *now* is in: what `earliest` wants to know of goes back to there."""
    return _midnight(now).replace(day=1)


def earliest(now: datetime, earlier: Sequence[datetime], a_month: int) -> datetime | None:
    """Return from when on Zalo's caps allow a broadcast: one a day, *a_month* a month; None if none ever.

    *earlier* are the broadcasts of the month so far; those before it count for nothing.
    """
    if a_month < 1:
        return None
    month = month_begins(now)
    if sum(moment >= month for moment in earlier) >= a_month:
        return (month + timedelta(days=32)).replace(day=1)
    today = _midnight(now)
    return today + timedelta(days=1) if any(moment >= today for moment in earlier) else now


def is_too_late(since: datetime, at: datetime) -> bool:
    """Tell whether a bulletin whose time came at *since* may no longer be broadcast at *at*."""
    return at - since > PATIENCE


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(_VIETNAM).date(), time(), _VIETNAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one step comes to: the next state, why, and how long to leave it alone, in seconds.

    ``tries`` is the count from now on. ``token``, ``article_id`` and ``platform_id`` are what Zalo said; empty ones
    leave what is known.
    """

    state: State
    code: str = ""
    tries: int = 0
    wait_seconds: float = 0.0
    token: str = ""
    article_id: str = ""
    platform_id: str = ""


_AGAIN_FROM = {State.CREATING: State.NEW, State.CREATED: State.CREATED, State.SENDING: State.VERIFIED}
"""Where a call that was certainly in vain leaves the broadcast, by the state in which it was made."""


def after_failure(state: State, error: PlatformError, tries: int) -> Change:
    """Return what *error* makes of a broadcast whose call failed in *state*, *tries* times with this one."""
    again = _AGAIN_FROM[state]
    match error:
        case Retryable():
            return Change(state=again, code=error.code, tries=tries, wait_seconds=_wait(tries, error.after_seconds))
        case AccountFault():
            return Change(state=again, code=error.code, tries=tries, wait_seconds=_FAULT_SECONDS)
        case Refused():
            return Change(state=State.FAILED, code=error.code)
        case _ if state is State.SENDING:
            return Change(state=State.UNKNOWN, code=error.code)
        case _ if state is State.CREATING and tries >= _MOST_DOUBLES:
            return Change(state=State.FAILED, code=Why.TRIES)
        case _:
            return Change(state=again, code=error.code, tries=tries, wait_seconds=_wait(tries))


def _wait(tries: int, asked_seconds: float | None = None) -> float:
    """Return how long to wait after so many failures: as long as Zalo asked, else longer each time."""
    return asked_seconds or min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** min(tries - 1, 10))


def lease_name(account: str) -> str:
    """Return the name of the lease that whoever broadcasts from *account* holds."""
    return f"broadcast:{account}"
