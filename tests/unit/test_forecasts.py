"""How many get a bulletin and when, in one sentence."""

import pytest

from bot.desk.forecasts import Forecast
from bot.desk.ports.bulletins import Reach
from bot.messages import Channel
from tests.sentences import sentences


@pytest.mark.parametrize(
    ("now", "waiting", "said"),
    [
        pytest.param(800, 440, "1.240 người: 800 gửi ngay, 440 chờ đến khi họ nhắn lại.", id="some-now-some-later"),
        pytest.param(1_000_000, 0, "1.000.000 người: tất cả gửi ngay.", id="all-now"),
        pytest.param(0, 7, "7 người: tất cả chờ đến khi họ nhắn lại.", id="all-later"),
        pytest.param(0, 0, "Chưa có ai nhận bản tin này.", id="nobody"),
    ],
)
def test_what_is_said_before_the_button_works(now: int, waiting: int, said: str) -> None:
    """The accounts are counted together."""
    reach = (Reach(Channel.TELEGRAM, "1", now, 0), Reach(Channel.ZALO, "2", 0, waiting))

    assert Forecast(reach).sentence(sentences().shelves.bulletin.desk.forecast) == said
