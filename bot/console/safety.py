"""What keeps the console safe in a browser: headers on every answer, and which requests come from its own pages."""

from collections.abc import Mapping

from bot.web.assets import SAFETY
from bot.web.origin import is_ours

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a page may load and do: our own files, nothing written into the page itself, and nobody frames it."""

HEADERS = {
    **SAFETY,
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
"""Headers of every answer.

``Referrer-Policy`` is ``same-origin``: under ``no-referrer`` browsers send ``Origin: null`` with our own forms, and
they could not be told from another site's. No address leaves the console either way.
"""


def comes_from_us(headers: Mapping[str, str], public_origin: str) -> bool:
    """Tell whether a form comes from one of our own pages, as far as the browser says; an old one says nothing."""
    if "Origin" in headers:
        return is_ours(headers, public_origin)
    return headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
