"""A bulletin becomes an article within Zalo's limits, and goes from there to everyone who follows the OA."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.article import article_object
from bot.channels.zalo.channel import ZaloChannel
from bot.errors import AccountFault, OutsideWindow, PlatformError, Refused, Retryable, Uncertain
from bot.ports.platforms import Article
from tests.channels.zalo_world import NOW, World, a_channel, an_account, running
from tests.fakes.zalo import FakeZalo, Rule

if TYPE_CHECKING:
    from bot.ports.platforms import Broadcaster

COVER = "https://loa.example/ban-tin/anh/f1"


def an_article(
    text: str = "Trạm y tế tiêm chủng sáng thứ Ba.", *, title: str = "Lịch tiêm", author: str = "Xã"
) -> Article:
    """Return an article about *text*."""
    return Article(title, author, text, COVER)


def content_of(text: str) -> str:
    """Return the HTML of an article about *text*."""
    (block,) = body_of(an_article(text))["body"]
    return str(block["content"])


def body_of(article: Article) -> dict[str, Any]:
    """Return what Zalo gets."""
    return article_object(article)


def test_an_article_says_whose_it_is_and_has_a_cover() -> None:
    """It may be read by everyone and commented on by nobody."""
    assert body_of(an_article(title="Lịch tiêm chủng", author="Xã Đa Phúc")) == {
        "type": "normal",
        "title": "Lịch tiêm chủng",
        "author": "Xã Đa Phúc",
        "description": "Trạm y tế tiêm chủng sáng thứ Ba.",
        "cover": {"cover_type": "photo", "photo_url": COVER, "status": "show"},
        "body": [{"type": "text", "content": "<p>Trạm y tế tiêm chủng sáng thứ Ba.</p>"}],
        "status": "show",
        "comment": "hide",
    }


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("## Khi nào\n\nSáng thứ Ba", "<p><b>Khi nào</b></p><p>Sáng thứ Ba</p>", id="a heading"),
        pytest.param("Mang **sổ tiêm**", "<p>Mang <b>sổ tiêm</b></p>", id="bold"),
        pytest.param("- Sổ tiêm\n- Thẻ", "<p>• Sổ tiêm</p><p>• Thẻ</p>", id="a list"),
        pytest.param("1. Đến\n2. Tiêm", "<p>1. Đến</p><p>2. Tiêm</p>", id="a numbered list"),
        pytest.param("[Cổng](https://a.vn/?x=1&y=2)", "<p>Cổng: https://a.vn/?x=1&amp;y=2</p>", id="a link"),
        pytest.param("1 < 2 & \\<script>", "<p>1 &lt; 2 &amp; &lt;script&gt;</p>", id="what looks like a tag"),
        pytest.param("Một\\\nHai", "<p>Một<br>Hai</p>", id="a line break"),
        pytest.param("", "<p>Lịch tiêm</p>", id="no text: the title stands in"),
    ],
)
def test_markdown_becomes_paragraphs(markdown: str, html: str) -> None:
    assert content_of(markdown) == html


@pytest.mark.parametrize(
    ("text", "description"),
    [
        pytest.param("Một. Hai! Ba?", "Một. Hai! Ba?", id="all of it"),
        pytest.param(f"Câu đầu. {'a' * 300}.", "Câu đầu.", id="whole sentences"),
        pytest.param("## Đầu mục\n\nCâu đầu.", "Câu đầu.", id="without headings"),
        pytest.param("- Sổ tiêm\n- Thẻ", "• Sổ tiêm • Thẻ", id="a list on one line"),
        pytest.param("chữ " * 100, f"{'chữ ' * 74}chữ…", id="one sentence that is too long, cut between words"),
        pytest.param("a" * 400, "a" * 299 + "…", id="no words at all"),
        pytest.param("## Chỉ có đầu mục", "Lịch tiêm", id="nothing but a heading"),
    ],
)
def test_the_first_sentences_describe_it(text: str, description: str) -> None:
    """As many as fit in 300 characters."""
    assert body_of(an_article(text))["description"] == description


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=2000))
def test_every_article_is_within_zalos_limits(title: str, author: str, text: str) -> None:
    """Whatever an official typed."""
    body = body_of(Article(title, author, text, COVER))

    assert len(body["title"]) <= 150
    assert len(body["author"]) <= 50
    assert len(body["description"]) <= 300
    assert body["body"][0]["content"]


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    """A Zalo that behaves."""
    async with FakeZalo() as fake:
        yield fake


@pytest.fixture
def world() -> World:
    """What the channel stands in."""
    return World()


@pytest.fixture
async def zalo(fake: FakeZalo, world: World) -> "AsyncIterator[Broadcaster]":
    """A channel that can broadcast."""
    async with running(a_channel(world, an_account(fake))) as channel:
        yield channel


async def test_an_article_is_made_asked_about_and_sent_to_everyone(fake: FakeZalo, zalo: "Broadcaster") -> None:
    """Zalo takes its time over the making."""
    token = await zalo.create_article(an_article())
    with pytest.raises(Retryable) as processing:
        await zalo.verify_article(token)
    article_id = await zalo.verify_article(token)

    assert await zalo.broadcast(article_id)

    assert processing.value.code == "-214"
    assert fake.books.broadcasts == [article_id]
    assert fake.books.articles[0]["cover"]["photo_url"] == COVER


async def test_an_article_that_is_being_made_holds_nothing_else(zalo: ZaloChannel) -> None:
    """Citizens get their answers meanwhile."""
    token = await zalo.create_article(an_article())
    with pytest.raises(Retryable):
        await zalo.verify_article(token)

    assert zalo.held_seconds() == 0


@pytest.mark.parametrize(
    ("rule", "kind", "went_out"),
    [
        pytest.param(Rule("broadcast", error=-32), Retryable, 0, id="too fast"),
        pytest.param(Rule("broadcast", error=-211), OutsideWindow, 0, id="quota used up"),
        pytest.param(Rule("broadcast", error=-221), AccountFault, 0, id="not verified"),
        pytest.param(Rule("broadcast", error=-248), Refused, 0, id="against the rules"),
        pytest.param(Rule("broadcast", error=-200), Uncertain, 0, id="failed without a reason"),
        pytest.param(Rule("broadcast", hang=True), Uncertain, 1, id="accepted, then silence"),
    ],
)
async def test_a_broadcast_that_failed_says_what_may_have_happened(
    fake: FakeZalo, zalo: "Broadcaster", rule: Rule, kind: type[PlatformError], went_out: int
) -> None:
    """Whether it went to everyone is worth knowing."""
    token = await zalo.create_article(an_article())
    with pytest.raises(Retryable):
        await zalo.verify_article(token)
    article_id = await zalo.verify_article(token)
    fake.behave(rule)

    with pytest.raises(PlatformError) as caught:
        await zalo.broadcast(article_id)

    assert type(caught.value) is kind
    assert len(fake.books.broadcasts) == went_out


async def test_a_fault_of_the_account_is_told(fake: FakeZalo, zalo: "Broadcaster", world: World) -> None:
    """The package may not allow articles."""
    fake.behave(Rule("article", error=-224))

    with pytest.raises(AccountFault):
        await zalo.create_article(an_article())

    assert world.alerts.names == ["zalo_account_224"]


async def test_the_next_broadcast_is_in_daylight(zalo: "Broadcaster") -> None:
    """10:00 in Vietnam is."""
    assert zalo.next_broadcast(NOW) == NOW
