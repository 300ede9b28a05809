"""One Zalo OA as the rest of the house sees it: routes in, rendered messages out, and a token kept alive.

Nothing that Zalo does or refuses stops the service: without a token, citizens' messages are still taken in and stored,
and the alert says what a human has to do.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime

import structlog
from aiohttp import web

from bot.alarm import Alarm
from bot.channels.zalo import window
from bot.channels.zalo.account import ZaloAccount, ZaloOptions
from bot.channels.zalo.article import article_object
from bot.channels.zalo.client import ZaloApi
from bot.channels.zalo.codes import GRANT, needs_a_human
from bot.channels.zalo.grant import Timing
from bot.channels.zalo.http import Http
from bot.channels.zalo.oauth import OauthClient
from bot.channels.zalo.render import ZaloTexts, render
from bot.channels.zalo.sender import Sender
from bot.channels.zalo.sent_photos import SentPhotos
from bot.channels.zalo.signature import Keys
from bot.channels.zalo.tokens import OaTokens
from bot.channels.zalo.webhook import PATH, ZaloWebhook, verifier_route
from bot.errors import PlatformError
from bot.messages import Outgoing, Reply
from bot.ports.conversations import Reception
from bot.ports.platforms import Article, Pictures
from bot.ports.world import Alerts, Clock, Leases, Meter, TokenStore

log = structlog.get_logger()

# How often an idle service looks after its token: well within the margin before expiry, and soon enough to notice that
# an operator connected the OA again.
_UPKEEP_SECONDS = 30

# How much of the account's rate bulletins may take; the rest is for whoever writes meanwhile.
_SHARE_OF_BULLETINS = 0.8


class ZaloChannel:
    """One OA: a `Carrier`, a `Broadcaster` and a `PhotoKeeper` of `bot.ports.platforms`."""

    def __init__(  # noqa: PLR0913 - the composition root names each part once
        self,
        account: ZaloAccount,
        texts: ZaloTexts,
        *,
        reception: Reception,
        store: TokenStore,
        leases: Leases,
        clock: Clock,
        meter: Meter,
        alerts: Alerts,
        pictures: Pictures | None = None,
        options: ZaloOptions | None = None,
        timing: Timing | None = None,
    ) -> None:
        """Put the parts together; nothing is opened before `start`.

        Without *pictures* replies go out without theirs.
        """
        self._account = account
        self._texts = texts
        self._options = options or ZaloOptions()
        self._alarm = Alarm(alerts)
        self._http = Http(call_seconds=self._options.call_seconds, connect_seconds=self._options.connect_seconds)
        self._tokens = OaTokens(
            account.oa_id,
            OauthClient(self._http, account, clock),
            store=store,
            leases=leases,
            clock=clock,
            meter=meter,
            alarm=Alarm(alerts),
            first_refresh_token=account.refresh_token,
            timing=timing,
        )
        self._api = ZaloApi(self._http, account.api_base, self._tokens, meter, clock, options=self._options)
        self._sender = Sender(self._api, pictures)
        self._sent_photos = SentPhotos(self._http, account.api_base)
        self._webhook = ZaloWebhook(
            Keys(account.app_id, account.oa_id, account.oa_secret),
            reception=reception,
            clock=clock,
            meter=meter,
            receive_seconds=self._options.receive_seconds,
        )
        self._upkeep: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the webhook, and the page that proves our domain to Zalo if there is one."""
        verifier = self._options.verifier
        return [web.post(PATH, self._webhook.handle), *([verifier_route(verifier)] if verifier else [])]

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return *reply* as stored bodies of Zalo messages."""
        return render(reply, self._texts, shows_presses=self._options.shows_presses)

    async def send(self, message: Outgoing) -> str:
        """Send one rendered message and return Zalo's id of it.

        Raises:
            PlatformError: it was not, or may not have been, accepted; the class says which and what to do.
        """
        return await self._told(self._sender.send(message.to.user, message.body))

    @property
    def rate(self) -> float:
        """Return how many bulletin messages may leave in a second."""
        return self._options.calls_per_minute / 60 * _SHARE_OF_BULLETINS

    def takes_bulletins(self, now: datetime) -> bool:
        """Tell whether it is day for Zalo, 06:00 to 21:59."""
        return window.may_broadcast(now)

    def writable_since(self, now: datetime) -> datetime:
        """Return since when somebody must have written to be written to at *now* without a surprise on the bill."""
        return window.writable_since(now, allows_paid=self._options.allows_paid)

    def hold(self, seconds: float) -> None:
        """Let nothing out for *seconds*, as if Zalo had told this process to wait."""
        self._api.pace.hold(seconds)

    def held_seconds(self) -> float:
        """Return how much longer Zalo wants the account to wait; 0 if not at all."""
        return self._api.pace.held_seconds()

    def keeps(self, reference: str) -> bool:
        """Tell whether *reference* is an address on Zalo's servers."""
        return self._sent_photos.keeps(reference)

    async def fetch_photo(self, reference: str, most_bytes: int) -> bytes | None:
        """Return the photo at the address *reference*; None if Zalo has it no more.

        Raises:
            FileTooLarge: it has more than *most_bytes*.
            PlatformError: it could not be had now.
        """
        return await self._sent_photos.fetch(reference, most_bytes)

    def next_broadcast(self, now: datetime) -> datetime:
        """Return the earliest moment from *now* on at which Zalo takes a broadcast."""
        return window.next_broadcast(now)

    async def create_article(self, article: Article) -> str:
        """Have Zalo make *article* and return the token to ask about it; raises as `send`."""
        return await self._told(self._api.create_article(article_object(article)))

    async def verify_article(self, token: str) -> str:
        """Return the id of the article made for *token*; `Retryable` while Zalo is at it, else raises as `send`."""
        return await self._told(self._api.verify_article(token))

    async def broadcast(self, article_id: str) -> str:
        """Send the article to everyone who follows the OA and return Zalo's id of it; raises as `send`."""
        return await self._told(self._api.broadcast(article_id))

    async def start(self) -> None:
        """Make sure of a token, renewing it if need be, and see that it belongs to our OA; never fails."""
        await self._http.open()
        await self._introduce()
        self._upkeep = asyncio.create_task(self._keep_token(), name="zalo-token-upkeep")

    async def close(self) -> None:
        """Stop, letting a renewal under way store its pair first."""
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.gather(self._upkeep, return_exceptions=True)
            self._upkeep = None
        await self._tokens.close()
        await self._http.close()

    async def _introduce(self) -> None:
        """Learn what the OA is, with the first token; a failure is an alert, not an end."""
        try:
            profile = await self._api.profile()
        except PlatformError as error:
            log.warning("zalo_oa_unknown", code=error.code, reason=error.reason)
            self._alarm.ring("zalo_start", f"Zalo could not be asked about the OA ({error.code}): it may not send yet.")
            return
        log.info("zalo_oa", oa_type=profile.oa_type)
        if profile.oa_id != self._account.oa_id:
            self._alarm.ring("zalo_oa_mismatch", "The token is another OA's: check ZALO_OA_ID or connect again.")

    async def _keep_token(self) -> None:
        while True:
            await asyncio.sleep(_UPKEEP_SECONDS)
            try:
                await self._tokens.current()
            except PlatformError as error:
                log.info("zalo_token_absent", code=error.code, reason=error.reason)

    async def _told(self, call: Awaitable[str]) -> str:
        """Return what *call* does; tell an operator about a failure that is theirs to mend, and of its end."""
        try:
            result = await call
        except PlatformError as error:
            self._report(error)
            raise
        self._alarm.clear()
        return result

    def _report(self, error: PlatformError) -> None:
        """Alert about a fault of the account; the token's own faults were reported where they arose."""
        if error.code != GRANT and needs_a_human(error):
            name = f"zalo_account_{error.code.lstrip('-')}"
            self._alarm.ring(name, f"Zalo refuses to send ({error.code}): {error.reason}.")
