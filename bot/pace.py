"""How fast this process may send from an account, and until when it may not send at all.

Ready-made limiters keep a rate but forget that a platform told the whole account to wait, so the hold is ours: it lasts
as long as the platform asked for, and binds replies and bulletins alike.
"""

import time
from collections.abc import Callable

from aiolimiter import AsyncLimiter

from bot.errors import Retryable


class Pace:
    """A steady beat for everything sent from one account by one process."""

    def __init__(
        self, burst: float, *, seconds: float, code: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow *burst* calls in any *seconds*; *code* is the platform's for "too many", given to whoever must wait."""
        self._limiter = AsyncLimiter(burst, seconds)
        self._code = code
        self._monotonic = monotonic
        self._free_at = 0.0

    async def turn(self) -> None:
        """Wait for a turn to send; never long, because the caller may hold a lease.

        Raises:
            Retryable: the platform asked the whole account to wait; ``after_seconds`` says how much longer.
        """
        self._check()
        await self._limiter.acquire()
        self._check()

    def hold(self, seconds: float) -> None:
        """Let nothing out for *seconds*; a longer hold that already stands stays."""
        self._free_at = max(self._free_at, self._monotonic() + seconds)

    def held_seconds(self) -> float:
        """Return how much longer nothing may go out; 0 if something may."""
        return max(0.0, self._free_at - self._monotonic())

    def _check(self) -> None:
        if left := self.held_seconds():
            raise Retryable(self._code, "the account is told to wait", after_seconds=left)
