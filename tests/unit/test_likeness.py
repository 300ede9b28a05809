"""Which bulletins are so alike that one of them may be a mistake."""

import pytest

from bot.bulletins.likeness import are_alike
from bot.knowledge.library import Library

POWER_CUT = """Cắt điện ngày 21/11/2026

Điện lực Sóc Sơn cắt điện từ **8 giờ đến 11 giờ** để sửa đường dây ở thôn Mẫu 1 và thôn Mẫu 2.
Bà con tắt các thiết bị trước giờ cắt. Có việc gấp thì gọi 1900 1288."""


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(POWER_CUT, id="the-same"),
        pytest.param(POWER_CUT.replace("21/11", "22/11"), id="another-day"),
        pytest.param(POWER_CUT.upper().replace("**", ""), id="another-look"),
        pytest.param(POWER_CUT.replace("thôn Mẫu 2", "thôn Mẫu 3"), id="another-hamlet"),
        pytest.param(POWER_CUT.replace("đường dây", "đường giây"), id="a-slip-mended"),
    ],
)
def test_a_near_copy_is_found(other: str) -> None:
    assert are_alike(POWER_CUT, other)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("Lịch tiêm chủng\n\nTrạm y tế tiêm cho trẻ vào thứ Tư, từ 8 giờ.", id="another-matter"),
        pytest.param(
            "Cúp nước ngày 21/11/2026\n\nNhà máy nước súc rửa đường ống cả ngày. Bà con trữ nước trước.",
            id="the-same-day",
        ),
        pytest.param("", id="nothing"),
    ],
)
def test_another_text_is_none(other: str) -> None:
    assert not are_alike(POWER_CUT, other)


def test_no_two_weeks_of_the_calendar_are_alike(library: Library) -> None:
    """Or the officials who send them as they are would be warned for nothing."""
    drafts = [f"{week.title}\n{week.draft}" for week in library.shelves.calendar.weeks]

    assert not [(one, other) for one in drafts for other in drafts if one < other and are_alike(one, other)]
