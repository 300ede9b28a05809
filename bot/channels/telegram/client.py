"""python-telegram-bot's `Bot`, opened and closed by us, which can also hand over Telegram's answers as they came.

The library reads every answer into objects. For a message that was just sent we need its id only, and a batch of
updates must not be lost because the library cannot read one of them; so both are asked for raw.
"""

import asyncio
import logging
from collections.abc import Mapping
from urllib.parse import quote

from telegram import Bot
from telegram._utils.defaultvalue import DEFAULT_NONE

from bot.channels.telegram.config import TelegramConfig
from bot.channels.telegram.request import AiohttpRequest

_CALLS_AT_ONCE = 64


class RawBot(Bot):
    """A `telegram.Bot` that can also return what Telegram answered, unread.

    `Bot.do_api_request` would serve, but it warns on every call that a typed method exists.
    """

    async def call(self, method: str, parameters: Mapping[str, object], *, read_seconds: float | None = None) -> object:
        """Call the Bot API *method* and return its ``result`` as plain JSON data.

        Raises:
            TelegramError: see `bot.channels.telegram.request` and `telegram.error`.
        """
        timeout = DEFAULT_NONE if read_seconds is None else read_seconds
        result: object = await self._post(method, dict(parameters), read_timeout=timeout)
        return result


class Client:
    """The bot and its connections: one pool for calls, one connection for the long poll."""

    def __init__(self, config: TelegramConfig) -> None:
        """Prepare the bot; nothing is opened yet."""
        self._requests = (
            AiohttpRequest(pool_size=_CALLS_AT_ONCE, proxy=config.proxy),
            AiohttpRequest(pool_size=1, proxy=config.proxy),
        )
        self.bot = RawBot(
            config.token,
            base_url=config.api_base.rstrip("/") + "/bot",
            base_file_url=config.api_base.rstrip("/") + "/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    async def open(self) -> None:
        """Open the connections. `Bot.initialize` would also call getMe and name the token in its error."""
        _keep_tokens_out_of_logs()
        await asyncio.gather(*(request.initialize() for request in self._requests))

    async def download(self, path: str, most_bytes: int) -> bytes | None:
        """Return the file that getFile gave the *path* of; None if it is there no more.

        The address holds the token, so nobody but us may ever see it.

        Raises:
            TelegramError: see `bot.channels.telegram.request.AiohttpRequest.download`.
        """
        return await self._requests[0].download(f"{self.bot.base_file_url}/{quote(path)}", most_bytes)

    async def close(self) -> None:
        """Close the connections; calls after this raise `NotSentError`."""
        await asyncio.gather(*(request.shutdown() for request in self._requests))


def _keep_tokens_out_of_logs() -> None:
    """Silence these libraries below a warning, whatever the root level: their URLs hold the token, DEBUG the words."""
    for name in ("telegram", "httpx", "httpcore", "aiohttp.client"):
        logging.getLogger(name).setLevel(logging.WARNING)
