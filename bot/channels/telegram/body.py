"""One Telegram message as it is stored between rendering and sending, and the calls it can be sent with.

It is stored with and without tags: when Telegram cannot read our HTML, the same words still reach the person.
"""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Body:
    """``html`` and ``plain`` say the same; ``markup`` is the Bot API's ``reply_markup`` as JSON data, or None.

    ``picture`` is the key of a picture shown above the words, which are its caption then and may be missing.
    """

    html: str
    plain: str
    markup: dict[str, Any] | None = None
    picture: str = ""

    @classmethod
    def loads(cls, stored: str) -> "Body":
        """Return what `dumps` wrote."""
        kept = json.loads(stored)
        return cls(kept["html"], kept["plain"], kept.get("markup"), kept.get("picture", ""))

    def dumps(self) -> str:
        """Return it as text to store."""
        kept: dict[str, object] = {"html": self.html, "plain": self.plain}
        if self.markup:
            kept["markup"] = self.markup
        if self.picture:
            kept["picture"] = self.picture
        return json.dumps(kept, ensure_ascii=False)

    def formatted(self, chat: str, photo: object = None) -> dict[str, object]:
        """Return the parameters of sendMessage to *chat*, or of sendPhoto with *photo*, with formatting."""
        return {**self._call(chat, self.html, photo), "parse_mode": "HTML"}

    def unformatted(self, chat: str, photo: object = None) -> dict[str, object]:
        """Return the same as bare words."""
        return self._call(chat, self.plain, photo)

    def _call(self, chat: str, text: str, photo: object) -> dict[str, object]:
        call: dict[str, object] = {"chat_id": chat}
        if photo is not None:
            call |= {"photo": photo, "caption": text}
        else:
            # A preview of the portal's front page says nothing and pushes the buttons off the screen.
            call |= {"text": text, "link_preview_options": {"is_disabled": True}}
        return {**call, "reply_markup": self.markup} if self.markup else call
