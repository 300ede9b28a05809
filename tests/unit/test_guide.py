"""The officials' guide names buttons, boxes and pages exactly as the pages do, and shows them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = (ROOT / "docs" / "vi" / "huong-dan-can-bo.md").read_text(encoding="utf-8")
PICTURES = ROOT / "docs" / "images" / "console"

# What the guide tells people to do with something, and the something: "bấm **Lưu bản nháp**", "ở mục **Cán bộ**".
_ACT = r"(?:[Bb]ấm|[Vv]ào|[Mm]ở|[Cc]họn|[Gg]hi|[Mm]ục|[Nn]út|[Pp]hần|[Ôô]|[Tt]rong|rồi|hoặc|thì)"
NAMED = re.compile(rf"\b{_ACT}\s+\*\*([^*]+)\*\*")
TROUBLE = re.compile(r"^\| (?:[^|«]*)«([^»…]+)(?:…)?»", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]+\]\(\.\./images/console/([^)]+)\)")

_LEAST_NAMES = 30
"""So many the guide names for certain: a search that finds nothing must not pass."""


def sentences(value: object) -> Iterator[str]:
    """Yield every sentence in *value*, as YAML gives it."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from sentences(inner)
        case list():
            for inner in value:
                yield from sentences(inner)


def spoken(file: str) -> list[str]:
    """Return every sentence of a file of the content."""
    return list(sentences(yaml.safe_load((ROOT / "content" / file).read_text(encoding="utf-8"))))


def as_labels(words: list[str]) -> set[str]:
    """Return *words* as pages begin them: with a large letter."""
    return {word[:1].upper() + word[1:] for word in words}


def is_on_a_page(name: str) -> bool:
    """Say whether *name* is a label of a page; a figure may stand in its place: "Mở ảnh 1"."""
    return any(re.fullmatch(re.escape(label).replace(r"\{number\}", r"\d+"), name) for label in as_labels(WORDS))


WORDS = [*spoken("console.yaml"), *spoken("bulletin.yaml")]
NAMES = sorted({" ".join(name.split()) for name in NAMED.findall(GUIDE)})


def test_the_names_are_found() -> None:
    assert len(NAMES) > _LEAST_NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_the_guide_says_to_press_stands_on_a_page(name: str) -> None:
    """Somebody who looks for a button by its name finds exactly that name."""
    assert is_on_a_page(name)


@pytest.mark.parametrize("trouble", TROUBLE.findall(GUIDE))
def test_what_the_guide_explains_is_what_a_page_says(trouble: str) -> None:
    """A sentence may go on; its beginning is the page's, whatever stands for its {names}."""
    known = trouble.partition(" qua ")[0]
    assert any(known in word for word in as_labels(WORDS))


def test_each_part_of_the_guide_shows_its_page() -> None:
    """Whoever never saw the console recognises it; the last part lists what any page may say."""
    _, *parts = GUIDE.split("\n## ")
    assert [part.partition("\n")[0] for part in parts[:-1] if not PICTURE.search(part)] == []


def test_every_picture_of_the_guide_was_taken_on_a_wide_screen_and_on_a_phone() -> None:
    """The tour takes both, so none is of a page that is gone."""
    shown = {name.removesuffix("-may-tinh.png") for name in PICTURE.findall(GUIDE)}
    taken = {file.name for file in PICTURES.glob("*.png")}

    assert {f"{name}-{way}.png" for name in shown for way in ("may-tinh", "dien-thoai")} <= taken
