"""The channels that the settings turn on, with the database behind their ports."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.telegram.config import Mode, TelegramConfig
from bot.channels.telegram.texts import CommandTexts, TelegramTexts
from bot.channels.terminal.paper import PaperPlatform
from bot.channels.web.channel import WebChannel, WebConfig
from bot.channels.zalo.account import VerifierFile, ZaloAccount, ZaloOptions
from bot.channels.zalo.channel import ZaloChannel
from bot.channels.zalo.render import ZaloTexts
from bot.knowledge.sayings import Sayings
from bot.messages import Channel
from bot.ports.conversations import Reception
from bot.ports.platforms import Broadcaster, Carrier, PhotoKeeper, Platform
from bot.settings import Settings
from bot.storage.pictures import SqlPictures
from bot.storage.records import SqlRecords
from bot.storage.tokens import SqlTokens
from bot.world import World
from handlers.payloads import shortcuts

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel

# Telegram's limit is about 30 messages a second for a bot; bulletins keep to TELEGRAM_RATE and leave replies some room.
_TELEGRAM_RATE = 28.0
_ROOM_FOR_REPLIES = 3.0


class Channels:
    """The channels of one service, and what each of them can do."""

    def __init__(self, world: World, reception: Reception, platforms: dict[tuple[Channel, str], Platform]) -> None:
        """Build them; what they hear goes to *reception*, and they are entered in *platforms*, where replies go out."""
        self._world = world
        self._reception = reception
        self._platforms = platforms
        self._telegram: TelegramChannel | None = None
        self.carriers: dict[tuple[Channel, str], Carrier] = {}
        self.broadcasters: dict[str, Broadcaster] = {}
        self.photo_keepers: list[PhotoKeeper] = []
        self.web = self._build_web()
        self._all: list[WebChannel | TelegramChannel | ZaloChannel] = [self.web]
        platforms[Channel.WEB, WebChannel.account] = self.web
        if world.settings.has_telegram:
            self._open_telegram()
        if world.settings.has_zalo:
            self._open_zalo()

    def stand_in(self) -> None:
        """Let accounts of paper stand in for the platforms."""
        for channel in (Channel.TELEGRAM, Channel.ZALO):
            self.carriers[channel, PaperPlatform.account] = PaperPlatform(channel)

    @property
    def names(self) -> Sequence[str]:
        """Return the names of the channels."""
        return sorted(channel for channel, _ in self._platforms)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return where the platforms and the web chat's visitors come in."""
        return [route for channel in self._all for route in channel.routes()]

    def telegram_link(self, commune: str) -> str | None:
        """Return the address that opens the Telegram chat for *commune*, once it is known and if there is one."""
        return self._telegram.deep_link(commune) if self._telegram else None

    async def start(self, stack: AsyncExitStack) -> None:
        """Let them receive; *stack* closes them."""
        for channel in self._all:
            stack.push_async_callback(channel.close)
            await channel.start()

    def _open_telegram(self) -> None:
        telegram = self._telegram = self._build_telegram()
        self._platforms[Channel.TELEGRAM, telegram.account] = telegram
        self.carriers[Channel.TELEGRAM, telegram.account] = telegram
        self.photo_keepers.append(telegram)
        self._all.append(telegram)

    def _open_zalo(self) -> None:
        zalo, account = self._build_zalo(), self._world.settings.zalo_oa_id
        self._platforms[Channel.ZALO, account] = zalo
        self.carriers[Channel.ZALO, account] = zalo
        self.broadcasters[account] = zalo
        self.photo_keepers.append(zalo)
        self._all.append(zalo)

    def _build_web(self) -> WebChannel:
        world = self._world
        return WebChannel(
            WebConfig(public_url=world.settings.public_url, trusted_proxies=world.settings.proxies),
            lambda: world.shelf().sayings,
            reception=self._reception,
            replies=SqlRecords(world.database),
            clock=world.clock,
            meter=world.metrics,
            shortcuts=lambda: shortcuts(world.shelf().sayings.labels),
        )

    def _build_telegram(self) -> "TelegramChannel":
        # Only where it is on: python-telegram-bot takes half a second to import.
        from bot.channels.telegram.channel import TelegramChannel  # noqa: PLC0415

        world, settings = self._world, self._world.settings
        return TelegramChannel(
            _telegram_config(settings),
            _telegram_texts(world.shelf().sayings),
            reception=self._reception,
            leases=world.leases,
            alerts=world.metrics,
            meter=world.metrics,
            clock=world.clock,
            pictures=SqlPictures(world.database),
        )

    def _build_zalo(self) -> ZaloChannel:
        world, settings = self._world, self._world.settings
        return ZaloChannel(
            zalo_account(settings),
            _zalo_texts(world.shelf().sayings),
            reception=self._reception,
            store=SqlTokens(world.database, world.clock),
            leases=world.leases,
            clock=world.clock,
            meter=world.metrics,
            alerts=world.metrics,
            pictures=SqlPictures(world.database),
            options=_zalo_options(settings),
        )


def accounts_of(settings: Settings) -> list[tuple[Channel, str]]:
    """Return the accounts that messages come in by."""
    accounts = [(Channel.WEB, WebChannel.account)]
    if settings.has_telegram:
        accounts.append((Channel.TELEGRAM, _telegram_config(settings).account))
    if settings.has_zalo:
        accounts.append((Channel.ZALO, settings.zalo_oa_id))
    return accounts


def zalo_account(settings: Settings) -> ZaloAccount:
    """Return the Official Account that *settings* name."""
    return ZaloAccount(
        app_id=settings.zalo_app_id,
        app_secret=settings.zalo_app_secret.get_secret_value(),
        oa_id=settings.zalo_oa_id,
        oa_secret=settings.zalo_oa_secret.get_secret_value(),
        refresh_token=settings.zalo_refresh_token.get_secret_value(),
        api_base=settings.zalo_api_base,
        oauth_base=settings.zalo_oauth_base,
    )


def _telegram_config(settings: Settings) -> TelegramConfig:
    return TelegramConfig(
        token=settings.telegram_bot_token.get_secret_value(),
        mode=Mode(settings.telegram_mode),
        public_url=settings.public_url,
        webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        api_base=settings.telegram_api_base,
        proxy=settings.telegram_proxy,
        rate=max(_TELEGRAM_RATE, settings.telegram_rate + _ROOM_FOR_REPLIES),
        bulletin_rate=settings.telegram_rate,
    )


def _telegram_texts(say: Sayings) -> TelegramTexts:
    return TelegramTexts(
        share_location=say.labels.share_location,
        share_location_prompt=say.telegram.location_prompt,
        location_received=say.telegram.location_received,
        commands=CommandTexts(**dict(say.telegram.commands)),
    )


def _zalo_options(settings: Settings) -> ZaloOptions:
    file = settings.zalo_verifier_file
    verifier = VerifierFile(file.name, file.read_text(encoding="utf-8")) if file else None
    return ZaloOptions(calls_per_minute=settings.zalo_rate, allows_paid=settings.zalo_paid_messages, verifier=verifier)


def _zalo_texts(say: Sayings) -> ZaloTexts:
    return ZaloTexts(choose_by_number=say.choose_number, share_location=say.zalo.share_location)
