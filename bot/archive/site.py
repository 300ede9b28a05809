"""The public archive: every bulletin that went out, for whoever has no chat, came late, or was given the link.

Plain pages without scripts and cookies, readable on the oldest phone; a feed; and of each bulletin the sheet to print
and the script to read out. Only what went out is here: the desk's drafts are behind `bot.console`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.archive import headers
from bot.archive.feed import LONGEST, feed
from bot.archive.pages import Pages
from bot.archive.views import Reader, communes, written
from bot.bulletins.addresses import ROOT
from bot.bulletins.sheet import sheet
from bot.desk.renditions import paper, radio
from bot.knowledge.library import Library
from bot.ports.bulletins import PublicArchive, PublishedBulletin
from bot.web.assets import ICON, read_assets
from bot.web.origin import origin_of

PAGE_LENGTH = 20
"""Bulletins on one page of a list."""

_STATIC = f"{ROOT}/tep"
_PICTURES = frozenset({"image/jpeg", "image/png"})

_COMMUNE = re.compile(r"\d{5}", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,17}", re.ASCII)  # what a row's id can be, and no more
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Found:
    """A bulletin that was asked for, and how its readers see it."""

    reader: Reader
    bulletin: PublishedBulletin


@dataclass(frozen=True, slots=True)
class _Place:
    """A page of a list: its number, and that of the last one."""

    number: int
    last: int

    @property
    def skip(self) -> int:
        """Return how many entries stand on the pages before."""
        return (self.number - 1) * PAGE_LENGTH


class ArchiveSite:
    """Serves the archive."""

    def __init__(
        self, archive: PublicArchive, library: Callable[[], Library], zone: ZoneInfo, public_url: str = ""
    ) -> None:
        """Show what *archive* holds in the words that *library* returns at each request.

        Links that leave the site, in the feed for one, begin with *public_url*, else with the address that was asked.
        """
        self._archive = archive
        self._library = library
        self._zone = zone
        self._public_url = public_url.rstrip("/")
        self._assets = read_assets(_STATIC, files("bot.archive") / "static" / "archive.css", ICON)
        self._pages = Pages(self._assets.base)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to serve; the last one takes what the others do not know."""
        one = f"{ROOT}/{{commune}}/{{id}}"
        return [
            web.get(ROOT, self._show_communes),
            web.get(f"{ROOT}/anh/{{key}}", self._show_picture),
            web.get(f"{_STATIC}/{{version}}/{{name}}", self._show_asset),
            web.get(f"{ROOT}/{{commune}}", self._show_list),
            web.get(f"{ROOT}/{{commune}}/rss.xml", self._show_feed),
            web.get(f"{ROOT}/{{commune}}/hoi-dap", self._show_exchanges),
            web.get(one, self._show_bulletin),
            web.get(f"{one}/to-in", self._show_sheet),
            web.get(f"{one}/phat-thanh", self._show_radio),
            web.get(f"{ROOT}/{{rest:.*}}", self._show_missing),
        ]

    def missing(self) -> web.Response:
        """Return the page for whoever asks for one that does not exist."""
        page = self._pages.show("missing", self._library().sayings.archive)
        return web.Response(text=page, status=404, content_type="text/html", headers=headers.PAGE)

    async def _show_communes(self, request: web.Request) -> web.Response:
        library = self._library()
        page = self._pages.show("communes", library.sayings.archive, provinces=communes(library))
        return _page(request, page)

    async def _show_list(self, request: web.Request) -> web.Response:
        reader = self._reader(request)
        if reader is None:
            return self.missing()
        place = _place(request, reader, await self._archive.count(reader.commune))
        if place is None:
            return self.missing()
        found = await self._archive.page(reader.commune, PAGE_LENGTH, place.skip)
        cards = [reader.card(bulletin) for bulletin in found]
        has_talks = bool(await self._archive.exchange_count(reader.commune))
        facts = {"number": place.number, "last": place.last, "has_talks": has_talks}
        page = self._pages.show("list", reader.words, reader=reader, cards=cards, **facts)
        return _page(request, page, max((bulletin.changed_at for bulletin in found), default=None))

    async def _show_exchanges(self, request: web.Request) -> web.Response:
        reader = self._reader(request)
        if reader is None:
            return self.missing()
        place = _place(request, reader, await self._archive.exchange_count(reader.commune))
        if place is None:
            return self.missing()
        found = await self._archive.exchanges(reader.commune, PAGE_LENGTH, place.skip)
        talks = [reader.talk(exchange) for exchange in found]
        facts = {"number": place.number, "last": place.last}
        return _page(request, self._pages.show("exchanges", reader.words, reader=reader, talks=talks, **facts))

    async def _show_feed(self, request: web.Request) -> web.Response:
        reader = self._reader(request, base=self._base(request))
        found = await self._archive.latest(reader.commune, LONGEST) if reader else ()
        if reader is None or not (found or reader.commune in reader.library.shelves.communes):
            return self.missing()
        response = web.Response(
            body=feed(reader, found), content_type="application/rss+xml", charset="utf-8", headers=headers.FEED
        )
        return headers.fresh(request, response, max((one.changed_at for one in found), default=None))

    async def _show_bulletin(self, request: web.Request) -> web.Response:
        found = await self._found(request)
        if found is None:
            return self.missing()
        reader, card = found.reader, found.reader.card(found.bulletin)
        page = self._pages.show("bulletin", reader.words, reader=reader, card=card, base=self._base(request))
        return _page(request, page, found.bulletin.changed_at)

    async def _show_sheet(self, request: web.Request) -> web.Response:
        found = _holding(await self._found(request))
        if found is None:
            return self.missing()
        printed = sheet(paper(found.reader.library, written(found.bulletin), found.reader.commune, self._day(found)))
        response = web.Response(text=printed, content_type="text/html", headers=headers.SHEET)
        return headers.fresh(request, response, found.bulletin.changed_at)

    async def _show_radio(self, request: web.Request) -> web.Response:
        found = _holding(await self._found(request))
        if found is None:
            return self.missing()
        reader = found.reader
        script = radio(reader.library, written(found.bulletin), reader.commune, self._day(found))
        if request.query.get("dang") == "txt":
            response = web.Response(text=f"{script}\n", content_type="text/plain", headers=headers.TEXT)
            return headers.fresh(request, response, found.bulletin.changed_at)
        card = reader.card(found.bulletin)
        page = self._pages.show("radio", reader.words, reader=reader, card=card, script=script.split("\n\n"))
        return _page(request, page, found.bulletin.changed_at)

    async def _show_picture(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        picture = await self._archive.picture(key) if _KEY.fullmatch(key) else None
        if picture is None or picture.type not in _PICTURES:
            return self.missing()
        response = web.Response(body=picture.content, content_type=picture.type, headers=headers.PICTURE)
        return headers.fresh(request, response)

    async def _show_asset(self, request: web.Request) -> web.Response:
        return self._assets.response(request.match_info["version"], request.match_info["name"])

    async def _show_missing(self, request: web.Request) -> web.Response:
        """Lead whoever ended an address with a slash to the page without it; nobody else can be helped."""
        if request.path.endswith("/"):
            raise web.HTTPMovedPermanently(request.path.rstrip("/"))
        return self.missing()

    def _reader(self, request: web.Request, base: str = "") -> Reader | None:
        """Return the readers of the commune that the address names, whether or not it takes part; None if none is."""
        library, code = self._library(), request.match_info["commune"]
        is_real = _COMMUNE.fullmatch(code) and library.places.get(code)
        return Reader(library, code, self._zone, base) if is_real else None

    async def _found(self, request: web.Request) -> _Found | None:
        reader, number = self._reader(request), request.match_info["id"]
        if reader is None or not _NUMBER.fullmatch(number):
            return None
        bulletin = await self._archive.bulletin(reader.commune, int(number))
        return _Found(reader, bulletin) if bulletin else None

    def _day(self, found: _Found) -> date:
        return found.bulletin.published_at.astimezone(self._zone).date()

    def _base(self, request: web.Request) -> str:
        """Return what addresses begin with that are read elsewhere."""
        return self._public_url or origin_of(f"{request.scheme}://{request.host}")


def _place(request: web.Request, reader: Reader, total: int) -> _Place | None:
    """Return which page of a list of *total* entries was asked for; None if there is none such."""
    asked = request.query.get("trang", "1")
    last = max(1, -(-total // PAGE_LENGTH))
    takes_part = reader.commune in reader.library.shelves.communes
    is_there = _NUMBER.fullmatch(asked) and int(asked) <= last and (total or takes_part)
    return _Place(int(asked), last) if is_there else None


def _holding(found: _Found | None) -> _Found | None:
    """Return *found*; lead back to its page where it was corrected or stopped: no wrong text is printed or read out."""
    if found and (found.bulletin.corrections or found.bulletin.stopped_at):
        raise web.HTTPFound(found.reader.card(found.bulletin).href)
    return found


def _page(request: web.Request, page: str, changed_at: datetime | None = None) -> web.Response:
    response = web.Response(text=page, content_type="text/html", headers=headers.PAGE)
    return headers.fresh(request, response, changed_at)
