"""What one file cannot know about itself: does the whole content fit together?

Each check yields problems with the line to mend. They look only at what is loaded, so they are as fast as loading.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from bot.knowledge.fields import used_fields
from bot.knowledge.library import Shelves, all_places
from bot.knowledge.menus import steps
from bot.knowledge.places import Places
from bot.knowledge.problems import Problem
from bot.knowledge.readability import (
    LONGEST_SENTENCE,
    abbreviations,
    documents,
    half_named,
    is_long,
    officialese,
    sentences,
    unexplained,
    word_count,
)
from bot.knowledge.schema import Answer, Commune, MenuNode, Province
from bot.knowledge.source import Source
from bot.markup import BlockKind, parse, plain, plain_line
from bot.text import fold

SECTIONS = (
    "Ai làm được", "Chuẩn bị", "Nội dung chính", "Lợi ích", "Cách làm", "Các bước", "Nơi nộp", "Thời hạn", "Lệ phí",
    "Lưu ý",
)  # fmt: skip
"""The headings an answer may use, in the order in which they stand."""

MENU_DEPTH = 3
"""Taps to any answer: a group, a step in it, the answer."""

DRAFT_WORDS = range(80, 151)
"""Words of a week's draft: about a minute on a loudspeaker."""

_RAW = re.compile(r"\{\{|\}\}|</?[a-z]+[ >]|\bTODO\b")
_NUMBERED = re.compile(r"\d+[\w./-]*/\S*[A-ZĐ]\S*")


@dataclass(frozen=True, slots=True)
class _Content:
    shelves: Shelves
    sources: Mapping[Path, Source]
    broken: frozenset[Path]
    places: Places
    is_production: bool

    @property
    def topics(self) -> frozenset[str]:
        """Return the topics that may be named: also those whose file is broken, so that one mistake is one problem."""
        return self.answered | {name.stem for name in self.broken}

    @property
    def answered(self) -> frozenset[str]:
        """Return the topics whose answer was read."""
        return frozenset(answer.id for answer in self.shelves.answers.values())


def find_problems(
    shelves: Shelves, sources: Mapping[Path, Source], broken: frozenset[Path] = frozenset(), *, is_production: bool
) -> Iterator[Problem]:
    """Yield everything that does not fit together; with *is_production* every sample value too.

    *broken* are the files with problems of their own.
    """
    content = _Content(shelves, sources, broken, all_places(), is_production)
    return chain.from_iterable(check(content) for check in _CHECKS)


def _filed_where_it_belongs(content: _Content) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for name, answer in content.shelves.answers.items():
        source = content.sources[name]
        if (other := first.setdefault(answer.id, name)) != name:
            yield source.problem(f"mã này đã dùng ở {other}; mỗi câu trả lời một mã", "id")
        if name.stem != answer.id:
            yield source.problem(f"«id» phải trùng tên tệp: {name.stem}", "id")
        if name.parent.name != answer.domain:
            yield source.problem(f"«domain» phải trùng tên thư mục: {name.parent.name}", "domain")


def _names_topics_that_exist(content: _Content) -> Iterator[Problem]:
    for name, answer in content.shelves.answers.items():
        source = content.sources[name]
        for index, topic in enumerate(answer.related):
            if topic not in content.topics or topic == answer.id:
                yield source.problem(f"không có câu trả lời nào khác mang mã «{topic}»", "related", index)
        for index, near in enumerate(answer.not_for):
            if near.see and (near.see not in content.topics or near.see == answer.id):
                yield source.problem(f"không có câu trả lời nào khác mang mã «{near.see}»", "not_for", index, "see")


def _phrasings_stand_once(content: _Content) -> Iterator[Problem]:
    first: dict[str, Answer] = {}
    for name, answer in content.shelves.answers.items():
        for index, phrasing in enumerate(answer.questions):
            owner = first.setdefault(fold(phrasing), answer)
            if owner is not answer:
                text = f"câu hỏi «{phrasing}» đã có ở «{owner.id}»; mỗi câu chỉ thuộc một câu trả lời"
                yield content.sources[name].problem(text, "questions", index)


def _bodies_are_sound(content: _Content) -> Iterator[Problem]:
    known = _known_fields(content)
    for name, answer in content.shelves.answers.items():
        source = content.sources[name]
        for field in used_fields(answer.body):
            if field not in known:
                yield Problem(
                    name, _line(source, field), f"không có chỗ điền «{field}»; được dùng: {', '.join(sorted(known))}"
                )
        if rough := _RAW.search(re.sub(r"\{\{\s*[a-z_.]+\s*\}\}", "", answer.body)):
            yield Problem(
                name, _line(source, rough[0]), f"bỏ «{rough[0].strip()}»: chỉ dùng chữ, danh sách, **đậm** và liên kết"
            )
        yield from _headings(source, answer)


def _front_matter_has_no_stray_fields(content: _Content) -> Iterator[Problem]:
    known = _known_fields(content)
    for name, answer in content.shelves.answers.items():
        source = content.sources[name]
        for key in ("title", "summary", "when_expired"):
            if "{{" in (getattr(answer, key) or ""):
                yield source.problem(f"«{key}» không điền được theo xã; đưa chỗ điền xuống phần bài", key)
        for index, timed in enumerate(answer.timed):
            for field in used_fields(f"{timed.text} {timed.after or ''}"):
                if field not in known:
                    yield source.problem(f"không có chỗ điền «{field}»", "timed", index)


def _headings(source: Source, answer: Answer) -> Iterator[Problem]:
    headings = [plain_line(block) for block in parse(answer.body) if block.kind is BlockKind.HEADING]
    for heading in headings:
        if heading not in SECTIONS:
            yield Problem(
                source.name, _line(source, heading), f"đề mục «{heading}» không có trong mẫu: {', '.join(SECTIONS)}"
            )
    for index, timed in enumerate(answer.timed):
        if timed.section not in headings:
            yield source.problem(f"không có đề mục «{timed.section}» trong bài", "timed", index, "section")
    if answer.valid_until and not answer.when_expired:
        yield source.problem(
            "có «valid_until» thì phải có «when_expired»: hết ngày đó thì nói gì với người dân", "valid_until"
        )


def _documents_are_written_one_way(content: _Content) -> Iterator[Problem]:
    ways: dict[str, str] = {}
    for name, answer in content.shelves.answers.items():
        for index, document in enumerate(answer.legal_basis):
            number = _NUMBERED.search(document.number)
            key = number[0] if number else document.number
            way = f"{document.number} ({document.date or 'không ghi ngày'})"
            if ways.setdefault(key, way) != way:
                text = f"văn bản này nơi khác ghi là «{ways[key]}», ở đây là «{way}»; viết một cách thôi"
                yield content.sources[name].problem(text, "legal_basis", index, "number")


@dataclass(frozen=True, slots=True)
class _Told:
    """A text that a person reads or hears; ``goes_on`` if it follows the one before, which may have explained words."""

    source: Source
    path: tuple[str | int, ...]
    sentences: tuple[str, ...]
    text: str
    goes_on: bool = False

    def problem(self, text: str, at: str) -> Problem:
        """Return the problem *text* where the words *at* stand; in the header, at the field."""
        if self.path != ("body",):
            return self.source.problem(text, *self.path)
        start = r"[\s*\[]+".join(map(re.escape, at.split()[:_ENOUGH_WORDS]))
        match = re.search(start, self.source.body, re.IGNORECASE)
        above = self.source.body.count("\n", 0, match.start() if match else 0)
        return Problem(self.source.name, self.source.body_line + above, text)


def _texts_are_plain(content: _Content) -> Iterator[Problem]:
    national, ways = content.shelves.national, _ways(content)
    known = allowed = frozenset(national.abbreviations_allowed)
    for told in _texts(content):
        known = known if told.goes_on else allowed
        yield from _half_names(told, ways)
        for sentence in filter(is_long, told.sentences):
            text = f"câu «{sentence[:40]}…» dài {word_count(sentence)} từ; nhiều nhất {LONGEST_SENTENCE}, tách làm hai"
            yield told.problem(text, sentence)
        for word in unexplained(told.text, known):
            yield told.problem(f"«{word}» chưa được giải thích; lần đầu viết: tên đầy đủ ({word})", word)
        for phrase in officialese(told.text, national.officialese):
            yield told.problem(f"«{phrase}» là lời công văn; viết: {national.officialese[phrase]}", phrase)
        known |= abbreviations(told.text)


def _half_names(told: _Told, ways: Mapping[str, str]) -> Iterator[Problem]:
    for name in half_named(told.text):
        yield told.problem(f"«{name}» chưa đủ để tra cứu; ghi cả loại, tên của luật, số và ký hiệu", name)
    for name, code in documents(told.text):
        if not name.endswith(ways.get(code, code)):
            yield told.problem(f"văn bản «{name}» nơi khác ghi là «{ways[code]}»; viết một cách thôi", code)


def _ways(content: _Content) -> Mapping[str, str]:
    """Return how the answers name each legal document they stand on, by its number."""
    numbers = (document.number for answer in content.shelves.answers.values() for document in answer.legal_basis)
    return {code: name for number in numbers for name, code in documents(number)}


_ENOUGH_WORDS = 5
"""Words of a sentence that tell it from the others of its answer."""


def _texts(content: _Content) -> Iterator[_Told]:
    """Yield everything people are told, in the order they read it."""
    for name, answer in content.shelves.answers.items():
        source = content.sources[name]
        yield _told(source, answer.summary, "summary")
        yield _told(source, answer.body, "body", goes_on=True)
        for index, timed in enumerate(answer.timed):
            for text in filter(None, (timed.text, timed.after)):
                yield _told(source, text, "timed", index, goes_on=True)
        if answer.when_expired:
            yield _told(source, answer.when_expired, "when_expired")
    sayings = content.sources[Path("messages.yaml")]
    for path, text in _leaves(content.shelves.sayings.model_dump(exclude={"words"})):
        yield _told(sayings, text, *path)
    calendar = content.sources[Path("calendar.yaml")]
    for index, week in enumerate(content.shelves.calendar.weeks):
        yield _told(calendar, week.draft, "weeks", index, "draft")


def _told(source: Source, text: str, *path: str | int, goes_on: bool = False) -> _Told:
    said = tuple(sentences(text))
    return _Told(source, path, said, _RAW.sub("", "\n".join(said)), goes_on)  # what is raw, `_bodies_are_sound` tells


def _leaves(part: object, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text under *part* with the path to it."""
    match part:
        case str():
            yield path, part
        case dict():
            for key, value in part.items():
                yield from _leaves(value, *path, key)
        case list() | tuple():
            for index, value in enumerate(part):
                yield from _leaves(value, *path, index)
        case _:
            pass


def _links_are_known(content: _Content) -> Iterator[Problem]:
    hosts = content.shelves.national.hosts
    for name, answer in content.shelves.answers.items():
        urls = [("links", i, link.url) for i, link in enumerate(answer.links)]
        urls += [("sources", i, source.url) for i, source in enumerate(answer.sources) if source.url]
        for key, index, url in urls:
            if (host := _host(url)) not in hosts:
                text = f"trang «{host or url}» chưa có trong danh sách «hosts» của national.yaml; thêm vào đó kèm lý do"
                yield content.sources[name].problem(text, key, index, "url")
        for span in (span for block in parse(answer.body) for span in block.spans if span.url):
            if _host(span.url) not in hosts or not span.url.startswith("https://"):
                line = _line(content.sources[name], span.url)
                yield Problem(name, line, f"liên kết «{span.url}» phải là https và có trong «hosts» của national.yaml")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # "https://[…"
        return None


def _menu_leads_everywhere(content: _Content) -> Iterator[Problem]:
    name = Path("menu.yaml")
    reached: set[str] = set()
    seen: set[str] = set()
    for node, depth in _menu_nodes(content.shelves.menu.menu, 1):
        if node.id in seen:
            yield Problem(name, _line(content.sources[name], node.id), f"mã «{node.id}» dùng hai lần")
        seen.add(node.id)
        reached.update(node.topics)
        if depth >= MENU_DEPTH:
            yield Problem(name, _line(content.sources[name], node.id), "sâu quá: phải tới câu trả lời trong 3 lần bấm")
        for topic in node.topics:
            if topic not in content.topics:
                yield Problem(name, _line(content.sources[name], topic), f"không có câu trả lời «{topic}»")
    placed = {
        answer.id for answer in content.shelves.answers.values() if answer.menu_step
    }  # by `_names_a_step_of_the_menu`
    for topic in sorted(content.answered - reached - placed):
        yield Problem(name, 1, f"không có đường nào dẫn tới câu trả lời «{topic}»")


def _names_a_step_of_the_menu(content: _Content) -> Iterator[Problem]:
    known = {step.id for step in steps(content.shelves.menu)}
    for name, answer in content.shelves.answers.items():
        if answer.menu_step and answer.menu_step not in known:
            text = f"không có nhóm cuối nào mang mã «{answer.menu_step}» trong menu.yaml"
            allowed = ", ".join(sorted(known))
            yield content.sources[name].problem(f"{text}; được dùng: {allowed}", "menu_step")


def _menu_nodes(nodes: tuple[MenuNode, ...], depth: int) -> Iterator[tuple[MenuNode, int]]:
    for node in nodes:
        yield node, depth
        yield from _menu_nodes(node.children, depth + 1)


def _weeks_are_ready(content: _Content) -> Iterator[Problem]:
    source = content.sources[Path("calendar.yaml")]
    for index, week in enumerate(content.shelves.calendar.weeks):
        if week.week != index + 1:
            yield source.problem(f"các tuần đi theo thứ tự 1 đến 52; ở đây phải là tuần {index + 1}", "weeks", index)
        for place, topic in enumerate(week.topics):
            if topic not in content.topics:
                yield source.problem(f"không có câu trả lời «{topic}»", "weeks", index, "topics", place)
        words = sum(any(map(str.isalnum, word)) for word in plain(parse(week.draft)).split())
        if words not in DRAFT_WORDS:
            limits = f"từ {DRAFT_WORDS[0]} đến {DRAFT_WORDS[-1]} từ"
            yield source.problem(f"bài soạn sẵn dài {words} từ; phải {limits}", "weeks", index, "draft")
        if rough := _RAW.search(week.draft):
            text = f"bỏ «{rough[0].strip()}»: bài soạn sẵn chỉ dùng chữ, danh sách và **đậm**"
            yield source.problem(text, "weeks", index, "draft")


def _localities_are_real(content: _Content) -> Iterator[Problem]:
    for code, commune in content.shelves.communes.items():
        name = Path("communes") / f"{code}.yaml"
        source, place = content.sources[name], content.places.get(code)
        if place is None:
            yield Problem(name, 1, f"tên tệp phải là mã xã 5 chữ số của năm 2025; không có xã nào mã «{code}»")
            continue
        if commune.name != place.name:
            yield source.problem(f"xã mã {code} tên là «{place.name}»", "name")
        if commune.province != place.province_code:
            yield source.problem(f"xã này thuộc tỉnh mã «{place.province_code}»", "province")
        yield from _hamlets_stand_once(source, commune)
        yield from _samples(content, source, commune)
    for code, province in content.shelves.provinces.items():
        name = Path("provinces") / f"{code}.yaml"
        source, unit = content.sources[name], content.places.province(code)
        if unit is None:
            yield Problem(name, 1, f"không có tỉnh, thành phố nào mã «{code}»")
        elif province.name != unit.name:
            yield source.problem(f"tỉnh mã {code} tên là «{unit.name}»", "name")
        yield from _samples(content, source, province)


def _hamlets_stand_once(source: Source, commune: Commune) -> Iterator[Problem]:
    names = [fold(name) for name in commune.hamlets]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield source.problem(f"«{commune.hamlets[index]}» đã có ở trên", "hamlets", index)


def _samples(content: _Content, source: Source, model: Commune | Province) -> Iterator[Problem]:
    for index, path in enumerate(model.sample):
        if _value_at(model, path) is None:
            yield source.problem(f"«{path}» không có trong tệp này", "sample", index)
        elif content.is_production:
            text = f"«{path}» còn là giá trị mẫu; điền giá trị thật rồi xóa dòng này khỏi «sample»"
            yield source.problem(text, "sample", index)


def _value_at(model: object, path: str) -> object:
    value: object = model
    for step in path.split("."):
        value = getattr(value, step, None)
    return value


def _defaults_are_complete(content: _Content) -> Iterator[Problem]:
    missing = REQUIRED_FIELDS - content.shelves.national.defaults.keys()
    for field in sorted(missing):
        yield Problem(Path("national.yaml"), 1, f"«defaults» thiếu «{field}»")


REQUIRED_FIELDS = frozenset({
    "commune.name", "commune.reception", "commune.website",
    "commune.one_stop.name", "commune.one_stop.address", "commune.one_stop.phone", "commune.one_stop.hours",
    "commune.office.address", "commune.office.phone",
    "commune.police.name", "commune.police.address", "commune.police.phone",
    "province.name", "province.hotline",
})  # fmt: skip
"""The fields that a body may use: each has a national default, so none is ever shown raw."""


def _known_fields(content: _Content) -> frozenset[str]:
    return REQUIRED_FIELDS & content.shelves.national.defaults.keys()


def _line(source: Source, text: str) -> int:
    """Return the line of *source* where *text* first stands, or its first line."""
    whole = [(source.body_line, source.body), (source.header_line, source.header)]
    for first, part in whole:
        if text in part:
            return first + part[: part.index(text)].count("\n")
    return 1


_CHECKS: tuple[Callable[[_Content], Iterator[Problem]], ...] = (
    _filed_where_it_belongs,
    _names_topics_that_exist,
    _phrasings_stand_once,
    _bodies_are_sound,
    _front_matter_has_no_stray_fields,
    _documents_are_written_one_way,
    _texts_are_plain,
    _links_are_known,
    _names_a_step_of_the_menu,
    _menu_leads_everywhere,
    _weeks_are_ready,
    _localities_are_real,
    _defaults_are_complete,
)
