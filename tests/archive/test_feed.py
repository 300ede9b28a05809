"""The feed: what a feed reader makes of it."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from bot.bulletins.states import Status
from bot.knowledge.library import Library
from bot.storage.database import Database
from tests.archive.world import DA_PHUC, HOUR, PUBLIC_URL, Row, Visitor, a_visitor, keep_picture, publish
from tests.world import NOW

FEED = f"/ban-tin/{DA_PHUC}/rss.xml"
HOME = f"{PUBLIC_URL}/ban-tin/{DA_PHUC}"
KEY = "b" * 64


async def channel_of(visitor: Visitor) -> ET.Element:
    """Return the feed as a reader parses it."""
    channel = ET.fromstring(await visitor.read(FEED)).find("channel")  # noqa: S314  # our own page
    assert channel is not None
    return channel


def said(element: ET.Element, tag: str) -> str:
    """Return the text of the one *tag* in *element*."""
    [found] = element.findall(tag)
    return found.text or ""


async def test_a_feed_says_whose_it_is(visitor: Visitor) -> None:
    """Even before there is anything in it."""
    channel = await channel_of(visitor)

    assert said(channel, "title") == "Bản tin xã Đa Phúc"
    assert said(channel, "link") == HOME
    assert said(channel, "language") == "vi"
    assert said(channel, "description")
    assert channel.find("item") is None
    [itself] = channel.findall("{http://www.w3.org/2005/Atom}link")
    assert itself.attrib == {"href": f"{PUBLIC_URL}{FEED}", "rel": "self", "type": "application/rss+xml"}


async def test_it_is_served_as_a_feed(visitor: Visitor) -> None:
    """Readers on other sites may fetch it."""
    response = await visitor.get(FEED)

    assert response.content_type == "application/rss+xml"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_an_entry_has_all_that_a_reader_needs(database: Database, visitor: Visitor) -> None:
    """Where it stands for ever, when it came, what it says."""
    number = await publish(database, Row(body="Gọi **115**", at=NOW, to=((DA_PHUC, "thôn mẫu 1"),)), is_urgent=True)

    [entry] = (await channel_of(visitor)).findall("item")

    address = f"{HOME}/{number}"
    guid = entry.find("guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == (address, "true")
    assert said(entry, "link") == address
    assert said(entry, "title") == "KHẨN: Lịch cắt nước"
    assert said(entry, "category") == "Tin riêng của thôn mẫu 1"
    assert said(entry, "description") == '<p>Gọi <strong><a href="tel:115" rel="noopener">115</a></strong></p>'
    assert parsedate_to_datetime(said(entry, "pubDate")) == NOW


async def test_a_corrected_entry_says_so_first(database: Database, visitor: Visitor) -> None:
    """It keeps its guid; readers that ask again show the new text."""
    wrong = await publish(database, Row(title="Nghỉ thứ Hai"))
    right = await publish(database, Row(title="Nghỉ thứ Ba", at=NOW + HOUR), corrects=wrong)

    channel = await channel_of(visitor)
    newer, older = channel.findall("item")

    assert said(older, "description").startswith("<p><strong>Bản tin này có chỗ sai")
    assert f'<a href="{HOME}/{right}">Nghỉ thứ Ba</a>' in said(older, "description")
    assert f'<a href="{HOME}/{wrong}">Nghỉ thứ Hai</a>' in said(newer, "description")
    assert parsedate_to_datetime(said(channel, "lastBuildDate")) == NOW + HOUR


async def test_a_stopped_entry_says_so(database: Database, visitor: Visitor) -> None:
    await publish(database, Row(status=Status.STOPPED), stopped_at=NOW + HOUR)

    [entry] = (await channel_of(visitor)).findall("item")

    assert "Bản tin này đã dừng gửi" in said(entry, "description")


async def test_a_picture_comes_with_a_whole_address(database: Database, visitor: Visitor) -> None:
    await keep_picture(database, KEY, b"png")
    await publish(database, picture=KEY)

    [entry] = (await channel_of(visitor)).findall("item")

    assert f'<img src="{PUBLIC_URL}/ban-tin/anh/{KEY}"' in said(entry, "description")


async def test_the_newest_twenty_are_in_it(database: Database, visitor: Visitor) -> None:
    """The newest first."""
    for number in range(23):
        await publish(database, Row(title=f"{number}", at=NOW + number * timedelta(days=7)))

    titles = [said(entry, "title") for entry in (await channel_of(visitor)).findall("item")]

    assert titles == [str(number) for number in range(22, 2, -1)]


@pytest.mark.parametrize("text", ["<b>&amp;]]></b>", "\x00\x0b\x1b\x7f", "\ufffe\uffff", "🚒 «Chợ» \u2028", "a\r\nb"])
async def test_any_text_makes_a_feed(database: Database, visitor: Visitor, text: str) -> None:
    """What XML cannot hold is left out; the rest comes back as it was."""
    await publish(database, Row(title=f"Trước {text} sau", body=text or "x"))

    [entry] = (await channel_of(visitor)).findall("item")

    assert said(entry, "title").startswith("Trước ")
    assert said(entry, "title").endswith(" sau")
    assert "<b>" not in said(entry, "description")


async def test_without_a_public_address_it_names_the_one_that_was_asked(database: Database, library: Library) -> None:
    """A trial on one machine has no other; what is no address is not repeated."""
    number = await publish(database)
    async with a_visitor(database, library, public_url="") as visitor:
        trial = ET.fromstring(await (await visitor.get(FEED, Host="localhost:8080")).text())  # noqa: S314  # ours
        forged = await (await visitor.get(FEED, Host='"><script>')).text()

    assert trial.findtext("channel/item/guid") == f"http://localhost:8080/ban-tin/{DA_PHUC}/{number}"
    assert "<script>" not in forged
