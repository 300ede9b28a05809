"""The headers of the archive: what its pages may load, how long they keep, and a short answer for who has one already.

Everything here is the same for everybody, so a proxy may keep it too; a minute, because an official who stops or
corrects a bulletin expects to see it at once.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import ETag, web

from bot.web.assets import SAFETY

_NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_A_MINUTE = {"Cache-Control": "public, max-age=60"}
_YEAR_SECONDS = 365 * 24 * 60 * 60

_SHOWN: Mapping[str, str] = {
    **SAFETY,
    **_A_MINUTE,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}

PAGE: Mapping[str, str] = {
    **_SHOWN,
    "Content-Security-Policy": f"default-src 'none'; style-src 'self'; img-src 'self'; {_NOTHING_ELSE}",
}
"""Of a page: our own style and pictures, and no script at all."""

SHEET: Mapping[str, str] = {
    **_SHOWN,
    "Content-Security-Policy": f"default-src 'none'; style-src 'unsafe-inline'; {_NOTHING_ELSE}",
    "X-Robots-Tag": "noindex",
}
"""Of a sheet, which carries its style in itself so that it prints the same from anywhere."""

TEXT: Mapping[str, str] = {**_SHOWN, "X-Robots-Tag": "noindex"}
"""Of plain text."""

FEED: Mapping[str, str] = {**SAFETY, **_A_MINUTE, "Cross-Origin-Resource-Policy": "cross-origin"}
"""Of a feed, which readers on other sites fetch."""

PICTURE: Mapping[str, str] = {
    **SAFETY,
    "Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Of a picture: its address is the digest of its content, so it never changes; feeds show it on other sites."""


def fresh(request: web.Request, response: web.Response, changed_at: datetime | None = None) -> web.Response:
    """Return *response*, or "nothing new" to a caller who has it; *changed_at* is when what it says last changed."""
    content = response.body if isinstance(response.body, bytes) else b""
    etag = hashlib.sha256(content).hexdigest()[:32]
    response.etag, response.last_modified = ETag(etag), changed_at
    if not _is_known(request, etag, changed_at):
        return response
    kept = ("ETag", "Last-Modified", "Cache-Control", "Content-Security-Policy")
    return web.Response(status=304, headers={name: response.headers[name] for name in kept if name in response.headers})


def _is_known(request: web.Request, etag: str, changed_at: datetime | None) -> bool:
    """Tell whether the caller has this already; what it says by digest goes before what it says by date (RFC 9110)."""
    known, since = request.if_none_match, request.if_modified_since
    if known is not None:
        return any(tag.value in {etag, "*"} for tag in known)
    if since is None or changed_at is None:
        return False
    return changed_at.astimezone(UTC).replace(microsecond=0) <= since
