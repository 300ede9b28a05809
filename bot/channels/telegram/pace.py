"""How fast this process may send from the account, and until when it may not send at all.

PTB's own limiter lets a burst of a whole second's messages out at once and forgets a 429 as soon as any call in flight
ends (both seen in runs), so the pace is ours: small bursts, and a hold that lasts as long as Telegram asked for.
"""

import time
from collections.abc import Callable

from aiolimiter import AsyncLimiter

from bot.errors import Retryable

_BURST_SECONDS = 0.2


class Pace:
    """A steady beat for everything sent from one account by one process."""

    def __init__(self, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Allow *per_second* messages, at most a fifth of a second's worth of them at once."""
        burst = max(1.0, per_second * _BURST_SECONDS)
        self._limiter = AsyncLimiter(burst, burst / per_second)
        self._monotonic = monotonic
        self._free_at = 0.0

    async def turn(self) -> None:
        """Wait for a turn to send; never long, because the caller may hold a lease.

        Raises:
            Retryable: Telegram asked the whole account to wait; ``after_seconds`` says how much longer.
        """
        self._check()
        await self._limiter.acquire()
        self._check()

    def hold(self, seconds: float) -> None:
        """Let nothing out for *seconds*; a longer hold that already stands stays."""
        self._free_at = max(self._free_at, self._monotonic() + seconds)

    def _check(self) -> None:
        left = self._free_at - self._monotonic()
        if left > 0:
            code, reason = "429", "the account is told to wait"
            raise Retryable(code, reason, after_seconds=left)
