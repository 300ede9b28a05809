"""Write what handlers decided, in the transaction that marks the message handled: so each effect happens once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import (
    ChooseCommune,
    Effect,
    Forget,
    KeepQuestion,
    MarkGone,
    OpenTicket,
    Person,
    Subscribe,
    Unsubscribe,
    Vote,
    Work,
)
from bot.storage.database import Database
from bot.storage.tables import consents, inbox, people, questions, replies, tickets, votes

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
        case ChooseCommune(code):
            await _change(connection, person, commune=code)
        case Subscribe(commune, sentence):
            await _change(connection, person, subscribed_at=now)
            row = {"person_id": person.id, "commune": commune, "sentence": sentence, "given_at": now}
            await connection.execute(insert(consents), row)
        case Unsubscribe():
            await _unsubscribe(connection, person, now)
        case Vote(topic, is_helpful):
            await _vote(connection, database, person, topic, is_helpful=is_helpful, now=now)
        case OpenTicket(kind, commune, text):
            row = {
                "person_id": person.id,
                "inbox_id": work.inbox_id,
                "kind": kind,
                "commune": commune,
                "text": text,
                "opened_at": now,
            }
            await connection.execute(insert(tickets), row)
        case Forget():
            await _forget(connection, person, now)
        case KeepQuestion() | MarkGone():
            pass  # with the others above; with the dialogue, in `bot.storage.inbox`


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


async def _unsubscribe(connection: AsyncConnection, person: Person, now: datetime) -> None:
    await _change(connection, person, subscribed_at=None)
    current = (consents.c.person_id == person.id) & consents.c.ended_at.is_(None)
    await connection.execute(update(consents).where(current).values(ended_at=now))


async def _vote(  # one row's worth
    connection: AsyncConnection, database: Database, person: Person, topic: str, *, is_helpful: bool, now: datetime
) -> None:
    vote = {"is_helpful": is_helpful, "commune": person.commune, "voted_at": now}
    statement = database.upsert(votes).values(person_id=person.id, topic=topic, **vote)
    await connection.execute(statement.on_conflict_do_update(index_elements=["person_id", "topic"], set_=vote))


async def _forget(connection: AsyncConnection, person: Person, now: datetime) -> None:
    """Delete what is kept about *person*; the bare account id stays until the upkeep, or no reply could be posted.

    Message rows stay too, without what they said: a platform that delivers one again must not be taken for new.
    """
    for table in (votes, questions, consents, tickets):
        await connection.execute(delete(table).where(table.c.person_id == person.id))
    await connection.execute(delete(replies).where(replies.c.person_id == person.id, replies.c.state != "pending"))
    done = (inbox.c.person_id == person.id) & inbox.c.state.in_(["handled", "buried", "replied", "dead"])
    await connection.execute(update(inbox).where(done).values(event=""))
    await _change(connection, person, commune="", dialogue="", subscribed_at=None, forgotten_at=now)
