"""A picture that an official puts with a bulletin: what both platforms take, told by its content, not its name.

It is never decoded here. What its head says of its size is enough to refuse one that is small as a file and would fill
the memory of every phone that shows it.
"""

import hashlib
import re

from bot.errors import UserError
from bot.knowledge.bulletin_words import Mistakes
from bot.ports.platforms import Picture

MOST_BYTES = 1_000_000
"""Zalo's limit is 1 MB; which megabyte it means is not written down, so the smaller one."""

MOST_POINTS = 10_000
"""Width and height together; more makes Telegram refuse it as a photo (Bot API, sendPhoto)."""

MOST_STRETCHED = 20
"""Times the longer side may be the shorter one, by the same rule."""

_PNG_HEAD = re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR(.{4})(.{4})", re.DOTALL)

# ITU T.81, table B.1: the frames that say how large a JPEG is, and the markers that no length follows.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})

_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def read_picture(content: bytes, mistakes: Mistakes) -> Picture:
    """Return *content* as a picture.

    Raises:
        UserError: it is neither JPEG nor PNG, too large, or says that it has too many points.
    """
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), "")
    if not kind:
        raise UserError(mistakes.picture_kind, about="image")
    if len(content) > MOST_BYTES:
        size = -(-len(content) // 1000)
        raise UserError(mistakes.picture_too_large.format(size=size, most=MOST_BYTES // 1000), about="image")
    width, height = _png_size(content) if kind == "image/png" else _jpeg_size(content)
    if not width or not height:
        raise UserError(mistakes.picture_broken, about="image")
    if width + height > MOST_POINTS or max(width, height) > MOST_STRETCHED * min(width, height):
        raise UserError(mistakes.picture_shape.format(width=width, height=height), about="image")
    return Picture(hashlib.sha256(content).hexdigest(), kind, content)


def _png_size(content: bytes) -> tuple[int, int]:
    """Return width and height as the first chunk says them; 0 where it is not what it must be."""
    head = _PNG_HEAD.match(content)
    return (int.from_bytes(head[1]), int.from_bytes(head[2])) if head else (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Return width and height as the first frame says them; 0 where there is none."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:  # noqa: PLR2004  # every marker begins so
        marker = content[place + 1]
        if marker in _JPEG_FRAMES:
            return int.from_bytes(content[place + 7 : place + 9]), int.from_bytes(content[place + 5 : place + 7])
        is_bare = marker in _JPEG_BARE
        filled = marker == 0xFF  # noqa: PLR2004  # a marker may be preceded by any number of these
        place += 1 if filled else 2 if is_bare else 2 + int.from_bytes(content[place + 2 : place + 4])
    return 0, 0
