"""One Zalo message as it is stored between rendering and sending: Zalo's ``message`` object, and a picture by our key.

The picture's own id is Zalo's and lives for days, a stored message may wait for weeks; so the key is stored and the id
put in its place when the message leaves.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Body:
    """``message`` is what Zalo gets, ``picture`` the key of the picture shown above its text, if there is one."""

    message: Mapping[str, object]
    picture: str = ""

    @classmethod
    def loads(cls, stored: str) -> "Body":
        """Return what `dumps` wrote."""
        kept = json.loads(stored)
        return cls(kept, kept.pop("picture", ""))

    def dumps(self) -> str:
        """Return it as text to store."""
        kept = {**self.message, "picture": self.picture} if self.picture else self.message
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def showing(self, attachment_id: str) -> Mapping[str, object]:
        """Return the message with the uploaded picture; without *attachment_id* as it is."""
        if not attachment_id:
            return self.message
        elements = [{"media_type": "image", "attachment_id": attachment_id}]
        attachment = {"type": "template", "payload": {"template_type": "media", "elements": elements}}
        return {**self.message, "attachment": attachment}
