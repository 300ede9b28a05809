"""Write ``docs/plan-coverage.md``: each clause of the communication plans, and what of this channel carries it out.

The clauses are in ``docs/plan-clauses.yaml``. Answers and weekly themes name the clauses they carry out themselves, in
their ``plan``; here the two are joined.

    python -m scripts.plan_coverage            # writes the document
    python -m scripts.plan_coverage --check    # fails if the document is stale
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.knowledge.schema import Answer, Calendar, Domain, Strict, Text, Week
from bot.knowledge.source import read_source

_ROOT = Path(__file__).resolve().parent.parent
_CONTENT = _ROOT / "content"
DOCUMENT = _ROOT / "docs" / "plan-coverage.md"

_NAMED_ANSWERS = 6
"""Up to so many answers are named in a cell; more are counted by field."""


class Feature(Strict):
    """A part of this product; ``planned`` if it does not work yet."""

    what: Text
    planned: bool = False


class Clause(Strict):
    """What a plan asks for in one place; ``repeats`` are clauses that it only says again."""

    id: Text
    asks: Text
    features: tuple[Text, ...] = ()
    cannot: Text | None = None
    repeats: tuple[Text, ...] = ()

    def is_part_of(self, other: "Clause") -> bool:
        """Tell whether this is *other* or stands under it: ``HN V.1.b-2`` under ``HN V.1.b`` and ``HN V.1``."""
        return self == other or self.id.startswith((f"{other.id}.", f"{other.id}-"))


class Plan(Strict):
    """One plan: its letters in the ids, a short name, its public title, what to know of its numbering."""

    code: Text
    name: Text
    title: Text
    note: Text | None = None
    clauses: tuple[Clause, ...]


class Plans(Strict):
    """``docs/plan-clauses.yaml``."""

    features: dict[Text, Feature]
    domains: dict[Domain, Text]
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Carriers:
    """What carries out a clause: answers by file, weeks, features by name, and what is left to others."""

    answers: Mapping[Path, Answer]
    weeks: tuple[Week, ...]
    working: tuple[str, ...]
    planned: tuple[str, ...]
    cannot: tuple[str, ...]

    @property
    def works(self) -> bool:
        """Tell whether anything carries the clause out today."""
        return bool(self.answers or self.weeks or self.working)

    @property
    def state(self) -> str:
        """Return the column of the summary that counts the clause."""
        if self.works:
            return "works"
        if self.planned:
            return "planned"
        return "cannot" if self.cannot else "nothing"


@dataclass(frozen=True)
class Coverage:
    """The plans, joined with the answers by file and with the weeks."""

    plans: Plans
    answers: Mapping[Path, Answer]
    weeks: tuple[Week, ...]

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Return every clause by its id."""
        return {clause.id: clause for plan in self.plans.plans for clause in plan.clauses}

    def carriers(self, clause: Clause) -> Carriers:
        """Return what carries out *clause*, its parts, and what it repeats."""
        meant = list(self._meant(clause))
        ids = {one.id for one in meant}
        features = [name for one in meant for name in one.features]
        named = [name for name in self.plans.features if name in features]
        return Carriers(
            answers={name: answer for name, answer in self.answers.items() if ids & set(answer.plan)},
            weeks=tuple(week for week in self.weeks if ids & set(week.plan)),
            working=tuple(name for name in named if not self.plans.features[name].planned),
            planned=tuple(name for name in named if self.plans.features[name].planned),
            cannot=tuple(dict.fromkeys(one.cannot for one in meant if one.cannot)),
        )

    def unknown(self) -> Iterator[str]:
        """Yield each place that names a clause or a feature that the data does not have."""
        users = [*((str(name), answer.plan) for name, answer in self.answers.items())]
        users += [(f"calendar.yaml, week {week.week}", week.plan) for week in self.weeks]
        users += [(clause.id, clause.repeats) for clause in self.clauses.values()]
        yield from (f"{user}: {name}" for user, names in users for name in names if name not in self.clauses)
        for clause in self.clauses.values():
            yield from (f"{clause.id}: {name}" for name in clause.features if name not in self.plans.features)

    def _meant(self, clause: Clause) -> Iterator[Clause]:
        for part in self.clauses.values():
            if part.is_part_of(clause):
                yield part
                for name in part.repeats:
                    yield from self._meant(self.clauses[name])


def load() -> Coverage:
    """Return the coverage by the files of this checkout."""
    names = sorted(path.relative_to(_CONTENT) for path in _CONTENT.glob("faq/*/*.md"))
    return Coverage(
        plans=read_source(_ROOT / "docs", Path("plan-clauses.yaml")).model(Plans),
        answers={name: read_source(_CONTENT, name).model(Answer) for name in names},
        weeks=read_source(_CONTENT, Path("calendar.yaml")).model(Calendar).weeks,
    )


def document(coverage: Coverage) -> str:
    """Return the whole document, for officials."""
    parts = [_INTRODUCTION, _summary(coverage), _features(coverage.plans)]
    parts += [_plan(coverage, plan) for plan in coverage.plans.plans]
    return "\n\n".join([*parts, _weeks(coverage)]) + "\n"


_INTRODUCTION = """\
# Kế hoạch tuyên truyền được thực hiện đến đâu

Bảng này cho cán bộ xem: từng khoản về nội dung và cách làm trong năm kế hoạch thông tin, tuyên truyền của chính quyền
được kênh thực hiện bằng gì. Khoản nào kênh nhắn tin không làm được thì ghi lý do.

- **Câu trả lời**: các bài hỏi đáp của kênh, bấm để đọc.
- **Bản tin**: tuần có bài soạn sẵn về việc đó; danh sách 52 tuần ở cuối trang.
- **Tính năng**: phần của kênh đang chạy. **Sẽ có**: phần chưa làm xong.
- **Ngoài tầm**: phần việc kênh không làm được, và vì sao.
- Dòng của một khoản lớn gộp cả các điểm bên dưới. Dấu «-2» sau số là gạch đầu dòng, hoặc đoạn, thứ hai của khoản.

Tệp này do máy ghép từ `docs/plan-clauses.yaml`, các câu trả lời và `content/calendar.yaml`. Đừng sửa tay; chạy
`python -m scripts.plan_coverage`."""

_STATES = {
    "works": "Đã có phần thực hiện",
    "planned": "Chờ phần sẽ có",
    "cannot": "Ngoài tầm của kênh",
    "nothing": "Chưa có gì",
}


def _summary(coverage: Coverage) -> str:
    header = ("Kế hoạch", "Số khoản", "Có câu trả lời", "Có bài bản tin", *_STATES.values())
    rows = []
    for plan in coverage.plans.plans:
        carried = [coverage.carriers(clause) for clause in plan.clauses]
        states = Counter(carriers.state for carriers in carried)
        answered, told = sum(bool(one.answers) for one in carried), sum(bool(one.weeks) for one in carried)
        rows.append((len(carried), answered, told, *(states[state] for state in _STATES)))
    total = tuple(map(sum, zip(*rows, strict=True)))
    names = [plan.name for plan in coverage.plans.plans]
    lines = [(name, *map(str, row)) for name, row in zip([*names, "**Cộng**"], [*rows, total], strict=True)]
    return "\n\n".join(["## Tóm tắt", _table(header, lines), _HOW_COUNTED])


_HOW_COUNTED = """\
«Đã có phần thực hiện» là có ít nhất một câu trả lời, một bài bản tin soạn sẵn hoặc một tính năng đang chạy; dòng
«Ngoài tầm» trong bảng dưới cho biết phần còn lại. Mỗi khoản chỉ đếm ở một trong bốn cột cuối."""


def _features(plans: Plans) -> str:
    lines = [
        f"- **{name}**{' (sẽ có)' if feature.planned else ''}: {feature.what}."
        for name, feature in plans.features.items()
    ]
    return "## Các phần của kênh\n\n" + "\n".join(lines)


def _plan(coverage: Coverage, plan: Plan) -> str:
    rows = [
        (f"**{clause.id}**", clause.asks, _cell(coverage.plans, clause, coverage.carriers(clause)))
        for clause in plan.clauses
    ]
    text = [f"## {plan.name}", f"{plan.title}.", *([plan.note] if plan.note else [])]
    return "\n\n".join([*text, _table(("Khoản", "Kế hoạch yêu cầu", "Kênh thực hiện bằng"), rows)])


def _cell(plans: Plans, clause: Clause, carriers: Carriers) -> str:
    lines = {
        "Nhắc lại": ", ".join(clause.repeats),
        f"Câu trả lời ({len(carriers.answers)})": _answers(plans, carriers.answers),
        "Bản tin": f"tuần {', '.join(str(week.week) for week in carriers.weeks)}" if carriers.weeks else "",
        "Tính năng": "; ".join(carriers.working),
        "Sẽ có": "; ".join(carriers.planned),
        "Ngoài tầm": " ".join(carriers.cannot),
    }
    return "<br>".join(f"{label}: {text}" for label, text in lines.items() if text)


def _answers(plans: Plans, answers: Mapping[Path, Answer]) -> str:
    if len(answers) <= _NAMED_ANSWERS:
        return ", ".join(f"[{answer.title}]({_link(name)})" for name, answer in answers.items())
    folders = Counter((name.parent, answer.domain) for name, answer in answers.items())
    return ", ".join(f"[{plans.domains[domain]}]({_link(name)}) {count}" for (name, domain), count in folders.items())


def _link(name: Path) -> str:
    return f"../content/{name.as_posix()}"


def _weeks(coverage: Coverage) -> str:
    files = {answer.id: name for name, answer in coverage.answers.items()}
    rows = [
        (
            str(week.week),
            week.theme,
            ", ".join(f"[{coverage.answers[files[topic]].title}]({_link(files[topic])})" for topic in week.topics),
            ", ".join(week.plan),
        )
        for week in coverage.weeks
    ]
    return "## 52 chủ đề bản tin\n\n" + _table(("Tuần", "Chủ đề", "Dẫn tới câu trả lời", "Khoản"), rows)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    """Write the document, or with ``--check`` tell whether it is as it would be written."""
    parser = argparse.ArgumentParser(description="Write docs/plan-coverage.md")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the document is stale")
    is_check = parser.parse_args().check
    coverage = load()
    if unknown := list(coverage.unknown()):
        print("named, but not in docs/plan-clauses.yaml:", *unknown, sep="\n  ")
        return 1
    text = document(coverage)
    if not is_check:
        DOCUMENT.write_text(text, encoding="utf-8")
    elif not DOCUMENT.is_file() or DOCUMENT.read_text(encoding="utf-8") != text:
        print("docs/plan-coverage.md is stale: run `python -m scripts.plan_coverage`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
