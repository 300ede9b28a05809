"""Static files that come with the code, read once and served under a path that changes whenever one of them does."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_YEAR_SECONDS = 365 * 24 * 60 * 60

SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every answer to a browser."""


ICON = files("bot.web") / "icon.svg"
"""The picture of the channel, beside the title of every page."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    body: bytes
    content_type: str


class Assets:
    """The static files of one part of the site."""

    def __init__(self, prefix: str, assets: Mapping[str, Asset]) -> None:
        """Serve *assets* by name, at addresses that begin with *prefix*."""
        self._assets = assets
        digest = hashlib.sha256(b"".join(assets[name].body for name in sorted(assets)))
        self.version = digest.hexdigest()[:12]
        self.base = f"{prefix}/{self.version}"

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


def read_assets(prefix: str, *files: Traversable) -> Assets:
    """Read *files*, to be served under *prefix*; their endings say what they are."""
    return Assets(prefix, {file.name: Asset(file.read_bytes(), _TYPES[file.name.rpartition(".")[2]]) for file in files})
