"""The environment, read once when a command starts. `.env.example` says what each setting is for.

A channel whose settings are all empty is off. One with half its settings stops the start with one message that names
every missing one, so that nobody finds out message by message.
"""

import re
from collections.abc import Mapping
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import OperatorError
from bot.messages import Channel

_CHECKOUT = Path(__file__).parent.parent / "content"
_PACKAGED = Path(__file__).parent / "content"

_PROMISED_DAYS = {"keep_questions_days": 90, "keep_leavers_days": 30}
"""What `content/messages.yaml` and the answer `dl-bot` tell people; a test holds them together."""

_SHORTEST_KEEP_DAYS = 2
"""Telegram keeps an update for a day: what was stored must be known for longer, or it would be answered twice."""

_TELEGRAM_NEEDS = ("telegram_bot_token",)
_ZALO_NEEDS = ("zalo_app_id", "zalo_app_secret", "zalo_oa_id", "zalo_oa_secret")


class Settings(BaseSettings):
    """Every setting, checked. Secrets never show in logs or errors."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: str = Field("sqlite+aiosqlite:///var/loaxa.db", repr=False)
    content_dir: Path = Path("content")
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: str = "127.0.0.0/8,::1/128"
    metrics_port: int | None = Field(None, ge=0, le=65535)
    timezone: str = "Asia/Ho_Chi_Minh"
    quiet_hours: str = "21:00-07:00"
    lease_seconds: float = Field(10, ge=1, le=600)
    log_format: Literal["text", "json"] = "text"
    secret_key: SecretStr = SecretStr("")
    keep_questions_days: int = 90
    keep_leavers_days: int = 30

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_api_base: str = "https://api.telegram.org"
    telegram_proxy: str = Field("", repr=False)
    telegram_rate: float = Field(25, gt=0, le=1000)

    zalo_app_id: str = ""
    zalo_app_secret: SecretStr = SecretStr("")
    zalo_oa_id: str = ""
    zalo_oa_secret: SecretStr = SecretStr("")
    zalo_refresh_token: SecretStr = SecretStr("")
    zalo_rate: float = Field(3600, gt=0)
    zalo_paid_messages: bool = False
    zalo_broadcasts_a_month: int = Field(4, ge=0, le=31)
    zalo_verifier_file: Path | None = None
    zalo_api_base: str = "https://openapi.zalo.me"
    zalo_oauth_base: str = "https://oauth.zaloapp.com"

    @field_validator("metrics_port", "zalo_verifier_file", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("zalo_verifier_file")
    @classmethod
    def _existing_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            msg = f"no such file: {value}"
            raise ValueError(msg)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for network in _parts(value):
            try:
                ip_network(network)
            except ValueError as error:
                msg = f"{error}; write networks such as 10.0.0.0/8 with commas between them"
                raise ValueError(msg) from error
        return value

    @field_validator("keep_questions_days", "keep_leavers_days")
    @classmethod
    def _as_promised(cls, value: int, info: ValidationInfo) -> int:
        least, most = _SHORTEST_KEEP_DAYS, _PROMISED_DAYS[str(info.field_name)]
        if not least <= value <= most:
            msg = f"must be {least} to {most}: people are told that it is {most} days at most"
            raise ValueError(msg)
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            msg = "no such time zone"
            raise ValueError(msg) from error
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _two_times(cls, value: str) -> str:
        if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            msg = "must look like 21:00-07:00, or be empty"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _whole_channels(self) -> Self:
        missing: list[str] = []
        if self._some(*_ZALO_NEEDS, "zalo_refresh_token"):
            missing += [name for name in _ZALO_NEEDS if not self._text(name)]
        if self._some(*_TELEGRAM_NEEDS, "telegram_webhook_secret"):
            missing += [name for name in _TELEGRAM_NEEDS if not self._text(name)]
            if self.telegram_mode == "webhook":
                missing += [name for name in ("telegram_webhook_secret", "public_url") if not self._text(name)]
        if missing:
            names = ", ".join(name.upper() for name in dict.fromkeys(missing))
            msg = f"a channel is half configured; set also: {names}"
            raise ValueError(msg)
        return self

    def _text(self, name: str) -> str:
        value = getattr(self, name)
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

    def _some(self, *names: str) -> bool:
        return any(self._text(name) for name in names)

    @property
    def has_telegram(self) -> bool:
        """Tell whether the Telegram channel is on."""
        return bool(self._text("telegram_bot_token"))

    @property
    def has_zalo(self) -> bool:
        """Tell whether the Zalo channel is on."""
        return bool(self.zalo_oa_id)

    @property
    def carriers(self) -> Mapping[Channel, str]:
        """Return the ids of the accounts that bulletins go out from, by channel: those that are on."""
        bot_id = self._text("telegram_bot_token").partition(":")[0]
        telegram = {Channel.TELEGRAM: bot_id} if self.has_telegram else {}
        return {**telegram, **({Channel.ZALO: self.zalo_oa_id} if self.has_zalo else {})}

    @property
    def content_path(self) -> Path:
        """Return the content folder: the one named, else the checkout's, else the one installed with the package."""
        for path in (self.content_dir, _CHECKOUT, _PACKAGED):
            if path.is_dir():
                return path
        return self.content_dir

    @property
    def proxies(self) -> tuple[str, ...]:
        """Return the networks whose ``X-Forwarded-For`` is believed."""
        return _parts(self.trusted_proxies)

    @property
    def address(self) -> str:
        """Return where people reach the service: PUBLIC_URL, or this machine where that is not set."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.http_port}"

    @property
    def has_console(self) -> bool:
        """Tell whether the officials' console is on: without SECRET_KEY nobody could stay logged in."""
        return bool(self.secret_key.get_secret_value())

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of people and offices."""
        return ZoneInfo(self.timezone)

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Return when no bulletin may be sent, local time; None if there is no such time."""
        if not self.quiet_hours:
            return None
        since, until = self.quiet_hours.split("-")
        return time.fromisoformat(since), time.fromisoformat(until)


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def read_settings(**overrides: object) -> Settings:
    """Return the settings of this process.

    Raises:
        OperatorError: naming every setting that is wrong or missing, in one message.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise OperatorError("\n".join(_sentence(dict(item)) for item in error.errors())) from None


def _sentence(error: dict[str, object]) -> str:
    location = error["loc"]
    name = ".".join(str(part) for part in location).upper() if isinstance(location, tuple) and location else ""
    text = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {text}" if name else text
