"""What a reply looks like on the page, and that nothing in it can do harm."""

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.render import render, shown
from bot.channels.web.visitors import address_of
from bot.markup import escape, parse
from bot.messages import Button, Outgoing, Reply
from bot.web.hypertext import html, is_followable
from bot.web.phones import pieces

ALLOWED = {"h3", "p", "ul", "ol", "li", "strong", "br", "a"}
ATTRIBUTES = {"a": {"href", "rel", "target"}, "ol": {"start"}}


class Reader(HTMLParser):
    """Reads HTML as strictly as no browser does: every tag known, closed, and in its place."""

    def __init__(self, source: str) -> None:
        """Read *source*; fails on what does not belong there."""
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ATTRIBUTES.get(tag, set())
        assert (tag == "li") == (bool(self.open) and self.open[-1] in {"ul", "ol"})
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def link(url: str, text: str, *, is_outside: bool = True) -> str:
    target = ' target="_blank"' if is_outside else ""
    return f'<a href="{url}"{target} rel="noopener">{text}</a>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("Xin chào", "<p>Xin chào</p>", id="paragraph"),
        pytest.param("Một\n\nHai", "<p>Một</p><p>Hai</p>", id="two paragraphs"),
        pytest.param("## Lệ phí\n\nMiễn phí", "<h3>Lệ phí</h3><p>Miễn phí</p>", id="heading"),
        pytest.param("**Nhớ** mang", "<p><strong>Nhớ</strong> mang</p>", id="bold"),
        pytest.param("một\\\nhai", "<p>một<br>hai</p>", id="line break"),
        pytest.param("- một\n- hai", "<ul><li>một</li><li>hai</li></ul>", id="points"),
        pytest.param("1. một\n2. hai", "<ol><li>một</li><li>hai</li></ol>", id="steps"),
        pytest.param("3. ba\n4. bốn", '<ol start="3"><li>ba</li><li>bốn</li></ol>', id="steps of a later page"),
        pytest.param(
            "- một\n\n  thêm\n- hai", "<ul><li>một<br>thêm</li><li>hai</li></ul>", id="point with two paragraphs"
        ),
        pytest.param(
            "1. một\n   - a\n2. hai",
            '<ol><li>một</li></ol><ul><li>a</li></ul><ol start="2"><li>hai</li></ol>',
            id="nested",
        ),
        pytest.param("Chú ý\n\n- một\n\nXong", "<p>Chú ý</p><ul><li>một</li></ul><p>Xong</p>", id="points between"),
        pytest.param("", "", id="nothing"),
        pytest.param(
            "[Cổng](https://dichvucong.gov.vn)", f"<p>{link('https://dichvucong.gov.vn', 'Cổng')}</p>", id="link"
        ),
        pytest.param("[Gọi](tel:113)", f"<p>{link('tel:113', 'Gọi', is_outside=False)}</p>", id="phone link"),
        pytest.param("[Thư](mailto:xa@hanoi.gov.vn)", "<p>Thư: xa@hanoi.gov.vn</p>", id="mail address as text"),
        pytest.param("[x](ftp://example.org)", "<p>x</p>", id="other scheme"),
        pytest.param(
            "<b>a</b> & \"b\" 'c'", "<p>&lt;b&gt;a&lt;/b&gt; &amp; &quot;b&quot; &#x27;c&#x27;</p>", id="escaped"
        ),
        pytest.param(
            "Gọi **114** ngay", f"<p>Gọi <strong>{link('tel:114', '114', is_outside=False)}</strong> ngay</p>", id="114"
        ),
    ],
)
def test_the_markdown_subset_becomes_plain_html(markdown: str, expected: str) -> None:
    """Headings, lists, bold and links, and nothing else."""
    assert html(markdown) == expected
    Reader(expected)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '[x](https://a.vn/"onmouseover="alert(1))',
        "[x](https://a.vn/'><script>)",
        "[<b>x</b>](https://a.vn/?q=<script>)",
        "**<i>x</i>**",
        "- <svg onload=alert(1)>",
        "# <!-- x",
        "&lt;script&gt;",
        "<![CDATA[x]]>",
    ],
)
def test_nothing_a_reply_says_can_run(attack: str) -> None:
    """What editors or people wrote stays text, whatever it looks like."""
    read = Reader(html(attack))

    assert all(is_followable(address) for address in read.links)


@given(st.text())
def test_any_markdown_becomes_valid_html(markdown: str) -> None:
    """Every tag is allowed, closed and in its place; every link may be followed."""
    read = Reader(html(markdown))

    assert all(is_followable(address) for address in read.links)


@given(st.text(alphabet="ab<>&\"'019. -()+*[]:/\n1x"))
def test_markup_that_people_type_stays_what_they_typed(typed: str) -> None:
    """Escaped by the handler, shown letter for letter."""
    spoken = "".join(span.text for block in parse(escape(typed)) for span in block.spans)

    assert Reader(html(escape(typed))).text == spoken.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "is_bold", "dialled"),
    [
        pytest.param("Gọi 1900 0368 để hỏi", False, ["19000368"], id="service number"),
        pytest.param("18001096.", False, ["18001096"], id="at the end of a sentence"),
        pytest.param("024 3825 1234", False, ["02438251234"], id="landline"),
        pytest.param("(024) 3825 1234", False, ["02438251234"], id="area code in brackets"),
        pytest.param("024.3825.1234, 0912 345 678", False, ["02438251234", "0912345678"], id="two numbers"),
        pytest.param("+84 912 345 678", False, ["+84912345678"], id="international"),
        pytest.param("024.1022", False, ["0241022"], id="1022 with area code"),
        pytest.param("113, 114, 115", True, ["113", "114", "115"], id="emergencies in bold"),
        pytest.param("1022", True, ["1022"], id="hotline in bold"),
        pytest.param("113, 114, 115", False, [], id="emergencies not in bold"),
        pytest.param("trong 100 ngày, 113.000 đồng", True, [], id="a hundred, and money"),
        pytest.param("8.000 đồng, 1.900.000 đồng", True, [], id="money"),
        pytest.param("20/11/2026", True, [], id="date"),
        pytest.param("Luật 60/2014/QH13, thủ tục 1.001193", True, [], id="law and procedure"),
        pytest.param("H26.15-251120-0042", True, [], id="dossier code"),
        pytest.param("001099012345", True, [], id="identity number"),
        pytest.param("0000 000 001", True, [], id="sample number"),
        pytest.param("https://1022.vn/113", True, [], id="part of an address"),
    ],
)
def test_phone_numbers_are_told_from_other_figures(text: str, is_bold: bool, dialled: list[str]) -> None:  # noqa: FBT001
    """Whatever would not be answered when dialled stays text."""
    assert [piece.dial for piece in pieces(text, is_bold=is_bold) if piece.dial] == dialled


@given(st.text(alphabet="0123456789 .-+()x1900"), st.booleans())
def test_no_letter_is_lost_around_phone_numbers(text: str, is_bold: bool) -> None:  # noqa: FBT001
    """Linking only adds."""
    assert "".join(piece.text for piece in pieces(text, is_bold=is_bold)) == text


def test_a_reply_is_one_body_with_its_choices_in_order() -> None:
    """Numbers are given by order, so the order is the reply's."""
    reply = Reply(
        "Chọn", (Button("Một", "t:a"), Button("Cổng", url="https://a.vn"), Button("Hai", "t:b")), asks_location=True
    )

    (body,) = render(reply)

    assert json.loads(body) == {
        "html": "<p>Chọn</p>",
        "choices": [{"label": "Một", "payload": "t:a"}, {"label": "Hai", "payload": "t:b"}],
        "links": [{"label": "Cổng", "url": "https://a.vn"}],
        "asks_location": True,
    }
    assert shown(Outgoing(7, address_of("v"), body)) == {"id": 7, **json.loads(body)}


def test_a_reply_without_anything_is_no_message() -> None:
    """An empty bubble helps nobody."""
    assert render(Reply("")) == ()


def test_a_link_button_that_could_run_something_is_left_out() -> None:
    """Buttons come from content, and content from people."""
    (body,) = render(Reply("x", (Button("a", url="javascript:alert(1)"), Button("b", url="tel:113"))))

    assert json.loads(body)["links"] == [{"label": "b", "url": "tel:113"}]


def test_the_page_learns_that_it_should_forget() -> None:
    """After everything was deleted, the browser's own copy goes too."""
    assert json.loads(render(Reply("Đã xóa"), forgets=True)[0])["forgets"] is True
    assert "forgets" not in json.loads(render(Reply("Chào"))[0])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://dichvucong.gov.vn", True),
        ("HTTP://A.VN", True),
        ("tel:113", True),
        ("https://", False),
        ("//a.vn", False),
        ("/x", False),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_web_addresses_and_phone_numbers_are_followed(url: str, expected: bool) -> None:  # noqa: FBT001
    """Anything else stays words."""
    assert is_followable(url) is expected
