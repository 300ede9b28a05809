"""The hash that holds an approved text fast: whatever is sent must still be what was approved.

It is computed when somebody approves and again before the first message leaves, so that a text changed in between, by
hand in the database or by a fault of ours, stops there.
"""

import hashlib
import json
from collections.abc import Iterable


def text_hash(
    title: str,
    body: str,
    audiences: Iterable[tuple[str, str]],
    *,
    picture: str = "",
    is_urgent: bool = False,
    is_broadcast: bool = False,
) -> str:
    """Return the SHA-256, in hex, of all that an approver agrees to.

    Args:
        title: As it stands above the text.
        body: The text in Markdown.
        audiences: Commune code and hamlet ("" for the whole commune) of everyone it is for, in any order.
        picture: The picture's key, itself a hash of its content.
        is_urgent: Whether the mark of the urgent stands before the title.
        is_broadcast: Whether it goes to a Zalo account's followers as an article.
    """
    approved = [title, body, sorted(audiences), picture, is_urgent, is_broadcast]
    return hashlib.sha256(json.dumps(approved, ensure_ascii=False).encode()).hexdigest()
