"""The pages on which admins say who works here: list, take on, change, let go, end their logins, hand a link over.

An admin of some communes sees and changes only people whose communes are all among theirs, and nobody themself: the
last admin can neither be locked out by a slip nor grow by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.forms import Fault, Form
from bot.console.gate import IDLE
from bot.console.looks import capital
from bot.console.page import EVERYWHERE, NAME, Answer, Choice, Page, Redirect, Shown, Visit, in_form, nobodys, together
from bot.desk.logins import LoginLinks
from bot.desk.ports.house import Logins, StaffMember
from bot.desk.signing import member_named, tidy
from bot.desk.staff import MOST_NAME, StaffDesk
from bot.errors import UserError
from bot.knowledge.console_words import StaffWords
from bot.text import fold

_LIST = "can-bo"
_ALL = "*"
_ONE = f"/{_LIST}/{NAME}"
_SERVER = "loaxa "
"""How the names of the server's commands begin, which sign what they do: nobody of the staff may look like one."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What an admin typed about somebody."""

    name: str = ""
    role: str = ""
    communes: frozenset[str] = frozenset()

    def faults(self, words: StaffWords) -> list[Fault]:
        """Return what is wrong with it."""
        wrong = []
        if not fold(self.name):  # in an address, dots alone lead elsewhere
            wrong.append(Fault("name", words.name_missing))
        elif len(self.name) > MOST_NAME:
            wrong.append(Fault("name", words.name_long))
        elif self.name.startswith(_SERVER):
            wrong.append(Fault("name", words.name_reserved))
        if self.role not in list(Role):
            wrong.append(Fault("role", words.role_missing))
        if not self.communes:
            wrong.append(Fault("communes", words.communes_missing))
        return wrong


class StaffPages:
    """Shows and changes who works here."""

    def __init__(self, staff: StaffDesk, logins: Logins, links: LoginLinks) -> None:
        """Keep people in *staff*, end their *logins*, make *links*."""
        self._staff = staff
        self._logins = logins
        self._links = links

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, chosen = self._communes_of_member, in_form("communes")
        return [
            Page(method="GET", path="/can-bo", show=self.list, needs=Role.ADMIN, whose=nobodys),
            Page(method="GET", path="/can-bo-moi", show=self.ask, needs=Role.ADMIN, whose=nobodys),
            Page(method="POST", path="/can-bo-moi", show=self.add, needs=Role.ADMIN, whose=chosen),
            Page(method="GET", path=_ONE, show=self.show, needs=Role.ADMIN, whose=one),
            Page(method="GET", path=f"{_ONE}/doi", show=self.edit, needs=Role.ADMIN, whose=one),
            Page(
                method="POST",
                path=f"{_ONE}/doi",
                show=self.change,
                needs=Role.ADMIN,
                whose=together(one, chosen),
            ),
            Page(method="POST", path=f"{_ONE}/duong-dan", show=self.link, needs=Role.ADMIN, whose=one),
            Page(method="POST", path=f"{_ONE}/dang-xuat", show=self.end, needs=Role.ADMIN, whose=one),
            Page(method="GET", path=f"{_ONE}/bo", show=self.confirm, needs=Role.ADMIN, whose=one),
            Page(method="POST", path=f"{_ONE}/bo", show=self.remove, needs=Role.ADMIN, whose=one),
        ]

    async def list(self, visit: Visit) -> Answer:
        """Show everyone whose communes are all among one's own."""
        members = [member for member in await self._staff.members() if visit.me.serves(_communes(member))]
        return Shown("staff.html", visit.words.staff.title, {"members": members})

    async def ask(self, visit: Visit) -> Answer:
        """Show the form to take somebody on."""
        only = frozenset(visit.communes) if len(visit.communes) == 1 and visit.me.communes else frozenset[str]()
        return self._form(visit, Typed(communes=only))

    async def add(self, visit: Visit) -> Answer:
        """Take somebody on."""
        words, typed = visit.words.staff, _typed(visit.form)
        faults = typed.faults(words)
        if member_named(typed.name, await self._staff.members()):
            faults.append(Fault("name", words.name_taken.format(name=typed.name)))
        return await self._put(visit, typed, faults, words.added_done)

    async def show(self, visit: Visit) -> Answer:
        """Show one member, and what can be done."""
        member = await self._member(visit)
        logins = await self._logins.of(member.name, seen_since=visit.now - IDLE)
        facts = {"member": member, "logins": logins, "is_self": member.name == visit.me.name}
        return Shown("member.html", member.name, facts, back=at(_LIST))

    async def edit(self, visit: Visit) -> Answer:
        """Show the form to change somebody."""
        member = await self._other(visit)
        return self._form(visit, Typed(member.name, member.role, _communes(member)), member)

    async def change(self, visit: Visit) -> Answer:
        """Change somebody's role and communes; what they may do changes at once."""
        member, words = await self._other(visit), visit.words.staff
        typed = _typed(visit.form, member.name)
        return await self._put(visit, typed, typed.faults(words), words.changed_done, member)

    async def link(self, visit: Visit) -> Answer:
        """Show a link to hand over. It stands on this page only, so that it is in no address."""
        member = await self._member(visit)
        url = await self._links.new_link(member.name, by=visit.me.name)
        title = visit.words.staff.link_title.format(name=member.name)
        return Shown("link.html", title, {"url": url}, back=at(_LIST, member.name))

    async def end(self, visit: Visit) -> Answer:
        """End all logins of somebody."""
        member = await self._member(visit)
        await self._logins.end(member.name, by=visit.me.name)
        notice = visit.words.staff.ended_done.format(name=member.name)
        return Redirect(at(_LIST, member.name), notice)

    async def confirm(self, visit: Visit) -> Answer:
        """Ask before somebody is let go."""
        member, words = await self._other(visit), visit.words.staff
        facts = {
            "what": words.remove_what,
            "yes": words.remove_yes,
            "action": at(_LIST, member.name, "bo"),
            "no": at(_LIST, member.name),
        }
        return Shown("confirm.html", words.remove_title.format(name=member.name), facts)

    async def remove(self, visit: Visit) -> Answer:
        """Let somebody go; they are logged out at once."""
        member = await self._other(visit)
        await self._staff.remove(member.name, by=visit.me.name)
        return Redirect(at(_LIST), visit.words.staff.removed_done.format(name=member.name))

    async def _put(
        self, visit: Visit, typed: Typed, faults: Sequence[Fault], notice: str, member: StaffMember | None = None
    ) -> Answer:
        if faults:
            return self._form(visit, typed, member, faults)
        communes = None if _ALL in typed.communes else typed.communes
        try:
            put = self._staff.put if member else self._staff.add
            await put(typed.name, Role(typed.role), communes, by=visit.me.name)
        except UserError as error:
            return self._form(visit, typed, member, [Fault("", str(error))])
        return Redirect(at(_LIST, typed.name), notice.format(name=typed.name))

    def _form(
        self, visit: Visit, typed: Typed, member: StaffMember | None = None, faults: Sequence[Fault] = ()
    ) -> Shown:
        words = visit.words.staff
        facts = {"typed": typed, "member": member, "roles": _roles(visit), "communes": _places(visit)}
        title = words.change_title.format(name=member.name) if member else words.add_title
        back = at(_LIST, member.name) if member else at(_LIST)
        return Shown("staff_form.html", title, facts, tuple(faults), back=back)

    async def _communes_of_member(self, visit: Visit) -> frozenset[str] | None:
        member = member_named(visit.field("name"), await self._staff.members())
        return _communes(member) if member else None

    async def _member(self, visit: Visit) -> StaffMember:
        member = member_named(visit.field("name"), await self._staff.members())
        if member is None:
            raise trouble.missing()
        return member

    async def _other(self, visit: Visit) -> StaffMember:
        """Return the member the page is about, who is somebody else than whoever looks."""
        member = await self._member(visit)
        if member.name == visit.me.name:
            raise UserError(visit.words.staff.self)
        return member


def _roles(visit: Visit) -> list[Choice]:
    names, hints = visit.desk.roles, visit.words.staff.role_hints
    return [Choice(role, capital(getattr(names, role)), getattr(hints, role)) for role in Role]


def _places(visit: Visit) -> list[Choice]:
    """Return the communes somebody may be taken on for: one's own; who works for all may share that too."""
    names = {code: visit.library.fields(code)["commune.name"] for code in visit.communes}
    places = [Choice(code, capital(name)) for code, name in names.items()]
    return places if visit.me.communes else [*places, Choice(_ALL, visit.words.staff.every_commune)]


def _communes(member: StaffMember) -> frozenset[str]:
    return EVERYWHERE if member.communes is None else member.communes


def _typed(form: Form, name: str = "") -> Typed:
    return Typed(name or tidy(form.text("name")), form.text("role"), frozenset(filter(None, form.texts("communes"))))
