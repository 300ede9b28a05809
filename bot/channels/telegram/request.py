"""python-telegram-bot's door to the network, on aiohttp, which the rest of the service already runs.

It does less for each call than the library's own httpx door and is faster for it, and it keeps apart what the library
throws together: a request that certainly never reached Telegram, one that Telegram refused, and one whose fate is
unknown. A bulletin must not be sent twice, so the difference decides what happens next.

Nothing raised here carries frames of the call: the URL in them holds the bot's token, and some log renderers
print local variables.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 5.0
"""Longest wait for a free and open connection; what fails here was never sent."""

READ_SECONDS = 20.0
"""Longest wait for an answer. Generous, because a late one leaves a message whose fate nobody knows."""

# Telegram closes idle connections after a while (seen: over a minute, unconfirmed); a request written into a closing
# connection has an unknown fate, so we let go first.
_KEEPALIVE_SECONDS = 15.0

_DEFAULT_FLOOD_SECONDS = 5.0

# Somebody sits before a page and waits for the photo: what takes longer is better asked for again.
_DOWNLOADING = aiohttp.ClientTimeout(total=30.0, connect=CONNECT_SECONDS)

# aiohttp raises these before the first byte of the request leaves.
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


class NotSentError(NetworkError):
    """The request certainly never reached Telegram: no connection, or something in between refused it."""

    __slots__ = ()


class FloodError(TelegramError):
    """Telegram refused the request because there were too many; try again after ``seconds``.

    Takes the place of `telegram.error.RetryAfter`, whose creation alone raises a deprecation warning in PTB 22.
    """

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        """Keep the wait that Telegram asked for, in *seconds*."""
        super().__init__(f"Too many requests: retry after {seconds:g}")
        self.seconds = seconds


class LargeFileError(TelegramError):
    """A file is larger than what was asked for; it was not read to its end."""

    __slots__ = ()

    def __init__(self) -> None:
        """Say so."""
        super().__init__("the file is too large")


class ServerError(NetworkError):
    """Telegram broke down while answering (5xx), or its answer makes no sense: the request may have been accepted."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        """Keep *code*: the HTTP status as text, or ``"unreadable"``."""
        super().__init__(f"Telegram answered {code}")
        self.code = code


class AiohttpRequest(BaseRequest):
    """Calls Bot API methods over reused connections, through a proxy if one is given."""

    __slots__ = ("_pool_size", "_proxy", "_session")

    def __init__(self, *, pool_size: int, proxy: str = "") -> None:
        """Prepare for at most *pool_size* calls at once; the connections open with `initialize`."""
        self._pool_size = pool_size
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds an answer may take where the caller names no other."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the connection pool."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool_size, keepalive_timeout=_KEEPALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close the connection pool."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the HTTP status and the body of Telegram's answer.

        Raises:
            NotSentError: the request never reached Telegram.
            FloodError: 429.
            ServerError: 5xx, or a success that is not in the Bot API's form.
            TimedOut: no answer in time.
            NetworkError: the connection broke on the way.
        """
        del write_timeout, connect_timeout, pool_timeout  # one bound covers waiting for and opening a connection
        read_seconds = float(read_timeout) if isinstance(read_timeout, int | float) else READ_SECONDS
        with _in_our_words():
            status, payload = await self._exchange(url, method, request_data, read_seconds)
        _check(status, payload)
        return status, payload

    async def download(self, url: str, most_bytes: int) -> bytes | None:
        """Return the file at *url*, read to its end; None if there is none.

        Raises:
            LargeFileError: it has more than *most_bytes*; no more than these were read.
            NotSentError: the request never reached Telegram.
            ServerError: Telegram answered something else than the file.
            TimedOut: it did not come in time.
            NetworkError: the connection broke on the way.
        """
        with _in_our_words():
            async with self._open().get(url, timeout=_DOWNLOADING, allow_redirects=False) as response:
                if response.status == HTTPStatus.NOT_FOUND:
                    return None
                if response.status != HTTPStatus.OK:
                    raise ServerError(str(response.status))
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > most_bytes:
                        raise LargeFileError
                return bytes(content)

    async def _exchange(
        self, url: str, method: str, request_data: RequestData | None, read_seconds: float
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(CONNECT_SECONDS + read_seconds, CONNECT_SECONDS, sock_read=read_seconds)
        data, headers = _body(request_data)
        async with self._open().request(
            method,
            url,
            data=data,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,  # whoever redirects is not Telegram, and would be handed the token
        ) as response:
            return response.status, await response.read()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            msg = "the connections are closed"
            raise NotSentError(msg)
        return self._session

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer as a dict; unlike PTB's own, never log it, for it may quote people.

        Raises:
            ServerError: it is not a JSON object.
        """
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            code = "unreadable"
            raise ServerError(code)
        return answer


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Raise what fails on the way as errors that say whether Telegram can have got the request."""
    try:
        yield
    except _NEVER_LEFT as error:
        raise NotSentError(type(error).__name__) from error.with_traceback(None)
    except TimeoutError as error:
        raise TimedOut from error.with_traceback(None)
    except (aiohttp.ClientError, OSError) as error:
        raise NetworkError(type(error).__name__) from error.with_traceback(None)


def _body(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str]]:
    """Return the request's body and the headers it needs: JSON, or a form where files go along."""
    if request_data is None:
        return None, {}
    if request_data.contains_files:
        form = aiohttp.FormData({name: _encodable(value) for name, value in request_data.json_parameters.items()})
        for name, (filename, content, mime) in request_data.multipart_data.items():
            form.add_field(name, content, filename=filename, content_type=mime)
        return form, {}
    encoded = _encodable(json.dumps(request_data.parameters, ensure_ascii=False)).encode()
    return encoded, {"Content-Type": "application/json"}


def _encodable(text: str) -> str:
    """Return *text* with a question mark for each half of a surrogate pair, which has no UTF-8 form.

    A question mark is better than a message never sent.
    """
    return text.encode(errors="replace").decode()


def _check(status: int, payload: bytes) -> None:
    """Raise unless Telegram itself gave an answer that PTB can be trusted to sort.

    An answer that is not in the Bot API's form comes from something in between (a captive portal, an office proxy, a
    provider's block page). Were its 403 taken for Telegram's, every citizen would count as having blocked us.
    """
    if status >= 500:  # noqa: PLR2004 - HTTP's server errors
        raise ServerError(str(status))
    is_telegrams = b'"ok"' in payload[:200] and payload.lstrip().startswith(b"{")
    if status < 300:  # noqa: PLR2004 - HTTP's successes
        if not (is_telegrams and b'"result"' in payload):
            code = "unreadable"
            raise ServerError(code)
    elif not is_telegrams:
        msg = f"HTTP {status} from something between us and Telegram"
        raise NotSentError(msg)
    elif status == 429:  # noqa: PLR2004 - Too Many Requests
        raise FloodError(_flood_seconds(payload))


def _flood_seconds(payload: bytes) -> float:
    """Return the wait Telegram asks for, or a cautious one where it names none."""
    try:
        return float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return _DEFAULT_FLOOD_SECONDS
