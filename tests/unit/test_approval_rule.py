"""Where a commune asks for two people, two must be able to agree: one approves what another wrote."""

from pathlib import Path

import pytest

from bot.bulletins.states import Role
from bot.commands.approvals import find_lonely
from bot.desk.ports.house import StaffMember
from bot.desk.staff import short_of_two
from tests.unit.builders import ContentFolder, a_commune

HERE, THERE = frozenset({"00430"}), frozenset({"09574"})
TWO, ONE = {"00430": a_commune(approval="two")}, {"00430": a_commune(approval="one")}
EDITOR = StaffMember("Lan", Role.EDITOR, HERE)
APPROVER = StaffMember("Hoa", Role.APPROVER, HERE)


@pytest.mark.parametrize(
    ("members", "can"),
    [
        pytest.param([EDITOR, APPROVER], True, id="one-writes-one-approves"),
        pytest.param([APPROVER, StaffMember("Minh", Role.ADMIN, None)], True, id="somebody-who-serves-everywhere"),
        pytest.param([EDITOR, StaffMember("Minh", Role.EDITOR, HERE)], False, id="nobody-approves"),
        pytest.param([APPROVER], False, id="an-approver-alone"),
        pytest.param([APPROVER, StaffMember("Minh", Role.ADMIN, THERE)], False, id="the-other-works-elsewhere"),
        pytest.param([], False, id="nobody"),
    ],
)
def test_who_can_agree(members: list[StaffMember], *, can: bool) -> None:
    assert short_of_two(TWO, members) == ([] if can else ["00430"])


def test_where_one_is_enough_nothing_is_asked() -> None:
    assert short_of_two(ONE, []) == []


def test_the_rule_is_reported_at_its_line(folder: ContentFolder) -> None:
    """As every problem of content: where, what, and what to do."""
    name = str(Path("communes") / "00430.yaml")
    folder.write(name, folder.read(name) + "approval: two\n")

    [problem] = find_lonely(folder.path, TWO, [EDITOR])

    assert (str(problem.file), problem.line) == (name, folder.line(name, "approval"))
    assert "cần ít nhất hai cán bộ" in problem.text
    assert "(mới có Lan)" in problem.text


def test_before_there_is_staff_content_can_be_written(folder: ContentFolder) -> None:
    assert find_lonely(folder.path, TWO, []) == []
