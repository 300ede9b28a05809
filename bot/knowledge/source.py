"""Read one content file: YAML, or Markdown under YAML front matter, into a model or into problems with lines.

PyYAML's C loader reads (20 times faster than the pure one); only when something is wrong is the file composed once
more into nodes, which know their lines.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.knowledge.problems import Problem, sentence

Model = TypeVar("Model", bound=BaseModel)

FENCE = "---\n"
"""The line above and below the front matter."""

BYTE_ORDER_MARK = "\ufeff"


class _Repeated(yaml.constructor.ConstructorError):
    """A mapping has a key twice, and YAML would keep only the last."""


class _Loader(yaml.CSafeLoader):
    """SafeLoader's C twin, without the surprises that YAML has for editors."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        """Return the mapping; a key that stands twice is a mistake."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise _Repeated(problem=key.value, problem_mark=key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)

    def day(self, node: yaml.ScalarNode) -> Any:  # noqa: ANN401  # as PyYAML
        """Return a date, or the text of one that no calendar has, for pydantic to refuse with its line."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return self.construct_yaml_str(node)

    def number(self, node: yaml.ScalarNode) -> Any:  # noqa: ANN401  # as PyYAML
        """Return an integer; but 19:00 stays text, which YAML 1.1 would read as 19 times 60."""
        return self.construct_yaml_str(node) if ":" in node.value else self.construct_yaml_int(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.number)


class Unreadable(Exception):
    """A file has problems; ``problems`` lists every one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file: ``name`` relative to the content folder, ``header`` its YAML, ``body`` what follows it."""

    name: Path
    header: str
    body: str = ""
    header_line: int = 1
    body_line: int = 1

    def problem(self, text: str, *path: str | int) -> Problem:
        """Return the problem *text* at the line where *path* stands in the header; of the body, where that begins."""
        if path == ("body",) and self.name.suffix == ".md":
            return Problem(self.name, self.body_line, text)
        return Problem(self.name, self.header_line + _line_of(self.header, path), text)

    def model(self, kind: type[Model]) -> Model:
        """Return the header as a *kind*; what stands under it in a Markdown file is its field ``body``.

        Raises:
            Unreadable: with every problem of the file at once.
        """
        data = self.mapping()
        if self.name.suffix == ".md":
            data["body"] = self.body
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            raise Unreadable([self.problem(sentence(item), *item["loc"]) for item in _causes(error)]) from error

    def mapping(self) -> dict[str, Any]:
        """Return the header as it was read, by the names of its entries.

        Raises:
            Unreadable: it is no YAML, or no mapping.
        """
        try:
            data = yaml.load(self.header, Loader=_Loader)  # noqa: S506  # a SafeLoader
        except yaml.YAMLError as error:
            raise Unreadable([self._broken(error)]) from error
        if not isinstance(data, dict):
            raise Unreadable([Problem(self.name, 1, "tệp phải gồm các mục dạng «tên: giá trị»")])
        return data

    def _broken(self, error: yaml.YAMLError) -> Problem:
        mark = getattr(error, "problem_mark", None)
        line = mark.line if mark else 0
        text = "không đọc được YAML ở gần dòng này; xem lại thụt đầu dòng và dấu nháy"
        if isinstance(error, _Repeated):
            text = f"mục «{error.problem}» ghi hai lần; gộp làm một hoặc bỏ bớt"
        return Problem(self.name, self.header_line + line, text)


def _causes(error: ValidationError) -> Iterator[dict[str, Any]]:
    """Yield what is wrong, without a list that is called too short only because its items are wrong."""
    items = [dict[str, Any](item) for item in error.errors()]
    paths: list[tuple[str | int, ...]] = [item["loc"] for item in items]
    for item, path in zip(items, paths, strict=True):
        if item["type"] != "too_short" or not any(other[: len(path)] == path != other for other in paths):
            yield item


def read_source(folder: Path, name: Path) -> Source:
    """Return the file *name* of the content *folder*, split into header and body where it is Markdown.

    Raises:
        Unreadable: it is not UTF-8, or a Markdown file does not begin with front matter.
    """
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable([Problem(name, 1, "tệp phải lưu ở dạng UTF-8")]) from error
    return source_of(name, text)


def source_of(name: Path, text: str) -> Source:
    """Return *text*, which the file *name* holds or might hold, split into header and body where it is Markdown.

    Raises:
        Unreadable: a Markdown file does not begin with front matter.
    """
    # Notepad begins a file with a byte-order mark; nobody sees it, so it is no mistake.
    text = text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")
    if name.suffix != ".md":
        return Source(name, text)
    text = text if text.endswith("\n") else f"{text}\n"
    end = text.find(f"\n{FENCE}", len(FENCE) - 1)
    if not text.startswith(FENCE) or end < 0:
        raise Unreadable([Problem(name, 1, "phần đầu phải nằm giữa hai dòng ---")])
    rest = text[end + 1 + len(FENCE) :]
    above = len(text) - len(rest.lstrip())
    return Source(name, text[len(FENCE) : end], rest.strip(), header_line=2, body_line=text.count("\n", 0, above) + 1)


def _line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the 0-based line where *path* stands in the YAML *text*; its nearest parent's if it is missing."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    line = 0
    for step in path:
        key, node = _step(node, step)
        if node is None:
            break
        line = key.start_mark.line
    return line


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return yaml.ScalarNode("", ""), None
