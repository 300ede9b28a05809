"""Change entries of an answer file and leave the rest of it letter for letter: comments, order, quotes, line ends.

Each entry of the header is rewritten by itself (`bot.knowledge.rewriting`). Only so do comments stay where they are:
ruamel.yaml, which keeps them, hangs those between two entries on the first, and what is added behind it would land
behind them. Pure: nothing here reads or writes files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.knowledge.problems import Problem
from bot.knowledge.rewriting import Value, bare, rewritten, written
from bot.knowledge.schema import Answer
from bot.knowledge.source import BYTE_ORDER_MARK, FENCE, Unreadable, source_of

BODY = "body"
"""The name of what stands below the header, as in `bot.knowledge.schema.Answer`."""

_ORDER = tuple(Answer.model_fields)
_NAMELESS = Path("answer.md")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the header: its ``lines``, and the comments and blank lines behind it."""

    name: str
    lines: str
    behind: str


def edited(text: str, changes: Mapping[str, Value | None], body: str | None = None) -> str:
    """Return the answer file *text* with *changes* made to the entries of its header, and perhaps a new *body*.

    A change of None takes the entry out. New entries stand where other files have them. The result reads back as what
    was asked for, whatever characters that holds.

    Raises:
        Unreadable: *text* is no answer file.
        ValueError: the result would read back as something else; this is a fault of ours.
    """
    if not changes and body is None:
        return text
    line_end = "\r\n" if "\r\n" in text else "\n"
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    header, below = _parts(text)
    below = below if body is None else _with_body(below, body)
    whole = mark + f"{FENCE}{_with_entries(header, changes)}{FENCE}{below}".replace("\n", line_end)
    _check(text, changes, body, whole)
    return whole


def entry_at(text: str, line: int) -> str:
    """Return the name of the entry that stands at *line* (from 1) of the answer file *text*; `BODY` below the header.

    Empty where there is none, or the file cannot be read.
    """
    try:
        header, _ = _parts(text)
        above, entries = _entries(header)
    except Unreadable:
        return ""
    last = FENCE.count("\n") + above.count("\n")
    for entry in entries:
        last += entry.lines.count("\n") + entry.behind.count("\n")
        if line <= last:
            return entry.name
    return BODY if line > last + FENCE.count("\n") else ""


def _parts(text: str) -> tuple[str, str]:
    """Return the header of *text*, and what stands below its second fence."""
    plain = text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")
    end = plain.find(f"\n{FENCE}", len(FENCE) - 1) + 1
    if not plain.startswith(FENCE) or not end:
        raise _unreadable()
    return plain[len(FENCE) : end], plain[end + len(FENCE) :]


def _unreadable() -> Unreadable:
    return Unreadable([Problem(_NAMELESS, 1, "phần đầu phải gồm các mục, giữa hai dòng ---")])


def _with_body(below: str, body: str) -> str:
    """Return *below* with *body* in the place of its text; the blank lines around it stay."""
    lead, tail = below[: len(below) - len(below.lstrip())], below[len(below.rstrip()) :]
    return f"{lead}{body.strip()}{tail or chr(10)}"


def _with_entries(header: str, changes: Mapping[str, Value | None]) -> str:
    above, old = _entries(header)
    entries = [_changed(entry, changes[entry.name]) if entry.name in changes else entry for entry in old]
    known = {entry.name for entry in old}
    for name, value in changes.items():
        if name not in known and value is not None:
            entries.insert(_place(entries, name), _Entry(name, written(name, value), ""))
    return above + "".join(entry.lines + entry.behind for entry in entries)


def _entries(header: str) -> tuple[str, list[_Entry]]:
    """Return what stands above the first entry of *header*, and its entries, which together are all of it."""
    lines = header.splitlines(keepends=True)
    try:
        root = yaml.compose(header, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise _unreadable() from error
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _unreadable()
    starts = [key.start_mark.line for key, _ in root.value]
    ends = [*starts[1:], len(lines)]
    return "".join(lines[: starts[0]]), [
        _entry(key.value, value, lines[start:end])
        for (key, value), start, end in zip(root.value, starts, ends, strict=True)
    ]


def _entry(name: str, value: yaml.Node, lines: list[str]) -> _Entry:
    """Return the entry that *lines* hold, parted from what is behind it."""
    is_prose = _last_leaf(value).style in {"|", ">"}  # whose lines may begin with #
    end = len(lines)
    while end > 1 and _says_nothing(lines[end - 1], is_prose=is_prose):
        end -= 1
    return _Entry(name, "".join(lines[:end]), "".join(lines[end:]))


def _says_nothing(line: str, *, is_prose: bool) -> bool:
    return not line.strip() or (line if is_prose else line.lstrip()).startswith("#")


def _last_leaf(node: yaml.Node) -> yaml.ScalarNode:
    """Return the last scalar of *node*; one without a style for a list or mapping in brackets, which ends with them."""
    while isinstance(node, yaml.CollectionNode):
        if node.flow_style or not node.value:
            return yaml.ScalarNode("", "")
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101  # for mypy: there is nothing else
    return node


def _changed(entry: _Entry, value: Value | None) -> _Entry:
    """Return *entry* with *value*; a comment that loses its place among the items of a list goes behind the entry."""
    if value is None:
        return _Entry(entry.name, "", "".join(_comments(entry.lines)) + entry.behind)
    lines = rewritten(entry.lines, entry.name, value)
    kept = {comment.strip() for comment in _comments(lines)}
    lost = (comment for comment in _comments(entry.lines) if comment.strip() not in kept)
    return _Entry(entry.name, lines, "".join(lost) + entry.behind)


def _comments(lines: str) -> Iterator[str]:
    return (line for line in lines.splitlines(keepends=True) if line.lstrip().startswith("#"))


def _place(entries: Sequence[_Entry], name: str) -> int:
    """Return where a new entry *name* goes: behind the last one that stands before it in other files."""
    earlier = _ORDER[: _ORDER.index(name)]
    return max((index for index, entry in enumerate(entries, start=1) if entry.name in earlier), default=0)


def _check(text: str, changes: Mapping[str, Value | None], body: str | None, whole: str) -> None:
    """See that *whole* reads back as *text* with *changes*."""
    before, after = (source_of(_NAMELESS, one) for one in (text, whole))
    kept = {name: value for name, value in before.mapping().items() if name not in changes}
    wanted = kept | {name: value for name, value in changes.items() if value is not None}
    if bare(after.mapping()) != bare(wanted) or after.body != (before.body if body is None else body.strip()):
        raise ValueError("the edit would not read back as it was meant")
