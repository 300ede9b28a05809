"""The small Markdown: read, written again, cut into pages, shown as text."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge.library import Library
from bot.markup import Block, BlockKind, Span, escape, escape_lines, markdown, paginate, parse, plain

FRAGMENTS = st.lists(
    st.sampled_from([
        "a", "Bé Đỗ", "**", "*", "_", "[", "](https://a.vn/x)", "](https://a.vn/b_(c)?d=1&e=2)", "\n", "\n\n", "- ",
        "1. ", "10. ", "## ", " ", "  ", "\\", "`", "<b>", "!", "(", ")", "|", "> ", "&amp;", "https://a.vn", "#", ".",
    ]),
    max_size=25,
).map("".join)  # fmt: skip
"""Heaps of what Markdown is made of: far more marks than any editor would type."""

WORDS = st.text(alphabet="abcđêôĐ0129.,()*_-!", min_size=1, max_size=12)
SPANS = st.builds(
    Span, st.lists(WORDS, min_size=1, max_size=4).map(" ".join), st.booleans(), st.sampled_from(["", "https://a.vn/x"])
)
BLOCKS = st.lists(
    st.builds(
        Block,
        st.just(BlockKind.PARAGRAPH),
        st.lists(SPANS, min_size=1, max_size=4).map(tuple),
    )
)


def squeezed(text: str) -> str:
    """Return *text* without white space, which a cut or a line end may change."""
    return re.sub(r"\s+", "", text)


# Reading


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("## Lệ phí", (Block(BlockKind.HEADING, (Span("Lệ phí"),)),), id="heading"),
        pytest.param("một\nhai", (Block(BlockKind.PARAGRAPH, (Span("một hai"),)),), id="wrapped-lines-are-one"),
        pytest.param(
            "- một\n- hai",
            (Block(BlockKind.ITEM, (Span("một"),), "•"), Block(BlockKind.ITEM, (Span("hai"),), "•")),
            id="bullets",
        ),
        pytest.param(
            "3. ba\n4. bốn",
            (Block(BlockKind.ITEM, (Span("ba"),), "3."), Block(BlockKind.ITEM, (Span("bốn"),), "4.")),
            id="numbers-go-on-from-where-they-begin",
        ),
        pytest.param(
            "gọi **114** ngay",
            (Block(BlockKind.PARAGRAPH, (Span("gọi "), Span("114", is_bold=True), Span(" ngay"))),),
            id="bold",
        ),
        pytest.param(
            "[Cổng](https://a.vn)", (Block(BlockKind.PARAGRAPH, (Span("Cổng", url="https://a.vn"),)),), id="link"
        ),
        pytest.param(
            "[](https://a.vn)",
            (Block(BlockKind.PARAGRAPH, (Span("https://a.vn", url="https://a.vn"),)),),
            id="link-without-a-label-shows-its-address",
        ),
        pytest.param("<b>đậm</b>", (Block(BlockKind.PARAGRAPH, (Span("<b>đậm</b>"),)),), id="html-is-text"),
        pytest.param("> trích `mã`", (Block(BlockKind.PARAGRAPH, (Span("> trích `mã`"),)),), id="beyond-the-subset"),
        pytest.param("##", (), id="heading-of-nothing"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_markdown_becomes_blocks(text: str, blocks: tuple[Block, ...]) -> None:
    """What is outside the subset is kept as text."""
    assert parse(text) == blocks


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])) | FRAGMENTS)
def test_escaped_text_is_shown_letter_for_letter(text: str) -> None:
    """What a person typed stands in our sentence as they typed it."""
    assert squeezed(plain(parse(f"«{escape(text)}»"))) == squeezed(f"«{text}»")
    assert squeezed(plain(parse(escape(text)))) == squeezed(text)


def test_escaped_lines_stay_lines() -> None:
    """Paragraphs too; what begins a list for us begins none for them."""
    text = "Kính gửi xã:\n- một\n- **hai**\n\n\n1. ba \\\n# bốn\n"

    assert plain(parse(escape_lines(text))) == "Kính gửi xã:\n- một\n- **hai**\n\n1. ba \\\n# bốn"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])) | FRAGMENTS)
def test_escaped_lines_have_no_look_and_lose_no_word(text: str) -> None:
    blocks = parse(escape_lines(text))

    assert {block.kind for block in blocks} <= {BlockKind.PARAGRAPH}
    assert not [span for block in blocks for span in block.spans if span.is_bold or span.url]
    assert squeezed(plain(blocks)) == squeezed(text)


@given(st.text() | FRAGMENTS)
def test_any_text_can_be_read_and_escaped_text_has_no_look(text: str) -> None:
    """Nobody makes our sentence bold, or puts a link into it, by what they type."""
    parse(text)
    spans = [span for block in parse(f"«{escape(text)}»") for span in block.spans]

    assert not any(span.is_bold or span.url for span in spans)


# Writing again


def test_the_bodies_of_all_answers_survive_a_round_trip(library: Library) -> None:
    """Pages are cut as blocks and stored as Markdown."""
    changed = [a.id for a in library.answers.values() if parse(markdown(parse(a.body))) != parse(a.body)]

    assert changed == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- một\n\n  vẫn một\n- hai", id="item-of-two-paragraphs"),
        pytest.param("10. mười\n\n    vẫn mười\n11. mười một", id="numbered-item-of-two-paragraphs"),
        pytest.param("đoạn\n\n- mục\n\nđoạn", id="list-between-paragraphs"),
        pytest.param("một\\\nhai", id="line-break"),
        pytest.param("[**đậm**](https://a.vn/b_(c))", id="bold-link-with-brackets-in-its-address"),
        pytest.param("**đậm\\\nhai dòng**", id="bold-over-a-line-break"),
        pytest.param("2\\. không phải danh sách", id="a-number-that-begins-no-list"),
    ],
)
def test_what_is_written_again_reads_the_same(text: str) -> None:
    """Block for block, span for span."""
    assert parse(markdown(parse(text))) == parse(text)


@example("1. a\n- 1. a")
@given(FRAGMENTS)
def test_writing_again_loses_no_letter(text: str) -> None:
    """Whatever heap of marks it was, it says the same; once written by us it does not change any more."""
    written = markdown(parse(text))

    assert squeezed(plain(parse(written))) == squeezed(plain(parse(text)))


def test_a_cut_inside_bold_text_shows_no_asterisks() -> None:
    """The first half ends with a space, and ``**half **`` is not bold in Markdown."""
    first, _ = paginate(parse("**" + "chữ đậm " * 8 + "hết**"), 50)

    assert "*" not in plain(parse(markdown(first)))


# Cutting into pages


@given(FRAGMENTS, st.integers(8, 60))
def test_pages_lose_nothing_and_respect_the_limit(text: str, limit: int) -> None:
    """Eight characters hold the widest marker and a few letters; a link longer than a page becomes text."""
    blocks = parse(text)
    pages = [plain(page) for page in paginate(blocks, limit)]

    assert "".join(map(squeezed, pages)) == squeezed(plain(blocks))
    assert all(len(page) <= limit for page in pages)


@given(BLOCKS, st.integers(8, 200))
def test_pages_are_measured_as_the_platform_measures(blocks: list[Block], limit: int) -> None:
    """Zalo counts bytes, Telegram UTF-16 units."""

    def octets(text: str) -> int:
        return len(text.encode())

    assert all(octets(plain(page)) <= limit for page in paginate(blocks, limit, octets))


@pytest.mark.parametrize(
    ("text", "limit", "pages"),
    [
        pytest.param("", 10, [], id="nothing"),
        pytest.param("vừa đủ", 6, ["vừa đủ"], id="exactly-the-limit"),
        pytest.param("một hai ba bốn", 8, ["một hai ", "ba bốn"], id="between-words"),
        pytest.param("một **hai** ba", 5, ["một ", "hai ", "ba"], id="not-inside-the-word-of-a-new-look"),
        pytest.param("abcdefghij", 4, ["abcd", "efgh", "ij"], id="a-word-longer-than-a-page"),
        pytest.param("12345\n\n## Mục\n\n123", 14, ["12345", "Mục\n\n123"], id="a-heading-goes-with-what-follows"),
        pytest.param(
            "xem [Cổng](https://a.vn) nhé", 20, ["xem ", "Cổng: https://a.vn ", "nhé"], id="a-link-stays-whole"
        ),
        pytest.param("[a](https://a.vn/b/c)", 10, ["a: ", "https://a.", "vn/b/c"], id="a-link-longer-than-a-page"),
    ],
)
def test_where_pages_are_cut(text: str, limit: int, pages: list[str]) -> None:
    """Where a reader would turn the page."""
    assert [plain(page) for page in paginate(parse(text), limit)] == pages


# As plain text


def test_plain_text_keeps_the_shape() -> None:
    """For platforms without formatting."""
    text = "## Nơi nộp\n\n1. Xã\n2. [Cổng](https://a.vn)\n\n[gọi](tel:113), [https://a.vn](https://a.vn)\n\n- **một**"

    assert plain(parse(text)) == (
        "Nơi nộp\n1. Xã\n2. Cổng: https://a.vn\n\ngọi: 113, https://a.vn\n\n• một"
    )  # fmt: skip


def test_no_answer_uses_marks_outside_the_subset(library: Library) -> None:
    """A backquote, a table or an image would be shown raw."""
    odd = [a.id for a in library.answers.values() if re.search(r"[`|]|!\[|^>", plain(parse(a.body)), re.MULTILINE)]

    assert odd == []
