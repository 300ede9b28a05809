"""One's own page: what one may do, where one is logged in, and the code that links one's own chat."""

from collections.abc import Sequence
from datetime import datetime

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.gate import IDLE
from bot.console.page import Answer, Page, Redirect, Shown, Visit, nobodys
from bot.desk.ports.house import Logins
from bot.desk.staff import CODE_LIVES, StaffDesk


class AccountPages:
    """Shows whoever looks what is known of them, and ends their logins."""

    def __init__(self, logins: Logins, staff: StaffDesk) -> None:
        """End logins of *logins*; get codes from *staff*."""
        self._logins = logins
        self._staff = staff

    def pages(self) -> Sequence[Page]:
        """Return the pages. Nobody but oneself is shown or changed, so they are nobody's else."""
        return [
            Page(method="GET", path="/tai-khoan", show=self.show, needs=Role.EDITOR, whose=nobodys),
            Page(method="POST", path="/tai-khoan/dang-xuat", show=self.end, needs=Role.EDITOR, whose=nobodys),
            Page(method="POST", path="/tai-khoan/dang-xuat-het", show=self.end_all, needs=Role.EDITOR, whose=nobodys),
            Page(method="POST", path="/tai-khoan/ma", show=self.give_code, needs=Role.EDITOR, whose=nobodys),
        ]

    async def show(self, visit: Visit) -> Answer:
        """Show the account."""
        return await self._account(visit)

    async def end(self, visit: Visit) -> Answer:
        """End one of one's logins."""
        await self._logins.end(visit.me.name, by=visit.me.name, only=visit.form.number("id"))
        return Redirect(at("tai-khoan"), visit.words.account.ended)

    async def end_all(self, visit: Visit) -> Answer:
        """End all of them, this one too."""
        await self._logins.end(visit.me.name, by=visit.me.name)
        return Redirect(at("vao"), visit.words.login.logged_out_everywhere, login="")

    async def give_code(self, visit: Visit) -> Answer:
        """Show a code to type into one's chat. It stands on this page only, so that it is in no address."""
        code = await self._staff.chat_code(visit.me.name, by=visit.me.name)
        return await self._account(visit, code, visit.now + CODE_LIVES)

    async def _account(self, visit: Visit, code: str = "", until: datetime | None = None) -> Shown:
        members = await self._staff.members()
        facts = {
            "logins": await self._logins.of(visit.me.name, seen_since=visit.now - IDLE),
            "this": visit.login.id,
            "has_chat": any(member.name == visit.me.name and member.person_id for member in members),
            "code": code,
            "until": until,
        }
        return Shown("account.html", visit.words.account.title, facts)
