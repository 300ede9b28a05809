"""What an approval holds fast: any change of what people would get is another text."""

from dataclasses import replace

import pytest

from bot.ports.bulletins import Audience, Draft

DRAFT = Draft(title="Cúp nước", body="Từ 8 giờ.", audiences=(Audience("00430"), Audience("09574", "tổ 1")))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(DRAFT, title="Cúp nước."), id="title"),
        pytest.param(replace(DRAFT, body="Từ 9 giờ."), id="body"),
        pytest.param(replace(DRAFT, title="Cúp nướcTừ", body=" 8 giờ."), id="a-word-moved-between-them"),
        pytest.param(replace(DRAFT, picture="0" * 64), id="picture"),
        pytest.param(replace(DRAFT, audiences=DRAFT.audiences[:1]), id="fewer-readers"),
        pytest.param(replace(DRAFT, audiences=(Audience("00430"), Audience("09574"))), id="a-whole-commune"),
        pytest.param(replace(DRAFT, is_urgent=True), id="urgent"),
        pytest.param(replace(DRAFT, is_broadcast=True), id="another-way"),
    ],
)
def test_a_change_is_noticed(changed: Draft) -> None:
    assert changed.text_hash != DRAFT.text_hash


def test_the_order_of_readers_changes_nothing() -> None:
    assert replace(DRAFT, audiences=DRAFT.audiences[::-1]).text_hash == DRAFT.text_hash


def test_the_hash_stays_the_same_from_version_to_version() -> None:
    """What was approved before an update must still be approved after it."""
    assert DRAFT.text_hash == "bc026caa03be8b11cba411f5998307844de091201cc9e865cd83f266d11ee623"
