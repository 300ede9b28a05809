"""One-time links into the officials' console: what they are made of, wherever one is made.

The console, the command line and the bot hand them out. A link holds 32 random bytes; only their SHA-256 is stored, so
whoever reads the database or a backup cannot log in with what they find among the links.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

PATH = "/quan-tri/vao"
"""Where a link leads."""

FIELD = "ma"
"""What stands before the secret in the link: in the query, which no log line of ours holds."""

LIFE = timedelta(minutes=15)
"""How long a link may be used."""

_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class LoginLink:
    """A new link: the ``url`` for the person, and the ``key`` under which it is stored."""

    url: str = field(repr=False)
    key: str


def new_link(public_url: str) -> LoginLink:
    """Return a link that nobody can guess, at the service that people reach at *public_url*."""
    secret = secrets.token_urlsafe(_RANDOM_BYTES)
    return LoginLink(f"{public_url.rstrip('/')}{PATH}?{FIELD}={secret}", link_key(secret))


def link_key(secret: str) -> str:
    """Return the digest under which the link with this *secret* is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()
