"""What only we can have made: digests and seals with SECRET_KEY.

A login is found by a keyed digest of its cookie, so a new SECRET_KEY ends every login, and neither a copy of the
database nor the key alone lets anybody in. A form carries a seal over the login it was shown to: another site cannot
make one, and one of another login does not fit.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

_RANDOM_BYTES = 32
_NONCE_CHARACTERS = 16


def new_secret() -> str:
    """Return what nobody can guess: 256 random bits as 43 characters."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


class Seals:
    """Makes and checks them with one key."""

    def __init__(self, key: str) -> None:
        """Seal with *key*."""
        self._key = key.encode()

    def login_key(self, cookie: str) -> str:
        """Return the digest under which the login of *cookie* is stored."""
        return self._seal("login", cookie)

    def form_token(self, visitor: str) -> str:
        """Return what proves that a form was shown to *visitor*; another text each time, so that it betrays nothing."""
        nonce = secrets.token_hex(_NONCE_CHARACTERS // 2)
        return nonce + self._seal("form", nonce, visitor)

    def is_form_token(self, token: str, visitor: str) -> bool:
        """Tell whether *token* was made for *visitor*; nobody in particular (empty) has none."""
        nonce, seal = token[:_NONCE_CHARACTERS], token[_NONCE_CHARACTERS:]
        return bool(visitor) and _is_same(seal, self._seal("form", nonce, visitor))

    def wrap(self, text: str) -> str:
        """Return *text* sealed, in characters that a cookie can hold."""
        return f"{urlsafe_b64encode(text.encode()).decode()}.{self._seal('text', text)}"

    def unwrap(self, wrapped: str) -> str:
        """Return the text that was wrapped; empty if we did not wrap it."""
        encoded, _, seal = wrapped.partition(".")
        try:
            text = urlsafe_b64decode(encoded.encode()).decode()
        except ValueError:
            return ""
        return text if _is_same(seal, self._seal("text", text)) else ""

    def _seal(self, purpose: str, *parts: str) -> str:
        return hmac.new(self._key, "\0".join([purpose, *parts]).encode(), hashlib.sha256).hexdigest()


def _is_same(given: str, ours: str) -> bool:
    return hmac.compare_digest(given.encode(), ours.encode())
