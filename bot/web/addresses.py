"""Which network a request comes from, told apart from the proxies it came through."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from bot.errors import OperatorError

Network = IPv4Network | IPv6Network

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""Where a reverse proxy on the same machine connects from."""

_IPV6_SITE_BITS = 64
_UNKNOWN = "unknown"


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks *written* as ``10.0.0.0/8`` or as single addresses.

    Raises:
        OperatorError: one of them is neither.
    """
    try:
        return tuple(ip_network(network) for network in written)
    except ValueError as error:
        msg = f"trusted proxies: {error}"
        raise OperatorError(msg) from error


def client_network(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the network of whoever sent a request, as a key to count by.

    *peer* is the address that connected (empty for a Unix socket, which only a local proxy can open), *forwarded* the
    value of ``X-Forwarded-For``. That header is believed from the right for as long as the hop before it is one of
    *trusted*; what stands further left, anybody can write. An IPv6 site counts as one (/64): every device has as many
    addresses as it likes.
    """
    hops = [peer, *(hop.strip() for hop in reversed(forwarded.split(",")))] if forwarded else [peer]
    client = _UNKNOWN
    for hop in hops:
        address = _address(hop)
        if hop and address is None:
            break
        client = _key(address) if address else client
        if address and not any(address in network for network in trusted):
            break
    return client


def network_of(request: web.BaseRequest, trusted: Sequence[Network]) -> str:
    """Return the network that *request* comes from; see `client_network`."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    address = str(peer[0]) if isinstance(peer, tuple) else ""
    return client_network(address, ",".join(request.headers.getall("X-Forwarded-For", [])), trusted)


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(written)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _key(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, _IPV6_SITE_BITS), strict=False))
