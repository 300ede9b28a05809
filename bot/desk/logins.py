"""One-time links into the officials' console, as the command line and the console's staff page hand them out."""

from collections.abc import Callable

from bot.desk.ports.house import Logins
from bot.errors import UserError
from bot.knowledge.library import Library
from bot.ports.world import Clock
from bot.web.login_links import LIFE, new_link


class LoginLinks:
    """Makes links for members of staff."""

    def __init__(self, logins: Logins, library: Callable[[], Library], clock: Clock, public_url: str) -> None:
        """Keep them in *logins*; they begin with *public_url*."""
        self._logins = logins
        self._library = library
        self._clock = clock
        self._public_url = public_url

    async def new_link(self, staff_name: str, *, by: str) -> str:
        """Return the address of a page that lets *staff_name* in once, within 15 minutes; *by* asked for it.

        Raises:
            UserError: nobody of that name works here.
        """
        link = new_link(self._public_url)
        if not await self._logins.add_link(staff_name, link.key, by=by, ends_at=self._clock.now() + LIFE):
            mistakes = self._library().shelves.bulletin.desk.mistakes
            raise UserError(mistakes.no_such_staff.format(name=staff_name))
        return link.url
