"""Who is at the page: a random number in a cookie, so that the same browser comes back to its own conversation.

It says nothing about the person, cannot be guessed, and needs no signature: a made-up one opens an empty conversation,
and what a crowd of them could do is bounded by the address they come from (`bot.channels.web.limits`).
"""

import re
import secrets

from aiohttp import web

from bot.messages import Address, Channel

ACCOUNT = "web"
"""The one account of this channel."""

COOKIE = "loaxa_visitor"

_YEAR_SECONDS = 365 * 24 * 60 * 60
_RANDOM_BYTES = 16
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")  # 16 bytes in unpadded base64


def new_visitor() -> str:
    """Return an id that nobody has: 128 random bits as 22 characters."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def visitor_of(request: web.BaseRequest) -> str | None:
    """Return the visitor whose cookie came along, or None."""
    value = request.cookies.get(COOKIE, "")
    return value if _SHAPE.fullmatch(value) else None


def remember(response: web.StreamResponse, visitor: str, *, is_secure: bool) -> None:
    """Let the browser keep *visitor* for a year from now; *is_secure* where the site is on https."""
    response.set_cookie(
        COOKIE, visitor, max_age=_YEAR_SECONDS, path="/", httponly=True, samesite="Lax", secure=is_secure
    )


def address_of(visitor: str) -> Address:
    """Return *visitor* as everyone else knows them."""
    return Address(Channel.WEB, ACCOUNT, visitor)
