"""`loaxa bulletin`: write, agree on, stop and correct bulletins. Officials read what it says, so it is Vietnamese.

Each command does one thing at the desk (`bot.desk.bulletins`), the same that a page of the console does.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, TypedDict, TypeVar, Unpack

import click

from bot.bulletins.deliveries import State
from bot.bulletins.states import Move
from bot.commands.running import at_desk, codes_of
from bot.errors import UserError
from bot.ports.bulletins import Audience, Draft

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.desk.bulletins import Report, Written
    from bot.knowledge.bulletin_words import DeskWords
    from bot.office import Office
    from bot.ports.bulletins import Bulletin

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def bulletin() -> None:
    """Write, agree on, send, stop and correct bulletins."""


def _id(command: Command) -> Command:
    return click.argument("bulletin_id", metavar="ID", type=int)(command)


def _by(command: Command) -> Command:
    return click.option("--by", required=True, metavar="NAME", help="Who does this; a member of staff.")(command)


def _json(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON value instead of text.")(command)


def _text(*, is_required: bool) -> Callable[[Command], Command]:
    """Return what adds the options of a text; see `_Typed`."""

    def add(command: Command) -> Command:
        for option in (
            click.option("--at", help="When: ISO 8601, `slot` for the next free weekly slot, `now` once approved."),
            click.option("--image", type=click.File("rb"), help="A JPEG or PNG of at most 1 MB."),
            click.option("--body-file", type=click.File("rb"), required=is_required, help="Markdown; - is stdin."),
            click.option("--title", required=is_required, help="5 to 100 characters."),
        ):
            command = option(command)
        return command

    return add


class _TextOptions(TypedDict):
    """What click makes of the options of a text."""

    title: str | None
    body_file: BinaryIO | None
    image: BinaryIO | None
    at: str | None


@dataclass(frozen=True, slots=True)
class _Typed:
    """The options of a text; what was not given is None."""

    title: str | None
    body_file: BinaryIO | None
    image: BinaryIO | None
    at: str | None

    async def onto(self, draft: Draft, office: "Office") -> Draft:
        """Return *draft* with what was typed in its place."""
        title = draft.title if self.title is None else self.title
        body = draft.body if self.body_file is None else _read(self.body_file, office.words)
        changed = replace(draft, title=title, body=body)
        return changed if self.at is None else await office.desk.timed(changed, self.at)

    @property
    def content(self) -> bytes:
        """Return the bytes of the picture."""
        return self.image.read() if self.image else b""


@bulletin.command()
@click.option("--commune", "communes", required=True, metavar="CODE[,CODE…]", help="Whom it is for.")
@click.option("--hamlet", "hamlets", multiple=True, help="Only this hamlet of the one commune; may be repeated.")
@_text(is_required=True)
@click.option("--urgent", is_flag=True, help="Mark it as urgent; whether it passes quiet hours, the approver says.")
@click.option("--broadcast", is_flag=True, help="On Zalo as an article to all followers instead of one by one.")
@_by
@_json
def create(
    communes: str,
    hamlets: tuple[str, ...],
    by: str,
    *,
    urgent: bool,
    broadcast: bool,
    as_json: bool,
    **typed: Unpack[_TextOptions],
) -> None:
    """Write a draft."""

    async def work(office: "Office") -> None:
        empty = Draft(
            title="", body="", audiences=_audiences(communes, hamlets), is_urgent=urgent, is_broadcast=broadcast
        )
        text = _Typed(**typed)
        written = await office.desk.create(await text.onto(empty, office), by, image=text.content)
        done = office.words.done.create.format(id=written.bulletin.id)
        await _tell_written(office, written, done, as_json=as_json)

    at_desk(work)


@bulletin.command()
@_id
@_text(is_required=False)
@click.option("--broadcast/--no-broadcast", default=None, help="On Zalo as an article to all followers, or one by one.")
@_by
@_json
def revise(bulletin_id: int, by: str, *, broadcast: bool | None, as_json: bool, **typed: Unpack[_TextOptions]) -> None:
    """Change a draft; what is not given stays as it was."""

    async def work(office: "Office") -> None:
        seen, text = await office.desk.find(bulletin_id), _Typed(**typed)
        draft = await text.onto(seen.draft, office)
        if broadcast is not None:
            draft = replace(draft, is_broadcast=broadcast)
        written = await office.desk.revise(bulletin_id, draft, by, image=text.content, revision=seen.revision)
        done = office.words.done.edit.format(id=bulletin_id)
        await _tell_written(office, written, done, as_json=as_json)

    at_desk(work)


@bulletin.command()
@_id
@_text(is_required=True)
@_by
@_json
def correct(bulletin_id: int, by: str, *, as_json: bool, **typed: Unpack[_TextOptions]) -> None:
    """Write a correction for everyone who may have got the bulletin; the wrong text stops."""

    async def work(office: "Office") -> None:
        seen, text = await office.desk.find(bulletin_id), _Typed(**typed)
        blank = Draft(title="", body="", audiences=seen.draft.audiences)
        written = await office.desk.correct(bulletin_id, await text.onto(blank, office), by, image=text.content)
        done = office.words.done.correct.format(id=written.bulletin.id, original=bulletin_id)
        await _tell_written(office, written, done, as_json=as_json, corrects=bulletin_id)

    at_desk(work)


@bulletin.command()
@_id
@_by
@_json
def submit(bulletin_id: int, by: str, *, as_json: bool) -> None:
    """Ask for approval of a draft."""
    _make(lambda office: office.desk.submit(bulletin_id, by), Move.SUBMIT, as_json=as_json)


@bulletin.command()
@_id
@click.option("--pass-quiet-hours", is_flag=True, help="An urgent one goes out at night too.")
@_by
@_json
def approve(bulletin_id: int, by: str, *, pass_quiet_hours: bool, as_json: bool) -> None:
    """Freeze the text of a submitted bulletin and let it go out at its time."""

    async def work(office: "Office") -> None:
        approved = await office.desk.approve(bulletin_id, by, passes_quiet_hours=pass_quiet_hours)
        forecast = await office.desk.forecast(approved.draft)
        record = {"id": approved.id, "status": approved.status, "due_at": _iso(approved)}
        _tell(
            {**record, "passes_quiet": approved.passes_quiet},
            *_approved(office, approved),
            forecast.sentence(office.words.forecast),
            as_json=as_json,
        )

    at_desk(work)


@bulletin.command("return")
@_id
@_by
@_json
def give_back(bulletin_id: int, by: str, *, as_json: bool) -> None:
    """Make a bulletin that has not begun a draft again."""
    _make(lambda office: office.desk.give_back(bulletin_id, by), Move.RETURN, as_json=as_json)


@bulletin.command()
@_id
@_by
@_json
def stop(bulletin_id: int, by: str, *, as_json: bool) -> None:
    """Let nothing more of a bulletin go out, or cancel one that has not begun."""
    _make(lambda office: office.desk.stop(bulletin_id, by), Move.STOP, as_json=as_json)


@bulletin.command()
@_id
@click.option("--only", required=True, metavar="failed|unknown", help="Whose delivery failed, or is unknown.")
@_by
@_json
def resend(bulletin_id: int, only: str, by: str, *, as_json: bool) -> None:
    """Send a bulletin again to some of those who did not surely get it."""

    async def work(office: "Office") -> None:
        count = await office.desk.resend(bulletin_id, _state(only, office), by)
        done = office.words.done.resend.format(id=bulletin_id, count=count)
        _tell({"id": bulletin_id, "status": "sending", "resent": count}, done, as_json=as_json)

    at_desk(work)


@bulletin.command("test")
@_id
@_by
@_json
def send_test(bulletin_id: int, by: str, *, as_json: bool) -> None:
    """Send a bulletin to one's own chat, as it would go out now; see `loaxa staff chat`."""

    async def work(office: "Office") -> None:
        letter = await office.desk.test_send(bulletin_id, by)
        _tell({"id": bulletin_id, "letter": letter}, office.words.done.test.format(id=bulletin_id), as_json=as_json)

    at_desk(work)


@bulletin.command()
@_id
@_json
def status(bulletin_id: int, *, as_json: bool) -> None:
    """Show where a bulletin stands, in numbers."""

    async def work(office: "Office") -> None:
        report = await office.desk.status(bulletin_id)
        record = {
            "id": bulletin_id,
            "status": report.bulletin.status,
            "recipients": report.recipients,
            "counts": {state.value: report.counts[state] for state in State},
            **_broadcast(report),
        }
        _tell(record, *_reported(office, report), as_json=as_json)

    at_desk(work)


@bulletin.command("list")
@click.option("--commune", "communes", default="", metavar="CODE[,CODE…]", help="Only what is for these.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@_json
def list_bulletins(communes: str, limit: int, *, as_json: bool) -> None:
    """List the newest bulletins."""

    async def work(office: "Office") -> None:
        found = await office.desk.listing(codes_of(communes) or None, limit=limit)
        lines = [_line(office, one) for one in found] or [office.words.done.no_bulletins]
        _tell([_record(one) for one in found], *lines, as_json=as_json)

    at_desk(work)


@bulletin.command()
@_id
@click.option("--commune", default="", metavar="CODE", help="As people of this commune will read it.")
@_json
def preview(bulletin_id: int, commune: str, *, as_json: bool) -> None:
    """Show a bulletin exactly as each channel will, and how many would get it now."""

    async def work(office: "Office") -> None:
        draft = (await office.desk.find(bulletin_id)).draft
        shown = office.desk.preview(draft, commune)
        forecast = await office.desk.forecast(draft)
        record = {
            "id": bulletin_id,
            "recipients": {"now": forecast.now, "waiting": forecast.waiting},
            "channels": {one.channel.value: list(one.messages) for one in shown},
        }
        words = office.words
        screens = [f"[{getattr(words.channels, one.channel)}]\n\n" + "\n\n".join(one.messages) + "\n" for one in shown]
        _tell(record, *screens, forecast.sentence(words.forecast), as_json=as_json)

    at_desk(work)


@bulletin.command()
@_id
@_json
def history(bulletin_id: int, *, as_json: bool) -> None:
    """Show what was done to a bulletin, by whom and when."""

    async def work(office: "Office") -> None:
        deeds = await office.desk.record(bulletin_id)
        records = [{**asdict(deed), "at": deed.at.isoformat()} for deed in deeds]
        lines = [
            f"{office.told(deed.at)}  {deed.by}: {office.words.deeds.of(deed.what)} {deed.detail}".rstrip()
            for deed in deeds
        ]
        _tell(records, *lines, as_json=as_json)

    at_desk(work)


def _make(move: "Callable[[Office], Awaitable[Bulletin]]", kind: Move, *, as_json: bool) -> None:
    """Make a *move* that leaves nothing to tell but where the bulletin stands now."""

    async def work(office: "Office") -> None:
        moved = await move(office)
        done: str = getattr(office.words.done, "return_" if kind is Move.RETURN else kind)
        _tell({"id": moved.id, "status": moved.status}, done.format(id=moved.id), as_json=as_json)

    at_desk(work)


async def _tell_written(office: "Office", written: "Written", done: str, *, as_json: bool, **more: object) -> None:
    stored = written.bulletin
    forecast = await office.desk.forecast(stored.draft)
    record = {"id": stored.id, "status": stored.status, **more, "warnings": list(written.warnings)}
    _tell(record, done, *written.warnings, forecast.sentence(office.words.forecast), as_json=as_json)


def _tell(record: object, *lines: str, as_json: bool) -> None:
    """Print *record* for machines or *lines* for people."""
    click.echo(json.dumps(record, ensure_ascii=False) if as_json else "\n".join(lines))


def _read(file: BinaryIO, words: "DeskWords") -> str:
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(words.mistakes.not_text.format(file=file.name)) from error


def _audiences(communes: str, hamlets: Sequence[str]) -> tuple[Audience, ...]:
    """Return who is meant; a hamlet that was named with nothing is unknown, and not the whole commune."""
    named = [hamlet or " " for hamlet in hamlets] or [""]
    return tuple(Audience(code, hamlet) for code in codes_of(communes) for hamlet in named)


def _state(only: str, office: "Office") -> State:
    try:
        return State(only)
    except ValueError as error:
        raise UserError(office.words.mistakes.resend_only) from error


def _approved(office: "Office", approved: "Bulletin") -> Iterator[str]:
    done, begins_at = office.words.done, office.desk.begins_at(approved)
    if approved.approved_at and begins_at > approved.approved_at:
        yield done.approve_later.format(id=approved.id, time=office.told(begins_at))
    else:
        yield done.approve_now.format(id=approved.id)
    if approved.draft.is_urgent and not approved.passes_quiet:
        yield done.keeps_quiet


def _reported(office: "Office", report: "Report") -> Iterator[str]:
    words = office.words
    yield _line(office, report.bulletin)
    for state in State:
        if report.counts[state]:
            yield f"  {getattr(words.states, state)}: {report.counts[state]}"
    if report.article:
        yield f"  {words.broadcast.line.format(state=report.article)}"
    elif not any(report.counts.values()):
        yield f"  {words.forecast.expected.format(all=report.recipients)}"


def _broadcast(report: "Report") -> dict[str, object]:
    """Return what there is to say of the article, where the bulletin has one."""
    if not report.article:
        return {}
    one = report.broadcast
    if one is None:
        return {"broadcast": None}
    return {"broadcast": {"state": one.state, "code": one.code, "changed_at": one.changed_at.isoformat()}}


def _line(office: "Office", one: "Bulletin") -> str:
    state = getattr(office.words.statuses, one.status)
    when = office.told(one.draft.due_at) if one.draft.due_at else ""
    return "  ".join(filter(None, [str(one.id), state, ",".join(sorted(one.draft.communes)), one.draft.title, when]))


def _record(one: "Bulletin") -> dict[str, object]:
    draft = one.draft
    return {
        "id": one.id,
        "status": one.status,
        "title": draft.title,
        "communes": sorted(draft.communes),
        "hamlets": sorted(audience.hamlet for audience in draft.audiences if audience.hamlet),
        "due_at": _iso(one),
        "slot_date": draft.slot_date.isoformat() if draft.slot_date else None,
        "is_urgent": draft.is_urgent,
        "corrects": draft.corrects,
        "author": one.author,
        "approved_by": one.approved_by,
    }


def _iso(one: "Bulletin") -> str | None:
    return one.draft.due_at.isoformat() if one.draft.due_at else None
