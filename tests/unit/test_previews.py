"""A bulletin as the channels show it, with the channels' own renderers, and what is too long for one message."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.composing import Composer
from bot.desk.previews import check_fit, composed, excess, previews, room, spare
from bot.errors import UserError
from bot.messages import Channel
from bot.office import SCREENS
from bot.ports.bulletins import Audience, Draft
from tests.sentences import sentences
from tests.world import NOW

HERE = "00430"
DRAFT = Draft(
    title="Cúp *nước*", body="Từ **8 giờ**, xem [lịch](https://x.gov.vn).", audiences=(Audience(HERE),), is_urgent=True
)


def composer() -> Composer:
    return Composer(sentences(), ZoneInfo("Asia/Ho_Chi_Minh"))


def test_a_preview_is_what_the_channel_shows() -> None:
    """Word by word, from the first line to the last."""
    shown = {one.channel: one.messages for one in previews(DRAFT, HERE, composer(), SCREENS, NOW)}

    text = (
        "Bản tin xã Đa Phúc, ngày 20/11/2026\n\n"
        "KHẨN: Cúp *nước*\n\n"
        "Từ 8 giờ, xem lịch: https://x.gov.vn.\n\n"
        "Gõ «hủy bản tin» để ngừng nhận."
    )
    assert shown == {Channel.TELEGRAM: (text,), Channel.ZALO: (text,)}


def test_telegram_shows_bold_words_and_links() -> None:
    """Zalo shows neither; what somebody wrote is escaped on both."""
    draft = replace(DRAFT, body="Từ **8 giờ** <b>tối</b>, xem [lịch](https://x.gov.vn).")

    shown = {one.channel: "".join(one.dressed) for one in previews(draft, HERE, composer(), SCREENS, NOW)}

    assert "Từ <b>8 giờ</b> &lt;b&gt;tối&lt;/b&gt;" in shown[Channel.TELEGRAM]
    assert '<a href="https://x.gov.vn">lịch</a>' in shown[Channel.TELEGRAM]
    assert "Từ 8 giờ &lt;b&gt;tối&lt;/b&gt;, xem lịch: https://x.gov.vn" in shown[Channel.ZALO]


def longest_that_fits(draft: Draft, channel: Channel) -> int:
    """Return how many letters a body may have on *channel*."""
    whole = replace(draft, body="x" * 5000)
    screen = SCREENS[channel]
    return 5000 - excess(
        whole.body, lambda body: len(screen.render(composed(replace(whole, body=body), HERE, composer(), NOW))) == 1
    )


def test_zalo_takes_less_and_so_decides() -> None:
    most = longest_that_fits(DRAFT, Channel.ZALO)

    check_fit(replace(DRAFT, body="x" * most), composer(), SCREENS, NOW)
    with pytest.raises(UserError, match=r"Bài không vừa một tin nhắn Zalo ở xã Đa Phúc: hãy bớt khoảng 7 ký tự\."):
        check_fit(replace(DRAFT, body="x" * (most + 7)), composer(), SCREENS, NOW)


def test_a_picture_leaves_less_room_on_telegram() -> None:
    """Its caption has a limit of its own."""
    with_picture = replace(DRAFT, picture="0" * 64)

    assert longest_that_fits(with_picture, Channel.TELEGRAM) < 1024 < longest_that_fits(DRAFT, Channel.TELEGRAM)
    with pytest.raises(UserError, match="tin nhắn Telegram"):
        check_fit(replace(with_picture, body="x" * 1100), composer(), SCREENS, NOW)


def test_the_commune_with_the_longest_name_decides() -> None:
    codes = sorted(sentences().shelves.communes, key=lambda code: len(composer().commune_name(code)))
    short, long = codes[0], codes[-1]
    body = "x" * longest_that_fits(DRAFT, Channel.ZALO)
    difference = len(composer().commune_name(long)) - len(composer().commune_name(HERE))

    with pytest.raises(UserError, match=f"ở {composer().commune_name(long)}: hãy bớt khoảng {difference} ký tự"):
        check_fit(
            replace(DRAFT, body=body, audiences=(Audience(HERE), Audience(short), Audience(long))),
            composer(),
            SCREENS,
            NOW,
        )


@given(st.text(max_size=60), st.integers(0, 60))
def test_what_is_too_much_is_counted_to_the_letter(body: str, most: int) -> None:
    assert excess(body, lambda part: len(part) <= most) == max(0, len(body) - most)


@given(st.text(max_size=60), st.integers(60, 5000))
def test_what_is_left_is_counted_to_the_letter(body: str, most: int) -> None:
    assert spare(body, lambda text: len(text) <= most) == most - len(body)


@pytest.mark.parametrize("channel", SCREENS)
def test_what_is_left_is_what_still_fits(channel: Channel) -> None:
    """One letter more does not, and then it says by how much."""
    left = room(DRAFT, composer(), SCREENS, NOW)[channel]

    full, over = (replace(DRAFT, body=DRAFT.body + "x" * (left + more)) for more in (0, 1))

    assert room(full, composer(), SCREENS, NOW)[channel] == 0
    assert room(over, composer(), SCREENS, NOW)[channel] == -1
