"""Small real things that tests of several parts share: messages, people, clocks, meters."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.messages import Address, Channel, Incoming, Kind

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""A Friday, nine in the morning in Việt Nam."""

_numbers = count(1)


def an_address(user: str = "citizen-1", *, channel: Channel = Channel.ZALO, account: str = "oa-1") -> Address:
    """Return somebody's address."""
    return Address(channel, account, user)


def a_message(
    text: str = "xin chào", *, sender: Address | None = None, message_id: str = "", **more: object
) -> Incoming:
    """Return a text message; each call a new one unless *message_id* is given."""
    message = Incoming(
        sender or an_address(), message_id or f"message-{next(_numbers)}", Kind.TEXT, sent_at=NOW, text=text
    )
    return replace(message, **more)  # type: ignore[arg-type]


@dataclass
class StoppedClock:
    """A clock that moves only when told."""

    moment: datetime = NOW

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def advance(self, **delta: float) -> None:
        """Move on by a `timedelta` of these."""
        self.moment += timedelta(**delta)


@dataclass
class CountingMeter:
    """Counts, and keeps the alerts."""

    counts: Counter[str] = field(default_factory=Counter)
    alerts: list[str] = field(default_factory=list)

    def count(self, name: str, /, **labels: str) -> None:
        """Add one."""
        del labels
        self.counts[name] += 1

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Ignore durations."""
        del name, value, labels

    def alert(self, name: str, detail: str) -> None:
        """Keep the alert."""
        del detail
        self.alerts.append(name)
