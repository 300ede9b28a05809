"""The wire to Zalo: one aiohttp session, and transport failures told apart by what may have happened.

What matters afterwards is whether the request can have reached Zalo. Without a connection it cannot; once it was
written, any silence may hide an accepted message. Tokens travel in headers, never in an address, which may be logged.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp

from bot.channels.zalo.codes import CONNECT, DISCONNECTED, TIMEOUT, TOO_LARGE
from bot.channels.zalo.envelope import Answer
from bot.errors import FileTooLarge, Retryable, Uncertain

# Idle connections are dropped before the other side may drop them: a request written into a connection that is just
# being closed would have to count as "may have been accepted".
_KEEPALIVE_SECONDS = 15
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along in the form field ``file``; ``type`` is its MIME type."""

    name: str
    type: str
    content: bytes = field(repr=False)

    def as_form(self) -> aiohttp.FormData:
        """Return the form that carries it."""
        form = aiohttp.FormData()
        form.add_field("file", self.content, filename=self.name, content_type=self.type)
        return form


@dataclass(frozen=True, slots=True)
class Call:
    """One request; ``json``, ``form`` or ``file`` is its body. It may take ``seconds``, or else the usual time."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = None
    form: Mapping[str, str] | None = field(default=None, repr=False)
    file: File | None = None
    seconds: float | None = None


class Http:
    """Makes calls within time limits; used as a context, or opened and closed."""

    def __init__(self, *, call_seconds: float = 15, connect_seconds: float = 5) -> None:
        """Let a call take *call_seconds* in all, of which *connect_seconds* until it is connected."""
        self._call_seconds = call_seconds
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Get ready; no connection is made before the first call."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEPALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        """Open."""
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.close()

    async def ask(self, call: Call) -> Answer:
        """Return what came back, read to its end, whatever its status.

        Raises:
            Retryable: no connection was made, so nothing was sent (``connect``).
            Uncertain: sent, but no whole answer came (``timeout``, ``disconnected``).
        """
        with _in_our_words():
            return await self._ask(call)

    async def download(self, url: str, most_bytes: int, *, seconds: float) -> Answer:
        """Return what is at *url*, asked for without a token, within *seconds*.

        Raises:
            FileTooLarge: it has more than *most_bytes*; no more than these were read.
            Retryable, Uncertain: as `ask`.
        """
        with _in_our_words():
            timeout = aiohttp.ClientTimeout(total=seconds, connect=self._connect_seconds)
            # Redirects are not followed: whoever names the address could send us anywhere.
            async with self._open_session().get(url, timeout=timeout, allow_redirects=False) as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > most_bytes:
                        raise FileTooLarge(TOO_LARGE)
                return Answer(response.status, bytes(content))

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise Retryable(CONNECT, "the channel is not open")
        return self._session

    async def _ask(self, call: Call) -> Answer:
        # Redirects are not followed: they would carry the token to another host.
        async with self._open_session().request(
            call.method,
            call.url,
            headers=call.headers,
            json=call.json,
            data=call.file.as_form() if call.file else call.form,
            timeout=self._timeout_of(call),
            allow_redirects=False,
        ) as response:
            return Answer(response.status, await response.read(), _seconds(response.headers.get("Retry-After", "")))

    def _timeout_of(self, call: Call) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=call.seconds or self._call_seconds, connect=self._connect_seconds)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Raise what fails on the way as errors that say whether Zalo can have got the request."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Retryable(CONNECT, type(error).__name__) from error
    except TimeoutError as error:
        raise Uncertain(TIMEOUT, "no answer in time") from error
    except (aiohttp.ClientError, OSError) as error:
        raise Uncertain(DISCONNECTED, type(error).__name__) from error


def _seconds(header: str) -> float | None:
    """Return a Retry-After that is a number of seconds; its other form, a date, is not worth a parser here."""
    return float(header) if header.isascii() and header.isdigit() else None
