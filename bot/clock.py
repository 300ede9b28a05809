"""The system's clock, where a `bot.ports.world.Clock` is asked for."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the time of this machine."""

    def now(self) -> datetime:
        """Return this moment in UTC."""
        return datetime.now(UTC)
