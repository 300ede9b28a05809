"""Call the OA API: the right address, the right token, at a steady pace.

Two things are put right on the way, each at most once a call: an access token that Zalo rejects is renewed, and an OA
whose type belongs to the other message address is moved there for good. Only Zalo's two explicit codes move it:
a live project saw other errors for messages that had arrived, so trying the second address on those would send twice.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

import structlog

from bot.channels.zalo.account import Endpoint, ZaloOptions
from bot.channels.zalo.codes import NIGHT, PROCESSING, TOO_FAST, EndpointClosed, TokenRejected, label
from bot.channels.zalo.envelope import data_of
from bot.channels.zalo.http import Call, File, Http
from bot.channels.zalo.patience import holds_account, wait_seconds
from bot.errors import OutsideWindow, PlatformError, Refused, Retryable, Uncertain
from bot.pace import Pace
from bot.ports.world import Clock, Meter

log = structlog.get_logger()

_ELSEWHERE = {(Endpoint.V3, "-235"): Endpoint.V2, (Endpoint.V2, "-240"): Endpoint.V3}

# To everyone who follows the OA: an empty target is not documented, and every gender is everyone.
_EVERYONE = {"target": {"gender": "0"}}


class AccessTokens(Protocol):
    """Where a call gets its token."""

    async def current(self) -> str:
        """Return an access token to call with."""
        ...

    async def renew(self, rejected: str) -> str:
        """Return another access token than *rejected*."""
        ...


@dataclass(frozen=True, slots=True)
class OaProfile:
    """What Zalo says about the OA; ``oa_type`` 2 is an enterprise, 4 a state agency (one source)."""

    oa_id: str
    oa_type: str


class ZaloApi:
    """The calls we make as one OA. Each raises `PlatformError`, whose class says whether it may have been accepted."""

    def __init__(
        self, http: Http, base: str, tokens: AccessTokens, meter: Meter, clock: Clock, *, options: ZaloOptions
    ) -> None:
        """Call *base* over *http*; messages go to the endpoint of *options* until Zalo says otherwise."""
        self._http = http
        self._base = base
        self._tokens = tokens
        self._meter = meter
        self._clock = clock
        self._upload_seconds = options.upload_seconds
        # Zalo counts calls by the minute: a burst of answers may go out at once as long as the minute's sum holds.
        self.pace = Pace(options.calls_per_minute, seconds=60, code=TOO_FAST)
        self._endpoint = options.endpoint

    async def send(self, user: str, message: Mapping[str, object]) -> str:
        """Send *message* (the ``message`` object of Zalo's API) to *user* and return its id, empty if Zalo gave none.

        Raises:
            PlatformError: the class says whether it may have been accepted.
        """
        body = {"recipient": {"user_id": user}, "message": message}
        endpoint = self._endpoint
        try:
            data = await self._authorised("send", self._post(endpoint, body))
        except EndpointClosed as error:
            other = _ELSEWHERE.get((endpoint, error.code))
            if other is None:
                raise
            self._endpoint = other
            log.warning("zalo_endpoint_switched", code=error.code, endpoint=other.value)
            data = await self._authorised("send", self._post(other, body))
        return str(data.get("message_id") or "")

    async def profile(self) -> OaProfile:
        """Return what the token's OA is; raises as `send`."""
        data = await self._authorised("getoa", Call("GET", f"{self._base}/v2.0/oa/getoa"))
        return OaProfile(oa_id=str(data.get("oa_id") or data.get("oaid") or ""), oa_type=str(data.get("oa_type") or ""))

    async def upload_image(self, file: File) -> str:
        """Give Zalo a picture (JPEG or PNG of at most 1 MB) and return its ``attachment_id``, good for seven days.

        Raises:
            Retryable: also where Zalo may have taken it: nobody was written to, so another upload harms nobody.
            PlatformError: as `send`.
        """
        call = Call("POST", f"{self._base}/v2.0/oa/upload/image", file=file, seconds=self._upload_seconds)
        try:
            data = await self._authorised("upload", call)
        except Uncertain as error:
            raise Retryable(error.code, error.reason) from error
        except OutsideWindow as error:  # the quota of uploads, 5,000 a month: no word from the person would open it
            raise Refused(error.code, error.reason) from error
        return _wanted(data, "attachment_id", "upload")

    async def create_article(self, article: Mapping[str, object]) -> str:
        """Have Zalo make an article, which nobody sees in their chat yet; return the token to ask about it."""
        data = await self._authorised("article", self._post("/v2.0/article/create", article))
        return _wanted(data, "token", "article")

    async def verify_article(self, token: str) -> str:
        """Return the id of the article that *token* stands for.

        Raises:
            Retryable: Zalo is still at it (``-214``).
            PlatformError: as `send`.
        """
        data = await self._authorised("verify", self._post("/v2.0/article/verify", {"token": token}))
        if not (article_id := str(data.get("id") or "")):
            raise Retryable(PROCESSING, "no article id yet")
        return article_id

    async def broadcast(self, article_id: str) -> str:
        """Send the article to everyone who follows the OA and return Zalo's id of the broadcast; raises as `send`.

        It goes to the second message address whatever the type of the OA (Zalo's SDKs and two independent guides).
        """
        elements = [{"media_type": "article", "attachment_id": article_id}]
        payload = {"template_type": "media", "elements": elements}
        body = {"recipient": _EVERYONE, "message": {"attachment": {"type": "template", "payload": payload}}}
        data = await self._authorised("broadcast", self._post(Endpoint.V2, body))
        return str(data.get("message_id") or "")

    def _post(self, path: str, body: object) -> Call:
        return Call("POST", f"{self._base}{path}", json=body)

    async def _authorised(self, name: str, call: Call) -> Mapping[str, object]:
        token = await self._tokens.current()
        try:
            return await self._patient(name, call, token)
        except TokenRejected:
            token = await self._tokens.renew(token)
            return await self._patient(name, call, token)

    async def _patient(self, name: str, call: Call, token: str) -> Mapping[str, object]:
        """Make the call in its turn; say how long to wait where it was refused for now, and hold the account."""
        await self.pace.turn()
        try:
            # Zalo wants the bare header; a token in the address is refused with -216, and would end up in logs.
            return await self._measured(name, replace(call, headers={"access_token": token}))
        except Retryable as error:
            jitter = random.random()  # noqa: S311 - spreads calls out, guards nothing
            seconds = wait_seconds(error, self._clock.now(), jitter)
            if holds_account(error):
                self.pace.hold(seconds or 0.0)
            raise Retryable(error.code, error.reason, after_seconds=seconds, only_this=error.code == NIGHT) from error

    async def _measured(self, name: str, call: Call) -> Mapping[str, object]:
        began, code = perf_counter(), "0"
        try:
            return data_of(await self._http.ask(call))
        except PlatformError as error:
            code = error.code
            raise
        finally:
            self._meter.count("zalo_calls", call=name, code=label(code))
            self._meter.observe("zalo_call_seconds", perf_counter() - began, call=name)


def _wanted(data: Mapping[str, object], name: str, call: str) -> str:
    """Return *name* of *data*; an answer without it is of no use, however well it was meant."""
    value = str(data.get(name) or "")
    if not value:
        raise Refused(call, f"Zalo's answer names no {name}")
    return value
