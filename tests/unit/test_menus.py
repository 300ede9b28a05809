"""The menu with the answers that name their own step in it."""

from bot.knowledge.menus import Step, filled, steps
from bot.knowledge.schema import Menu
from tests.unit.builders import an_answer

MENU = Menu.model_validate({
    "menu": [
        {"id": "doi", "title": "Việc trong đời", "children": [{"id": "sinh", "title": "Sinh con", "topics": ["a"]}]},
        {"id": "khac", "title": "Việc khác", "topics": ["b"]},
    ]
})  # fmt: skip


def test_an_answer_stands_under_the_step_that_it_names() -> None:
    menu = filled(MENU, [an_answer("c", menu_step="sinh"), an_answer("d", menu_step="khac"), an_answer("e")])

    assert menu.menu[0].children[0].topics == ("a", "c")
    assert menu.menu[1].topics == ("b", "d")


def test_an_answer_that_is_listed_too_stands_there_once() -> None:
    assert filled(MENU, [an_answer("a", menu_step="sinh")]) == MENU


def test_only_steps_that_lead_to_answers_are_to_choose_from() -> None:
    assert steps(MENU) == [Step("sinh", ("Việc trong đời", "Sinh con")), Step("khac", ("Việc khác",))]
