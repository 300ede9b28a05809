"""Walk an operator through an OA admin's consent, for ``loaxa zalo connect``.

The admin opens a link, consents, and is sent to a page of ours with a code in its address; the operator pastes that
address (or only the code) here within ten minutes. Zalo's documentation disagrees with itself on PKCE: usually a fresh
pair per consent works (seen live), but an app may have one challenge saved in its console; its verifier can be given.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import parse_qs, urlencode, urlsplit

import structlog

from bot.channels.zalo.account import ZaloAccount
from bot.channels.zalo.oauth import OauthClient
from bot.errors import OperatorError, PlatformError
from bot.ports.world import TokenPair, TokenStore

log = structlog.get_logger()

Ask = Callable[[str], Awaitable[str]]
Say = Callable[[str], None]

_PASTES = 3
_STORE_TRIES = 3


@dataclass(frozen=True, slots=True)
class ConnectTexts:
    """What the operator reads; ``open_link`` holds ``{url}``, ``refused`` holds ``{code}``."""

    open_link: str
    paste_here: str
    no_code: str
    wrong_state: str
    wrong_oa: str
    refused: str
    not_stored: str
    connected: str


@dataclass(frozen=True, slots=True)
class Pkce:
    """A secret that stays here and its digest that travels in the link."""

    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """Base64url without padding of the verifier's SHA-256."""
        return _base64url(hashlib.sha256(self.verifier.encode()).digest())


def fresh_pkce() -> Pkce:
    """Return a pair nobody has seen: 32 random bytes, 43 characters."""
    return Pkce(_base64url(secrets.token_bytes(32)))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def consent_url(account: ZaloAccount, redirect_uri: str, pkce: Pkce, state: str) -> str:
    """Return the link under which an OA admin consents.

    Raises:
        OperatorError: *redirect_uri* carries a query, which Zalo does not take (seen live, one source).
    """
    if "?" in redirect_uri:
        msg = f"the callback address must have no query: {redirect_uri}"
        raise OperatorError(msg)
    query = {"app_id": account.app_id, "redirect_uri": redirect_uri, "code_challenge": pkce.challenge, "state": state}
    return f"{account.oauth_base}/v4/oa/permission?{urlencode(query)}"


class Unfit(Enum):
    """Why what was pasted cannot be used."""

    NO_CODE = auto()
    WRONG_STATE = auto()
    WRONG_OA = auto()


@dataclass(frozen=True, slots=True)
class Code:
    """A consent code, good for one exchange."""

    value: str = field(repr=False)


def read_pasted(pasted: str, *, state: str, oa_id: str) -> Code | Unfit:
    """Return the code in a pasted callback address whose state and OA are ours; a bare code is taken as it is."""
    text = pasted.strip()
    if "?" not in text:
        return Code(text) if text and "/" not in text and " " not in text else Unfit.NO_CODE
    fields = {name: values[0] for name, values in parse_qs(urlsplit(text).query).items()}
    if not fields.get("code"):
        return Unfit.NO_CODE
    if not hmac.compare_digest(fields.get("state", "").encode(), state.encode()):
        return Unfit.WRONG_STATE
    return Code(fields["code"]) if fields.get("oa_id", oa_id) == oa_id else Unfit.WRONG_OA


@dataclass(frozen=True, slots=True)
class Consent:
    """One walk through the consent; `run` it once."""

    account: ZaloAccount
    oauth: OauthClient
    store: TokenStore
    texts: ConnectTexts
    redirect_uri: str
    verifier: str = field(default="", repr=False)

    async def run(self, ask: Ask, say: Say) -> bool:
        """Return whether a pair was bought and stored; *ask* shows a prompt and returns what was typed.

        Raises:
            OperatorError: the callback address cannot be used.
        """
        pkce = Pkce(self.verifier) if self.verifier else fresh_pkce()
        state = secrets.token_urlsafe(16)
        say(self.texts.open_link.format(url=consent_url(self.account, self.redirect_uri, pkce, state)))
        code = await self._pasted(ask, say, state)
        pair = await self._bought(code, pkce, say) if code else None
        if pair is None:
            return False
        is_stored = await self._stored(pair)
        say(self.texts.connected if is_stored else self.texts.not_stored)
        return is_stored

    async def _pasted(self, ask: Ask, say: Say, state: str) -> Code | None:
        """Return the code, giving the operator a few tries at pasting it."""
        complaints = {
            Unfit.NO_CODE: self.texts.no_code,
            Unfit.WRONG_STATE: self.texts.wrong_state,
            Unfit.WRONG_OA: self.texts.wrong_oa,
        }
        for _ in range(_PASTES):
            read = read_pasted(await ask(self.texts.paste_here), state=state, oa_id=self.account.oa_id)
            if isinstance(read, Code):
                return read
            say(complaints[read])
        return None

    async def _bought(self, code: Code, pkce: Pkce, say: Say) -> TokenPair | None:
        try:
            return await self.oauth.exchange(code.value, pkce.verifier)
        except PlatformError as error:
            log.warning("zalo_connect_refused", code=error.code, reason=error.reason)
            say(self.texts.refused.format(code=error.code))
            return None

    async def _stored(self, pair: TokenPair) -> bool:
        """Put *pair* in place of whatever is stored; a service that renews at this moment may make it try again."""
        for _ in range(_STORE_TRIES):
            stored = await self.store.load(self.account.oa_id)
            spent = stored.refresh_token if stored else ""
            if await self.store.replace(self.account.oa_id, spent=spent, pair=pair):
                return True
        return False
