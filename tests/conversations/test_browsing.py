"""Finding an answer without typing a question: the menu, by pressing and by number."""

from bot.knowledge.library import Library
from bot.messages import Kind
from handlers.payloads import Do
from tests.conversations.world import Citizen, a_citizen

MOST_PRESSES = 3


async def test_every_answer_is_at_most_three_presses_away(library: Library) -> None:
    """Whoever cannot type or spell reaches everything that we know."""
    somebody = a_citizen(library)
    await somebody.press_old(f"do:{Do.MENU}")
    steps = {button.payload for button in somebody.choices}
    reached: set[str] = set()
    for _ in range(MOST_PRESSES):
        shown = {payload for payload in steps if payload.startswith("t:")}
        reached |= {payload.removeprefix("t:") for payload in shown}
        following: set[str] = set()
        for payload in steps - shown - {f"do:{Do.MENU}"}:
            await somebody.press_old(payload)
            following |= {button.payload for button in somebody.choices}
        steps = following

    assert reached == library.answers.keys()


async def test_a_path_through_the_menu(villager: Citizen) -> None:
    """From a moment of life to its answer, and back."""
    await villager.write("menu")
    assert "Sinh con" in await villager.press("Việc trong đời")
    assert "Đăng ký khai sinh cho con" in await villager.press("Sinh con")
    assert "Bạn cần việc gì?" in await villager.press("Quay lại")
    await villager.press("Việc trong đời")
    await villager.press("Sinh con")

    assert "60 ngày" in await villager.press("Đăng ký khai sinh cho con")


async def test_the_same_path_by_numbers(villager: Citizen) -> None:
    """Typing a number does what pressing would, however it is typed."""
    await villager.talk(
        [
            ("danh mục", "1. Việc trong đời"),
            ("1", "1. Sinh con"),
            ("số 1", "1. Đăng ký khai sinh cho con"),
            ("1.", "Nguồn:"),
            ("quay lại", "1. Việc trong đời"),
            ("2️⃣", "Nộp hồ sơ qua mạng"),
        ]
    )


async def test_numbers_beyond_the_list_change_nothing(villager: Citizen) -> None:
    """After the wrong number the right one still works."""
    await villager.talk([("menu", "Bạn cần việc gì?"), ("99", "Không có mục nào mang số đó"), ("1", "Sinh con")])


async def test_a_button_of_long_ago_says_so(villager: Citizen) -> None:
    """Chats keep their buttons for years, and the menu changes."""
    for payload in ("g:gone-from-the-menu", "t:gone-from-the-content", "do:gone", "c:99999"):
        assert "Nút này cũ rồi" in await villager.press_old(payload)
        assert villager.labels == ["Danh mục"]


async def test_who_leaves_hears_nothing(villager: Citizen) -> None:
    """Nobody can be answered who has blocked us."""
    assert await villager._do(Kind.GONE) == ""  # noqa: SLF001  # a kind of message nobody writes on purpose
    assert await villager._do(Kind.WITHDRAW) == ""  # noqa: SLF001
    assert [type(effect).__name__ for effect in villager.effects] == ["MarkGone", "Forget"]
