"""Libraries that are trained on an edit nobody has saved, so that a question can be asked of it.

Training takes seconds of a whole processor, so one is trained at a time, in a thread, and the last one is kept.
"""

import asyncio

from bot.knowledge.library import Library


class Trials:
    """Trains libraries; asks for *patience_seconds* at most from whoever waits."""

    def __init__(self, *, patience_seconds: float = 8.0) -> None:
        """Begin with none."""
        self._patience_seconds = patience_seconds
        self._fingerprint = ""
        self._training: asyncio.Task[Library] | None = None

    async def trained(self, library: Library) -> Library | None:
        """Return a trained library of the same content as *library*; None if it takes longer, then ask again."""
        if self._training and self._fingerprint != library.fingerprint:
            await asyncio.wait({self._training}, timeout=self._patience_seconds)
            if not self._training.done():
                return None
        if self._training is None or self._fingerprint != library.fingerprint:
            self._fingerprint = library.fingerprint
            self._training = asyncio.create_task(_train(library))
        training = self._training
        await asyncio.wait({training}, timeout=self._patience_seconds)
        return training.result() if training.done() else None


async def _train(library: Library) -> Library:
    await asyncio.to_thread(library.train)
    return library
