"""The desk: the one door through which people write, agree on, stop and correct bulletins.

The command line and the console both come through here, so a rule is asked in one place (`bot.bulletins.states`), a
refusal is always the same sentence (``content/bulletin.yaml``), and everything leaves a line in the record.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.bulletins.broadcasts import MAY_HAVE_GONE_OUT
from bot.bulletins.deliveries import State
from bot.bulletins.likeness import LOOKS_BACK, are_alike
from bot.bulletins.states import Move, Refusal, Signer, Standing, Status, refusal
from bot.desk.broadcasting import Allowance, BroadcastRules, sentence
from bot.desk.composing import Composer
from bot.desk.drafting import check_commune, checked, checked_again
from bot.desk.forecasts import Forecast
from bot.desk.house import House, Stores
from bot.desk.pictures import read_picture
from bot.desk.ports.bulletins import Approval, BroadcastStanding, Deed, SlotTaken
from bot.desk.previews import Preview, check_fit, composed, previews, room
from bot.desk.signing import member_named, signer_named
from bot.desk.slots import NOW, SLOT, at_time, check_time, common_slot, in_slot, told
from bot.errors import UserError
from bot.knowledge.bulletin_words import DeskWords
from bot.knowledge.library import Library
from bot.messages import Channel
from bot.ports.bulletins import Bulletin, Counts, Draft
from bot.ports.platforms import Picture

Made = TypeVar("Made")

_TRIES = 3
"""Times a move is looked at anew because somebody else was first; more would be a tug of war."""

_LARGEST_ID = 2**63 - 1
"""What the database can count to; a slip of the keyboard may be larger."""

_GOT_IT = (State.SENDING, State.SENT, State.UNKNOWN)
_RESENDABLE = (State.FAILED, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Written:
    """A draft that was stored, and what about it deserves a second look."""

    bulletin: Bulletin
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Where a bulletin stands; before it begins ``recipients`` is the forecast, afterwards the sum of ``counts``.

    ``article`` tells where its article to the followers on Zalo stands; empty if it has none, or has not begun.
    """

    bulletin: Bulletin
    recipients: int
    counts: Counts
    broadcast: BroadcastStanding | None = None
    article: str = ""


class Desk:
    """What staff do with bulletins. *by* is always the name of whoever does it.

    Every method raises `UserError` with a Vietnamese sentence where it refuses, and then nothing has changed. Where a
    *revision* is given (`Bulletin.revision`), what was seen with it is what is moved, or nothing.
    """

    def __init__(self, library: Callable[[], Library], stores: Stores, house: House) -> None:
        """Speak with the words of the newest *library*."""
        self._library = library
        self._bulletins = stores.bulletins
        self._moves = stores.moves
        self._recipients = stores.recipients
        self._letters = stores.letters
        self._pictures = stores.pictures
        self._staff = stores.staff
        self._house = house
        self._broadcasts = BroadcastRules(house)

    # Writing

    async def create(self, draft: Draft, by: str, *, image: bytes = b"") -> Written:
        """Store *draft*, with the picture whose file holds *image*; its author is *by*."""
        signer = await self._signer(by)
        draft, picture = await self._ready(replace(draft, corrects=None), image)
        self._check(Move.CREATE, self._standing(Status.DRAFT, draft, signer.name), signer)
        return await self._written(await self._moves.create(draft, signer.name, picture))

    async def revise(
        self, bulletin_id: int, draft: Draft, by: str, *, image: bytes = b"", revision: int | None = None
    ) -> Written:
        """Put *draft* in the place of a draft; a correction keeps its readers."""

        async def make(seen: Bulletin, signer: Signer) -> bool:
            ready, picture = await self._ready(_bound(draft, seen), image)
            self._check(Move.EDIT, self._standing(Status.DRAFT, ready, seen.author), signer)
            return await self._moves.revise(seen, ready, signer.name, picture)

        await self._move(Move.EDIT, bulletin_id, by, make, revision)
        return await self._written(bulletin_id)

    async def correct(self, bulletin_id: int, draft: Draft, by: str, *, image: bytes = b"") -> Written:
        """Store *draft* as the correction of a bulletin: for those who may have it; nobody else gets the wrong one."""

        async def make(seen: Bulletin, signer: Signer) -> int | None:
            await self._check_correctable(seen)
            urgent = draft.is_urgent or seen.draft.is_urgent
            bound = replace(_bound(draft, seen), corrects=seen.id, is_urgent=urgent)
            ready, picture = await self._ready(bound, image)
            return await self._moves.correct(seen, ready, signer.name, picture)

        return await self._written(await self._move(Move.CORRECT, bulletin_id, by, make))

    async def timed(self, draft: Draft, typed: str) -> Draft:
        """Return *draft* for the time *typed*: ``"slot"``, ISO 8601, or ``"now"`` for as soon as it is approved."""
        library, zone = self._library(), self._house.zone
        if typed.strip().lower() == SLOT:
            for code in draft.communes:
                check_commune(code, library)
            now, slot = self._now(), common_slot(draft.communes, library, zone)
            taken = await self._bulletins.taken_slots(draft.communes, slot.next(now))
            return in_slot(draft, slot, now, taken)
        if typed.strip().lower() in {"", NOW}:
            return replace(draft, due_at=None, slot_date=None)
        return at_time(draft, typed, library, zone)

    # Agreeing

    async def submit(self, bulletin_id: int, by: str, *, revision: int | None = None) -> Bulletin:
        """Ask for approval of a draft."""

        async def make(seen: Bulletin, signer: Signer) -> bool:
            check_time(seen.draft.due_at, self._now(), self._library(), self._house.zone)
            return await self._moves.submit(seen, signer.name)

        await self._move(Move.SUBMIT, bulletin_id, by, make, revision)
        return await self.find(bulletin_id)

    async def approve(
        self, bulletin_id: int, by: str, *, passes_quiet_hours: bool = False, revision: int | None = None
    ) -> Bulletin:
        """Freeze the text and let it go out at its time; an urgent one at night only with *passes_quiet_hours*."""

        async def make(seen: Bulletin, signer: Signer) -> bool:
            if passes_quiet_hours and not seen.draft.is_urgent:
                raise UserError(self._words.mistakes.not_urgent.format(id=seen.id))
            await self._check_ready(checked_again(seen.draft, self._library()))
            now = self._now()
            due_at = seen.draft.due_at or now
            approval = Approval(due_at, is_later=due_at > now, passes_quiet=passes_quiet_hours)
            approved = await self._moves.approve(seen, approval, signer.name)
            if isinstance(approved, SlotTaken):
                raise UserError(self._slot_taken(approved), about="at")
            return approved

        await self._move(Move.APPROVE, bulletin_id, by, make, revision)
        return await self.find(bulletin_id)

    async def give_back(self, bulletin_id: int, by: str) -> Bulletin:
        """Make a bulletin that has not begun a draft again, to be changed; its slot is free."""
        await self._move(Move.RETURN, bulletin_id, by, lambda seen, me: self._moves.give_back(seen, me.name))
        return await self.find(bulletin_id)

    # While it runs, and after

    async def stop(self, bulletin_id: int, by: str) -> Bulletin:
        """Let nothing more of a bulletin go out, or cancel one that has not begun."""
        await self._move(Move.STOP, bulletin_id, by, lambda seen, me: self._moves.stop(seen, me.name))
        return await self.find(bulletin_id)

    async def resend(self, bulletin_id: int, only: State, by: str) -> int:
        """Send again to those whose delivery failed, or is unknown; return how many."""
        if only not in _RESENDABLE:
            raise UserError(self._words.mistakes.resend_only)

        async def make(seen: Bulletin, signer: Signer) -> int | None:
            await self._check_uncorrected(seen)
            return await self._moves.resend(seen, only, signer.name)

        count = await self._move(Move.RESEND, bulletin_id, by, make)
        if not count:
            state = getattr(self._words.states, only)
            raise UserError(self._words.mistakes.nothing_to_resend.format(id=bulletin_id, state=state))
        return count

    async def test_send(self, bulletin_id: int, by: str) -> int:
        """Send a bulletin, as it would go out now, to the own chat of *by*; return the id of the letter."""
        signer = await self._signer(by)
        seen = await self._seen(Move.TEST, bulletin_id, signer, None)
        member = member_named(signer.name, await self._staff.members())
        if member is None or member.person_id is None:
            raise UserError(self._words.mistakes.no_chat.format(name=signer.name))
        reply = composed(seen.draft, min(seen.draft.communes), self._composer(), self._now())
        letter = await self._letters.add_letter(member.person_id, reply.text, picture=reply.picture, by=signer.name)
        if letter is None:
            raise UserError(self._words.mistakes.chat_left.format(name=signer.name))
        await self._moves.note(seen.id, signer.name, Move.TEST)
        return letter

    # Looking

    async def find(self, bulletin_id: int) -> Bulletin:
        """Return a bulletin."""
        found = await self._bulletins.find(bulletin_id) if 0 < bulletin_id <= _LARGEST_ID else None
        if found is None:
            raise UserError(self._words.mistakes.no_such_bulletin.format(id=bulletin_id))
        return found

    async def status(self, bulletin_id: int, among: Collection[str] | None = None) -> Report:
        """Return where a bulletin stands, in numbers; with *among* only in those of its communes."""
        bulletin = await self.find(bulletin_id)
        counts = await self._bulletins.counts(bulletin_id, among)
        has_begun = bulletin.published_at is not None or bulletin.status is Status.STOPPED
        if has_begun:
            standing, article = await self._article(bulletin)
            return Report(bulletin, sum(counts.values()), counts, standing, article)
        forecast = await self.forecast(bulletin.draft, among)
        return Report(bulletin, forecast.now + forecast.waiting, counts)

    async def listing(self, communes: Collection[str] | None = None, *, limit: int = 50) -> Sequence[Bulletin]:
        """Return the newest bulletins for any of *communes* (None: of all), newest first."""
        return await self._bulletins.listing(communes, limit)

    async def record(self, bulletin_id: int) -> Sequence[Deed]:
        """Return what was done to a bulletin, by whom, oldest first."""
        await self.find(bulletin_id)
        return await self._bulletins.record(bulletin_id)

    async def forecast(self, draft: Draft, among: Collection[str] | None = None) -> Forecast:
        """Return how many would get *draft* now, by account; with *among* only in those of its communes.

        Where those live who are to get a correction is not known: with *among* it has nobody.
        """
        if among is not None:
            draft = replace(draft, audiences=tuple(one for one in draft.audiences if one.commune in among))
        if among is not None and (draft.corrects or not draft.audiences):
            return Forecast(())
        reach = await self._recipients.reach(draft, self._house.writable_since(self._now()))
        return Forecast(tuple(reach))

    async def allowance(self, communes: Collection[str]) -> Allowance | None:
        """Return how many articles are left, where one may go to all followers on Zalo for one of *communes* alone."""
        return await self._broadcasts.allowance(communes)

    def article(self, standing: BroadcastStanding | None) -> str:
        """Return where the article of a bulletin that has begun stands, and why, as officials read it."""
        return sentence(standing, self._library(), self._now(), self._house.zone)

    def preview(self, draft: Draft, commune: str = "") -> tuple[Preview, ...]:
        """Return *draft* as each channel will show it to people of *commune*, or else of the first it is for."""
        ready = checked(draft, self._library())
        of = commune if commune in ready.communes else min(ready.communes)
        return previews(ready, of, self._composer(), self._house.screens, self._now())

    def room(self, draft: Draft) -> Mapping[Channel, int]:
        """Return how many more characters *draft* may have on each channel; below 0, how many are too many."""
        return room(checked(draft, self._library()), self._composer(), self._house.screens, self._now())

    async def picture(self, bulletin: Bulletin) -> Picture | None:
        """Return the picture of *bulletin*, if it has one."""
        return await self._pictures.picture(bulletin.draft.picture) if bulletin.draft.picture else None

    async def refusals(self, bulletin: Bulletin, signer: Signer) -> Mapping[Move, str]:
        """Return the moves that *signer* cannot make on *bulletin* as it is, each with the sentence that says why."""
        counts = await self._bulletins.counts(bulletin.id)
        standing = self._standing_of(bulletin, counts)
        why = {move: refusal(move, standing, signer) for move in Move}
        refused = {move: self._sentence(no, standing, signer, bulletin.id) for move, no in why.items() if no}
        try:
            await self._check_uncorrected(bulletin)
        except UserError as no:
            refused.setdefault(Move.RESEND, str(no))
        try:
            await self._check_correctable(bulletin)
        except UserError as no:
            refused.setdefault(Move.CORRECT, str(no))
        return refused

    async def correction_of(self, bulletin: Bulletin) -> int | None:
        """Return the id of the newest correction of *bulletin*, or of one of its corrections, that was not stopped."""
        return await self._bulletins.correction_of(bulletin.id)

    async def approvers(self, bulletin: Bulletin) -> Sequence[str]:
        """Return the names of those who could approve *bulletin* once it is submitted."""
        standing = replace(self._standing_of(bulletin, {}), status=Status.SUBMITTED)
        members = await self._staff.members()
        return [one.name for one in members if refusal(Move.APPROVE, standing, one.signer) is None]

    def rests_until(self, bulletin: Bulletin) -> datetime | None:
        """Return until when quiet hours keep *bulletin* from going on; None if they do not now."""
        quiet, now = self._house.quiet, self._now()
        return quiet.end(now) if quiet and quiet.covers(now) and not bulletin.passes_quiet else None

    def begins_at(self, bulletin: Bulletin) -> datetime:
        """Return when *bulletin*, which is approved, begins to go out: at its time, or once quiet hours are over."""
        due_at, quiet = bulletin.draft.due_at or self._now(), self._house.quiet
        return quiet.end(due_at) if quiet and not bulletin.passes_quiet else due_at

    async def warnings(self, bulletin: Bulletin) -> tuple[str, ...]:
        """Return what about *bulletin* is allowed and deserves a second look."""
        return (*await self._alike(bulletin), *self._at_night(bulletin.draft))

    # Inside

    @property
    def _words(self) -> DeskWords:
        return self._library().shelves.bulletin.desk

    def _now(self) -> datetime:
        return self._house.clock.now()

    def _composer(self) -> Composer:
        return Composer(self._library(), self._house.zone, self._house.public_url)

    async def _written(self, bulletin_id: int) -> Written:
        bulletin = await self.find(bulletin_id)
        return Written(bulletin, await self.warnings(bulletin))

    async def _ready(self, draft: Draft, image: bytes) -> tuple[Draft, Picture | None]:
        """Return *draft* fit to be stored, and the picture to store with it if there is a new one."""
        picture = read_picture(image, self._words.mistakes) if image else None
        ready = checked(replace(draft, picture=picture.key) if picture else draft, self._library())
        if ready.picture and not picture and await self._pictures.picture(ready.picture) is None:
            raise UserError(self._words.mistakes.no_such_picture, about="image")
        ready = await self._broadcasts.corrected(ready)
        await self._check_ready(ready)
        return ready, picture

    async def _check_ready(self, draft: Draft) -> None:
        check_time(draft.due_at, self._now(), self._library(), self._house.zone)
        check_fit(draft, self._composer(), self._house.screens, self._now())
        await self._broadcasts.check(draft, self._library())

    async def _article(self, bulletin: Bulletin) -> tuple[BroadcastStanding | None, str]:
        """Return where the article of *bulletin* stands, also in words; nothing where it is to be none."""
        if not bulletin.draft.is_broadcast or bulletin.published_at is None:
            return None, ""
        standing = await self._bulletins.broadcast(bulletin.id)
        return standing, self.article(standing)

    async def _check_uncorrected(self, seen: Bulletin) -> None:
        correction = await self._bulletins.correction_of(seen.id)
        if correction is not None:
            raise UserError(self._words.mistakes.corrected_already.format(id=seen.id, correction=correction))

    async def _check_correctable(self, seen: Bulletin) -> None:
        await self._check_uncorrected(seen)
        counts = await self._bulletins.counts(seen.id)
        if any(counts[state] for state in _GOT_IT) or await self._may_be_broadcast(seen):
            return
        raise UserError(self._words.mistakes.nobody_to_correct.format(id=seen.id))

    async def _may_be_broadcast(self, seen: Bulletin) -> bool:
        standing = await self._bulletins.broadcast(seen.id)
        return standing is not None and standing.state in MAY_HAVE_GONE_OUT

    async def _move(
        self,
        move: Move,
        bulletin_id: int,
        by: str,
        make: Callable[[Bulletin, Signer], Awaitable[Made | None]],
        revision: int | None = None,
    ) -> Made:
        """Return what *make* made of the bulletin; look again, and refuse anew, as often as somebody else was first."""
        signer = await self._signer(by)
        for _ in range(_TRIES):
            made = await make(await self._seen(move, bulletin_id, signer, revision), signer)
            if made is not None and made is not False:
                return made
        raise UserError(self._words.mistakes.changed_meanwhile.format(id=bulletin_id))

    async def _seen(self, move: Move, bulletin_id: int, signer: Signer, revision: int | None) -> Bulletin:
        """Return the bulletin as it is now, if *signer* may make *move* on it."""
        seen = await self.find(bulletin_id)
        counts = await self._bulletins.counts(bulletin_id)
        self._check(move, self._standing_of(seen, counts), signer, seen.id)
        if revision is not None and revision != seen.revision:
            raise UserError(self._words.mistakes.changed_meanwhile.format(id=bulletin_id))
        return seen

    def _standing_of(self, seen: Bulletin, counts: Counts) -> Standing:
        waiting = counts.get(State.PENDING, 0) + counts.get(State.HELD, 0)
        return self._standing(seen.status, seen.draft, seen.author, waiting)

    def _standing(self, status: Status, draft: Draft, author: str, waiting: int = 0) -> Standing:
        communes = self._library().shelves.communes
        needs_two = any(code in communes and communes[code].approval == "two" for code in draft.communes)
        return Standing(status, author, draft.communes, needs_two=needs_two, waiting=waiting)

    def _check(self, move: Move, standing: Standing, signer: Signer, bulletin_id: int = 0) -> None:
        why = refusal(move, standing, signer)
        if why is not None:
            raise UserError(self._sentence(why, standing, signer, bulletin_id))

    def _sentence(self, why: Refusal, standing: Standing, signer: Signer, bulletin_id: int) -> str:
        foreign = sorted(standing.communes - (signer.communes or frozenset()))
        names = ", ".join(map(self._composer().commune_name, foreign))
        text: str = getattr(self._words.refusals, why)
        return text.format(id=bulletin_id, name=signer.name, communes=names)

    async def _signer(self, by: str) -> Signer:
        return signer_named(by, await self._staff.members(), self._words)

    def _slot_taken(self, taken: SlotTaken) -> str:
        commune = self._composer().commune_name(taken.commune)
        day = f"{taken.day:%d/%m/%Y}"
        return self._words.mistakes.slot_taken.format(commune=commune, date=day, id=taken.bulletin_id)

    async def _alike(self, bulletin: Bulletin) -> list[str]:
        """Return a warning for each bulletin of the last two weeks that says nearly the same."""
        draft = bulletin.draft
        recent = await self._bulletins.recent(draft.communes, self._now() - LOOKS_BACK)
        return [
            self._words.warnings.alike.format(id=one.id, title=one.draft.title, date=self._composer().day(_day(one)))
            for one in recent
            if one.id not in {bulletin.id, draft.corrects}
            if are_alike(f"{one.draft.title}\n{one.draft.body}", f"{draft.title}\n{draft.body}")
        ]

    def _at_night(self, draft: Draft) -> list[str]:
        quiet = self._house.quiet
        if quiet is None or draft.is_urgent or draft.due_at is None or not quiet.covers(draft.due_at):
            return []
        return [self._words.warnings.quiet.format(time=told(quiet.end(draft.due_at), self._house.zone))]


def _bound(draft: Draft, seen: Bulletin) -> Draft:
    """Return *draft* with what must stay as it was *seen*: whom a correction is for, and by which way."""
    if seen.draft.corrects is None and seen.status is Status.DRAFT:
        return replace(draft, corrects=None)
    original = seen.draft
    return replace(
        draft,
        audiences=original.audiences,
        is_broadcast=original.is_broadcast,
        corrects=original.corrects,
        slot_date=None,
    )


def _day(bulletin: Bulletin) -> datetime:
    """Return the moment that tells *bulletin* from its neighbours."""
    return bulletin.published_at or bulletin.draft.due_at or bulletin.submitted_at or bulletin.created_at
