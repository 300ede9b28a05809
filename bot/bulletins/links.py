"""Links where nothing can be pressed, on the radio and on paper: their address is said beside their label."""

import re

from bot.markup import Span


def address_beside(span: Span) -> str:
    """Return the address of a link without its scheme; empty where there is none, or the label says it already."""
    address = re.sub(r"^(?:mailto:|tel:|https?://(?:www\.)?)|/$", "", span.url)
    return "" if _letters(address) in _letters(span.text) else address


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
