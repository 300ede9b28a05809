"""Who may do what to a bulletin, in every state it can be in."""

import pytest

from bot.bulletins.states import Move, Refusal, Role, Signer, Standing, Status, refusal

HERE, THERE = "00430", "09574"
ADMIN = Signer("Minh", Role.ADMIN, frozenset({HERE}))
EDITOR = Signer("Lan", Role.EDITOR, frozenset({HERE}))
APPROVER = Signer("Hoa", Role.APPROVER, frozenset({HERE}))


def a_standing(status: Status, **more: object) -> Standing:
    """Return a bulletin of Lan's for one commune."""
    return Standing(status, "Lan", frozenset({HERE}), **more)  # type: ignore[arg-type]


# What each move answers in each state, in the order of `Status`; "-" is no refusal.
OUTCOMES = {
    Move.EDIT: "- not_a_draft not_a_draft not_a_draft not_a_draft not_a_draft stopped",
    Move.SUBMIT: "- not_a_draft not_a_draft not_a_draft not_a_draft not_a_draft stopped",
    Move.APPROVE: "not_submitted - already_approved already_approved already_approved already_approved stopped",
    Move.RETURN: "not_submitted - - - already_started already_started stopped",
    Move.STOP: "- - - - - finished stopped",
    Move.CORRECT: "not_started not_started not_started not_started - - -",
    Move.RESEND: "not_started not_started not_started not_started - - stopped",
    Move.TEST: "- - - - - - -",
}

TABLE = [
    pytest.param(move, status, said, id=f"{move}-{status}")
    for move, row in OUTCOMES.items()
    for status, said in zip(Status, row.split(), strict=True)
]


@pytest.mark.parametrize(("move", "status", "said"), TABLE)
def test_every_move_in_every_state(move: Move, status: Status, said: str) -> None:
    """Whoever may do everything is refused only by the state."""
    assert refusal(move, a_standing(status), ADMIN) == (None if said == "-" else Refusal(said))


def test_the_table_is_whole() -> None:
    """A new move must be thought through in every state; creating has no state before it."""
    assert set(OUTCOMES) | {Move.CREATE} == set(Move)


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("status", Status)
def test_nobody_touches_the_bulletin_of_a_foreign_commune(move: Move, status: Status) -> None:
    """Whatever state it is in, and even where only one of its communes is foreign."""
    both = Standing(status, "Lan", frozenset({HERE, THERE}))

    assert refusal(move, both, ADMIN) is Refusal.FOREIGN_COMMUNE


def test_before_there_is_staff_the_operator_serves_everybody() -> None:
    assert refusal(Move.CREATE, a_standing(Status.DRAFT), Signer("ai cũng được")) is None


@pytest.mark.parametrize(
    ("signer", "needs_two", "said"),
    [
        pytest.param(EDITOR, False, Refusal.NEEDS_APPROVER, id="an-editor-never"),
        pytest.param(APPROVER, False, None, id="an-approver"),
        pytest.param(Signer("Lan", Role.APPROVER), False, None, id="one-is-enough-so-the-author-may"),
        pytest.param(Signer("Lan", Role.APPROVER), True, Refusal.NEEDS_ANOTHER, id="two-so-not-the-author"),
        pytest.param(Signer("Lan", Role.ADMIN), True, Refusal.NEEDS_ANOTHER, id="not-even-an-admin"),
        pytest.param(APPROVER, True, None, id="two-and-another"),
    ],
)
def test_who_approves(signer: Signer, *, needs_two: bool, said: Refusal | None) -> None:
    assert refusal(Move.APPROVE, a_standing(Status.SUBMITTED, needs_two=needs_two), signer) is said


def test_what_is_sent_can_be_stopped_for_those_who_wait() -> None:
    """Zalo lets some people be written to only after they have written."""
    assert refusal(Move.STOP, a_standing(Status.SENT, waiting=3), EDITOR) is None
