"""Zalo's clock rules: how long after someone's last word an OA may write to them, and when bulletins may go out.

From Zalo's documentation and help pages, agreeing in several independent sources: up to 48 hours after the last
interaction (message, follow, button, call) a message is free, up to 7 days it is billed, later it is refused with -230.
Whether "free" is limited to 8 messages since 2026 is disputed, so nothing here counts them. No I/O, so every edge is a
table test.
"""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FREE_FOR = timedelta(hours=48)
OPEN_FOR = timedelta(days=7)

# A message is claimed, rendered and waits its turn before it reaches Zalo, whose clock may be ahead of ours.
_SAFETY = timedelta(minutes=5)

# Broadcasts are accepted from 06:00 to 21:59 (Zalo's documentation, one source; the time zone is not stated and taken
# to be Vietnam's). Messages to one person are not bound by it, says one source, and are, says another: bulletins keep
# to it, replies do not.
_DAY_BEGINS, _DAY_ENDS = time(6), time(22)

# When -234 ("not at night") is over for sure, whoever's clock is right.
_MORNING = time(6, 5)
_VIETNAM = "Asia/Ho_Chi_Minh"


class Zone(StrEnum):
    """What a message to someone costs now."""

    FREE = "free"
    PAID = "paid"
    CLOSED = "closed"


def zone(last_interaction: datetime, now: datetime) -> Zone:
    """Return the zone at *now* (both aware); exactly 48 hours is still free, exactly 7 days still paid."""
    silence = now - last_interaction
    if silence <= FREE_FOR:
        return Zone.FREE
    return Zone.PAID if silence <= OPEN_FOR else Zone.CLOSED


def writable_since(now: datetime, *, allows_paid: bool) -> datetime:
    """Return since when somebody must have written to get a message at *now* (aware), free or, if allowed, paid for."""
    return now - (OPEN_FOR if allows_paid else FREE_FOR) + _SAFETY


def next_morning(now: datetime) -> datetime:
    """Return the first moment after *now* (aware) at which Zalo's night is certainly over, in Vietnam's time."""
    local = now.astimezone(ZoneInfo(_VIETNAM))
    morning = datetime.combine(local.date(), _MORNING, local.tzinfo)
    return morning if morning > local else morning + timedelta(days=1)


def may_broadcast(now: datetime) -> bool:
    """Tell whether Zalo takes a broadcast at *now* (aware)."""
    return _DAY_BEGINS <= now.astimezone(ZoneInfo(_VIETNAM)).time() < _DAY_ENDS


def next_broadcast(now: datetime) -> datetime:
    """Return the earliest moment from *now* (aware) on at which Zalo takes a broadcast, in Vietnam's time."""
    local = now.astimezone(ZoneInfo(_VIETNAM))
    if may_broadcast(now):
        return local
    day = local.date() + timedelta(days=1 if local.time() >= _DAY_ENDS else 0)
    return datetime.combine(day, _DAY_BEGINS, local.tzinfo)
