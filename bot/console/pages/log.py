"""The log, for admins: who changed what and when, of the communes they work for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.looks import capital
from bot.console.page import Answer, Choice, Page, Shown, Visit, nobodys
from bot.desk.ports.house import Audit, Change, Noted, Search

PER_PAGE = 50

_LAST_PAGE = 10_000
_MOST_DIGITS = 15
_OF_BULLETINS = "bulletin."
_COMMANDS = "loaxa "
_LONG = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change in people's words."""

    field: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        """Say whether it would push everything else off a screen."""
        return len(self.before) + len(self.after) > _LONG


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the log in people's words."""

    at: datetime
    by: str
    what: str
    subject: str
    differences: tuple[Difference, ...]


class LogPage:
    """Shows *audit*, newest first."""

    def __init__(self, audit: Audit) -> None:
        """Read from *audit*."""
        self._audit = audit

    def pages(self) -> Sequence[Page]:
        """Return the page."""
        return [Page(method="GET", path="/nhat-ky", show=self.show, needs=Role.ADMIN, whose=nobodys)]

    async def show(self, visit: Visit) -> Answer:
        """Show one page of what was asked for; entries of other communes are never among it."""
        by, what, number = visit.asked("nguoi"), visit.asked("viec"), _page_number(visit.asked("trang"))
        search = Search(by=by, what=what, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
        found = await self._audit.noted(visit.me.communes, search)
        writers, words = await self._audit.writers(visit.me.communes), visit.words.log
        facts = {
            "lines": [_line(noted, visit) for noted in found[:PER_PAGE]],
            "writers": _choices(words.anyone, {name: _who(name, visit) for name in writers}),
            "kinds": _choices(words.anything, words.kinds),
            "by": by,
            "what": what,
            "newer": at("nhat-ky", nguoi=by, viec=what, trang=number - 1) if number > 1 else "",
            "older": at("nhat-ky", nguoi=by, viec=what, trang=number + 1) if len(found) > PER_PAGE else "",
        }
        return Shown("log.html", words.title, facts)


def _choices(everything: str, some: Mapping[str, str]) -> list[Choice]:
    return [Choice("", everything), *(Choice(value, label) for value, label in some.items())]


def _page_number(asked: str) -> int:
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= _MOST_DIGITS
    return min(int(asked), _LAST_PAGE) or 1 if is_number else 1


def _line(noted: Noted, visit: Visit) -> Line:
    change = noted.change
    return Line(
        noted.at, _who(change.by, visit), _what(change.what, visit), change.subject, _differences(change, visit)
    )


def _who(by: str, visit: Visit) -> str:
    """Return who *by* is to an official: a command of the server signs with its name, which is nobody's."""
    return visit.words.log.server.format(command=by) if by.startswith(_COMMANDS) else by


def _what(what: str, visit: Visit) -> str:
    """Return the words for *what* was done; what has none yet is shown as it is."""
    words = visit.words.log
    if what.startswith(_OF_BULLETINS):
        deeds: Mapping[str, str] = visit.desk.deeds.model_dump(by_alias=True)
        deed = what.removeprefix(_OF_BULLETINS)
        return f"{words.kinds[_OF_BULLETINS]}: {deeds.get(deed, deed)}"
    return words.changes.get(what, what)


def _differences(change: Change, visit: Visit) -> tuple[Difference, ...]:
    names = dict.fromkeys([*change.before, *change.after])
    return tuple(
        Difference(
            visit.words.log.fields.get(name, name),
            _value(change.before.get(name, ""), visit),
            _value(change.after.get(name, ""), visit),
        )
        for name in names
        if change.before.get(name) or change.after.get(name)
    )


def _value(value: str, visit: Visit) -> str:
    """Return *value* in words: codes of roles and communes mean nothing to people."""
    roles: Mapping[str, str] = visit.desk.roles.model_dump()
    known = {**visit.words.log.values, **{role: capital(word) for role, word in roles.items()}}
    communes = visit.library.shelves.communes
    parts = [visit.library.fields(part)["commune.name"] if part in communes else part for part in value.split(",")]
    return known.get(value) or (", ".join(parts) if set(value.split(",")) & communes.keys() else value)
