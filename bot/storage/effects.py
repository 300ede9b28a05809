"""Write what handlers decided, in the transaction that marks the message handled: so each effect happens once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State, Why
from bot.ports.conversations import (
    BindStaff,
    ChooseCommune,
    ChooseHamlet,
    Effect,
    EndTalk,
    Forget,
    KeepLoginLink,
    KeepQuestion,
    LetBulletinsWait,
    MarkGone,
    OpenTicket,
    Person,
    Subscribe,
    TellStaff,
    Unsubscribe,
    Vote,
)
from bot.ports.inbox import Work
from bot.storage.bulletin_rows import BULLETIN, LETTER
from bot.storage.database import Database
from bot.storage.logins import keep_link_of_chat
from bot.storage.tables import (
    audiences,
    bulletins,
    consents,
    deliveries,
    inbox,
    people,
    questions,
    replies,
    staff,
    votes,
)
from bot.storage.tallying import move_all, skip
from bot.storage.ticket_effects import apply_to_tickets, forget_tickets

_KEEP_QUESTION = insert(questions)


async def apply_effects(
    connection: AsyncConnection,
    database: Database,
    results: Sequence[tuple[Work, Sequence[Effect]]],
    now: datetime,
) -> None:
    """Write the effects of *results*; questions, which nearly every message has, all at once."""
    asked = [
        _question(work.person, effect, now)
        for work, effects in results
        for effect in effects
        if isinstance(effect, KeepQuestion)
    ]
    if asked:
        await connection.execute(_KEEP_QUESTION, asked)
    for work, effects in results:
        for effect in effects:
            await _apply(connection, database, work, effect, now)


async def _apply(connection: AsyncConnection, database: Database, work: Work, effect: Effect, now: datetime) -> None:
    person = work.person
    match effect:
        case ChooseCommune() | ChooseHamlet():
            await _settle_down(connection, person, effect, now)
        case Subscribe(commune, sentence):
            await _change(connection, person, subscribed_at=now)
            row = {"person_id": person.id, "commune": commune, "sentence": sentence, "given_at": now}
            await connection.execute(insert(consents), row)
        case Unsubscribe():
            await _unsubscribe(connection, person, now)
        case Vote(topic, is_helpful):
            await _vote(connection, database, person, topic, is_helpful=is_helpful, now=now)
        case OpenTicket() | TellStaff() | EndTalk():
            await apply_to_tickets(connection, work, effect, now)
        case BindStaff() | KeepLoginLink():
            await _apply_to_staff(connection, person, effect, now)
        case Forget():
            await _forget(connection, person, now)
        case MarkGone():
            await give_up(connection, person, State.GONE, Why.LEFT, now)
        case KeepQuestion() | LetBulletinsWait():
            pass  # with the others above; in `bot.storage.inbox`


def _question(person: Person, question: KeepQuestion, now: datetime) -> dict[str, Any]:
    return {
        "person_id": person.id,
        "commune": person.commune,
        "text": question.text,
        "decision": question.decision,
        "topics": ",".join(question.topics),
        "score": question.score,
        "asked_at": now,
    }


async def _change(connection: AsyncConnection, person: Person, **values: object) -> None:
    await connection.execute(update(people).where(people.c.id == person.id).values(**values))


async def _settle_down(
    connection: AsyncConnection, person: Person, home: ChooseCommune | ChooseHamlet, now: datetime
) -> None:
    """Let *person* live at *home*; bulletins for another commune no longer wait for them."""
    if isinstance(home, ChooseHamlet):
        await _change(connection, person, hamlet=home.name)
        return
    await _change(connection, person, commune=home.code, hamlet="")
    if home.code != person.commune:
        await skip(connection, _not_for(person, home.code), Why.MOVED, now)


async def _unsubscribe(connection: AsyncConnection, person: Person, now: datetime) -> None:
    await _change(connection, person, subscribed_at=None)
    await give_up(connection, person, State.SKIPPED, Why.UNSUBSCRIBED, now)
    current = (consents.c.person_id == person.id) & consents.c.ended_at.is_(None)
    await connection.execute(update(consents).where(current).values(ended_at=now))


async def _vote(  # one row's worth
    connection: AsyncConnection, database: Database, person: Person, topic: str, *, is_helpful: bool, now: datetime
) -> None:
    vote = {"is_helpful": is_helpful, "commune": person.commune, "voted_at": now}
    statement = database.upsert(votes).values(person_id=person.id, topic=topic, **vote)
    await connection.execute(statement.on_conflict_do_update(index_elements=["person_id", "topic"], set_=vote))


async def _apply_to_staff(
    connection: AsyncConnection, person: Person, effect: BindStaff | KeepLoginLink, now: datetime
) -> None:
    match effect:
        case BindStaff(code):
            await _bind_staff(connection, person, code, now)
        case KeepLoginLink(key, ends_at):
            await keep_link_of_chat(connection, person.id, key, ends_at, now)


async def _bind_staff(connection: AsyncConnection, person: Person, code: str, now: datetime) -> None:
    """Link this chat with whoever was given *code*; what has run out, or was spent meanwhile, changes nothing."""
    holds = (staff.c.chat_code == code) & (staff.c.chat_code_until > now) & staff.c.removed_at.is_(None)
    linked = {"person_id": person.id, "chat_code": None, "chat_code_until": None}
    await connection.execute(update(staff).where(holds).values(linked))


async def _forget(connection: AsyncConnection, person: Person, now: datetime) -> None:
    """Delete what is kept about *person*; the bare account id stays until the upkeep, or no reply could be posted.

    Message rows stay too, without what they said: a platform that delivers one again must not be taken for new.
    """
    await give_up(connection, person, State.SKIPPED, Why.UNSUBSCRIBED, now)
    for table in (votes, questions, consents):
        await connection.execute(delete(table).where(table.c.person_id == person.id))
    await forget_tickets(connection, person)
    await connection.execute(update(bulletins).where(_is_read_letter_to(person)).values(body=""))
    await connection.execute(update(staff).where(staff.c.person_id == person.id).values(person_id=None))
    await connection.execute(delete(replies).where(replies.c.person_id == person.id, replies.c.state != "pending"))
    done = (inbox.c.person_id == person.id) & inbox.c.state.in_(["handled", "buried", "replied", "dead"])
    await connection.execute(update(inbox).where(done).values(event=""))
    await _change(connection, person, commune="", hamlet="", dialogue="", subscribed_at=None, forgotten_at=now)


def _is_read_letter_to(person: Person) -> ColumnElement[bool]:
    """Return what holds of letters to *person* that are not on their way any more."""
    on_their_way = deliveries.c.state.in_([State.PENDING.value, State.SENDING.value, State.HELD.value])
    theirs = select(deliveries.c.bulletin_id).where(deliveries.c.person_id == person.id, ~on_their_way)
    return (bulletins.c.kind == LETTER) & bulletins.c.id.in_(theirs)


async def give_up(connection: AsyncConnection, person: Person, to: State, code: Why, now: datetime) -> None:
    """Give up the bulletins that still wait for *person*; letters, which answer them, go on unless they left."""
    which = deliveries.c.person_id == person.id
    if to is not State.GONE:
        which &= deliveries.c.bulletin_id.in_(select(bulletins.c.id).where(bulletins.c.kind == BULLETIN))
    await move_all(connection, which, (State.PENDING, State.HELD), to, code=code, now=now)


def _not_for(person: Person, commune: str) -> ColumnElement[bool]:
    """Return what holds of the bulletins waiting for *person* that are not for *commune*, where they live now."""
    theirs = select(audiences.c.bulletin_id).where(audiences.c.commune == commune)
    ours = select(bulletins.c.id).where(bulletins.c.kind == BULLETIN, bulletins.c.id.not_in(theirs))
    return (deliveries.c.person_id == person.id) & deliveries.c.bulletin_id.in_(ours)
