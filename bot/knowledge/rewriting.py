"""One entry of a YAML file with another value, changed as little as that takes.

ruamel.yaml keeps the comments, quotes and brackets of what stays. What is new is written as `content/` is: two spaces
deep, prose folded, everything else on one line, and in quotes wherever the reader of content files (PyYAML, YAML 1.1)
would take a bare word for a number, a date or a yes.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, ScalarString

Value = str | date | Sequence["Value"] | Mapping[str, "Value"]
"""What an entry may hold; the items of a list, and the values of a mapping, are values again."""

LINE_LENGTH = 118
"""Characters of a line of folded prose, without its indentation."""

PROSE = frozenset({"summary", "text", "after"})
"""Entries whose text is folded."""

_UNBROKEN = 1 << 20
_WORDS = re.compile(r"\w[\w .-]*")
_STRING = "tag:yaml.org,2002:str"


def written(name: str, value: Value) -> str:
    """Return the lines of a new entry."""
    return _dumped(CommentedMap({name: _new(name, value)}))


def rewritten(lines: str, name: str, value: Value) -> str:
    """Return *lines*, which are the entry *name* and nothing else, with *value* in the place of the old one."""
    tree = _yaml().load(lines)
    tree[name] = _merged(name, tree[name], value)
    return _dumped(tree)


def bare(value: object) -> object:
    """Return *value* as plain lists, pairs and scalars, so that what says the same is equal."""
    match value:
        case Mapping():
            return sorted((str(key), bare(item)) for key, item in value.items())
        case list() | tuple():
            return [bare(item) for item in value]
        case str():
            return str(value)
        case _:
            return value


def _merged(name: str, old: Any, new: Value, *, in_brackets: bool = False) -> Any:  # noqa: ANN401  # ruamel's own trees
    if bare(old) == bare(new):
        return old
    match old, new:
        case CommentedMap(), Mapping():
            return _merged_mapping(old, new, in_brackets=in_brackets or _has_brackets(old))
        case CommentedSeq(), list() | tuple():
            return _merged_sequence(name, old, new, in_brackets=in_brackets or _has_brackets(old))
        case FoldedScalarString(), str():
            return _folded(new)
        case ScalarString(), str() if "\n" not in new:
            return type(old)(new)
        case _:
            return _new(name, new, in_brackets=in_brackets)


def _merged_mapping(old: CommentedMap, new: Mapping[str, Value], *, in_brackets: bool) -> CommentedMap:
    for name in [name for name in old if name not in new]:
        del old[name]
    for index, (name, value) in enumerate(new.items()):
        if name in old:
            old[name] = _merged(name, old[name], value, in_brackets=in_brackets)
        else:
            old.insert(index, name, _new(name, value, in_brackets=in_brackets))
    return old


def _merged_sequence(name: str, old: CommentedSeq, new: Sequence[Value], *, in_brackets: bool) -> CommentedSeq:
    before, after = ([repr(bare(item)) for item in items] for items in (old, new))
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for _, first, last, other_first, other_last in reversed(changes):
        items = new[other_first:other_last]
        for index in range(last - 1, first + len(items) - 1, -1):
            del old[index]
        for index, item in enumerate(items, start=first):
            if index < last:
                old[index] = _merged(name, old[index], item, in_brackets=in_brackets)
            else:
                old.insert(index, _new(name, item, in_brackets=in_brackets))
    return old


def _has_brackets(tree: CommentedMap | CommentedSeq) -> bool:
    return bool(tree.fa.flow_style())


def _new(name: str, value: Value, *, in_brackets: bool = False) -> Any:  # noqa: ANN401  # as `_merged`
    match value:
        case str() if name in PROSE and not in_brackets:
            return _folded(value)
        case str():
            return _scalar(value, in_brackets=in_brackets)
        case Mapping():
            return CommentedMap((key, _new(key, item, in_brackets=in_brackets)) for key, item in value.items())
        case list() | tuple():
            return _list([_new(name, item, in_brackets=in_brackets) for item in value])
        case _:
            return value


def _list(items: Sequence[object]) -> CommentedSeq:
    made = CommentedSeq(items)
    if not items:
        made.fa.set_flow_style()
    return made


def _scalar(text: str, *, in_brackets: bool) -> Any:  # noqa: ANN401  # as `_merged`
    """Return *text*, in quotes where it would read as something else; what would break YAML itself ruamel quotes.

    Between brackets the two disagree about colons and question marks, so that only plain words stay bare there.
    """
    reader: Any = yaml.CSafeLoader("")
    means = reader.resolve(yaml.ScalarNode, text, (True, False))
    is_bare = means == _STRING and "\n" not in text and (not in_brackets or _WORDS.fullmatch(text) is not None)
    return text if is_bare else DoubleQuotedScalarString(text)


def _folded(text: str) -> Any:  # noqa: ANN401  # as `_merged`
    """Return *text* as lines that read as one; where it has spaces that folding would eat, in quotes."""
    if not text or text != " ".join(text.split()):
        return DoubleQuotedScalarString(text)
    folded = FoldedScalarString(text)
    folded.fold_pos = list(_line_ends(text))
    return folded


def _line_ends(text: str) -> Iterator[int]:
    """Yield the spaces of *text* at which its lines end."""
    begun = 0
    for index, letter in enumerate(text):
        if letter == " " and _end_of_word(text, index + 1) - begun > LINE_LENGTH:
            yield index
            begun = index + 1


def _end_of_word(text: str, start: int) -> int:
    found = text.find(" ", start)
    return len(text) if found < 0 else found


def _dumped(tree: CommentedMap) -> str:
    stream = io.StringIO()
    _yaml().dump(tree, stream)
    return stream.getvalue()


def _yaml() -> YAML:
    """Return a reader and writer; each is good for one document."""
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = _UNBROKEN
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer
