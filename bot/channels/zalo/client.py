"""Call the OA API: the right address, the right token, at a steady pace.

Two things are put right on the way, each at most once a call: an access token that Zalo rejects is renewed, and an OA
whose type belongs to the other message address is moved there for good. Only Zalo's two explicit codes move it:
a live project saw other errors for messages that had arrived, so trying the second address on those would send twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import structlog
from aiolimiter import AsyncLimiter

from bot.channels.zalo.account import Endpoint
from bot.channels.zalo.codes import EndpointClosed, TokenRejected, label
from bot.channels.zalo.envelope import data_of
from bot.channels.zalo.http import Call, Http
from bot.errors import PlatformError
from bot.ports import Meter

log = structlog.get_logger()

_ELSEWHERE = {(Endpoint.V3, "-235"): Endpoint.V2, (Endpoint.V2, "-240"): Endpoint.V3}


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
    """The calls we make as one OA."""

    def __init__(
        self, http: Http, base: str, tokens: AccessTokens, meter: Meter, *, calls_per_minute: float, endpoint: Endpoint
    ) -> None:
        """Call *base* over *http*; messages go to *endpoint* until Zalo says otherwise."""
        self._http = http
        self._base = base
        self._tokens = tokens
        self._meter = meter
        # Zalo counts calls by the minute: a burst of answers may go out at once as long as the minute's sum holds.
        self._pace = AsyncLimiter(calls_per_minute, 60)
        self._endpoint = endpoint

    async def send(self, user: str, message: Mapping[str, object]) -> str:
        """Send *message* (the ``message`` object of Zalo's API) to *user* and return its id, empty if Zalo gave none.

        Raises:
            PlatformError: the class says whether it may have been accepted.
        """
        body = {"recipient": {"user_id": user}, "message": message}
        endpoint = self._endpoint
        try:
            data = await self._authorised("send", "POST", endpoint, body)
        except EndpointClosed as error:
            other = _ELSEWHERE.get((endpoint, error.code))
            if other is None:
                raise
            self._endpoint = other
            log.warning("zalo_endpoint_switched", code=error.code, endpoint=other.value)
            data = await self._authorised("send", "POST", other, body)
        return str(data.get("message_id") or "")

    async def profile(self) -> OaProfile:
        """Return what the token's OA is; raises as `send`."""
        data = await self._authorised("getoa", "GET", "/v2.0/oa/getoa")
        return OaProfile(oa_id=str(data.get("oa_id") or data.get("oaid") or ""), oa_type=str(data.get("oa_type") or ""))

    async def _authorised(self, name: str, method: str, path: str, body: object = None) -> Mapping[str, object]:
        token = await self._tokens.current()
        try:
            return await self._measured(name, method, path, token, body)
        except TokenRejected:
            token = await self._tokens.renew(token)
            return await self._measured(name, method, path, token, body)

    async def _measured(self, name: str, method: str, path: str, token: str, body: object) -> Mapping[str, object]:
        await self._pace.acquire()
        began, code = perf_counter(), "0"
        try:
            # Zalo wants the bare header; a token in the address is refused with -216, and would end up in logs.
            call = Call(method, f"{self._base}{path}", headers={"access_token": token}, json=body)
            return data_of(await self._http.ask(call))
        except PlatformError as error:
            code = error.code
            raise
        finally:
            self._meter.count("zalo_calls", call=name, code=label(code))
            self._meter.observe("zalo_call_seconds", perf_counter() - began, call=name)
