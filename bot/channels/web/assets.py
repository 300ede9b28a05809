"""The page and its files, read once, with the headers that let a browser load these and nothing else."""

import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template

from aiohttp import web

from bot.knowledge.sayings import Sayings
from bot.messages import Button
from bot.web import assets
from bot.web.assets import SAFETY, Assets

PREFIX = "/chat/static"

_PLACE = files("bot.channels.web")
_NAMES = ("chat.css", "chat.js", "line.js", "transcript.js", "view.js")


def read_assets() -> Assets:
    """Read the static files of the chat."""
    return assets.read_assets(PREFIX, assets.ICON, *(_PLACE / "static" / name for name in _NAMES))


class ChatPage:
    """The shell of the chat: everything but the conversation."""

    def __init__(self, template: Template, base: str, public_origin: str) -> None:
        """Fill *template* with the addresses of the static files, which begin with *base*."""
        self._template = template
        self._base = base
        self._headers = {
            **SAFETY,
            "Content-Security-Policy": _policy(public_origin),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
            "X-Frame-Options": "DENY",
            "Cache-Control": "private, no-cache",
        }

    def response(self, sayings: Sayings, shortcuts: Iterable[Button]) -> web.Response:
        """Return the page in the words of *sayings*, with *shortcuts* within reach at any time."""
        return web.Response(text=self._html(sayings, shortcuts), content_type="text/html", headers=self._headers)

    def _html(self, sayings: Sayings, shortcuts: Iterable[Button]) -> str:
        words = sayings.web
        fields = {name: escape(value) for name, value in words.model_dump().items()}
        return self._template.substitute(
            fields,
            base=escape(self._base),
            data=escape(json.dumps(_spoken_by_the_page(sayings), ensure_ascii=False)),
            shortcuts="".join(map(_shortcut, shortcuts)),
        )


def read_page(base: str, public_origin: str) -> ChatPage:
    """Read the template of the page."""
    return ChatPage(Template((_PLACE / "page.html").read_text(encoding="utf-8")), base, public_origin)


def _spoken_by_the_page(sayings: Sayings) -> dict[str, str]:
    """Return the sentences that the page itself says, when it has to."""
    names = {"you", "bot", "offline", "online", "too_many", "too_long", "choices_label", "location_denied"}
    return {**sayings.web.model_dump(include=names), "share_location": sayings.labels.share_location}


def _shortcut(button: Button) -> str:
    return f'<li><button type="button" data-payload="{escape(button.payload)}">{escape(button.label)}</button></li>'


def _policy(public_origin: str) -> str:
    """Return the Content-Security-Policy: our own files, our own server, nothing inline.

    Safari before 15.4 does not take a WebSocket for ``'self'``, so it is named where the public address is known.
    """
    socket = public_origin.replace("http", "ws", 1)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' {socket}".rstrip(),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
