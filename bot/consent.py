"""Walk an operator through the consent of a Zalo Official Account, before or while a service runs."""

from collections.abc import Awaitable, Callable

from bot.channel_parts import zalo_account
from bot.channels.zalo.connect import ConnectTexts, Consent
from bot.channels.zalo.http import Http
from bot.channels.zalo.oauth import OauthClient
from bot.clock import SystemClock
from bot.settings import Settings
from bot.storage import schema
from bot.storage.database import open_database
from bot.storage.tokens import SqlTokens


async def connect_zalo(
    settings: Settings, redirect_uri: str, *, ask: Callable[[str], Awaitable[str]], say: Callable[[str], None]
) -> bool:
    """Walk an operator through the OA's consent; return whether a token pair was stored."""
    account, clock = zalo_account(settings), SystemClock()
    http = Http()
    await http.open()
    try:
        async with open_database(settings.database_url) as database:
            if database.is_sqlite:
                await schema.upgrade(database)
            store = SqlTokens(database, clock)
            consent = Consent(account, OauthClient(http, account, clock), store, _CONNECT_TEXTS, redirect_uri)
            return await consent.run(ask, say)
    finally:
        await http.close()


_CONNECT_TEXTS = ConnectTexts(
    open_link="Let an admin of the Official Account open this link and agree:\n\n  {url}\n",
    paste_here="Paste the address they were sent to (or only its code)",
    no_code="There is no code in that. Paste the whole address from the browser, soon: a code lives ten minutes.",
    wrong_state="That address belongs to another attempt. Use the link above.",
    wrong_oa="The admin agreed for another Official Account. Check ZALO_OA_ID.",
    refused="Zalo refused the code ({code}). Check ZALO_APP_ID and ZALO_APP_SECRET, then start again.",
    not_stored="The pair could not be stored because a running service renewed it meanwhile. Start again.",
    connected="Connected: the token pair is stored. A running service takes it up within a minute.",
)
