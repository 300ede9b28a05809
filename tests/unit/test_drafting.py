"""What officials type, and the one sentence that tells them how to mend it."""

from dataclasses import replace

import pytest

from bot.desk.drafting import MOST_CHARACTERS, checked
from bot.errors import UserError
from bot.knowledge.library import Library
from bot.ports.bulletins import Audience, Draft
from tests.sentences import sentences

HERE, THERE = "00430", "09574"
GOOD = Draft(title="Cúp nước ngày mai", body="Từ 8 giờ, xã cúp nước.", audiences=(Audience(HERE),))


def with_hamlets(*names: str) -> Library:
    """Return the content with these hamlets in the commune."""
    shelves = sentences().shelves
    commune = shelves.communes[HERE].model_copy(update={"hamlets": names})
    return Library(replace(shelves, communes={**shelves.communes, HERE: commune}))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param({"title": " Cúp \n nước\t"}, {"title": "Cúp nước"}, id="a-title-is-one-line"),
        pytest.param({"title": "Cu\u0301p nước"}, {"title": "Cúp nước"}, id="accents-are-composed"),
        pytest.param({"title": "x" * 100}, {}, id="a-hundred-letters"),
        pytest.param({"body": "Một\r\nHai\r\n\r\nBa"}, {"body": "Một\nHai\n\nBa"}, id="lines-of-windows"),
        pytest.param({"body": "Đi\u202e ngay\x00"}, {"body": "Đi  ngay"}, id="what-nobody-sees"),
        pytest.param({"body": "Đi \udce1 ngay"}, {"body": "Đi  ngay"}, id="half-a-character"),
    ],
)
def test_what_is_typed_is_cleaned(typed: dict[str, str], kept: dict[str, str]) -> None:
    assert checked(replace(GOOD, **typed), sentences()) == replace(GOOD, **(typed | kept))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"title": "Tin"}, "Tiêu đề phải dài từ 5 đến 100 ký tự.", id="a-short-title"),
        pytest.param({"title": "x" * 101}, "Tiêu đề phải dài từ 5 đến 100 ký tự.", id="a-long-title"),
        pytest.param({"title": "\u200b" * 20}, "Tiêu đề phải dài", id="a-title-nobody-sees"),
        pytest.param({"body": " \n\t"}, "Bản tin chưa có nội dung", id="an-empty-body"),
        pytest.param({"body": "#"}, "Bản tin chưa có nội dung", id="a-body-of-signs"),
        pytest.param({"body": "x" * (MOST_CHARACTERS + 1)}, "Bài dài quá 20.000 ký tự", id="a-huge-body"),
        pytest.param({"audiences": ()}, "Chưa chọn xã nào", id="no-commune"),
        pytest.param({"audiences": (Audience("99999"),)}, "Không có xã, phường nào mã «99999»", id="no-such-commune"),
        pytest.param({"audiences": (Audience("430"),)}, "mã gồm 5 chữ số", id="a-code-without-its-zeros"),
        pytest.param({"audiences": (Audience("00433"),)}, "(mã 00433) chưa tham gia kênh này", id="takes-no-part"),
        pytest.param(
            {"audiences": (Audience(HERE, "thôn xa"),)},
            "Xã Đa Phúc không có «thôn xa»; các thôn, tổ dân phố: thôn mẫu 1, thôn mẫu 2.",
            id="no-such-hamlet",
        ),
        pytest.param(
            {"audiences": (Audience(HERE, "thôn mẫu 1"), Audience(THERE))}, "Chỉ chọn thôn", id="a-hamlet-of-several"
        ),
    ],
)
def test_what_cannot_be_sent_is_refused(typed: dict[str, object], said: str) -> None:
    with pytest.raises(UserError) as refused:
        checked(replace(GOOD, **typed), sentences())  # type: ignore[arg-type]

    assert said in refused.value.args[0]


@pytest.mark.parametrize("typed", ["thôn mẫu 1", "thon mau 1", "Thôn Mẫu 1", "mẫu 1"])
def test_a_hamlet_is_named_as_its_commune_names_it(typed: str) -> None:
    """Or nobody would be found in it."""
    assert checked(replace(GOOD, audiences=(Audience(HERE, typed),)), sentences()).audiences == (
        Audience(HERE, "thôn mẫu 1"),
    )


def test_of_two_hamlets_that_differ_by_an_accent_the_typed_one_is_meant() -> None:
    library = with_hamlets("thôn Hà", "thôn Hạ")

    assert checked(replace(GOOD, audiences=(Audience(HERE, "thôn Hạ"),)), library).audiences == (
        Audience(HERE, "thôn Hạ"),
    )
    with pytest.raises(UserError, match="không có «thon ha»"):
        checked(replace(GOOD, audiences=(Audience(HERE, "thon ha"),)), library)


def test_a_commune_without_hamlets_says_so() -> None:
    with pytest.raises(UserError, match="chưa ghi tên thôn, tổ dân phố nào"):
        checked(replace(GOOD, audiences=(Audience(HERE, "thôn 1"),)), with_hamlets())


def test_whoever_is_named_twice_is_one() -> None:
    """And a hamlet of a commune that gets it whole adds nobody."""
    named = (Audience(HERE), Audience(HERE, "thôn mẫu 1"), Audience(HERE))

    assert checked(replace(GOOD, audiences=named), sentences()).audiences == (Audience(HERE),)
