"""Photos that people sent, fetched when an official asks: Zalo gives each an address on its own servers for a while.

The address came in a signed webhook. Still only Zalo's own servers are asked: the service stands inside an office's
network, and must not be led to fetch from there.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from bot.channels.zalo.http import Http
from bot.errors import Uncertain

_SERVERS = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com")
"""Zalo's domains; photos were seen on ``f1.photo.talk.zdn.vn`` and its neighbours."""

_GONE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""What a server of files says of one that it keeps no more; which of them Zalo's says is not written down."""

_DOWNLOAD_SECONDS = 30.0


class SentPhotos:
    """Fetches photos over *http* from Zalo's servers, and from wherever the API is: in trials Zalo is one host."""

    def __init__(self, http: Http, api_base: str) -> None:
        """Fetch over *http*."""
        self._http = http
        self._api = urlsplit(api_base)

    def keeps(self, reference: str) -> bool:
        """Tell whether *reference* is an address on Zalo's servers."""
        try:
            url = urlsplit(reference)
            host, _ = url.hostname or "", url.port
        except ValueError:
            return False
        is_zalos = any(host == server or host.endswith(f".{server}") for server in _SERVERS)
        return (url.scheme, url.netloc) == (self._api.scheme, self._api.netloc) or (
            url.scheme == "https" and url.netloc == host and is_zalos
        )

    async def fetch(self, address: str, most_bytes: int) -> bytes | None:
        """Return the photo at *address*; None if it is there no more.

        Raises:
            FileTooLarge: it has more than *most_bytes*.
            PlatformError: it could not be had now.
        """
        answer = await self._http.download(address, most_bytes, seconds=_DOWNLOAD_SECONDS)
        if answer.status in _GONE:
            return None
        if answer.status != HTTPStatus.OK:
            raise Uncertain(str(answer.status), "no photo came")
        return answer.body
