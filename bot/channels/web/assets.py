"""The page and its files, read once, with the headers that let a browser load these and nothing else."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

from aiohttp import web

from bot.knowledge.sayings import Sayings
from bot.messages import Button

PREFIX = "/chat/static"

_PLACE = files("bot.channels.web")
_NAMES = ("chat.css", "chat.js", "line.js", "transcript.js", "view.js", "icon.svg")
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_YEAR_SECONDS = 365 * 24 * 60 * 60

SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every answer of this channel."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    body: bytes
    content_type: str


class Assets:
    """The static files, under a path that changes whenever one of them does."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        """Serve *assets* by name."""
        self._assets = assets
        digest = hashlib.sha256(b"".join(assets[name].body for name in sorted(assets)))
        self.version = digest.hexdigest()[:12]
        self.base = f"{PREFIX}/{self.version}"

    def response(self, version: str, name: str) -> web.Response:
        """Return the file *name*; kept by browsers for ever if *version* is ours, else asked for again.

        While a new version is rolled out, a page from one process may fetch its files from another.
        """
        asset = self._assets.get(name)
        if asset is None:
            return web.Response(status=404, headers=SAFETY)
        age = f"public, max-age={_YEAR_SECONDS}, immutable" if version == self.version else "no-cache"
        return web.Response(
            body=asset.body, content_type=asset.content_type, charset="utf-8", headers={**SAFETY, "Cache-Control": age}
        )


def read_assets() -> Assets:
    """Read the static files."""
    folder = _PLACE / "static"
    return Assets({name: Asset((folder / name).read_bytes(), _TYPES[name.rpartition(".")[2]]) for name in _NAMES})


class ChatPage:
    """The shell of the chat: everything but the conversation."""

    def __init__(self, template: Template, assets: Assets, public_origin: str) -> None:
        """Fill *template* with the addresses of *assets*."""
        self._template = template
        self._assets = assets
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
            base=escape(self._assets.base),
            data=escape(json.dumps(_spoken_by_the_page(sayings), ensure_ascii=False)),
            shortcuts="".join(map(_shortcut, shortcuts)),
        )


def read_page(assets: Assets, public_origin: str) -> ChatPage:
    """Read the template of the page."""
    return ChatPage(Template((_PLACE / "page.html").read_text(encoding="utf-8")), assets, public_origin)


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
