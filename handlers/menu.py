"""Browse the answers by pressing: life events and fields first, then a step, then the answer."""

from bot.knowledge.schema import MenuNode
from bot.messages import Button
from bot.ports.conversations import Outcome
from handlers.answers import suggestion
from handlers.payloads import Do, do, menu_button
from handlers.turn import Turn, outcome


def open_menu(turn: Turn) -> Outcome:
    """Return the first step, and the way to say something oneself."""
    feedback = do(Do.FEEDBACK, turn.say.labels.feedback)
    return outcome(turn.say.menu, (*_steps(turn.library.shelves.menu.menu), feedback))


def open_node(turn: Turn, node_id: str) -> Outcome | None:
    """Return the step *node_id*; None if the menu has none of that name any more."""
    node = turn.library.menu_node(node_id)
    if node is None:
        return None
    answers = (suggestion(turn, topic) for topic in node.topics if topic in turn.library.answers)
    back = do(Do.MENU, turn.say.labels.back)
    return outcome(turn.say.menu_node.format(title=node.title), (*_steps(node.children), *answers, back))


def _steps(nodes: tuple[MenuNode, ...]) -> tuple[Button, ...]:
    return tuple(menu_button(node.id, node.title) for node in nodes)
