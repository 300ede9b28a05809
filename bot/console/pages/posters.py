"""Posters for the wall: an A4 sheet with the ways into the channel and three questions, to print or to take along."""

from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files

import aiohttp_jinja2
from aiohttp import hdrs, web
from markupsafe import Markup

from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.looks import capital
from bot.console.page import Answer, Choice, Page, Redirect, Shown, Visit, in_path, nobodys
from bot.desk.ports.answers import InterestBook
from bot.desk.posters import QUESTIONS, Entrances, Poster, askable, chosen, example, poster

SEGMENT = "ap-phich"
STYLE = files("bot.console") / "static" / "poster.css"
_COUNTED = timedelta(days=90)


class PosterPages:
    """Makes posters of the ways in that *entrances* tells; *interest* says what people of a commune ask most."""

    def __init__(self, entrances: Entrances, interest: InterestBook) -> None:
        """Show *entrances*."""
        self._entrances = entrances
        self._interest = interest

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, editor, whose = f"/{SEGMENT}/{{commune:[0-9]{{5}}}}", Role.EDITOR, in_path()
        return [
            Page(method="GET", path=f"/{SEGMENT}", show=self.list, needs=editor, whose=nobodys),
            Page(method="GET", path=one, show=self.show, needs=editor, whose=whose),
            Page(method="GET", path=f"{one}/to-in", show=self.sheet, needs=editor, whose=whose),
            Page(method="GET", path=f"{one}/tep", show=self.download, needs=editor, whose=whose),
        ]

    async def list(self, visit: Visit) -> Answer:
        """Show the communes one may make posters for; whoever works for one only goes on to its poster."""
        words = visit.words.posters
        if len(visit.communes) == 1:
            return Redirect(at(SEGMENT, *visit.communes))
        names = [(code, visit.library.fields(code)["commune.name"]) for code in visit.communes]
        lines = [(at(SEGMENT, code), words.open.format(commune=name)) for code, name in names]
        return Shown("posters/list.html", words.title, {"lines": lines})

    async def show(self, visit: Visit) -> Answer:
        """Show the poster, and what can be chosen for it."""
        topics, made = await self._poster(visit)
        commune, words = visit.field("commune"), visit.words.posters
        query = "?" + "&".join(f"cau={topic}" for topic in topics)
        facts = {
            "poster": made,
            "qr": Markup,
            "topics": topics,
            "options": [Choice(one.id, capital(example(one))) for one in askable(visit.library)],
            "print_address": at(SEGMENT, commune, "to-in") + query,
            "file_address": at(SEGMENT, commune, "tep") + query,
            "address": at(SEGMENT, commune),
        }
        return Shown("posters/poster.html", words.of.format(commune=made.commune), facts, back=_back(visit))

    async def sheet(self, visit: Visit) -> Answer:
        """Show the sheet alone, ready to print."""
        _, made = await self._poster(visit)
        return Shown("posters/sheet.html", visit.words.posters.title, {"poster": made, "qr": Markup, "style": ""})

    async def download(self, visit: Visit) -> Answer:
        """Send the sheet as one file that needs nothing else."""
        _, made = await self._poster(visit)
        style = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704  # our own style sheet
        words = visit.words
        facts = {"poster": made, "qr": Markup, "style": style, "words": words, "title": words.posters.title}
        html = aiohttp_jinja2.render_string("posters/sheet.html", visit.request, facts)
        name = words.posters.file.format(code=visit.field("commune"))
        headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}.html"'}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _poster(self, visit: Visit) -> tuple[tuple[str, ...], Poster]:
        """Return the poster that the address asks for, and the topics of its questions.

        Raises:
            Trouble: the commune takes no part.
        """
        commune = visit.field("commune")
        if commune not in visit.library.shelves.communes:
            raise trouble.missing()
        asked = visit.request.query.getall("cau", [])[:QUESTIONS]
        interest = await self._interest.interest([commune], visit.now - _COUNTED)
        topics = chosen(asked, interest, visit.library)
        return topics, poster(commune, topics, self._entrances, visit.library)


def _back(visit: Visit) -> str:
    return at(SEGMENT) if len(visit.communes) > 1 else ""
