"""The pages about bulletins: the list, one bulletin with its record, and every step that people take with it.

What may be done is asked of the desk before it is offered, and by the desk again when it is done. A bulletin belongs to
all communes that it is for: whoever serves only some of them may read it, and see what became of it there.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.addresses import bulletin_address
from bot.bulletins.deliveries import State
from bot.bulletins.states import Move, Role, Status
from bot.console.addresses import at
from bot.console.bulletin_views import Look, due, found, look, moment, own_communes, owners, readers, tag
from bot.console.forms import Fault
from bot.console.looks import capital, number
from bot.console.page import ID, Answer, Choice, Page, Redirect, Shown, Visit, nobodys
from bot.desk.bulletins import Desk
from bot.desk.ports.bulletins import BulletinSearch, Deed, Listed, Results
from bot.desk.signing import member_named
from bot.desk.staff import StaffDesk
from bot.errors import UserError
from bot.ports.bulletins import Bulletin

SEGMENT = "ban-tin"
PER_PAGE = 30
MISSED_FOR = timedelta(days=7)
"""How long what did not reach everybody is looked for; as on the first page."""

TROUBLED = "troubled"
"""What the list may be narrowed to, beside the states."""

_ONE = f"/{SEGMENT}/{ID}"
_LAST_PAGE = 1000
_NUMBER = re.compile(r"[0-9]{1,6}")
_UNTOUCHED = frozenset({Status.DRAFT, Status.SUBMITTED})
_AGREED = frozenset({Status.APPROVED, Status.SCHEDULED})


@dataclass(frozen=True, slots=True)
class Line:
    """A bulletin in the list. ``mark`` says what it waits for, if it waits for whoever looks, or that they only look.

    ``note`` is where its article on Zalo stands, or whom alone the result counts.
    """

    id: int
    title: str
    tag: tuple[str, str]
    mark: str
    readers: str
    when: datetime | None
    result: str
    note: str


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can be done: a link, or with ``is_form`` a button that does it at once."""

    label: str
    address: str
    kind: str = "second"
    is_form: bool = False


class BulletinPages:
    """Shows bulletins of the *desk*; *results* lists them, times are those of *zone*."""

    def __init__(self, desk: Desk, results: Results, staff: StaffDesk, zone: ZoneInfo) -> None:
        """Move them through *desk*; *staff* knows whose chats are linked."""
        self._desk = desk
        self._results = results
        self._staff = staff
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, editor, approver = owners(self._desk), Role.EDITOR, Role.APPROVER
        return [
            Page(method="GET", path=f"/{SEGMENT}", show=self.list, needs=editor, whose=nobodys),
            Page(method="GET", path=_ONE, show=self.show, needs=editor, whose=one, is_shared=True),
            Page(method="POST", path=f"{_ONE}/trinh", show=self.submit, needs=editor, whose=one),
            Page(method="GET", path=f"{_ONE}/duyet", show=self.ask_to_approve, needs=approver, whose=one),
            Page(method="POST", path=f"{_ONE}/duyet", show=self.approve, needs=approver, whose=one),
            Page(method="POST", path=f"{_ONE}/tra-ve", show=self.give_back, needs=editor, whose=one),
            Page(method="GET", path=f"{_ONE}/dung", show=self.ask_to_stop, needs=editor, whose=one),
            Page(method="POST", path=f"{_ONE}/dung", show=self.stop, needs=editor, whose=one),
            Page(method="POST", path=f"{_ONE}/gui-thu", show=self.test, needs=editor, whose=one),
        ]

    async def list(self, visit: Visit) -> Answer:
        """Show one page of what was asked for."""
        state, commune, page = visit.asked("trang_thai"), visit.asked("noi"), _page_number(visit.asked("trang"))
        search = BulletinSearch(
            me=visit.me,
            status=Status(state) if state in frozenset(Status) else None,
            commune=commune if commune in visit.communes else "",
            missed_since=visit.now - MISSED_FOR if state == TROUBLED else None,
            limit=PER_PAGE + 1,
            skip=(page - 1) * PER_PAGE,
        )
        listed = await self._results.listing(search)
        facts = {
            "lines": [self._line(visit, one) for one in listed[:PER_PAGE]],
            "states": _states(visit),
            "communes": _communes(visit),
            "state": state,
            "commune": search.commune,
            "is_narrowed": bool(state or commune),
            "newer": at(SEGMENT, trang_thai=state, noi=commune, trang=page - 1) if page > 1 else "",
            "older": at(SEGMENT, trang_thai=state, noi=commune, trang=page + 1) if len(listed) > PER_PAGE else "",
        }
        return Shown("bulletins/list.html", visit.words.bulletins.title, facts)

    async def show(self, visit: Visit) -> Answer:
        """Show a bulletin as it will be read, what was done to it, and what can be done."""
        bulletin = await found(self._desk, visit)
        refused, is_mine = await self._desk.refusals(bulletin, visit.me), visit.only is None
        is_waiting = is_mine and bulletin.status is Status.SUBMITTED
        facts = {
            **await self._seen(visit, bulletin),
            "is_mine": is_mine,
            "ways": _ways(visit, bulletin, refused),
            "why_not": refused.get(Move.APPROVE, "") if is_waiting else "",
            "approvers": await self._desk.approvers(bulletin) if is_waiting and Move.APPROVE in refused else (),
            "deeds": await self._desk.record(bulletin.id) if is_mine else (),
            "correction": await self._desk.correction_of(bulletin),
            "has_chat": await self._has_chat(visit),
            "archives": archives(visit, bulletin),
            "detail": lambda deed: _detail(visit, deed),
        }
        heading = visit.words.bulletins.one.heading.format(id=bulletin.id, title=bulletin.draft.title)
        return Shown("bulletins/bulletin.html", heading, facts, back=at(SEGMENT))

    async def submit(self, visit: Visit) -> Answer:
        """Ask for approval of what was shown."""
        bulletin = await self._desk.submit(self._id(visit), visit.me.name, revision=_revision(visit))
        return Redirect(at(SEGMENT, bulletin.id), visit.words.bulletins.done.submitted)

    async def ask_to_approve(self, visit: Visit) -> Answer:
        """Show everything once more, and the button."""
        return await self._approving(visit)

    async def approve(self, visit: Visit) -> Answer:
        """Approve what was shown, whole and as it was."""
        words, quiet = visit.words.bulletins, visit.form.text("quiet")
        bulletin = await found(self._desk, visit)
        if bulletin.draft.is_urgent and quiet not in {"keep", "pass"}:
            return await self._approving(visit, [Fault("quiet", words.approve.quiet_needed)])
        passes = bulletin.draft.is_urgent and quiet == "pass"
        try:
            approved = await self._desk.approve(
                bulletin.id, visit.me.name, passes_quiet_hours=passes, revision=_revision(visit)
            )
        except UserError as error:
            return await self._approving(visit, [Fault("", str(error))])
        begins_at = self._desk.begins_at(approved)
        is_later = approved.approved_at is not None and begins_at > approved.approved_at
        later = words.done.approved_later.format(moment=moment(visit, begins_at, self._zone))
        return Redirect(at(SEGMENT, bulletin.id), later if is_later else words.done.approved_now)

    async def give_back(self, visit: Visit) -> Answer:
        """Make it a draft again."""
        await self._desk.give_back(self._id(visit), visit.me.name)
        return Redirect(at(SEGMENT, self._id(visit)), visit.words.bulletins.done.given_back)

    async def ask_to_stop(self, visit: Visit) -> Answer:
        """Say what stopping means where the bulletin stands, and ask."""
        bulletin = await found(self._desk, visit)
        if why := (await self._desk.refusals(bulletin, visit.me)).get(Move.STOP):
            raise UserError(why)
        words, here = visit.words.bulletins.stop, at(SEGMENT, bulletin.id)
        is_new = bulletin.status in _UNTOUCHED
        what = words.draft if is_new else words.waiting if bulletin.status in _AGREED else words.running
        facts = {"what": what, "yes": words.agree_draft if is_new else words.agree, "no": here}
        title = words.heading.format(title=bulletin.draft.title)
        return Shown("confirm.html", title, {**facts, "action": at(SEGMENT, bulletin.id, "dung")})

    async def stop(self, visit: Visit) -> Answer:
        """Stop it."""
        words, bulletin = visit.words.bulletins.done, await found(self._desk, visit)
        await self._desk.stop(bulletin.id, visit.me.name)
        return Redirect(at(SEGMENT, bulletin.id), words.cancelled if bulletin.published_at is None else words.stopped)

    async def test(self, visit: Visit) -> Answer:
        """Send it to one's own chat."""
        await self._desk.test_send(self._id(visit), visit.me.name)
        return Redirect(at(SEGMENT, self._id(visit)), visit.words.bulletins.done.tested)

    async def _approving(self, visit: Visit, faults: Sequence[Fault] = ()) -> Shown:
        bulletin, words = await found(self._desk, visit), visit.words.bulletins.approve
        why = (await self._desk.refusals(bulletin, visit.me)).get(Move.APPROVE)
        if why and not faults:
            raise UserError(why)
        due_at = bulletin.draft.due_at
        later = words.later.format(moment=moment(visit, due_at, self._zone)) if due_at else ""
        facts = {
            **await self._seen(visit, bulletin),
            "when": later if due_at and due_at > visit.now else words.at_once,
            "quiet": visit.form.text("quiet"),
            "quiets": [Choice("keep", words.quiet_keep), Choice("pass", words.quiet_pass)],
            "is_refused": bool(why),
        }
        title = words.heading.format(title=bulletin.draft.title)
        return Shown("bulletins/approve.html", title, facts, tuple(faults), back=at(SEGMENT, bulletin.id))

    async def _seen(self, visit: Visit, bulletin: Bulletin) -> Mapping[str, object]:
        """Return what every page about one bulletin shows."""
        has_begun = bulletin.published_at is not None or bulletin.status is Status.STOPPED
        # Where the readers of a correction live is not known before: of theirs alone there is no number.
        is_open = not has_begun and not (visit.only and bulletin.draft.corrects)
        forecast = await self._desk.forecast(bulletin.draft, visit.only) if is_open else None
        communes = own_communes(visit, bulletin.draft)
        return {
            "bulletin": bulletin,
            "tag": tag(visit, bulletin.status),
            "readers": readers(visit, bulletin.draft),
            "due": due(visit, bulletin, self._zone),
            "forecast": forecast.sentence(visit.desk.forecast) if forecast else "",
            "warnings": () if has_begun or visit.only else await self._desk.warnings(bulletin),
            "article": (await self._desk.status(bulletin.id)).article if has_begun else "",
            "look": self._look(visit, bulletin),
            "rooms": (),
            "image": at(SEGMENT, bulletin.id, "anh") if bulletin.draft.picture else "",
            "communes": _communes(visit, communes),
            "commune": _asked(visit, communes),
        }

    def _look(self, visit: Visit, bulletin: Bulletin) -> Look | None:
        """Return what readers see of *bulletin*; None where its commune has left, and nobody reads it any more."""
        with suppress(UserError):
            return look(
                self._desk, visit, bulletin.draft, self._zone, _asked(visit, own_communes(visit, bulletin.draft))
            )
        return None

    def _line(self, visit: Visit, one: Listed) -> Line:
        bulletin, words = one.bulletin, visit.words.bulletins.list
        is_mine = visit.me.serves(bulletin.draft.communes)
        is_own = bulletin.status is Status.DRAFT and bulletin.author == visit.me.name
        is_due = bulletin.status is Status.SUBMITTED and visit.can(Role.APPROVER)
        mark = words.yours if is_due else words.mine if is_own else ""
        has_article = bulletin.draft.is_broadcast and bulletin.published_at is not None
        total = sum(one.counts.values())
        own = words.own if total and not is_mine else ""
        return Line(
            id=bulletin.id,
            title=bulletin.draft.title,
            tag=tag(visit, bulletin.status),
            mark=mark if is_mine else words.only_look,
            readers=readers(visit, bulletin.draft),
            when=bulletin.published_at or bulletin.draft.due_at,
            result=words.reached.format(sent=number(one.counts[State.SENT]), all=number(total)) if total else "",
            note=words.article.format(state=self._desk.article(one.broadcast)) if has_article else own,
        )

    async def _has_chat(self, visit: Visit) -> bool:
        member = member_named(visit.me.name, await self._staff.members())
        return member is not None and member.person_id is not None

    def _id(self, visit: Visit) -> int:
        return int(visit.field("id"))


def _revision(visit: Visit) -> int:
    return visit.form.number("revision")


def _asked(visit: Visit, communes: Sequence[str]) -> str:
    """Return which of *communes* was asked for, else the first."""
    asked = visit.asked("xa")
    return asked if asked in communes else communes[0]


def _states(visit: Visit) -> Sequence[Choice]:
    words = visit.words.bulletins.list
    names = (Choice(status, capital(getattr(visit.desk.statuses, status))) for status in Status)
    return [Choice("", words.every_state), *names, Choice(TROUBLED, words.troubled)]


def _communes(visit: Visit, only: Collection[str] = ()) -> Sequence[Choice]:
    """Return the communes to choose from: those *only*, or one's own and all of them together."""
    codes = sorted(only) or visit.communes
    named = [Choice(code, capital(visit.library.fields(code)["commune.name"])) for code in codes]
    return named if only else [Choice("", visit.words.bulletins.list.every_commune), *named]


def _ways(visit: Visit, bulletin: Bulletin, refused: Mapping[Move, str]) -> Sequence[Way]:
    """Return what whoever looks may do with *bulletin*, what is most likely meant first."""
    words, one = visit.words.bulletins.one, bulletin.id
    stop = words.cancel if bulletin.status in _UNTOUCHED else words.stop
    offered = {
        Move.SUBMIT: Way(words.submit, at(SEGMENT, one, "trinh"), "", is_form=True),
        Move.APPROVE: Way(words.approve, at(SEGMENT, one, "duyet"), ""),
        Move.EDIT: Way(words.edit, at(SEGMENT, one, "sua")),
        Move.RETURN: Way(words.give_back, at(SEGMENT, one, "tra-ve"), is_form=True),
        Move.CORRECT: Way(words.correct, at(SEGMENT, one, "dinh-chinh")),
        Move.STOP: Way(stop, at(SEGMENT, one, "dung"), "warning"),
    }
    return [*_looks(visit, bulletin), *(way for move, way in offered.items() if move not in refused)]


def _looks(visit: Visit, bulletin: Bulletin) -> Sequence[Way]:
    words, one = visit.words.bulletins.one, bulletin.id
    if visit.only is None and bulletin.status in {*_AGREED, Status.SENDING}:
        return [Way(words.progress, at(SEGMENT, one, "tien-trinh"), "")]
    return [Way(words.result, at(SEGMENT, one, "ket-qua"), "")] if bulletin.published_at else []


def _detail(visit: Visit, deed: Deed) -> str:
    """Return what a line of the record says more, in words: of sending again, to whom."""
    state, colon, count = deed.detail.partition(": ")
    named = getattr(visit.desk.states, state, "") if colon else ""
    return f"{named}: {count}" if named else deed.detail


def archives(visit: Visit, bulletin: Bulletin) -> Sequence[Choice]:
    """Return where everybody reads *bulletin*, by commune, once it is there."""
    codes = own_communes(visit, bulletin.draft) if bulletin.published_at else ()
    names = (capital(visit.library.fields(code)["commune.name"]) for code in codes)
    return [Choice(bulletin_address("", code, bulletin.id), name) for code, name in zip(codes, names, strict=True)]


def _page_number(asked: str) -> int:
    return max(1, min(int(asked), _LAST_PAGE)) if _NUMBER.fullmatch(asked) else 1
