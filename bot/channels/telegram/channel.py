"""The Telegram channel as the composition root builds it: routes in, messages out, a start and an end."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime

from aiohttp import web

from bot.alarm import Alarm
from bot.channels.telegram.client import Client
from bot.channels.telegram.config import Mode, TelegramConfig
from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.introduction import Introduction
from bot.channels.telegram.photos import Photos
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.render import render
from bot.channels.telegram.rhythm import Rhythm
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.sent_photos import SentPhotos, is_file_id
from bot.channels.telegram.texts import TelegramTexts
from bot.channels.telegram.webhook import Webhook
from bot.messages import Outgoing, Reply
from bot.pace import Pace
from bot.ports.conversations import Reception
from bot.ports.platforms import Pictures
from bot.ports.world import Alerts, Clock, Leases, Meter

_RHYTHM = Rhythm()

# PTB's own limiter lets a whole second's messages out at once and forgets a 429 as soon as any call in flight ends
# (both seen in runs); here at most a fifth of a second's worth goes out together.
_BURST_SECONDS = 0.2


class TelegramChannel:
    """One bot: a `Carrier` and a `PhotoKeeper` of `bot.ports.platforms`.

    Bulletins may go out at any hour, and to everyone who has not left.
    """

    def __init__(
        self,
        config: TelegramConfig,
        texts: TelegramTexts,
        *,
        reception: Reception,
        leases: Leases,
        alerts: Alerts,
        meter: Meter,
        clock: Clock,
        pictures: Pictures | None = None,
        rhythm: Rhythm = _RHYTHM,
    ) -> None:
        """Put the parts together; nothing is opened before `start`.

        Without *pictures* replies go out without theirs.
        """
        self.account = config.account
        self.rate = config.bulletin_rate
        self._texts = texts
        self._client = Client(config)
        self._pace = _pace(config.rate)
        bot, alarm = self._client.bot, Alarm(alerts)
        self._courtesies = Courtesies(bot, self._pace, texts)
        self._introduction = Introduction(bot, config, texts.commands, alarm, rhythm)
        self._sender = Sender(bot, self._pace, alarm, Photos(pictures))
        self._sent_photos = SentPhotos(self._client, self._pace)
        intake = Intake(config.account, reception, self._courtesies, clock, meter)
        is_polling = config.mode is Mode.POLLING
        self._webhook = None if is_polling else Webhook(config.webhook_secret, intake, meter)
        self._poller = Poller(bot, config.account, intake, leases, alarm, rhythm) if is_polling else None
        self._tasks: list[asyncio.Task[None]] = []

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to serve: the webhook, or none when polling."""
        return self._webhook.routes() if self._webhook else []

    async def start(self) -> None:
        """Introduce the bot and begin to receive.

        A Telegram that cannot be reached raises an alert and is tried again in the background.

        Raises:
            OperatorError: Telegram does not know the token.
        """
        await self._client.open()
        try:
            is_introduced = await self._introduction.begin()
        except BaseException:
            await self._client.close()
            raise
        if not is_introduced:
            self._begin(self._introduction.retry())
        if self._poller:
            self._begin(self._poller.run())

    async def close(self) -> None:
        """Stop receiving, give the lease back and close the connections; what is stored stays stored."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._courtesies.close()
        await self._client.close()

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return *reply* as stored Telegram messages; see `bot.channels.telegram.render`."""
        return render(reply, self._texts)

    async def send(self, message: Outgoing) -> str:
        """Send one rendered message and return Telegram's id of it.

        Raises:
            PlatformError: as `bot.channels.telegram.faults` sorts it; nothing is raised for a courtesy.
        """
        return await self._sender.send(message.to.user, message.body)

    def keeps(self, reference: str) -> bool:
        """Tell whether *reference* looks like what Telegram calls a photo."""
        return is_file_id(reference)

    async def fetch_photo(self, reference: str, most_bytes: int) -> bytes | None:
        """Return the photo that Telegram calls *reference*; None if it has none such any more.

        Raises:
            FileTooLarge: it has more than *most_bytes*.
            PlatformError: as `bot.channels.telegram.faults` sorts it.
        """
        return await self._sent_photos.fetch(reference, most_bytes)

    def takes_bulletins(self, now: datetime) -> bool:
        """Return True: Telegram sets no hours."""
        del now
        return True

    def writable_since(self, now: datetime) -> datetime | None:
        """Return None: whoever once wrote may be written to until they block the bot."""
        del now
        return None

    def hold(self, seconds: float) -> None:
        """Let nothing out for *seconds*, as if Telegram had told this process to wait."""
        self._pace.hold(seconds)

    def held_seconds(self) -> float:
        """Return how much longer Telegram wants the account to wait; 0 if not at all."""
        return self._pace.held_seconds()

    def deep_link(self, commune_code: str) -> str | None:
        """Return the address that opens the chat for *commune_code* (for posters and QR codes), once it is known."""
        return self._introduction.deep_link(commune_code)

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        self._tasks.append(asyncio.create_task(work))


def _pace(per_second: float) -> Pace:
    burst = max(1.0, per_second * _BURST_SECONDS)
    return Pace(burst, seconds=burst / per_second, code="429")
