"""The menu as people walk it: what `menu.yaml` lists, and the answers that name their own step in it.

An answer that names its step is one file: it comes and goes whole, with nothing to keep in line elsewhere. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.schema import Answer, Menu, MenuNode


@dataclass(frozen=True, slots=True)
class Step:
    """A step that leads to answers: its id, and the titles on the way to it, its own last."""

    id: str
    titles: tuple[str, ...]


def filled(menu: Menu, answers: Iterable[Answer]) -> Menu:
    """Return *menu* with every one of *answers* under the step that it names, behind those which are listed there."""
    named: dict[str, list[str]] = {}
    for answer in answers:
        if answer.menu_step:
            named.setdefault(answer.menu_step, []).append(answer.id)
    return menu.model_copy(update={"menu": _filled(menu.menu, named)}) if named else menu


def steps(menu: Menu) -> list[Step]:
    """Return the steps under which an answer may stand, in the order of *menu*."""
    return list(_steps(menu.menu, ()))


def _filled(nodes: Iterable[MenuNode], named: Mapping[str, Sequence[str]]) -> tuple[MenuNode, ...]:
    return tuple(
        node.model_copy(
            update={
                "topics": tuple(dict.fromkeys([*node.topics, *named.get(node.id, ())])),
                "children": _filled(node.children, named),
            }
        )
        for node in nodes
    )


def _steps(nodes: Iterable[MenuNode], above: tuple[str, ...]) -> Iterator[Step]:
    for node in nodes:
        titles = (*above, node.title)
        if node.children:
            yield from _steps(node.children, titles)
        else:
            yield Step(node.id, titles)
