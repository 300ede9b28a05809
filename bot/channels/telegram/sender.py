"""Send one stored message, and say truthfully what became of it."""

from functools import partial

import structlog
from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, InvalidToken, TelegramError

from bot.alarm import Alarm
from bot.channels.telegram.body import Body
from bot.channels.telegram.client import RawBot
from bot.channels.telegram.faults import TOKEN_REFUSED, flood_seconds, is_markup_refused, translate
from bot.channels.telegram.photos import Photo, Photos
from bot.pace import Pace

log = structlog.get_logger()

_UPLOAD_SECONDS = 60.0
"""How long a message with a file of up to 1 MB may take: what a slow line needs for it."""


class Sender:
    """Sends rendered messages from one account."""

    def __init__(self, bot: RawBot, pace: Pace, alarm: Alarm, photos: Photos) -> None:
        """Send through *bot* at *pace*, with the pictures of *photos*; a refused token rings *alarm*."""
        self._bot = bot
        self._pace = pace
        self._alarm = alarm
        self._photos = photos

    async def send(self, chat: str, stored: str) -> str:
        """Send the *stored* body to *chat* and return Telegram's id of the message.

        Raises:
            PlatformError: as `bot.channels.telegram.faults` sorts it.
        """
        await self._pace.turn()
        try:
            sent = await self._deliver(chat, Body.loads(stored))
        except TelegramError as error:
            self._take_note(error)
            # Without its frames: their variables hold the URL, and the URL the token.
            raise translate(error) from error.with_traceback(None)
        self._alarm.clear("telegram_token_refused")
        return sent

    async def _deliver(self, chat: str, body: Body) -> str:
        """Send *body*, a second time only after an answer that says the first was not accepted."""
        try:
            return await self._post(chat, body)
        except ChatMigrated as moved:
            return await self._post(str(moved.new_chat_id), body)
        except BadRequest as refused:
            if not is_markup_refused(refused):
                raise
            log.warning("telegram_markup_refused", reason=refused.message)
            return await self._post(chat, body, is_formatted=False)

    async def _post(self, chat: str, body: Body, *, is_formatted: bool = True) -> str:
        post = partial(self._call, chat, body, is_formatted)
        message = await (self._photos.show(body.picture, post) if body.picture else post(None))
        return str(message.get("message_id", "")) if isinstance(message, dict) else ""

    async def _call(self, chat: str, body: Body, is_formatted: bool, photo: Photo | None) -> object:  # noqa: FBT001 - bound by `_post`
        parameters = body.formatted(chat, photo) if is_formatted else body.unformatted(chat, photo)
        if photo is not None:
            seconds = _UPLOAD_SECONDS if isinstance(photo, InputFile) else None
            return await self._bot.call("sendPhoto", parameters, read_seconds=seconds)
        # Words are missing where the picture was all there was, and is gone: Telegram takes no empty message.
        return await self._bot.call("sendMessage", parameters) if body.plain else None

    def _take_note(self, error: TelegramError) -> None:
        """Let an error that concerns the whole account have its effect on the whole account."""
        self._pace.hold(flood_seconds(error))
        if isinstance(error, InvalidToken):
            self._alarm.ring(*TOKEN_REFUSED)
