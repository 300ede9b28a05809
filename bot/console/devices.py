"""A browser's description of itself as words that its owner recognises: "Chrome, Windows"."""

import re

_BROWSERS = (
    ("Zalo", "zalo"),
    ("Cốc Cốc", "coc_coc_browser"),
    ("Edge", "edg/|edga/|edgios/"),
    ("Samsung Internet", "samsungbrowser"),
    ("Opera", "opr/"),
    ("Firefox", "firefox/|fxios/"),
    ("Chrome", "chrome/|crios/"),
    ("Safari", "safari/"),
)
_SYSTEMS = (
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Android", "android"),
    ("Windows", "windows"),
    ("Mac", "mac os x|macintosh"),
    ("Linux", "linux"),
)


def device(user_agent: str) -> str:
    """Return browser and system of *user_agent*, most telling first; empty if neither is known.

    Only these words are kept, nothing that a page could be broken with. Order matters: every browser also claims to be
    those after it.
    """
    return ", ".join(filter(None, (_first(user_agent, _BROWSERS), _first(user_agent, _SYSTEMS))))


def _first(user_agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for name, signs in known if re.search(signs, user_agent, re.IGNORECASE)), "")
