"""A carrier without a platform: takes what it is given, and answers as a test tells it to."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from bot.errors import PlatformError
from bot.messages import Outgoing, Reply

Answer = Callable[[Outgoing, int], PlatformError | None]
"""What comes back for a message, given how many were called before it; None accepts it."""


def accepts(_message: Outgoing, _before: int) -> PlatformError | None:
    return None


class PaperCarrier:
    """A `Carrier`; ``books`` counts what was accepted by recipient, ``bodies`` keeps it in order."""

    def __init__(self, answer: Answer = accepts, *, rate: float = 10_000) -> None:
        self.answer = answer
        self.rate = rate
        self.books: Counter[str] = Counter()
        self.bodies: list[str] = []
        self.calls = 0
        self.in_flight = 0
        self.most_in_flight = 0
        self.is_open = True
        self.since: datetime | None = None
        self.is_let_through = asyncio.Event()
        self.is_let_through.set()
        self.held = 0.0

    def render(self, reply: Reply) -> tuple[str, ...]:
        return (reply.text,)

    async def send(self, message: Outgoing) -> str:
        before, self.calls = self.calls, self.calls + 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self.is_let_through.wait()
            await asyncio.sleep(0)
            error = self.answer(message, before)
            if error:
                raise error
            self.books[message.to.user] += 1
            self.bodies.append(message.body)
            return f"m{self.calls}"
        finally:
            self.in_flight -= 1

    def takes_bulletins(self, now: datetime) -> bool:
        return self.is_open

    def writable_since(self, now: datetime) -> datetime | None:
        return self.since

    def hold(self, seconds: float) -> None:
        self.held = seconds

    def held_seconds(self) -> float:
        return self.held
