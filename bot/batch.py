"""Share one commit among all who wait for one: group commit, without a timer.

While one batch is being committed, callers queue up; the next batch takes all of them. A lone caller is served at
once, and the busier it gets, the larger the batches grow. This is what lets SQLite, which commits one at a time, keep
up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batch(Generic[Item, Result]):
    """Calls *commit* with the items of everyone who is waiting; each caller gets the result for their item."""

    def __init__(self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], *, most: int) -> None:
        """Commit at most *most* items together; *commit* returns one result an item, in their order."""
        self._commit = commit
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._committing: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """Return the result of *item* once a batch with it has been committed; raise what the commit raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._committing is None:
            self._committing = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._commit_together(taken)
        finally:
            self._committing = None

    async def _commit_together(self, taken: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._commit([item for item, _ in taken])
        except Exception as error:  # noqa: BLE001  # each caller raises it
            if len(taken) > 1:
                # One bad item must not fail its neighbours: commit each by itself.
                for one in taken:
                    await self._commit_together([one])
                return
            taken[0][1].set_exception(error) if not taken[0][1].done() else None
            return
        for (_, future), result in zip(taken, results, strict=True):
            if not future.done():
                future.set_result(result)
