"""One Telegram message as it is stored between rendering and sending, and the calls it can be sent with.

It is stored with and without tags: when Telegram cannot read our HTML, the same words still reach the person.
"""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Body:
    """``html`` and ``plain`` say the same; ``markup`` is the Bot API's ``reply_markup`` as JSON data, or None."""

    html: str
    plain: str
    markup: dict[str, Any] | None = None

    @classmethod
    def loads(cls, stored: str) -> "Body":
        """Return what `dumps` wrote."""
        kept = json.loads(stored)
        return cls(kept["html"], kept["plain"], kept.get("markup"))

    def dumps(self) -> str:
        """Return it as text to store."""
        kept: dict[str, object] = {"html": self.html, "plain": self.plain}
        if self.markup:
            kept["markup"] = self.markup
        return json.dumps(kept, ensure_ascii=False)

    def formatted(self, chat: str) -> dict[str, object]:
        """Return the parameters of sendMessage to *chat*, with formatting."""
        return {**self._call(chat, self.html), "parse_mode": "HTML"}

    def unformatted(self, chat: str) -> dict[str, object]:
        """Return the parameters of sendMessage to *chat*, as bare words."""
        return self._call(chat, self.plain)

    def _call(self, chat: str, text: str) -> dict[str, object]:
        call: dict[str, object] = {
            "chat_id": chat,
            "text": text,
            # A preview of the portal's front page says nothing and pushes the buttons off the screen.
            "link_preview_options": {"is_disabled": True},
        }
        return {**call, "reply_markup": self.markup} if self.markup else call
