"""The menu: the parts of the console in the order of a day's work, each shown where its page exists and may be seen."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.page import Page, covers
from bot.knowledge.console_words import NavWords


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; ``name`` is its word in `NavWords`."""

    name: str
    segment: str = ""

    @property
    def path(self) -> str:
        """Return the path of the page it leads to."""
        return f"/{self.segment}"

    @property
    def address(self) -> str:
        """Return where it leads."""
        return at(self.segment) if self.segment else at()


MENU = (
    Entry("home"),
    Entry("bulletins", "ban-tin"),
    Entry("answers", "cau-tra-loi"),
    Entry("questions", "cau-hoi"),
    Entry("tickets", "phan-anh"),
    Entry("reports", "bao-cao"),
    Entry("posters", "ap-phich"),
    Entry("staff", "can-bo"),
    Entry("log", "nhat-ky"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the menu as somebody sees it."""

    label: str
    address: str
    is_here: bool


def lines(pages: Collection[Page], role: Role, words: NavWords, path: str) -> list[Line]:
    """Return the menu of somebody with *role* who is at the page with this *path*."""
    allowed = {page.path for page in pages if page.method == "GET" and covers(role, page.needs)}
    here = path.split("/")[1]
    return [
        Line(getattr(words, entry.name), entry.address, is_here=entry.segment == here)
        for entry in MENU
        if entry.path in allowed
    ]
