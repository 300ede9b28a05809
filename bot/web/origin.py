"""Which requests come from our own page: any other site can make a browser send our cookie along."""

from collections.abc import Mapping
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Return scheme, host and port of *url* as browsers write an origin; empty if it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_default = port in {None, _DEFAULT_PORTS[parts.scheme]}
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{port}"


def is_ours(headers: Mapping[str, str], public_origin: str) -> bool:
    """Tell whether the ``Origin`` is the host that was asked, or *public_origin*.

    The scheme is not compared with the host: behind a proxy that ends TLS we do not see it.
    """
    origin, host = origin_of(headers.get("Origin", "")), headers.get("Host", "")
    if not origin:
        return False
    scheme = origin.partition("://")[0]
    return origin in {public_origin, origin_of(f"{scheme}://{host}")}


def is_ours_or_unsaid(headers: Mapping[str, str], public_origin: str) -> bool:
    """Tell the same for a request that may come without ``Origin``, if ``Sec-Fetch-Site`` vouches for it."""
    if "Origin" in headers:
        return is_ours(headers, public_origin)
    return headers.get("Sec-Fetch-Site") == "same-origin"
