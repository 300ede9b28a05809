"""A kind no: what stopped a message, and when it may come again."""

import math
from dataclasses import dataclass

from bot.knowledge.sayings import Sayings

_STATUS = {
    "origin": 403,
    "content_type": 415,
    "no_visitor": 401,
    "too_large": 413,
    "malformed": 400,
    "too_long": 413,
    "too_many": 429,
    "too_many_sockets": 429,
    "full": 503,
    "not_stored": 503,
    "not_read": 503,
}
"""Every reason (the label of the metric ``web_refused``), with the HTTP status where one can be given."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not taken.

    ``id`` is the page's own id of the message, or empty. With ``retry_seconds`` the page sends the same again after
    that long.
    """

    reason: str
    id: str = ""
    retry_seconds: float | None = None

    @property
    def status(self) -> int:
        """Return the HTTP status that says so."""
        return _STATUS[self.reason]

    @property
    def retry_after(self) -> int | None:
        """Return whole seconds to wait, at least one."""
        return None if self.retry_seconds is None else max(1, math.ceil(self.retry_seconds))

    def frame(self, words: Sayings) -> dict[str, object]:
        """Return the refusal as the page gets it, with the sentence to show if there is one."""
        said = {
            "too_many": words.web.too_many,
            "too_long": words.web.too_long,
            "too_large": words.web.too_long,
            "malformed": words.apology,
            "not_stored": words.web.offline,
        }
        fields = {"id": self.id or None, "text": said.get(self.reason), "retry_after": self.retry_after}
        return {"error": self.reason, **{name: value for name, value in fields.items() if value is not None}}
