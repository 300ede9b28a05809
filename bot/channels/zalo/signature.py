"""Tell whether a webhook really comes from Zalo.

Zalo signs with ``sha256(app_id + body + timestamp + OA secret)`` over the bytes as sent: a plain hash of a
concatenation, not an HMAC (Zalo's documentation and its official Java library). The timestamp stands inside the body,
and is picked out of the raw bytes: what nobody has signed never reaches a JSON parser.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

# Current traffic says "mac=<hex>"; some of Zalo's pages write "mac = <hex>"; a few clients met the bare hex.
_HEADER = re.compile(r"\s*(?:mac\s*=\s*)?([0-9a-f]{64})\s*", re.IGNORECASE)

# A quoted key in the raw bytes is always a key: inside a JSON string its quotes would be escaped.
_TIMESTAMP = re.compile(rb'"timestamp"\s*:\s*"?(\d{1,20})')

_MOST_TIMESTAMPS = 4


class FirstTerm(StrEnum):
    """What the signed text began with: documented is the app id, a few people report the OA's id instead."""

    APP_ID = "app_id"
    OA_ID = "oa_id"


@dataclass(frozen=True, slots=True)
class Keys:
    """What the signature of one OA's webhooks is made with."""

    app_id: str
    oa_id: str
    oa_secret: str = field(repr=False)


def mac(first: str, body: bytes, timestamp: str, oa_secret: str) -> str:
    """Return the lowercase hex signature that Zalo makes for *body*."""
    return hashlib.sha256(first.encode() + body + timestamp.encode() + oa_secret.encode()).hexdigest()


def signed_with(header: str, body: bytes, keys: Keys) -> FirstTerm | None:
    """Return what the signature in *header* (``X-ZEvent-Signature``) was made with, or None if it is not Zalo's."""
    match = _HEADER.fullmatch(header)
    if match is None:
        return None
    given = match[1].lower()
    for timestamp in _timestamps(body):
        for term, first in ((FirstTerm.APP_ID, keys.app_id), (FirstTerm.OA_ID, keys.oa_id)):
            if hmac.compare_digest(given, mac(first, body, timestamp, keys.oa_secret)):
                return term
    return None


def _timestamps(body: bytes) -> Iterator[str]:
    """Yield what may be the event's timestamp, last first: Zalo writes it at the end of the event.

    A body without any is tried with an empty one, so that a cut-off body with a right signature is told from a forgery.
    """
    found = [match[1].decode() for match in _TIMESTAMP.finditer(body)]
    yield from dict.fromkeys(reversed(found[-_MOST_TIMESTAMPS:]))
    if not found:
        yield ""
