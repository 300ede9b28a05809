"""A commune's rule that two must agree is a mistake in its file where no two could: nothing would ever go out."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.desk.ports.house import StaffMember
from bot.desk.staff import short_of_two
from bot.knowledge.problems import Problem
from bot.knowledge.schema import Commune
from bot.knowledge.source import read_source


def find_lonely(folder: Path, communes: Mapping[str, Commune], members: Sequence[StaffMember]) -> list[Problem]:
    """Return a problem for each of *communes* whose rule asks for two, fewer than two of *members* being able to agree.

    Before anybody is on the staff there is none: content is written before people are taken on.
    """
    if not members:
        return []
    return [_problem(folder, code, members) for code in short_of_two(communes, members)]


def _problem(folder: Path, code: str, members: Sequence[StaffMember]) -> Problem:
    serving = [member.name for member in members if member.signer.serves([code])]
    who = f"mới có {', '.join(serving)}" if serving else "chưa có ai"
    text = (
        f"«approval: two» cần ít nhất hai cán bộ phụ trách xã, trong đó có người được duyệt ({who}); "
        "thêm người bằng «loaxa staff add», hoặc đổi thành «one»"
    )
    return read_source(folder, Path("communes") / f"{code}.yaml").problem(text, "approval")
