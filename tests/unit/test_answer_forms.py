"""An answer in the boxes of a form: what stands there, and what becomes of what is typed."""

from datetime import date

import pytest

from bot.desk.answer_forms import BOXES, Slip, Typed, changed, entries, read_day, typed
from tests.unit.builders import an_answer


def test_a_list_is_one_item_a_line() -> None:
    shown = typed(an_answer(questions=("khai sinh", "làm khai sinh"), related=("cc-mat", "ct-thuong-tru")))

    assert shown.questions == "khai sinh\nlàm khai sinh"
    assert shown.related == "cc-mat\nct-thuong-tru"


def test_what_has_parts_has_bars_between_them() -> None:
    shown = typed(
        an_answer(
            not_for=({"ask": "mất giấy"}, {"ask": "bản sao", "see": "ht-trich-luc"}),
            links=({"label": "Cổng", "url": "https://dichvucong.gov.vn"},),
            legal_basis=(
                {"number": "Luật Hộ tịch 60/2014/QH13", "date": date(2014, 11, 20), "what": "Điều 16"},
                {"number": "Nghị định 18/2026/NĐ-CP", "what": "Không nộp giấy"},
            ),
            timed=({"section": "Lệ phí", "until": date(2027, 2, 28), "text": "Miễn phí."},),
        )
    )

    assert shown.not_for == "mất giấy\nbản sao | ht-trich-luc"
    assert shown.links == "Cổng | https://dichvucong.gov.vn"
    assert shown.legal_basis == (
        "Luật Hộ tịch 60/2014/QH13 | 20/11/2014 | Điều 16\nNghị định 18/2026/NĐ-CP |  | Không nộp giấy"
    )
    assert shown.timed == "Lệ phí |  | 28/02/2027 | Miễn phí."


def test_a_bar_inside_a_part_is_no_end_of_it() -> None:
    shown = typed(an_answer(links=({"label": "Cổng | Sở", "url": "https://a.vn"},)))

    assert entries(shown, ["links"]).entries == {"links": [{"label": "Cổng | Sở", "url": "https://a.vn"}]}


def test_typed_parts_become_entries() -> None:
    form = Typed(
        legal_basis="Luật Hộ tịch 60/2014/QH13|20-11-2014|Điều 16\n\n  Nghị định 18/2026/NĐ-CP | | Không nộp giấy",
        sources="Cổng | 2026-11-20",
        not_for="mất giấy",
        valid_until=" 28/2/2027 ",
    )

    assert entries(form, ["legal_basis", "sources", "not_for", "valid_until"]).entries == {
        "legal_basis": [
            {"number": "Luật Hộ tịch 60/2014/QH13", "date": date(2014, 11, 20), "what": "Điều 16"},
            {"number": "Nghị định 18/2026/NĐ-CP", "what": "Không nộp giấy"},
        ],
        "sources": [{"label": "Cổng", "checked": date(2026, 11, 20)}],
        "not_for": [{"ask": "mất giấy"}],
        "valid_until": date(2027, 2, 28),
    }


def test_an_empty_box_is_left_out_where_a_file_may_do_without() -> None:
    empty = entries(Typed(), BOXES).entries

    assert {name for name, value in empty.items() if value is None} == {
        "not_for", "links", "legal_basis", "timed", "valid_from", "valid_until", "when_expired",
    }  # fmt: skip
    assert empty["related"] == []
    assert empty["title"] == ""


@pytest.mark.parametrize(
    ("box", "text", "slip"),
    [
        ("valid_until", "31/02/2027", Slip("valid_until", "no_day", 1, "31/02/2027")),
        ("valid_from", "hôm nay", Slip("valid_from", "no_day", 1, "hôm nay")),
        ("sources", "Cổng | 20/11/2026\nSở | mới", Slip("sources", "no_day", 2, "mới")),
        ("links", "a | https://a.vn | b", Slip("links", "too_many_parts", 1, "a | https://a.vn | b")),
    ],
)
def test_what_makes_no_sense_is_pointed_at_by_line(box: str, text: str, slip: Slip) -> None:
    assert entries(Typed(**{box: text}), [box]).slips == (slip,)


def test_a_line_break_in_one_line_of_text_is_a_space() -> None:
    assert entries(Typed(title="Đăng ký\nkhai  sinh"), ["title"]).entries == {"title": "Đăng ký khai sinh"}


def test_what_nobody_sees_is_no_change() -> None:
    """Browsers end lines in their own way, and Macs type accents in two pieces."""
    before = Typed(body="## Chuẩn bị\n\n- Giấy.", title="Khai sinh")

    assert changed(before, Typed(body="## Chuẩn bị\r\n\r\n- Giấy.\r\n", title="Khai sinh ")) == ()
    assert changed(before, Typed(body="## Chuẩn bị\n\n- Tờ khai.", title="Khai sinh")) == ("body",)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20/11/2026", date(2026, 11, 20)),
        ("1.2.2027", date(2027, 2, 1)),
        ("2027-02-01", date(2027, 2, 1)),
        ("30/02/2027", None),
        ("11/20/2026", None),
        ("20/11", None),
        ("", None),
        ("٢٠/١١/٢٠٢٦", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert read_day(text) == day
