"""What every count of questions asks: which topic was shown, and whose questions they are."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, true

from bot.storage.database import Database
from bot.storage.tables import questions


def first_topic(database: Database) -> ColumnElement[str]:
    """Return the first of a question's topics, which are kept with commas between them: the one that was shown."""
    if database.is_sqlite:
        end = func.instr(questions.c.topics + ",", ",")
        return func.substr(questions.c.topics, 1, end - 1)
    return func.split_part(questions.c.topics, ",", 1)


def is_of(commune: ColumnElement[str], communes: Collection[str] | None) -> ColumnElement[bool]:
    """Tell whether *commune* is one of *communes* (None: any)."""
    return true() if communes is None else commune.in_(sorted(communes))
