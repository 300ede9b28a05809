"""Templates into HTML: what every page is framed with, and how moments and numbers are written here.

Everything is escaped unless a template says otherwise, which none does; a name that a template misspells is an error
and not an empty place.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import aiohttp_jinja2
from aiohttp import web
from jinja2 import PackageLoader, StrictUndefined

from bot.bulletins.states import Signer
from bot.console import nav
from bot.console.addresses import PREFIX, at
from bot.console.forms import TOKEN
from bot.console.labels import labelled
from bot.console.page import Page, Shown
from bot.knowledge.library import Library
from bot.web.assets import Assets


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a page: for whom (None: nobody is logged in), at which path, with which notice."""

    library: Library
    token: str
    path: str = ""
    me: Signer | None = None
    notice: str = ""


class Looks:
    """Shows pages in the words of the content, with times of *zone*."""

    def __init__(self, app: web.Application, assets: Assets, zone: ZoneInfo, pages: Collection[Page]) -> None:
        """Prepare *app* for templates; the menu leads to *pages*."""
        self._zone = zone
        self._pages = pages
        filters: dict[str, Callable[..., str]] = {"day": self._day, "hour": self._hour}
        environment = aiohttp_jinja2.setup(
            app,
            loader=PackageLoader("bot.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            filters=filters | {"number": number, "capital": capital, "labelled": labelled},
        )
        environment.globals.update(at=at, assets=assets.base, token_field=TOKEN)

    def show(self, request: web.Request, shown: Shown, frame: Frame, *, status: int) -> web.Response:
        """Return *shown* inside *frame*.

        Raises:
            ValueError: a fact has the name of something that every page is framed with.
        """
        own = {**self._frame(frame), "title": shown.title, "faults": shown.faults, "back": shown.back}
        if taken := own.keys() & shown.facts.keys():
            msg = f"{shown.template}: the frame has its own {', '.join(sorted(taken))}; call the fact otherwise"
            raise ValueError(msg)
        html = aiohttp_jinja2.render_string(shown.template, request, {**own, **shown.facts})
        return web.Response(text=html, status=status, content_type="text/html")

    def _frame(self, frame: Frame) -> Mapping[str, object]:
        shelves, me = frame.library.shelves, frame.me
        words = shelves.console
        return {
            "words": words,
            "desk": shelves.bulletin.desk,
            "me": me,
            "place": _place(frame.library, me) if me else "",
            "menu": nav.lines(self._pages, me.role, words.nav, frame.path.removeprefix(PREFIX) or "/") if me else (),
            "token": frame.token,
            "notice": frame.notice,
            "commune_name": lambda code: frame.library.fields(code)["commune.name"],
        }

    def _day(self, moment: date) -> str:
        """Return the local day of *moment* as people write it: 20/11/2026."""
        local = moment.astimezone(self._zone) if isinstance(moment, datetime) else moment
        return f"{local:%d/%m/%Y}"

    def _hour(self, moment: datetime) -> str:
        """Return the local time of *moment*: 09:05."""
        return f"{moment.astimezone(self._zone):%H:%M}"


def number(value: int) -> str:
    """Return *value* as it is written in Vietnamese: 1.240."""
    return f"{value:,}".replace(",", ".")


def capital(text: str) -> str:
    """Return *text* with its first letter large, as a line begins."""
    return text[:1].upper() + text[1:]


def _place(library: Library, me: Signer) -> str:
    """Return where *me* works, for the head of the page."""
    words = library.shelves.console.layout
    if me.communes is None:
        return words.every_commune
    if len(me.communes) == 1:
        [code] = me.communes
        return capital(library.fields(code)["commune.name"])
    return words.several_communes.format(number=len(me.communes))
