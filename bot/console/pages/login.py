"""The way in and out. Nobody has a password: a one-time link opens a page with one button, and the button lets in.

Looking at the page spends nothing, because chats fetch every link to show a preview of it.
"""

import time
from collections.abc import Callable, Sequence

from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.devices import device
from bot.console.gate import LONGEST, Guest, Open, whole_seconds
from bot.console.page import Answer, Page, Redirect, Shown, Visit, nobodys
from bot.console.seals import Seals, new_secret
from bot.desk.ports.house import Logins
from bot.ports.world import Clock
from bot.web.allowance import Allowance
from bot.web.login_links import FIELD, link_key

NETWORK_TRIES, ALL_TRIES = 10, 300
"""Tries to log in that a network, and everybody together, have in a minute.

Nobody guesses 256 bits; this keeps a flood from the database. A whole town hall may sit behind one address.
"""

_REMEMBERED = 10_000
_EVERYBODY = ""


class LoginPages:
    """Lets people in with links and out at their wish."""

    def __init__(
        self, logins: Logins, seals: Seals, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Spend links of *logins*."""
        self._logins = logins
        self._seals = seals
        self._clock = clock
        self._networks = Allowance(NETWORK_TRIES, _REMEMBERED, monotonic)
        self._everybody = Allowance(ALL_TRIES, 1, monotonic)

    def open_pages(self) -> Sequence[Open]:
        """Return the pages for those who are not logged in."""
        return [Open("GET", "/vao", self.offer), Open("POST", "/vao", self.enter)]

    def pages(self) -> Sequence[Page]:
        """Return the page for those who are."""
        return [Page(method="POST", path="/ra", show=self.leave, needs=Role.EDITOR, whose=nobodys)]

    async def offer(self, guest: Guest) -> Answer:
        """Show the button to whoever brings a link, and how to get a link to everybody else."""
        words = guest.library.shelves.console.login
        secret = guest.request.query.get(FIELD, "")
        return Shown("login.html", words.title, {"secret": secret, "field": FIELD})

    async def enter(self, guest: Guest) -> Answer:
        """Spend the link; log in on a cookie that nobody knew before."""
        self._count(guest)
        words = guest.library.shelves.console.login
        cookie = new_secret()
        me = await self._logins.enter(
            link_key(guest.form.text(FIELD)),
            self._seals.login_key(cookie),
            device=device(guest.device),
            ends_at=self._clock.now() + LONGEST,
            instead_of=self._seals.login_key(guest.cookie) if guest.cookie else "",
        )
        if me is None:
            return Shown("spent.html", words.spent_title)
        return Redirect(at(), words.welcome.format(name=me.name), login=cookie)

    async def leave(self, visit: Visit) -> Answer:
        """End this login."""
        await self._logins.end(visit.me.name, by=visit.me.name, only=visit.login.id)
        return Redirect(at("vao"), visit.words.login.logged_out, login="")

    def _count(self, guest: Guest) -> None:
        wait = max(self._networks.wait_seconds(guest.network), self._everybody.wait_seconds(_EVERYBODY))
        if wait:
            raise trouble.too_often(whole_seconds(wait))
        self._networks.take(guest.network)
        self._everybody.take(_EVERYBODY)
