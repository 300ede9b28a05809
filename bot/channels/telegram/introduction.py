"""What Telegram must know before the bot works well: who asks, where updates go, what the menu offers.

A wrong token stops the start. A Telegram that cannot be reached does not, for the other channels work without it; then
the introduction is made in the background as soon as the way is free.
"""

import asyncio

import structlog
from telegram import BotCommand
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.helpers import create_deep_linked_url

from bot.alarm import Alarm
from bot.channels.telegram.client import RawBot
from bot.channels.telegram.config import Mode, TelegramConfig
from bot.channels.telegram.faults import TOKEN_REFUSED, flood_seconds
from bot.channels.telegram.parse import ALLOWED_UPDATES
from bot.channels.telegram.rhythm import Rhythm
from bot.channels.telegram.texts import CommandTexts
from bot.errors import OperatorError

log = structlog.get_logger()

_GET_ME_SECONDS = 10.0


class Introduction:
    """Introduces the bot to Telegram, and remembers what Telegram calls it."""

    def __init__(
        self, bot: RawBot, config: TelegramConfig, commands: CommandTexts, alarm: Alarm, rhythm: Rhythm
    ) -> None:
        """Introduce *bot* as *config* says, with *commands* in its menu."""
        self._bot = bot
        self._config = config
        self._commands = commands
        self._alarm = alarm
        self._rhythm = rhythm
        self._username = ""

    async def begin(self) -> bool:
        """Try once; return whether it is made.

        Raises:
            OperatorError: Telegram does not know the token.
        """
        try:
            await self._make()
        except InvalidToken as error:
            msg = "Telegram does not accept TELEGRAM_BOT_TOKEN: copy the bot's current token from @BotFather"
            raise OperatorError(msg) from error.with_traceback(None)
        except TelegramError as error:
            self._report(error)
            return False
        return True

    async def retry(self) -> None:
        """Try with growing waits until it is made, or the token turns out wrong."""
        failures, asked = 1, 0.0
        while True:
            await asyncio.sleep(self._rhythm.retry_seconds(failures, at_least=asked))
            try:
                return await self._make()
            except InvalidToken:
                return self._alarm.ring(*TOKEN_REFUSED)
            except TelegramError as error:
                self._report(error)
                failures, asked = failures + 1, flood_seconds(error)

    def deep_link(self, commune_code: str) -> str | None:
        """Return the address that opens the chat for a commune, or None until Telegram has told the bot's name."""
        return create_deep_linked_url(self._username, f"xa-{commune_code}") if self._username else None

    async def _make(self) -> None:
        self._username = (await self._bot.get_me(read_timeout=_GET_ME_SECONDS)).username or ""
        if self._config.mode is Mode.WEBHOOK:
            await self._bot.set_webhook(
                self._config.webhook_url,
                secret_token=self._config.webhook_secret,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,  # they are what citizens wrote while we were away
            )
        await self._offer_commands()
        self._alarm.clear("telegram_unreachable", "telegram_webhook_refused")
        log.info("telegram_ready", account=self._config.account, username=self._username, mode=self._config.mode)

    async def _offer_commands(self) -> None:
        """Fill the menu, for Vietnamese apps and for all others: a list for one language hides the default one."""
        commands = [BotCommand(name, description) for name, description in self._commands.pairs()]
        try:
            await self._bot.set_my_commands(commands)
            await self._bot.set_my_commands(commands, language_code="vi")
        except BadRequest as error:
            self._alarm.ring("telegram_commands_refused", f"Mend the command descriptions: {error.message}.")

    def _report(self, error: TelegramError) -> None:
        if isinstance(error, BadRequest):
            self._alarm.ring("telegram_webhook_refused", f"Mend PUBLIC_URL, Telegram refuses it: {error.message}.")
        else:
            log.warning("telegram_not_introduced", error=type(error).__name__)
            self._alarm.ring(
                "telegram_unreachable", "Check the network, or set TELEGRAM_PROXY; citizens wait meanwhile."
            )
