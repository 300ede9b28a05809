"""The feed of a commune's bulletins, RSS 2.0: for feed readers, and for sites that show the newest ones.

A bulletin keeps its ``guid`` for ever; one that is corrected or stopped says so in its entry from then on.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from bot.archive.views import Card, Notice, Reader
from bot.ports.bulletins import PublishedBulletin

LONGEST = 20
"""Entries: whoever was away for longer leafs through the pages."""

# What XML 1.0 cannot hold, however it is escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(reader: Reader, bulletins: Sequence[PublishedBulletin]) -> bytes:
    """Return the feed with *bulletins*, newest first; the addresses of *reader* should be whole ones."""
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = ET.SubElement(root, "channel")
    _say(channel, "title", reader.title)
    _say(channel, "link", reader.href)
    _say(channel, "description", reader.words.feed_about.format(commune=reader.name))
    _say(channel, "language", "vi")
    ET.SubElement(channel, "atom:link", {"href": reader.feed, "rel": "self", "type": "application/rss+xml"})
    if bulletins:
        _say(channel, "lastBuildDate", _rfc822(max(bulletin.changed_at for bulletin in bulletins)))
    for bulletin in bulletins:
        _entry(channel, reader.card(bulletin), bulletin.published_at)
    ET.indent(root)
    whole: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole


def _entry(channel: ET.Element, card: Card, published_at: datetime) -> None:
    entry = ET.SubElement(channel, "item")
    _say(entry, "title", card.heading)
    _say(entry, "link", card.href)
    _say(entry, "guid", card.href).set("isPermaLink", "true")
    _say(entry, "pubDate", _rfc822(published_at))
    if card.whom:
        _say(entry, "category", card.whom)
    _say(entry, "description", _description(card))


def _description(card: Card) -> str:
    """Return the entry's text as HTML."""
    notices = "".join(map(_notice, (*card.warnings, *card.notes)))
    picture = f'<p><img src="{escape(card.picture)}" alt="{escape(card.picture_text)}"></p>' if card.picture else ""
    return notices + picture + card.body


def _notice(notice: Notice) -> str:
    link = f' <a href="{escape(notice.link.href)}">{escape(notice.link.text)}</a>' if notice.link else ""
    return f"<p><strong>{escape(notice.text)}</strong>{link}</p>"


def _say(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = _NOT_XML.sub("", text)
    return element


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
