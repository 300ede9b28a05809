"""When an account should stop for a while, and how carefully it begins again.

A platform that refuses, breaks down or no longer knows us would otherwise use up one recipient after the other. So
trouble holds the whole account, longer each time; then one delivery goes out alone, and only if it arrives do the
others follow. No clock here: it is told what happened and says how long to wait.
"""

import random
from collections import deque
from collections.abc import Callable

from bot.bulletins.deliveries import State, Verdict
from bot.ports.sending import Hold

LONGEST_SECONDS = 300.0
"""How long an account is left alone at most, and at once where deliveries were burnt by the dozen."""

_FIRST_SECONDS = 1.0
_FIRST_FAULT_SECONDS = 5.0
_MOST_DOUBLINGS = 10

# Half of the last fifty may have failed by chance of the recipients; of fewer than twenty nothing can be said.
_WATCHED, _ENOUGH = 50, 20

_BURNT = frozenset({State.FAILED, State.UNKNOWN})


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311  # so that processes do not march in step


class Breaker:
    """Watches what becomes of an account's deliveries.

    ``round`` grows with every trouble. What took off in an earlier round fell to the same trouble and is not counted
    as another.
    """

    def __init__(self, jitter: Callable[[], float] = _jitter) -> None:
        """Begin without a trouble."""
        self._jitter = jitter
        self._troubles = 0
        self._recent: deque[bool] = deque(maxlen=_WATCHED)
        self.round = 0
        self.is_probing = False

    def note(self, verdict: Verdict, took_off_in: int) -> Hold | None:
        """Take in what became of a delivery that *took_off_in* a round; return how long the account must wait."""
        if verdict.holds_account and verdict.wait_seconds:  # as the platform asked; it is well otherwise
            return Hold(verdict.wait_seconds)
        if took_off_in != self.round:
            return None
        if verdict.is_fault:
            return self._trip(self._growing(_FIRST_FAULT_SECONDS), verdict.code)
        if verdict.holds_account:
            return self._trip(self._growing(_FIRST_SECONDS))
        return self._weigh(verdict)

    def _weigh(self, verdict: Verdict) -> Hold | None:
        if verdict.state is State.SENT:
            self._troubles, self.is_probing = 0, False
        self._recent.append(verdict.state in _BURNT)
        if self.is_probing and verdict.state in _BURNT:
            return self._trip(self._growing(_FIRST_FAULT_SECONDS), verdict.code)
        if len(self._recent) >= _ENOUGH and sum(self._recent) * 2 >= len(self._recent):
            return self._trip(LONGEST_SECONDS, verdict.code)
        return None

    def _trip(self, seconds: float, code: str = "") -> Hold:
        self._recent.clear()
        self.is_probing = True
        self.round += 1
        self._troubles += 1
        return Hold(seconds * self._jitter(), code)

    def _growing(self, first: float) -> float:
        return min(LONGEST_SECONDS, first * float(1 << min(self._troubles, _MOST_DOUBLINGS)))
