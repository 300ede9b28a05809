"""Pictures are what their content says, and small enough for every platform."""

import hashlib

import pytest

from bot.desk.pictures import MOST_BYTES, read_picture
from bot.errors import UserError
from bot.knowledge.bulletin_words import Mistakes
from tests.sentences import sentences


def png(width: int = 640, height: int = 480) -> bytes:
    """Return the head of a PNG."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)


def jpeg(width: int = 640, height: int = 480) -> bytes:
    """Return the head of a JPEG, with a segment before the frame that has the size."""
    frame = b"\xff\xc2\0\x11\x08" + height.to_bytes(2) + width.to_bytes(2)
    return b"\xff\xd8\xff\xe0\0\x06JFIF" + b"\xff" + frame + b"\x03"


def mistakes() -> Mistakes:
    return sentences().shelves.bulletin.desk.mistakes


@pytest.mark.parametrize(("beginning", "kind"), [(png(), "image/png"), (jpeg(), "image/jpeg")])
def test_the_two_kinds_that_both_platforms_take(beginning: bytes, kind: str) -> None:
    content = beginning.ljust(MOST_BYTES, b"\0")

    picture = read_picture(content, mistakes())

    assert (picture.type, picture.key, picture.content) == (kind, hashlib.sha256(content).hexdigest(), content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            png().ljust(MOST_BYTES + 1, b"\0"), "Ảnh nặng 1001 KB, chỉ được nhiều nhất 1000 KB", id="too-large"
        ),
        pytest.param(b"GIF89a" + b"\0" * 99, "Ảnh phải là JPEG hoặc PNG", id="a-gif"),
        pytest.param(b"<svg onload=alert(1)>", "Ảnh phải là JPEG hoặc PNG", id="a-drawing-with-a-script"),
        pytest.param(b"RIFF\0\0\0\0WEBP", "Ảnh phải là JPEG hoặc PNG", id="a-webp"),
        pytest.param(b"", "Ảnh phải là JPEG hoặc PNG", id="nothing"),
        pytest.param(png(30_000, 30_000), "rộng 30000, cao 30000", id="small-as-a-file-and-huge-as-a-picture"),
        pytest.param(png(9_000, 2), "cạnh dài không quá 20 lần", id="a-thread"),
        pytest.param(png(0, 480), "Không đọc được ảnh", id="no-width"),
        pytest.param(jpeg(60_000, 100), "rộng 60000, cao 100", id="a-jpeg-that-is-too-wide"),
        pytest.param(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "Không đọc được ảnh", id="a-page-in-disguise"),
        pytest.param(b"\xff\xd8\xff" + b"\0" * 99, "Không đọc được ảnh", id="a-jpeg-without-a-frame"),
        pytest.param(b"\xff\xd8\xff\xe0\0\0" * 9, "Không đọc được ảnh", id="segments-that-lead-nowhere"),
    ],
)
def test_other_files_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_picture(content, mistakes())
