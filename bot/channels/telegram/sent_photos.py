"""Photos that people sent, fetched when an official asks: Telegram keeps them, and we only what it calls them.

Telegram hands a file out at an address that holds the bot's token, so its bytes pass through us and the address does
not. An id is one bot's own: after a change of bots the old photos are gone for us.
"""

import re

from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.faults import flood_seconds, translate
from bot.channels.telegram.request import LargeFileError
from bot.errors import FileTooLarge, Retryable, Uncertain
from bot.pace import Pace

# A file_id is base64 for the web, about a hundred characters.
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{8,500}")

# Bots get files of at most 20 MB (Bot API, getFile); of a larger one Telegram says this.
_TOO_BIG = "file is too big"


class SentPhotos:
    """Fetches them through *client*, unless the *pace* of the account stands still."""

    def __init__(self, client: Client, pace: Pace) -> None:
        """Fetch through *client*."""
        self._client = client
        self._pace = pace

    async def fetch(self, file_id: str, most_bytes: int) -> bytes | None:
        """Return the photo *file_id*; None if Telegram has no such file any more.

        Raises:
            FileTooLarge: it has more than *most_bytes*.
            PlatformError: as `bot.channels.telegram.faults` sorts it.
        """
        if held := self._pace.held_seconds():
            raise Retryable("429", "too many requests", after_seconds=held)
        try:
            return await self._fetch(file_id, most_bytes)
        except LargeFileError as error:
            raise FileTooLarge("too_large") from error.with_traceback(None)
        except BadRequest as refused:
            if _TOO_BIG in refused.message.lower():
                raise FileTooLarge("too_large") from refused.with_traceback(None)
            return None  # "wrong file_id or the file is temporarily unavailable", in several spellings
        except TelegramError as error:
            self._pace.hold(flood_seconds(error))
            # Without its frames: their variables hold the URL, and the URL the token.
            raise translate(error) from error.with_traceback(None)

    async def _fetch(self, file_id: str, most_bytes: int) -> bytes | None:
        file = await self._client.bot.call("getFile", {"file_id": file_id})
        path, size = (file.get("file_path"), file.get("file_size")) if isinstance(file, dict) else (None, None)
        if not isinstance(path, str) or not path:
            raise Uncertain("unreadable", "getFile named no path")
        if isinstance(size, int) and size > most_bytes:
            raise LargeFileError
        return await self._client.download(path, most_bytes)


def is_file_id(reference: str) -> bool:
    """Tell whether *reference* looks like what Telegram calls a file."""
    return bool(_FILE_ID.fullmatch(reference))
