"""Several processes that could send, and which of them does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.app import Role
from tests.crash.service import Trap
from tests.crash.services import ServiceProcess, until
from tests.fire.field import Field

LEASE_SECONDS = 2.0
"""Long enough for three processes that share two cores."""

FROZEN_SECONDS = 3 * LEASE_SECONDS
_NO_TRAP = Trap()


class Crew:
    """The processes of one service."""

    def __init__(self, field: Field, stack: AsyncExitStack) -> None:
        """Work on *field*; whoever joins leaves with *stack*."""
        self.field = field
        self._stack = stack
        self.services: list[ServiceProcess] = []

    async def join(self, trap: Trap = _NO_TRAP, *, role: Role = Role.ALL) -> ServiceProcess:
        """Start one more."""
        service = self.field.service(role=role, trap=trap, lease_seconds=LEASE_SECONDS)
        self.services.append(await self._stack.enter_async_context(service))
        return self.services[-1]

    async def sender(self) -> ServiceProcess:
        """Return the one that took over last; while that one is dead, wait until another has."""

        async def holds() -> bool:
            return self._last().is_alive

        await until(holds)
        return self._last()

    def _last(self) -> ServiceProcess:
        for service in self.services:
            service.hear()
        return max(self.services, key=lambda service: service.took_over_at)

    async def trapped(self) -> ServiceProcess:
        """Wait until somebody's trap is sprung, and return them."""

        async def holds() -> bool:
            for service in self.services:
                service.hear()
            return any(service.is_trapped for service in self.services)

        await until(holds)
        return next(service for service in self.services if service.is_trapped)


@asynccontextmanager
async def a_crew(field: Field, number: int) -> AsyncIterator[Crew]:
    """Yield *number* processes that are ready."""
    async with AsyncExitStack() as stack:
        crew = Crew(field, stack)
        for _ in range(number):
            await crew.join()
        yield crew
