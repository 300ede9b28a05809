"""An audit that finds nothing proves nothing unless it finds what is there."""

from dataclasses import replace

import pytest

from bot.bulletins.deliveries import State
from scheduler.sender import IN_FLIGHT
from tests.fire.audit import Books, Copy, Doubt, complaints

SENT = Copy("a", State.SENT, outcomes=("sent",), received=1)
SKIPPED = Copy("b", State.SKIPPED, code="stopped")
WELL = Books((SENT, SKIPPED), {State.SENT: 1, State.SKIPPED: 1})
NO_DOUBT = Doubt()


def in_doubt(number: int, code: str) -> Books:
    copies = tuple(Copy(f"u{n}", State.UNKNOWN, code, ("unknown",)) for n in range(number))
    return Books(copies, {State.UNKNOWN: number})


def test_what_is_well_is_not_complained_of() -> None:
    assert complaints(WELL, NO_DOUBT, recipients=2) == []


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(replace(SENT, received=2), id="it came twice"),
        pytest.param(replace(SENT, received=0), id="it never came"),
        pytest.param(replace(SENT, outcomes=()), id="nothing was written down of it"),
        pytest.param(replace(SENT, outcomes=("sent", "sent")), id="it was sent twice, and one got lost"),
        pytest.param(replace(SENT, outcomes=("unknown", "sent")), id="it was tried again though it may have arrived"),
    ],
)
def test_a_copy_that_is_not_what_it_is_said_to_be_is_found(copy: Copy) -> None:
    assert complaints(replace(WELL, copies=(copy, SKIPPED)), NO_DOUBT, recipients=2)


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING])
def test_a_copy_that_nobody_looks_after_is_found(state: State) -> None:
    assert complaints(Books((Copy("a", state),), {state: 1}), NO_DOUBT, recipients=1)


@pytest.mark.parametrize("state", [State.SKIPPED, State.HELD, State.GONE])
def test_a_copy_that_was_not_to_go_out_and_did_is_found(state: State) -> None:
    assert complaints(Books((Copy("a", state, received=1),), {state: 1}), NO_DOUBT, recipients=1)


@pytest.mark.parametrize(
    "books",
    [
        pytest.param(replace(WELL, copies=(SENT,), kept={State.SENT: 1}), id="somebody was forgotten"),
        pytest.param(replace(WELL, kept={State.SENT: 2}), id="the counts are not the true ones"),
        pytest.param(replace(WELL, strays={"c": 1}), id="it came to somebody it was not for"),
        pytest.param(replace(WELL, starts=2), id="it began twice"),
    ],
)
def test_books_that_do_not_agree_are_found(books: Books) -> None:
    assert complaints(books, NO_DOUBT, recipients=2)


@pytest.mark.parametrize(
    ("code", "doubt", "most"),
    [
        pytest.param("died", Doubt(ends=2), 2 * IN_FLIGHT, id="those in flight when a process ended"),
        pytest.param("500", Doubt(vague_answers=3), 3, id="those of whom the platform was vague"),
    ],
)
def test_more_in_doubt_than_there_may_be_are_found(code: str, doubt: Doubt, most: int) -> None:
    assert not complaints(in_doubt(most, code), doubt, recipients=most)
    assert complaints(in_doubt(most + 1, code), doubt, recipients=most + 1)
