"""A bulletin for the loudspeaker and the notice board, in the words of the content and of its commune."""

import re
from datetime import date

from bot.bulletins.sheet import sheet
from bot.desk.renditions import Written, paper, radio
from bot.knowledge.library import Library

DA_PHUC, ELSEWHERE = "00430", "23134"
FRIDAY = date(2026, 11, 27)
WATER = Written("Lịch cắt nước ngày 28/11", "Cắt nước từ 8h30. Hỏi UBND: 024 3812 3456.")


def test_the_script_opens_and_closes_in_the_name_of_the_commune(library: Library) -> None:
    """Its title is said once, its day in words."""
    script = radio(library, WATER, DA_PHUC, FRIDAY).split("\n\n")

    assert script[0].startswith("Kính thưa bà con xã Đa Phúc. Sau đây là bản tin ngày hai mươi bảy tháng mười một")
    assert script[1] == "Lịch cắt nước ngày hai mươi tám tháng mười một."
    assert "tám giờ ba mươi phút" in script[2]
    assert "Bản tin của xã Đa Phúc đến đây là hết" in script[-1]


def test_what_is_urgent_or_a_correction_is_announced_as_one(library: Library) -> None:
    """In a word that can be read out, not in capitals."""
    script = radio(library, Written("Bão số 9", "Ở trong nhà.", is_urgent=True, is_correction=True), DA_PHUC, FRIDAY)

    assert "Khẩn: Đính chính: Bão số chín." in script


def test_every_weekly_draft_can_be_read_out_and_printed(library: Library) -> None:
    """As an official gets it, nothing left to fill, no digit and no abbreviation to stumble over."""
    for week in library.shelves.calendar.weeks:
        written = Written(week.title, week.draft, is_urgent=True)
        script, page = radio(library, written, DA_PHUC, FRIDAY), sheet(paper(library, written, DA_PHUC, FRIDAY))

        assert not re.search(r"[\d{}*/]", script), week.week
        assert not re.search(r"\{[a-z]+\}", page[page.index("<body>") :]), week.week


def test_the_paper_says_whom_to_ask(library: Library) -> None:
    """Of this commune; its mark stands before the title."""
    page = paper(library, Written("Bão", "Ở trong nhà.", is_urgent=True), DA_PHUC, FRIDAY)

    assert (page.commune, page.date, page.mark, page.title) == ("xã Đa Phúc", "Ngày 27/11/2026", "Khẩn:", "Bão")
    assert "0000 000 001" in page.ask[0]
    assert "Trung tâm Phục vụ hành chính công xã Đa Phúc" in page.ask[1]


def test_a_commune_without_a_file_has_both(library: Library) -> None:
    """What it does not say comes from its province or the country."""
    assert "bà con xã Tân Lập" in radio(library, WATER, ELSEWHERE, FRIDAY)
    assert paper(library, WATER, ELSEWHERE, FRIDAY).commune == "xã Tân Lập"
