"""A bulletin away from the phone, also before it goes out: its sheet, the script of the loudspeaker, its picture."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.bulletins.addresses import bulletin_address
from bot.bulletins.sheet import sheet
from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.bulletin_views import found, own_communes, owners, written
from bot.console.looks import capital
from bot.console.page import ID, Answer, Choice, Page, Shown, Visit
from bot.console.pages.bulletins import SEGMENT
from bot.desk.bulletins import Desk
from bot.desk.renditions import paper, radio
from bot.ports.bulletins import Bulletin

_ONE = f"/{SEGMENT}/{ID}"

_SHEET = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""A sheet carries its style in itself, so that it prints the same from anywhere; what people wrote is escaped there."""

_PICTURE = "default-src 'none'; sandbox"


class BulletinRenditions:
    """Shows bulletins of the *desk* in other forms, dated by *zone*."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        """Read them from *desk*."""
        self._desk = desk
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        shown = {"to-in": self.sheet, "phat-thanh": self.radio, "anh": self.picture}
        one = owners(self._desk)
        return [
            Page(method="GET", path=f"{_ONE}/{name}", show=show, needs=Role.EDITOR, whose=one, is_shared=True)
            for name, show in shown.items()
        ]

    async def sheet(self, visit: Visit) -> Answer:
        """Show the sheet for the notice board."""
        bulletin = await found(self._desk, visit)
        page = paper(visit.library, written(bulletin.draft), _commune(visit, bulletin), self._day(visit, bulletin))
        headers = {"Content-Security-Policy": _SHEET}
        return web.Response(text=sheet(page), content_type="text/html", headers=headers)

    async def radio(self, visit: Visit) -> Answer:
        """Show what is read out."""
        bulletin = await found(self._desk, visit)
        commune = _commune(visit, bulletin)
        script = radio(visit.library, written(bulletin.draft), commune, self._day(visit, bulletin))
        codes = own_communes(visit, bulletin.draft)
        names = {code: capital(visit.library.fields(code)["commune.name"]) for code in codes}
        facts = {
            "paragraphs": script.split("\n\n"),
            "bulletin": bulletin,
            "commune": commune,
            "communes": [Choice(code, name) for code, name in names.items()],
            "archive": bulletin_address("", commune, bulletin.id) if bulletin.published_at else "",
        }
        title = visit.words.bulletins.look.radio
        return Shown("bulletins/radio.html", title, facts, back=at(SEGMENT, bulletin.id))

    async def picture(self, visit: Visit) -> Answer:
        """Hand out the picture, as what its content is and nothing else."""
        picture = await self._desk.picture(await found(self._desk, visit))
        if picture is None:
            raise trouble.missing()
        headers = {"Content-Security-Policy": _PICTURE}
        return web.Response(body=picture.content, content_type=picture.type, headers=headers)

    def _day(self, visit: Visit, bulletin: Bulletin) -> date:
        moment = bulletin.published_at or bulletin.draft.due_at or visit.now
        return moment.astimezone(self._zone).date()


def _commune(visit: Visit, bulletin: Bulletin) -> str:
    """Return the commune that was asked for, else the first that the bulletin is for and whoever looks may see."""
    codes, asked = own_communes(visit, bulletin.draft), visit.asked("xa")
    return asked if asked in codes else codes[0]
