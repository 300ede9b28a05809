"""The printed bulletin: what was written is on the paper, as text, and nothing comes from anywhere else."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bulletins.sheet import Sheet, sheet
from bot.knowledge.library import Library

VOID = {"meta", "br"}
PLAIN = Sheet(
    kind="Bản tin tuần",
    commune="xã Đa Phúc",
    date="Ngày 27/11/2026",
    title="Tạm trú",
    body="Đăng ký ở công an xã.",
    ask=("Hỏi thêm: gọi 1900 0368.",),
)


class Page(HTMLParser):
    """Reads a page, and refuses one whose tags do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def body_of(markdown: str) -> str:
    """Return the HTML that *markdown* becomes, without line ends."""
    html = sheet(replace(PLAIN, body=markdown))
    return html[html.index("</h1>") + 5 : html.index("</main>")].replace("\n", "")


# What is on it


def test_a_sheet_says_who_when_what_and_where_to_ask() -> None:
    text = Page(sheet(PLAIN)).text

    for said in ("xã Đa Phúc", "Bản tin tuần", "Ngày 27/11/2026", "Tạm trú", "công an xã", "gọi 1900 0368"):
        assert said in text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("một\n\nhai", "<p>một</p><p>hai</p>", id="paragraphs"),
        pytest.param("## Lệ phí\n\nKhông", "<h2>Lệ phí</h2><p>Không</p>", id="heading"),
        pytest.param("- một\n- hai", "<ul><li>một</li><li>hai</li></ul>", id="bullets"),
        pytest.param(
            "3. ba\n4. bốn", '<ol><li value="3">ba</li><li value="4">bốn</li></ol>', id="numbers-as-they-are-written"
        ),
        pytest.param(
            "1. một\n\n- hai", '<ol><li value="1">một</li></ol><ul><li>hai</li></ul>', id="two-lists-in-a-row"
        ),
        pytest.param("- một\n\n  nữa", "<ul><li>một<p>nữa</p></li></ul>", id="an-item-of-two-paragraphs"),
        pytest.param("gọi **114** ngay", "<p>gọi <strong>114</strong> ngay</p>", id="bold"),
        pytest.param("một\\\nhai", "<p>một<br>hai</p>", id="line-break"),
        pytest.param(
            "[Cổng](https://dichvucong.gov.vn/)",
            '<p>Cổng (<span class="address">dichvucong.gov.vn</span>)</p>',
            id="a-link-shows-its-address",
        ),
        pytest.param(
            "[csgt.vn](https://csgt.vn)", "<p>csgt.vn</p>", id="a-link-that-is-its-address-shows-it-once"
        ),
        pytest.param("[1900 0368](tel:19000368)", "<p>1900 0368</p>", id="a-phone-shows-its-number-once"),
        pytest.param("", "", id="nothing"),
    ],
)  # fmt: skip
def test_each_block_has_its_place(markdown: str, html: str) -> None:
    assert body_of(markdown) == html


def test_what_is_urgent_or_corrects_is_marked() -> None:
    assert '<span class="mark">Đính chính</span>Tạm trú' in sheet(replace(PLAIN, mark="Đính chính:"))
    assert "<span" not in sheet(PLAIN)


def test_a_longer_text_is_set_smaller() -> None:
    """One page hangs on a board better than two."""
    sizes = [
        int(re.findall(r"font: (\d+)pt", sheet(replace(PLAIN, body="chữ " * count)))[0])
        for count in (20, 150, 200, 300, 900)
    ]

    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 5


# What is not


HOSTILE = """<script>alert("x")</script> & <img src=x onerror='y'> {{ commune.name }}"""


@pytest.mark.parametrize("field", ["kind", "commune", "date", "title", "body", "ask", "mark"])
def test_nothing_typed_becomes_markup(field: str) -> None:
    """An editor's angle bracket is an angle bracket, whoever the editor is."""
    typed = (HOSTILE,) if field == "ask" else HOSTILE
    page = Page(sheet(replace(PLAIN, **{field: typed})))  # type: ignore[arg-type]  # each field once

    assert {"script", "img"}.isdisjoint(page.tags)
    assert "<script>" in page.text


def test_nothing_comes_from_elsewhere() -> None:
    """It prints from a USB stick, without a network, and no printer tells anyone that it did."""
    html = sheet(replace(PLAIN, body="[Cổng](https://dichvucong.gov.vn) [x](http://a.vn/x.png)"))
    page = Page(html)

    assert {"script", "link", "img", "iframe", "object", "a"}.isdisjoint(page.tags)
    assert {"src", "href", "style", "onload"}.isdisjoint(name for name, _ in page.attributes)
    assert not re.search(r"url\(|@import|https?://", html)
    assert "default-src 'none'" in html


@given(st.text(), st.text())
def test_any_text_makes_a_whole_page(title: str, body: str) -> None:
    page = Page(sheet(replace(PLAIN, title=title, body=body)))

    assert page.tags.count("h1") == 1


def test_the_words_of_the_content_leave_nothing_to_fill(library: Library) -> None:
    """Every draft, with the labels that officials get, has no raw field on the paper."""
    words = library.shelves.bulletin
    for week in library.shelves.calendar.weeks:
        page = Sheet(
            kind=words.sheet.kind,
            commune="xã Đa Phúc",
            date=words.sheet.date.format(date="27/11/2026"),
            title=week.title,
            body=week.draft,
            ask=(
                words.sheet.ask.format(commune="xã Đa Phúc", phone="0000 000 001"),
                words.sheet.place.format(name="Một cửa", address="số 1"),
            ),
            mark=words.urgent,
        )
        text = Page(sheet(page)).text

        assert not re.search(r"[{}]|\*\*", text), week.week
        assert week.title in text
