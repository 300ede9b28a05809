"""The desk of answers: the one door through which people change what everyone reads.

An answer is a file, and stays one: what is typed is written into it, and everything that is not touched stays as it
was. Nothing is written while anything in the whole content is wrong, or while the file is not what the form was made
from. A new answer is a new file, and undoing it takes that file away.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.bulletins.states import Role, Signer
from bot.desk.answer_beginnings import PLACE_BOXES, Place, begun, is_new, path_of, proposed_id
from bot.desk.answer_forms import BOXES, READ_BY_CITIZENS, Slip, Typed, changed, entries, read_day, typed
from bot.desk.answer_outcomes import Checked, Conflict, Invalid, Mistake, Opened, Outcome, Saved, Unchanged
from bot.desk.answer_records import noted, noted_new
from bot.desk.merging import merge
from bot.desk.ports.answers import AnswerFiles, FileText, FileTrouble, FileVersion
from bot.desk.ports.house import Change, StaffBook
from bot.desk.signing import signer_named
from bot.errors import UserError
from bot.knowledge.answer_words import AnswersWords
from bot.knowledge.editing import BODY, edited, entry_at
from bot.knowledge.library import Library
from bot.knowledge.loader import BrokenContent
from bot.knowledge.problems import SLUG, Problem
from bot.knowledge.schema import Answer, Domain
from bot.knowledge.source import Unreadable, source_of
from bot.ports.world import Clock

LONGEST_REVIEW = timedelta(days=366)
"""A year: laws change more often than that."""

TRIES = 5
"""How often a new file is checked anew because another one changed meanwhile: each time somebody else was first."""

HISTORY = 50
"""Texts of an answer that are shown; all are kept."""


class Content(Protocol):
    """The content in use, and how to take up what was written."""

    def __call__(self) -> Library:
        """Return the library in use."""
        ...

    async def reload(self) -> None:
        """Take up what the files say now."""
        ...


Proof = Callable[[Mapping[Path, str | None]], Library]
"""Returns the whole content with these texts in the place of files, untrained; raises `BrokenContent`. In a thread.

A file need not be there; with None in its place it is as if it were not.
"""


_UNNAMED = Path("answer.md")
"""Stands for the file of an answer whose id and domain are not known to be good yet."""


@dataclass(frozen=True, slots=True)
class House:
    """Where the desk stands: its files, its staff, its clock."""

    files: AnswerFiles
    staff: StaffBook
    clock: Clock
    zone: ZoneInfo


class AnswersDesk:
    """What staff do with answers. *by* is always the name of whoever does it, *seen* the digest of what they saw.

    Every method raises `UserError` with a Vietnamese sentence where it refuses, and then nothing has changed.
    """

    def __init__(self, content: Content, proof: Proof, house: House) -> None:
        """Speak with the words of the *content* in use; check edits by *proof*."""
        self._content = content
        self._proof = proof
        self._files = house.files
        self._staff = house.staff
        self._clock = house.clock
        self._zone = house.zone
        self._proving = asyncio.Lock()
        self._making = asyncio.Lock()
        self._reloading = set[asyncio.Task[None]]()

    # Looking

    async def open(self, topic: str) -> Opened:
        """Return the answer of *topic* as its file is now."""
        if not self.has(topic) and await self._file_of(topic):
            await self._content.reload()  # another process made it a moment ago
        library = self._content()
        name = next((name for name, one in library.shelves.answers.items() if one.id == topic), None)
        if name is None:
            raise UserError(self._words.refusals.no_such_answer)
        file = await self._files.read(name)
        if isinstance(file, FileTrouble):
            raise UserError(self._sentence(file))
        in_use = library.answers[topic]
        try:
            answer = source_of(name, file.text).model(Answer)
        except Unreadable as error:
            problems = _mistakes(error.problems, name, file.text)
            return Opened(topic, name, file, in_use, typed(in_use), is_loaded=False, problems=problems)
        return Opened(topic, name, file, answer, typed(answer), is_loaded=answer == in_use)

    async def versions(self, opened: Opened) -> Sequence[FileVersion]:
        """Return the texts that the file of an answer had, newest first; the first is what it has."""
        return await self._files.versions(opened.name, HISTORY)

    async def version(self, opened: Opened, version_id: int) -> FileText:
        """Return one of them."""
        found = await self._files.version(opened.name, version_id)
        if found is None or not found.digest:
            raise UserError(self._words.refusals.no_such_version)
        return found

    async def check(self, opened: Opened, form: Typed) -> Checked:
        """Return what *form* would make of an answer; the same sentences as `loaxa check` say what is wrong."""
        boxes = changed(opened.typed, form)
        read = entries(form, boxes)
        if opened.problems or read.slips:
            return Checked(mistakes=opened.problems or tuple(map(self._slip, read.slips)))
        changes = dict(read.entries)
        if opened.answer.review.status == "reviewed" and READ_BY_CITIZENS & set(boxes):
            changes["review"] = {"status": "draft", "next": opened.answer.review.next}
        text = edited(opened.file.text, changes, read.body if BODY in boxes else None)
        return await self._proven(opened.name, text)

    async def conflict(self, opened: Opened, form: Typed, seen: str) -> Conflict:
        """Return what *form*, made from the text *seen*, and the file as it is now say differently."""
        base = await self._files.text_of(opened.name, seen)
        merged = merge(_typed_of(opened.name, base) if base else None, opened.typed, form)
        newest = await self._files.versions(opened.name, 1)
        version = next((one for one in newest if one.digest == opened.file.digest), None)
        return Conflict(opened, version, merged.typed, merged.differences)

    def proposed_id(self, title: str) -> str:
        """Return an id for a new answer of this *title*; empty where the title has no word."""
        return proposed_id(title, self._content().answers)

    def has(self, topic: str) -> bool:
        """Tell whether people are given the answer of *topic* now."""
        return topic in self._content().answers

    async def check_new(self, place: Place, form: Typed) -> Checked:
        """Return what *form* would make of a new answer at *place*, with what is wrong by box."""
        read, words = entries(form, BOXES), self._words.begin
        text = begun(place, read, self._today())
        slips = [*self._missing(place), *map(self._slip, read.slips)]
        slipped = {slip.box for slip in slips}
        try:
            answer = source_of(_UNNAMED, text).model(Answer)
        except Unreadable as error:
            mistakes = _mistakes(error.problems, _UNNAMED, text, (*BOXES, *PLACE_BOXES))
            return Checked(text, mistakes=(*slips, *(one for one in mistakes if one.box not in slipped)))
        if other := await self._holder_of(answer):
            slips.append(Mistake("id", words.taken.format(file=other)))
        if slips:
            return Checked(text, mistakes=tuple(slips))
        return await self._proven(path_of(answer.id, answer.domain), text, (*BOXES, *PLACE_BOXES))

    def why_not_begin(self, me: Signer) -> str:
        """Return why *me* may not write a new answer, in a sentence; empty if they may."""
        return "" if me.serves(self._content().shelves.communes.keys()) else self._words.refusals.everyone

    def why_not(self, me: Signer, answer: Answer) -> str:
        """Return why *me* may not change *answer*, in a sentence; empty if they may."""
        if refusal := self.why_not_begin(me):
            return refusal
        if me.role is Role.EDITOR and answer.review.status == "reviewed":
            return self._words.refusals.reviewed
        return ""

    # Changing

    async def save(self, topic: str, form: Typed, *, by: str, seen: str) -> Outcome:
        """Write what *form* says into the file of *topic*; what people read is unreviewed from then on."""
        signer, opened = await self._signer(by), await self.open(topic)
        self._refuse(self.why_not(signer, opened.answer))
        if opened.file.digest != seen:
            return await self.conflict(opened, form, seen)
        boxes = changed(opened.typed, form)
        if not boxes:
            return Unchanged()
        checked = await self.check(opened, form)
        if checked.mistakes:
            return Invalid(checked.mistakes)
        if await self._written(opened, checked, signer, "answer.edit"):
            return Saved(boxes)
        return await self.conflict(await self.open(topic), form, seen)

    async def create(self, place: Place, form: Typed, *, by: str) -> Saved | Invalid:
        """Make a file of what *form* says, at *place*; it is a draft that nobody has read over yet."""
        signer = await self._signer(by)
        self._refuse(self.why_not_begin(signer))
        outcome: Saved | Invalid | FileTrouble = FileTrouble.CHANGED
        async with self._making:
            for _ in range(TRIES):
                outcome = await self._made(place, form, signer)
                if outcome is not FileTrouble.CHANGED:
                    break
        match outcome:
            case FileTrouble.TAKEN:
                return Invalid((Mistake("id", self._words.refusals.taken),))
            case FileTrouble():
                raise UserError(self._sentence(outcome))
        if isinstance(outcome, Saved):
            self._take_up()
        return outcome

    async def undo_creation(self, topic: str, *, by: str, seen: str) -> Saved | Invalid:
        """Take the file of *topic* away again, if it is as it was made in the console; its text is kept."""
        signer, opened = await self._signer(by), await self.open(topic)
        self._refuse(self.why_not(signer, opened.answer))
        self._refuse("" if is_new(await self.versions(opened)) else self._words.refusals.not_new)
        async with self._making:
            beside = await self._files.look()
            checked = await self._proven(opened.name, None)
            if checked.mistakes:
                return Invalid(checked.mistakes)
            change = self._note(signer, "answer.remove", opened.answer, (noted_new(opened.answer), {}))
            trouble = await self._files.remove(opened.name, beside=beside, seen=seen, change=change)
        if trouble is not None:
            raise UserError(self._sentence(trouble))
        self._take_up()
        return Saved()

    async def sign(self, topic: str, next_day: str, *, by: str, seen: str) -> Saved | Invalid:
        """Vouch for the answer of *topic* as it was *seen*, until *next_day* as it was typed."""
        signer, opened = await self._signer(by), await self.open(topic)
        self._refuse(self.why_not(signer, opened.answer))
        if signer.role is Role.EDITOR:
            raise UserError(self._words.refusals.needs_approver)
        day, today = read_day(next_day), self._today()
        if day is None:
            return Invalid((Mistake("next", self._words.sign.no_next),))
        if not today < day <= today + LONGEST_REVIEW:
            most = f"{today + LONGEST_REVIEW:%d/%m/%Y}"
            return Invalid((Mistake("next", self._words.sign.past.format(most=most)),))
        if opened.problems:
            return Invalid(opened.problems)
        text = edited(
            opened.file.text,
            {"review": {"status": "reviewed", "by": signer.name, "reviewed_on": today, "next": day}},
        )
        return await self._put(opened, seen, text, signer, "answer.sign")

    async def put_back(self, topic: str, version_id: int, *, by: str, seen: str) -> Saved | Invalid:
        """Write a text that the file had before into it again; what it has now is kept as every other."""
        signer, opened = await self._signer(by), await self.open(topic)
        self._refuse(self.why_not(signer, opened.answer))
        text = (await self.version(opened, version_id)).text
        try:
            self._refuse(self.why_not(signer, source_of(opened.name, text).model(Answer)))
        except Unreadable as error:
            return Invalid(_mistakes(error.problems, opened.name, text))
        return await self._put(opened, seen, text, signer, "answer.put_back")

    async def settle(self) -> None:
        """Wait until what was written is in use."""
        await asyncio.gather(*self._reloading)

    # Inside

    @property
    def _words(self) -> AnswersWords:
        return self._content().shelves.console.answers

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def _signer(self, by: str) -> Signer:
        return signer_named(by, await self._staff.members(), self._content().shelves.bulletin.desk)

    async def _put(self, opened: Opened, seen: str, text: str, signer: Signer, what: str) -> Saved | Invalid:
        """Write *text* if the file is as it was *seen* and all content is right with it."""
        if opened.file.digest != seen:
            raise UserError(self._words.refusals.changed)
        checked = await self._proven(opened.name, text)
        if checked.mistakes:
            return Invalid(checked.mistakes)
        if not await self._written(opened, checked, signer, what):
            raise UserError(self._words.refusals.changed)
        return Saved()

    async def _made(self, place: Place, form: Typed, signer: Signer) -> Saved | Invalid | FileTrouble:
        """Make a new file, if all content is right with it and nothing in it changed since that was found."""
        beside = await self._files.look()
        checked = await self.check_new(place, form)
        if checked.library is None:
            # What came while it was checked may be half of the reason: then the next look tells the whole.
            return Invalid(checked.mistakes) if await self._files.look() == beside else FileTrouble.CHANGED
        answer = source_of(_UNNAMED, checked.text).model(Answer)
        change = self._note(signer, "answer.create", answer, ({}, noted_new(answer)))
        name = path_of(answer.id, answer.domain)
        trouble = await self._files.create(name, beside=beside, text=checked.text, change=change)
        return trouble or Saved(BOXES)

    async def _written(self, opened: Opened, checked: Checked, signer: Signer, what: str) -> bool:
        """Write what was checked and let it be taken up; return whether the file was as it was opened."""
        change = self._change(signer, what, opened, checked)
        trouble = await self._files.replace(opened.name, seen=opened.file.digest, text=checked.text, change=change)
        if trouble is FileTrouble.CHANGED:
            return False
        if trouble is not None:
            raise UserError(self._sentence(trouble))
        self._take_up()
        return True

    def _take_up(self) -> None:
        """Let what was written be taken into use, without waiting for it."""
        reloading = asyncio.create_task(self._content.reload())
        self._reloading.add(reloading)
        reloading.add_done_callback(self._reloading.discard)

    async def _proven(self, name: Path, text: str | None, boxes: Sequence[str] = BOXES) -> Checked:
        async with self._proving:  # one at a time: it takes a second of a processor
            try:
                library = await asyncio.to_thread(self._proof, {name: text})
            except BrokenContent as error:
                return Checked(text or "", mistakes=_mistakes(error.problems, name, text or "", boxes))
        return Checked(text or "", library)

    def _change(self, signer: Signer, what: str, opened: Opened, checked: Checked) -> Change:
        after = checked.library.answers[opened.topic] if checked.library else opened.answer
        return self._note(signer, what, opened.answer, noted(opened.answer, after))

    def _note(
        self, signer: Signer, what: str, answer: Answer, told: tuple[Mapping[str, str], Mapping[str, str]]
    ) -> Change:
        """Return the entry of the log with what went and what came; it concerns every commune, as answers do."""
        went, came = told
        return Change(
            by=signer.name,
            what=what,
            subject=f"{answer.id}: {answer.title}",
            communes=frozenset(self._content().shelves.communes),
            before=went,
            after=came,
        )

    def _missing(self, place: Place) -> list[Mistake]:
        """Return what has to be chosen and was not."""
        words = self._words.begin
        sentences = {"domain": words.no_domain, "menu_step": words.no_menu}
        return [Mistake(box, sentence) for box, sentence in sentences.items() if not getattr(place, box)]

    async def _holder_of(self, answer: Answer) -> Path | None:
        """Return the file that has the id of *answer* already, in use or only on the disk."""
        for name, one in self._content().shelves.answers.items():
            if one.id == answer.id:
                return name
        return await self._file_of(answer.id)

    async def _file_of(self, topic: str) -> Path | None:
        """Return the file that is on the disk for *topic*, in use or not."""
        for domain in Domain if re.fullmatch(SLUG, topic) else ():
            name = path_of(topic, domain)
            if await self._files.read(name) is not FileTrouble.MISSING:
                return name
        return None

    def _slip(self, slip: Slip) -> Mistake:
        sentence: str = getattr(self._words.edit.slips, slip.kind)
        return Mistake(slip.box, sentence.format(line=slip.line, text=slip.text))

    def _sentence(self, trouble: FileTrouble) -> str:
        sentence: str = getattr(self._words.refusals, trouble)
        return sentence

    def _refuse(self, why: str) -> None:
        if why:
            raise UserError(why)


def _typed_of(name: Path, text: str) -> Typed | None:
    try:
        return typed(source_of(name, text).model(Answer))
    except Unreadable:
        return None


def _mistakes(problems: Sequence[Problem], name: Path, text: str, boxes: Sequence[str] = BOXES) -> tuple[Mistake, ...]:
    """Return *problems* by the *boxes* in which they can be mended; those of other files name their place."""
    return tuple(dict.fromkeys(_mistake(problem, name, text, boxes) for problem in problems))


def _mistake(problem: Problem, name: Path, text: str, boxes: Sequence[str]) -> Mistake:
    if problem.file != name:
        return Mistake("", str(problem))
    box = entry_at(text, problem.line)
    return Mistake(box if box in boxes else "", problem.text)
