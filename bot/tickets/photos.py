"""What a file that a citizen sent is, told by its first bytes: its name and what its server says of it may lie."""

MOST_BYTES = 10 * 1024 * 1024
"""The largest photo that Telegram takes (Bot API, sendPhoto); Zalo's are smaller."""

_LONGEST_MARK = 12
_WEBP = (b"RIFF", b"WEBP")
_BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
"""How the name of a file of each type ends."""


def photo_type(content: bytes) -> str:
    """Return the MIME type of *content* if it is a picture that every browser shows, else an empty string."""
    head = content[:_LONGEST_MARK]
    if (head[:4], head[8:]) == _WEBP:
        return "image/webp"
    return next((kind for beginning, kind in _BEGINNINGS.items() if head.startswith(beginning)), "")
