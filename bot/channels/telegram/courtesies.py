"""Small politenesses towards the app in a person's hand, done beside the real work.

A pressed button shows a spinner until its press is answered, and the button that shares a location stays until it is
taken away. If a courtesy fails, nothing is lost: nobody waits for it and nothing records it.
"""

import asyncio
from collections.abc import Coroutine

import structlog
from telegram.error import TelegramError

from bot.channels.telegram.client import RawBot
from bot.channels.telegram.parse import Received
from bot.channels.telegram.texts import TelegramTexts
from bot.errors import Retryable
from bot.messages import Kind
from bot.pace import Pace

log = structlog.get_logger()

# In a flood of presses the spinners may time out by themselves; the connections are needed for answers.
_AT_ONCE = 32


class Courtesies:
    """Pays courtesies in the background."""

    def __init__(self, bot: RawBot, pace: Pace, texts: TelegramTexts) -> None:
        """Pay them through *bot*; messages keep to *pace*."""
        self._bot = bot
        self._pace = pace
        self._texts = texts
        self._tasks: set[asyncio.Task[None]] = set()

    def pay(self, received: Received) -> None:
        """Start what *received*, which is safely stored by now, calls for; return at once."""
        if received.callback_id:
            self._begin(self._bot.call("answerCallbackQuery", {"callback_query_id": received.callback_id}))
        elif received.message.kind is Kind.LOCATION:
            self._begin(self._thank(received.message.sender.user))

    async def close(self) -> None:
        """Stop what is still under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, courtesy: Coroutine[object, object, object]) -> None:
        if len(self._tasks) >= _AT_ONCE:
            courtesy.close()
            return
        task = asyncio.create_task(_quietly(courtesy))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _thank(self, chat: str) -> None:
        """Say that the place arrived, and take the button that shared it away."""
        await self._pace.turn()
        markup = {"remove_keyboard": True}
        await self._bot.call(
            "sendMessage", {"chat_id": chat, "text": self._texts.location_received, "reply_markup": markup}
        )


async def _quietly(courtesy: Coroutine[object, object, object]) -> None:
    try:
        await courtesy
    except (TelegramError, Retryable) as error:
        log.debug("telegram_courtesy_failed", error=type(error).__name__)
