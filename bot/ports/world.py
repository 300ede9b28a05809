"""What every part of a service may need: time, counters, alarms, and the right to do a thing alone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


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


class DayCounter(Protocol):
    """Counts each day once before the questions themselves are forgotten: a year's report needs their number."""

    async def count_up_to(self, last: date) -> int:
        """Count every local day up to *last* that was not counted, once over all processes; return how many."""
        ...
