"""The form in which a bulletin is written, changed or corrected, with what its readers will see beside it.

Nothing that was typed is lost: a form that is refused comes back as it was sent, with what to mend beside its field;
only a picture has to be chosen again, because browsers keep no file.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

import aiohttp_jinja2
from aiohttp import web

from bot.bulletins.states import Move, Role
from bot.console.addresses import at
from bot.console.bulletin_forms import EXACT, Typed, faults, hamlet_value, opened, typed, with_text
from bot.console.bulletin_views import (
    found,
    hamlets_of,
    look,
    moment,
    owners,
    readers,
    rooms,
    with_picture_to_come,
)
from bot.console.looks import capital
from bot.console.page import ID, Answer, Choice, Page, Redirect, Shown, Visit, Whose, in_form, nobodys, together
from bot.console.pages.bulletins import SEGMENT
from bot.desk.bulletins import Desk, Written
from bot.desk.drafting import MOST_TITLE
from bot.desk.pictures import MOST_BYTES, read_picture
from bot.desk.slots import NOW, SLOT, week_of
from bot.errors import UserError
from bot.knowledge.bulletin_page_words import WriteWords
from bot.knowledge.schema import Week
from bot.ports.bulletins import Audience, Bulletin, Draft

MOST_SENT = MOST_BYTES * 3 // 2
"""Bytes that the form may weigh: a picture of somewhat over its limit gets through, to be told by how much it is."""

KEPT = ("title", "body")
"""What is given back where the login ended while somebody wrote."""

_DO, _LOOK, _CALENDAR = "viec", "xem", "lich"
_ONE = f"/{SEGMENT}/{ID}"
_EMPTY = Draft(title="", body="", audiences=())


class Occasion(StrEnum):
    """What somebody writes for; the value is the last part of the form's address."""

    NEW = "soan"
    REVISION = "sua"
    CORRECTION = "dinh-chinh"


@dataclass(frozen=True, slots=True)
class Writing:
    """Something that is being written: what for, and the bulletin that it changes or corrects."""

    occasion: Occasion
    bulletin: Bulletin | None = None

    @property
    def draft(self) -> Draft:
        """Return what it begins from; a correction goes as soon as it is approved."""
        if self.bulletin is None:
            return _EMPTY
        draft = self.bulletin.draft
        if self.occasion is Occasion.CORRECTION:
            return replace(draft, due_at=None, slot_date=None, corrects=self.bulletin.id)
        return draft

    @property
    def is_bound(self) -> bool:
        """Tell whether its readers are given: a correction goes to whoever got the wrong text."""
        return self.draft.corrects is not None

    @property
    def address(self) -> str:
        """Return where its form is."""
        return at(SEGMENT, *([self.bulletin.id] if self.bulletin else []), self.occasion)

    @property
    def back(self) -> str:
        """Return where one came from."""
        return at(SEGMENT, self.bulletin.id) if self.bulletin else at(SEGMENT)


@dataclass(frozen=True, slots=True)
class ArticleBox:
    """The box that lets a bulletin out as an article: what it takes, and what is left of it; empty if unknown."""

    hint: str = ""
    left: str = ""


class BulletinWriting:
    """Lets bulletins be written at the *desk*; times are those of *zone*."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        """Store them through *desk*."""
        self._desk = desk
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, editor = owners(self._desk), Role.EDITOR
        new, revise, correct = f"/{SEGMENT}/soan", f"{_ONE}/sua", f"{_ONE}/dinh-chinh"
        return [
            Page(method="GET", path=new, show=self.begin, needs=editor, whose=nobodys),
            _form(new, self.create, in_form()),
            Page(method="POST", path=f"/{SEGMENT}/xem-truoc", show=self.look, needs=editor, whose=in_form()),
            Page(method="GET", path=revise, show=self.open, needs=editor, whose=one),
            _form(revise, self.revise, together(one, in_form())),
            Page(method="GET", path=correct, show=self.open_correction, needs=editor, whose=one),
            _form(correct, self.correct, together(one, in_form())),
        ]

    async def begin(self, visit: Visit) -> Answer:
        """Show an empty form, for one's own commune where there is one."""
        only = visit.communes if len(visit.communes) == 1 else ()
        return await self._shown(visit, Writing(Occasion.NEW), Typed(communes=only))

    async def create(self, visit: Visit) -> Answer:
        """Store a new draft."""
        return await self._answered(visit, Writing(Occasion.NEW))

    async def open(self, visit: Visit) -> Answer:
        """Show a draft as it stands."""
        writing = await self._writing(visit, Occasion.REVISION)
        revision = writing.bulletin.revision if writing.bulletin else None
        return await self._shown(visit, writing, opened(writing.draft, self._zone, revision))

    async def revise(self, visit: Visit) -> Answer:
        """Store what a draft says now."""
        return await self._answered(visit, await self._writing(visit, Occasion.REVISION))

    async def open_correction(self, visit: Visit) -> Answer:
        """Show the wrong text, to be put right."""
        writing = await self._writing(visit, Occasion.CORRECTION)
        return await self._shown(visit, writing, opened(writing.draft, self._zone))

    async def correct(self, visit: Visit) -> Answer:
        """Store a correction; nobody else gets the wrong text."""
        return await self._answered(visit, await self._writing(visit, Occasion.CORRECTION))

    async def look(self, visit: Visit) -> Answer:
        """Answer a script that asks, while somebody types, what it will look like and how much more fits."""
        form, words = typed(visit.form), visit.words.bulletins.write
        corrects = visit.form.number("corrects") or None
        draft = replace(form.onto(_EMPTY), title=form.title or words.no_title, corrects=corrects)
        if "image_chosen" in visit.form or ("has_picture" in visit.form and not form.drops_picture):
            draft = with_picture_to_come(draft)
        facts = self._looks(visit, draft)
        shared = {"words": visit.words, "desk": visit.desk, "image": "", **facts}
        html = aiohttp_jinja2.render_string("bulletins/look.html", visit.request, shared)
        return web.json_response({"html": html})

    async def _writing(self, visit: Visit, occasion: Occasion) -> Writing:
        """Return what is being written, where whoever asks may."""
        bulletin = await found(self._desk, visit)
        move = Move.CORRECT if occasion is Occasion.CORRECTION else Move.EDIT
        if why := (await self._desk.refusals(bulletin, visit.me)).get(move):
            if visit.request.method == "POST":  # what was typed comes back with the form
                return Writing(occasion, bulletin)
            raise UserError(why)
        return Writing(occasion, bulletin)

    async def _answered(self, visit: Visit, writing: Writing) -> Answer:
        form, words = _typed(visit, writing, self._zone), visit.words.bulletins.write
        match visit.form.text(_DO):
            case action if action == _CALENDAR:
                week = await self._week(visit, form)
                return await self._shown(visit, writing, with_text(form, week.title, week.draft))
            case action if action == _LOOK:
                return await self._shown(visit, writing, form, self._slips(visit, writing, form))
        slips = self._slips(visit, writing, form)
        if slips:
            return await self._shown(visit, writing, form, slips)
        try:
            draft = await self._desk.timed(form.onto(writing.draft), form.moment(words))
            written = await self._stored(visit, writing, draft, form.revision)
        except UserError as error:
            return await self._shown(visit, writing, form, [error])
        done = visit.words.bulletins.done.corrected if writing.occasion is Occasion.CORRECTION else words.saved
        return Redirect(at(SEGMENT, written.bulletin.id), done.format(title=written.bulletin.draft.title))

    async def _stored(self, visit: Visit, writing: Writing, draft: Draft, revision: int | None) -> Written:
        upload, by = visit.form.upload("image"), visit.me.name
        image = upload.content if upload else b""
        if writing.bulletin is None:
            return await self._desk.create(draft, by, image=image)
        if writing.occasion is Occasion.CORRECTION:
            return await self._desk.correct(writing.bulletin.id, draft, by, image=image)
        return await self._desk.revise(writing.bulletin.id, draft, by, image=image, revision=revision)

    def _slips(self, visit: Visit, writing: Writing, form: Typed) -> list[UserError]:
        """Return what is wrong with each part of the form: all at once, so that it is mended at once."""
        words, upload = visit.words.bulletins.write, visit.form.upload("image")
        draft = form.onto(writing.draft)
        if not draft.audiences:
            draft = replace(draft, audiences=tuple(map(Audience, visit.communes)))
        slips = [] if form.communes else [UserError(words.no_audience, about="communes")]
        for check in (
            lambda: self._desk.preview(draft),
            lambda: read_picture(upload.content, visit.desk.mistakes) if upload else None,
            lambda: form.moment(words),
        ):
            try:
                check()
            except UserError as slip:
                slips.append(slip)
        return slips

    async def _shown(self, visit: Visit, writing: Writing, form: Typed, slips: Sequence[UserError] = ()) -> Shown:
        words, draft = visit.words.bulletins.write, form.onto(writing.draft)
        has_new_picture = visit.form.upload("image") is not None
        shown = with_picture_to_come(draft) if has_new_picture else draft
        has_picture = bool(writing.bulletin and writing.draft.picture)
        facts: Mapping[str, object] = {
            "writing": writing,
            "typed": form,
            "fixed": words.fixed_audience.format(communes=readers(visit, writing.draft)) if writing.is_bound else "",
            "codes": sorted(writing.draft.communes) if writing.is_bound else (),
            "communes": [Choice(code, capital(_name(visit, code))) for code in visit.communes],
            "hamlets": _hamlets(visit),
            "ats": await self._ats(visit, form),
            "article": None if writing.is_bound else await self._article_box(visit, form),
            "is_article": writing.is_bound and writing.draft.is_broadcast,
            "exact": EXACT,
            "image": at(SEGMENT, writing.bulletin.id, "anh") if writing.bulletin and has_picture else "",
            "week": await self._week(visit, form),
            "most_title": MOST_TITLE,
            "asks_again": bool(slips) and has_new_picture,
            **self._looks(visit, replace(shown, title=shown.title or words.no_title)),
        }
        return Shown("bulletins/form.html", _title(writing, words), facts, faults(slips), back=writing.back)

    def _looks(self, visit: Visit, draft: Draft) -> Mapping[str, object]:
        """Return what *draft* looks like and how much more fits, where it can be shown already."""
        with suppress(UserError):
            return {"look": look(self._desk, visit, draft, self._zone), "rooms": rooms(self._desk, visit, draft)}
        return {"look": None, "rooms": ()}

    async def _article_box(self, visit: Visit, form: Typed) -> ArticleBox | None:
        """Return the box, where an article may be sent at all; what was ticked can always be unticked."""
        words, allowed = visit.words.bulletins.write, await self._desk.allowance(visit.communes)
        if allowed is None:
            return ArticleBox() if form.is_broadcast else None
        left = words.broadcast_left.format(left=allowed.left)
        none_left = words.broadcast_none_left.format(most=allowed.most)
        return ArticleBox(words.boxes.broadcast.hint.format(most=allowed.most), left if allowed.left else none_left)

    async def _ats(self, visit: Visit, form: Typed) -> Sequence[Choice]:
        words, slot = visit.words.bulletins.write, await self._next_slot(visit, form)
        coming = moment(visit, slot.due_at, self._zone) if slot and slot.due_at else words.slot_each
        return [
            Choice(SLOT, words.slot, coming),
            Choice(NOW, words.once_approved, words.once_approved_hint),
            Choice(EXACT, words.exact, words.exact_hint),
        ]

    async def _next_slot(self, visit: Visit, form: Typed) -> Draft | None:
        """Return a draft for the next slot of those the form is for; None where they have several."""
        audiences = tuple(map(Audience, form.communes or visit.communes))
        with suppress(UserError):
            return await self._desk.timed(replace(_EMPTY, audiences=audiences), SLOT) if audiences else None
        return None

    async def _week(self, visit: Visit, form: Typed) -> Week:
        """Return the calendar's week of the next slot."""
        slot = await self._next_slot(visit, form)
        day = slot.slot_date if slot else None
        return week_of(day or visit.now.astimezone(self._zone).date(), visit.library)


def _form(path: str, show: Callable[[Visit], Awaitable[Answer]], whose: Whose) -> Page:
    """Return the page that takes a form with a picture."""
    return Page(method="POST", path=path, show=show, needs=Role.EDITOR, whose=whose, most_bytes=MOST_SENT, keeps=KEPT)


def _typed(visit: Visit, writing: Writing, zone: ZoneInfo) -> Typed:
    """Return what was typed; readers that are given stay as they are."""
    form = typed(visit.form)
    if not writing.is_bound:
        return form
    given = opened(writing.draft, zone)
    return replace(form, communes=given.communes, hamlets=given.hamlets, is_broadcast=given.is_broadcast)


def _title(writing: Writing, words: WriteWords) -> str:
    if writing.bulletin is None:
        return words.title
    title = words.correct_title if writing.occasion is Occasion.CORRECTION else words.revise_title
    return title.format(id=writing.bulletin.id)


def _name(visit: Visit, code: str) -> str:
    return visit.library.fields(code)["commune.name"]


def _hamlets(visit: Visit) -> Sequence[Choice]:
    """Return the hamlets to choose from, with their commune's name where there are several."""
    found_hamlets = list(hamlets_of(visit, visit.communes))
    is_one = len({code for code, _ in found_hamlets}) == 1
    return [
        Choice(hamlet_value(code, hamlet), capital(hamlet) if is_one else f"{capital(hamlet)}, {_name(visit, code)}")
        for code, hamlet in found_hamlets
    ]
