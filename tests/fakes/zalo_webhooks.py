"""Zalo's other half: it signs events and posts them to our webhook, again and again until it hears a 200.

Signing is written out here a second time on purpose, from Zalo's documentation, so that a mistake in the channel's own
code cannot agree with itself.
"""

import asyncio
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

Event = Mapping[str, Any]

# Zalo waits 30 s, 5, 15, 30 and 60 minutes; a test has no such patience.
_WAITS_SECONDS = (0.0, 0.01, 0.01, 0.01, 0.01, 0.01)


class ZaloWebhooks:
    """Brings events of one OA to ``url``."""

    def __init__(
        self,
        url: str,
        *,
        app_id: str = "1000000000000000001",
        oa_id: str = "2000000000000000002",
        oa_secret: str = "oa-secret",
    ) -> None:
        """Sign with *oa_secret* and post to *url*, the whole address of the webhook."""
        self.url = url
        self.app_id = app_id
        self.oa_id = oa_id
        self._oa_secret = oa_secret
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open a session."""
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    def mac(self, body: bytes, timestamp: str, *, first: str = "") -> str:
        """Return the hex signature; *first* is the app id unless told otherwise."""
        signed = (first or self.app_id).encode() + body + timestamp.encode() + self._oa_secret.encode()
        return hashlib.sha256(signed).hexdigest()

    async def post(self, body: bytes, signature: str, *, retry: int = 0) -> int:
        """Post *body* as it is and return the HTTP status."""
        if self._session is None:
            message = "use as a context"
            raise RuntimeError(message)
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": signature}
        if retry:
            headers["num_retry"] = str(retry)
        async with self._session.post(self.url, data=io.BytesIO(body), headers=headers) as response:
            return response.status

    async def bring(self, event: Event, *, retry: int = 0) -> int:
        """Sign and post *event* once."""
        body = json.dumps(event, ensure_ascii=False).encode()
        return await self.post(body, f"mac={self.mac(body, str(event.get('timestamp', '')))}", retry=retry)

    async def deliver(self, event: Event, *, waits_seconds: Sequence[float] = _WAITS_SECONDS) -> int:
        """Bring *event* until it is answered with 200, as Zalo does; return how many times that took, 0 if in vain."""
        for number, seconds in enumerate(waits_seconds):
            await asyncio.sleep(seconds)
            if await self.bring(event, retry=number) == 200:
                return number + 1
        return 0

    def message(self, user: str, name: str, message: Mapping[str, Any], *, timestamp: str = "1763622000000") -> Event:
        """Return the event *name* with which *user* sent *message*."""
        return {
            "app_id": self.app_id,
            "user_id_by_app": f"by-app-{user}",
            "event_name": name,
            "sender": {"id": user},
            "recipient": {"id": self.oa_id},
            "message": dict(message),
            "timestamp": timestamp,
        }

    def text(self, user: str, text: str, msg_id: str) -> Event:
        """Return the event of *user* writing *text*, or pressing a button that sends it."""
        return self.message(user, "user_send_text", {"msg_id": msg_id, "text": text})

    def followed(self, user: str, *, is_leaving: bool = False, timestamp: str = "1763622000000") -> Event:
        """Return the event of *user* following the OA, or leaving it."""
        return {
            "app_id": self.app_id,
            "oa_id": self.oa_id,
            "event_name": "unfollow" if is_leaving else "follow",
            "follower": {"id": user},
            "source": "oa_profile",
            "timestamp": timestamp,
        }
