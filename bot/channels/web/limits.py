"""How much one visitor, and one network, may ask of us: enough for anybody, too little to do harm.

Counted in this process only: with several, a flood may reach each of them, and each holds its own. The numbers are
judged, not measured. Mobile carriers put many people behind one address, and a whole meeting may scan one poster, so a
network may do several times what a visitor may.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.web.allowance import Allowance


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; rates are a minute, and a whole minute's worth may come at once.

    ``frame_bytes`` bounds one message with its wrapping: 4,000 characters of Vietnamese are up to 24,000 bytes of JSON.
    ``remembered`` is how many visitors and networks are counted at a time.
    """

    text_characters: int = 4000
    frame_bytes: int = 32 * 1024
    visitor_messages: int = 20
    network_messages: int = 60
    network_new_visitors: int = 20
    visitor_reads: int = 120
    network_reads: int = 1200
    visitor_sockets: int = 5
    network_sockets: int = 50
    sockets: int = 5000
    remembered: int = 20_000


class Turnstile:
    """Says whether a message or a read may pass now, and counts it if so."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        """Count by *limits*."""

        def allowance(per_minute: int) -> Allowance:
            return Allowance(per_minute, limits.remembered, monotonic)

        self._visitor_messages = allowance(limits.visitor_messages)
        self._network_messages = allowance(limits.network_messages)
        self._new_visitors = allowance(limits.network_new_visitors)
        self._visitor_reads = allowance(limits.visitor_reads)
        self._network_reads = allowance(limits.network_reads)

    def message(self, visitor: str, network: str) -> float:
        """Return 0 and count the message, or the seconds until it may come again."""
        counted = [(self._visitor_messages, visitor), (self._network_messages, network)]
        if visitor not in self._visitor_messages:
            # Made-up visitors would each have an allowance of their own.
            counted.append((self._new_visitors, network))
        return _pass(counted)

    def read(self, visitor: str, network: str) -> float:
        """Return 0 and count the request for replies, or the seconds until it may come again."""
        return _pass([(self._visitor_reads, visitor), (self._network_reads, network)])


def _pass(counted: list[tuple[Allowance, str]]) -> float:
    wait = max(allowance.wait_seconds(key) for allowance, key in counted)
    if not wait:
        for allowance, key in counted:
            allowance.take(key)
    return wait
