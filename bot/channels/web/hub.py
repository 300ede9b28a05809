"""The open sockets of this process, by visitor: who can be told something at once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from bot.channels.web.intake import Visit
from bot.channels.web.limits import Limits


class Listener(Protocol):
    """An open socket, as the hub sees it."""

    def tell(self, reply: dict[str, object]) -> None:
        """Show *reply* soon; never waits, and may drop it, since the page can ask for what is stored."""
        ...

    def hint(self, newest: int) -> None:
        """Take note that the store has a reply with the id *newest*; never waits."""
        ...

    async def hang_up(self) -> None:
        """Say goodbye and close; the page will come back to whoever answers then."""
        ...


class Hub:
    """Knows every open socket and keeps their number within limits."""

    def __init__(self, limits: Limits) -> None:
        """Begin with nobody."""
        self._limits = limits
        self._listeners: dict[str, set[Listener]] = {}
        self._networks = Counter[str]()
        self._is_closing = False

    def __len__(self) -> int:
        """Return how many sockets are open."""
        return self._networks.total()

    def no_room(self, visit: Visit) -> str:
        """Return why *visit* may not open another socket, or an empty string. The page then does without one."""
        if self._is_closing or len(self) >= self._limits.sockets:
            return "full"
        is_over = (
            len(self._listeners.get(visit.visitor, ())) >= self._limits.visitor_sockets
            or self._networks[visit.network] >= self._limits.network_sockets
        )
        return "too_many_sockets" if is_over else ""

    @contextmanager
    def listening(self, visit: Visit, listener: Listener) -> Iterator[None]:
        """Count *listener* among the open sockets while inside."""
        self._listeners.setdefault(visit.visitor, set()).add(listener)
        self._networks[visit.network] += 1
        try:
            yield
        finally:
            self._leave(visit, listener)

    def tell(self, visitor: str, reply: dict[str, object]) -> None:
        """Show *reply* on every socket of *visitor* here."""
        for listener in self._listeners.get(visitor, ()):
            listener.tell(reply)

    def visitors(self) -> list[str]:
        """Return who has a socket open here."""
        return list(self._listeners)

    def hint(self, visitor: str, newest: int) -> None:
        """Let every socket of *visitor* here know that the store has a reply with the id *newest*."""
        for listener in self._listeners.get(visitor, ()):
            listener.hint(newest)

    async def close(self) -> None:
        """Let nobody in any more and close what is open."""
        self._is_closing = True
        everyone = [listener for listeners in self._listeners.values() for listener in listeners]
        await asyncio.gather(*(listener.hang_up() for listener in everyone), return_exceptions=True)

    def _leave(self, visit: Visit, listener: Listener) -> None:
        listeners = self._listeners[visit.visitor]
        listeners.discard(listener)
        if not listeners:
            del self._listeners[visit.visitor]
        self._networks[visit.network] -= 1
        if not self._networks[visit.network]:
            del self._networks[visit.network]
