"""Send one stored message, and say truthfully what became of it."""

import structlog
from telegram.error import BadRequest, ChatMigrated, InvalidToken, TelegramError

from bot.alarm import Alarm
from bot.channels.telegram.body import Body
from bot.channels.telegram.client import RawBot
from bot.channels.telegram.faults import TOKEN_REFUSED, flood_seconds, is_markup_refused, translate
from bot.channels.telegram.pace import Pace

log = structlog.get_logger()


class Sender:
    """Sends rendered messages from one account."""

    def __init__(self, bot: RawBot, pace: Pace, alarm: Alarm) -> None:
        """Send through *bot* at *pace*; a refused token rings *alarm*."""
        self._bot = bot
        self._pace = pace
        self._alarm = alarm

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
            return await self._post(body.formatted(chat))
        except ChatMigrated as moved:
            return await self._post(body.formatted(str(moved.new_chat_id)))
        except BadRequest as refused:
            if not is_markup_refused(refused):
                raise
            log.warning("telegram_markup_refused", reason=refused.message)
            return await self._post(body.unformatted(chat))

    async def _post(self, parameters: dict[str, object]) -> str:
        message = await self._bot.call("sendMessage", parameters)
        return str(message.get("message_id", "")) if isinstance(message, dict) else ""

    def _take_note(self, error: TelegramError) -> None:
        """Let an error that concerns the whole account have its effect on the whole account."""
        self._pace.hold(flood_seconds(error))
        if isinstance(error, InvalidToken):
            self._alarm.ring(*TOKEN_REFUSED)
