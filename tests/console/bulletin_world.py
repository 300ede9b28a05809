"""Bulletins for the tests of the console's pages: stored and moved through the desk, sent to people who are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.storage.launches import SqlLaunches
from bot.storage.tables import deliveries
from bot.storage.tallying import move_all
from tests.console.world import DA_PHUC, Browser, Html, Office
from tests.contracts.desk_world import a_draft
from tests.contracts.ledger_world import LedgerWorld

TEXT = {"title": "Cúp nước ngày mai", "body": "Từ **8 giờ** ngày mai, xã cúp nước.", "communes": DA_PHUC, "at": "now"}
"""A form as somebody fills it in."""


def page_of(bulletin_id: int, *more: str) -> str:
    """Return the address of a page about a bulletin."""
    return at("ban-tin", bulletin_id, *more)


@dataclass
class Bulletins:
    """Bulletins of an office's commune, as Lan writes and Hoa approves them."""

    office: Office

    @property
    def people(self) -> LedgerWorld:
        """Return where people subscribe."""
        return LedgerWorld(self.office.database)

    async def draft(self, **more: object) -> int:
        """Store a draft and return its id."""
        await self.office.hire("Lan", Role.EDITOR)
        return (await self.office.parts.bulletins.create(a_draft(**more), "Lan")).bulletin.id

    async def submitted(self, **more: object) -> int:
        """Store a draft and ask for its approval."""
        bulletin_id = await self.draft(**more)
        await self.office.parts.bulletins.submit(bulletin_id, "Lan")
        return bulletin_id

    async def approved(self, **more: object) -> int:
        """Have one approved."""
        bulletin_id = await self.submitted(**more)
        await self.office.hire("Duyên", Role.APPROVER)
        await self.office.parts.bulletins.approve(bulletin_id, "Duyên")
        return bulletin_id

    async def begun(self, **more: object) -> int:
        """Have one approved and begin to send it."""
        bulletin_id, launches = await self.approved(**more), SqlLaunches(self.office.database)
        bulletin = await self.office.parts.bulletins.find(bulletin_id)
        assert await launches.launch(bulletin, self.office.clock.now(), {})
        return bulletin_id

    async def settle(self, bulletin_id: int, fates: Mapping[State, Sequence[int]], code: str = "") -> None:
        """Let the copies of people come to a state each; finish the bulletin if nothing is left."""
        async with self.office.database.writing() as connection:
            for state, people in fates.items():
                which = (deliveries.c.bulletin_id == bulletin_id) & deliveries.c.person_id.in_(people)
                now = self.office.clock.now()
                await move_all(connection, which, tuple(State), state, code=code or None, now=now)
        await SqlLaunches(self.office.database).finish(self.office.clock.now())


async def form_of(browser: Browser, address: str) -> dict[str, object]:
    """Return what a browser would send of the form at *address*."""
    return fields_of((await browser.get(address)).page)


def fields_of(page: Html) -> dict[str, object]:
    """Return what a browser would send of the form on *page*, apart from its buttons and its token."""
    sent: dict[str, object] = {"title": "", "body": page.area("body") or ""}
    for box in page.all("input"):
        kind, name = box.get("type", "text"), box["name"]
        if name == "_token" or kind == "file" or (kind in {"radio", "checkbox"} and "checked" not in box):
            continue
        sent[name] = box.get("value", "")
    return sent
