"""Read one content file: YAML, or Markdown under YAML front matter, into a model or into problems with lines.

PyYAML's C loader reads (20 times faster than the pure one); only when something is wrong is the file composed once
more into nodes, which know their lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.knowledge.problems import Problem, sentence

Model = TypeVar("Model", bound=BaseModel)

_FENCE = "---\n"


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
        """Return the problem *text* at the line where *path* stands in the header."""
        return Problem(self.name, self.header_line + _line_of(self.header, path), text)

    def model(self, kind: type[Model]) -> Model:
        """Return the header as a *kind*; what stands under it in a Markdown file is its field ``body``.

        Raises:
            Unreadable: with every problem of the file at once.
        """
        data = self._mapping()
        if self.name.suffix == ".md":
            data["body"] = self.body
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            raise Unreadable([self.problem(sentence(dict(item)), *item["loc"]) for item in error.errors()]) from error

    def _mapping(self) -> dict[str, Any]:
        try:
            data = yaml.load(self.header, Loader=yaml.CSafeLoader)  # the C twin of SafeLoader
        except yaml.YAMLError as error:
            raise Unreadable([self._broken(error)]) from error
        if not isinstance(data, dict):
            raise Unreadable([Problem(self.name, 1, "tệp phải gồm các mục dạng «tên: giá trị»")])
        return data

    def _broken(self, error: yaml.YAMLError) -> Problem:
        mark = getattr(error, "problem_mark", None)
        line = mark.line if mark else 0
        return Problem(
            self.name, self.header_line + line, "không đọc được YAML ở gần dòng này; xem lại thụt đầu dòng và dấu nháy"
        )


def read_source(folder: Path, name: Path) -> Source:
    """Return the file *name* of the content *folder*, split into header and body where it is Markdown.

    Raises:
        Unreadable: it is not UTF-8, or a Markdown file does not begin with front matter.
    """
    try:
        text = (folder / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unreadable([Problem(name, 1, "tệp phải lưu ở dạng UTF-8")]) from error
    if name.suffix != ".md":
        return Source(name, text)
    if not text.startswith(_FENCE) or f"\n{_FENCE}" not in text:
        raise Unreadable([Problem(name, 1, "phần đầu phải nằm giữa hai dòng ---")])
    header, body = text.removeprefix(_FENCE).split(f"\n{_FENCE}", 1)
    lines = header.count("\n") + 1
    return Source(name, header, body.strip(), header_line=2, body_line=lines + 3)


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
