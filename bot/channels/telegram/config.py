"""What an operator decides about the Telegram bot, checked once so that a slip is named before anything starts."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from bot.errors import OperatorError

# Bot API, getMe and setWebhook: a token is the bot's number, a colon and a secret; a webhook secret has 1-256 of these.
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

WEBHOOK_PATH = "/webhooks/telegram"
"""Where Telegram posts to, under the public address."""


class Mode(StrEnum):
    """How updates reach us; Telegram allows one at a time."""

    POLLING = "polling"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """The bot's settings.

    ``public_url`` and ``webhook_secret`` matter in webhook mode only. ``proxy`` is an ``http://`` or ``https://``
    address or empty. ``rate`` bounds all messages this process sends from the account, a second, replies and bulletins
    together; Telegram asks for no more than about 30 (PTB's ``FloodLimit``), unless broadcasts are paid for.
    ``bulletin_rate`` is the part of it that bulletins may take.
    """

    token: str = field(repr=False)
    mode: Mode = Mode.POLLING
    public_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    api_base: str = "https://api.telegram.org"
    proxy: str = field(default="", repr=False)
    rate: float = 28.0
    bulletin_rate: float = 25.0

    def __post_init__(self) -> None:
        """Refuse what could never work.

        Raises:
            OperatorError: naming every setting at fault.
        """
        problems = tuple(self._problems())
        if problems:
            raise OperatorError("; ".join(problems))

    @property
    def account(self) -> str:
        """The bot's own id as text: the number before the colon, known without asking Telegram."""
        return self.token.partition(":")[0]

    @property
    def webhook_url(self) -> str:
        """Where Telegram is told to post updates."""
        return self.public_url.rstrip("/") + WEBHOOK_PATH

    def _problems(self) -> list[str]:
        webhook = self.mode is Mode.WEBHOOK
        checks = (
            (_TOKEN.fullmatch(self.token), "TELEGRAM_BOT_TOKEN is not a bot token (123456:ABC…, from @BotFather)"),
            (not webhook or self.public_url, "PUBLIC_URL is needed when TELEGRAM_MODE is webhook"),
            (
                not webhook or _SECRET.fullmatch(self.webhook_secret),
                "TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z a-z 0-9 _ - when TELEGRAM_MODE is webhook",
            ),
            (_is_web_address(self.api_base), "TELEGRAM_API_BASE must be an http:// or https:// address"),
            (not self.proxy or _is_web_address(self.proxy), "TELEGRAM_PROXY must be an http:// or https:// address"),
            (min(self.rate, self.bulletin_rate) > 0, "TELEGRAM_RATE must be more than 0"),
        )
        return [problem for is_right, problem in checks if not is_right]


def _is_web_address(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
