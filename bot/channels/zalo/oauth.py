"""Buy token pairs from Zalo's OAuth v4: for an operator's consent code once, then for each pair's refresh token.

A refresh token works once and every answer brings the next (Zalo's documentation and every client that runs), so an
answer is read as leniently as it can be: a pair thrown away for a missing field would need a human to replace.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels.zalo.account import ZaloAccount
from bot.channels.zalo.codes import TOO_MANY
from bot.channels.zalo.envelope import Answer, json_object
from bot.channels.zalo.http import Call, Http
from bot.errors import AccountFault, Retryable, Uncertain
from bot.ports.world import Clock, TokenPair

_SERVER_FAULT = 500

# Documented are 90,000 s (25 hours), an older live integration saw 3,600: without a word from Zalo the shorter is safe.
_ASSUMED_LIFETIME = timedelta(hours=1)


class GrantRefused(AccountFault):
    """Zalo said no to a code or refresh token: asking again with the same one is pointless."""


class OauthClient:
    """The token endpoint of one app."""

    def __init__(self, http: Http, account: ZaloAccount, clock: Clock) -> None:
        """Ask over *http* for tokens of *account*."""
        self._http = http
        self._account = account
        self._clock = clock

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Spend *refresh_token* for the next pair.

        Raises:
            GrantRefused: it is spent, expired or withdrawn.
            Retryable: certainly not asked.
            Uncertain: no readable answer; the token may be spent or not.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self._buy(form, spent=refresh_token)

    async def exchange(self, code: str, verifier: str) -> TokenPair:
        """Return the first pair for a consent *code*, which lives ten minutes and works once; raises as `refresh`."""
        return await self._buy({"grant_type": "authorization_code", "code": code, "code_verifier": verifier})

    async def _buy(self, form: Mapping[str, str], *, spent: str = "") -> TokenPair:
        asked_at = self._clock.now()
        call = Call(
            "POST",
            f"{self._account.oauth_base}/v4/oa/access_token",
            headers={"secret_key": self._account.app_secret},
            form={"app_id": self._account.app_id, **form},
        )
        return read_pair(await self._http.ask(call), spent=spent, asked_at=asked_at)


def read_pair(answer: Answer, *, spent: str, asked_at: datetime) -> TokenPair:
    """Return the pair in *answer*, valid from *asked_at*.

    ``expires_in`` is text. Without a new refresh token the *spent* one is kept: Zalo has never been seen to do this,
    and the next refresh will tell. Raises as `OauthClient.refresh`.
    """
    body = json_object(answer.body)
    if body is None or answer.status >= _SERVER_FAULT:
        raise Uncertain(str(answer.status), "no readable answer from the token endpoint")
    if str(answer.status) == TOO_MANY:
        raise Retryable(TOO_MANY, "too many requests", after_seconds=answer.retry_after)
    access = body.get("access_token")
    if not isinstance(access, str) or not access:
        raise GrantRefused(str(body.get("error", "no-token"))[:20], str(body.get("error_name", ""))[:80])
    return TokenPair(
        access_token=access,
        refresh_token=str(body.get("refresh_token") or spent),
        expires_at=asked_at + _lifetime(body.get("expires_in")),
    )


def _lifetime(expires_in: object) -> timedelta:
    try:
        return timedelta(seconds=int(str(expires_in)))
    except (ValueError, OverflowError):
        return _ASSUMED_LIFETIME
