"""Times as officials type them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.desk.slots import at_time, check_time
from bot.errors import UserError
from bot.ports.bulletins import Audience, Draft
from tests.sentences import sentences
from tests.world import NOW

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DRAFT = Draft(title="Cúp nước", body="Từ 8 giờ.", audiences=(Audience("00430"),))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("2026-11-27T19:00", "2026-11-27T19:00+07:00", id="local"),
        pytest.param(" 2026-11-27 19:00 ", "2026-11-27T19:00+07:00", id="with-a-space"),
        pytest.param("2026-11-27T19:00:30", "2026-11-27T19:00:30+07:00", id="with-seconds"),
        pytest.param("2026-11-27T12:00Z", "2026-11-27T19:00+07:00", id="utc"),
        pytest.param("2026-11-27T13:00+08:00", "2026-11-27T12:00+07:00", id="elsewhere"),
    ],
)
def test_a_time_is_understood(typed: str, meant: str) -> None:
    draft = at_time(replace(DRAFT, slot_date=NOW.date()), typed, sentences(), ZONE)

    assert draft.due_at == datetime.fromisoformat(meant)
    assert draft.slot_date is None


@pytest.mark.parametrize(
    "typed",
    [
        "mai",
        "2026-11-27",
        "19:00",
        "27/11/2026 19:00",
        "2026-02-30T19:00",
        "0001-01-01T00:00+10:00",
        "2026-11-27T25:00",
    ],
)
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    """A day alone would mean midnight, which nobody means."""
    with pytest.raises(UserError, match="Không đọc được giờ gửi"):
        at_time(DRAFT, typed, sentences(), ZONE)


@pytest.mark.parametrize("away", [timedelta(seconds=-60), timedelta(0), timedelta(days=366)])
def test_a_time_may_be_a_minute_ago_or_within_a_year(away: timedelta) -> None:
    """The minute it took to type it is forgiven."""
    check_time((NOW + away).astimezone(UTC), NOW, sentences(), ZONE)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        pytest.param(timedelta(seconds=-61), "Giờ gửi 08:58 ngày 20/11/2026 đã qua", id="past"),
        pytest.param(timedelta(days=367), "còn xa hơn một năm", id="a-slip-of-the-year"),
    ],
)
def test_a_time_may_not_be_past_or_far(away: timedelta, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_time(NOW + away, NOW, sentences(), ZONE)
