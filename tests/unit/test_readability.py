"""Can a grandmother follow it?"""

import pytest

from bot.knowledge.readability import (
    LONGEST_SENTENCE,
    abbreviations,
    documents,
    half_named,
    is_long,
    officialese,
    sentences,
    unexplained,
    word_count,
)
from tests.unit.builders import BANG_LAI, KHAI_SINH, ContentFolder

LONG = "Bạn mang giấy " + "và giấy " * 14 + "đi"


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        pytest.param("Mang thẻ. Đi ngay! Ở đâu?", ["Mang thẻ.", "Đi ngay!", "Ở đâu?"], id="marks-that-end-a-sentence"),
        pytest.param("Phí 8.000 đồng, từ 01/7/2025.", ["Phí 8.000 đồng, từ 01/7/2025."], id="points-inside-numbers"),
        pytest.param("Mất 3 ngày. 2 ngày nếu gấp.", ["Mất 3 ngày.", "2 ngày nếu gấp."], id="begins-with-a-number"),
        pytest.param("Giấy tờ v.v. thì mang sau.", ["Giấy tờ v.v. thì mang sau."], id="goes-on-in-small-letters"),
        pytest.param("Gõ «mất thẻ.» Rồi gửi.", ["Gõ «mất thẻ.", "Rồi gửi."], id="ends-inside-quotes"),
        pytest.param("Mang thẻ. **Đừng** quên.", ["Mang thẻ.", "Đừng quên."], id="bold-is-no-word"),
        pytest.param("[Cổng](https://dichvucong.gov.vn) mở.", ["Cổng mở."], id="an-address-is-not-read-out"),
        pytest.param("- Một\n- Hai. Ba", ["Một", "Hai.", "Ba"], id="a-list-item-is-a-sentence"),
        pytest.param("1. Một\n2. Hai", ["Một", "Hai"], id="so-is-a-numbered-one"),
        pytest.param("## Nơi nộp\n\nỞ xã", ["Ở xã"], id="a-heading-is-none"),
        pytest.param("Dòng này\ncòn tiếp", ["Dòng này còn tiếp"], id="a-wrapped-line-goes-on"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_sentences(markdown: str, said: list[str]) -> None:
    """What is said in one go, without the formatting."""
    assert [*sentences(markdown)] == said


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        pytest.param("Nộp ở xã", 3, id="words"),
        pytest.param("Phí 8.000 đồng – hai bản.", 5, id="a-dash-is-no-word"),
        pytest.param("Theo Nghị định 118/2025/NĐ-CP", 2, id="a-decree"),
        pytest.param("Theo Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15", 2, id="a-law-with-a-long-name"),
        pytest.param("Luật Đất đai 31/2024/QH15 và Nghị quyết 66.22/2026/NQ-CP", 3, id="two-documents"),
        pytest.param("Theo Nghị quyết 57-NQ/TW", 2, id="a-resolution-of-the-party"),
        pytest.param("Đến {{ commune.one_stop.name }}", 2, id="a-field-to-fill"),
        pytest.param("…", 0, id="no-word"),
    ],
)
def test_words_are_counted_as_they_are_heard(sentence: str, words: int) -> None:
    """Nobody breathes inside the name of a law."""
    assert word_count(sentence) == words


def test_a_sentence_is_long_from_the_next_word_on() -> None:
    """The limit itself is allowed."""
    assert not is_long(" ".join(["từ"] * LONGEST_SENTENCE))
    assert is_long(" ".join(["từ"] * (LONGEST_SENTENCE + 1)))
    assert not is_long("Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 " + " ".join(["từ"] * (LONGEST_SENTENCE - 1)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Nộp ở UBND xã, đừng đưa mã OTP.", [], id="allowed"),
        pytest.param("Mang thẻ BHYT. Mất thẻ BHYT thì báo.", ["BHYT"], id="reported-once"),
        pytest.param("Thẻ bảo hiểm y tế (BHYT) mới. Mang BHYT đi.", [], id="explained-before-its-first-use"),
        pytest.param("Mang BHYT đi. Thẻ bảo hiểm y tế (BHYT) mới.", ["BHYT"], id="explained-too-late"),
        pytest.param("Chỉ số cải cách (PAR Index) tăng.", [], id="a-name-of-two-words"),
        pytest.param("(BHYT) là gì", ["BHYT"], id="in-brackets-after-nothing"),
        pytest.param("BHYT (bảo hiểm y tế) mới", ["BHYT"], id="explained-the-wrong-way-round"),
        pytest.param("Thẻ (BHYT và BHXH)", ["BHYT", "BHXH"], id="brackets-that-explain-nothing"),
        pytest.param("BHXH rồi mới BHYT", ["BHXH", "BHYT"], id="in-the-order-they-are-read"),
        pytest.param("Nghị định 118/2025/NĐ-CP, Luật Đất đai 31/2024/QH15", [], id="numbers-of-documents"),
        pytest.param("Mẫu CT07, vùng III, hạng A1, VNeID", [], id="forms-and-numerals"),
        pytest.param("Nhắn «LD số lạ».", [], id="what-one-types"),
        pytest.param("ĐÓNG dấu", ["ĐÓNG"], id="shouting-is-no-way-to-write-either"),
    ],
)
def test_abbreviations_are_explained(text: str, found: list[str]) -> None:
    """Before their first use, in the order of reading."""
    assert unexplained(text, {"UBND", "OTP"}) == found


def test_a_text_may_go_on_from_another() -> None:
    """What the summary has explained, the body may use."""
    summary = "Thẻ bảo hiểm y tế (BHYT) của trẻ."

    assert unexplained("Mang BHYT đi.", abbreviations(summary)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Bạn nộp ở xã.", [], id="plain"),
        pytest.param("Trên cơ sở đơn của bạn, xã trả lời.", ["trên cơ sở"], id="at-the-beginning"),
        pytest.param("Việc này được thực hiện theo quy định.", ["được thực hiện theo quy định"], id="the-longest-only"),
        pytest.param("Tiến hành, rồi tiến hành nữa", ["tiến hành", "tiến hành"], id="each-time"),
        pytest.param("Bấm «Tiến hành» để nộp.", [], id="the-name-of-a-button"),
        pytest.param("Luật Tiến hành tố tụng 1/2027/QH16", [], id="the-name-of-a-law"),
        pytest.param("Nước tiến hànhh", [], id="part-of-another-word"),
    ],
)
def test_officialese_is_found(text: str, found: list[str]) -> None:
    """Whatever the case of its letters."""
    phrases = ("thực hiện theo quy định", "được thực hiện theo quy định", "trên cơ sở", "tiến hành")

    assert officialese(text, phrases) == found


def test_without_a_list_nothing_is_officialese() -> None:
    """Which phrases are unreadable is for editors to say."""
    assert officialese("Căn cứ theo quy định.", ()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Nghị định 118/2025/NĐ-CP và Thông tư 281/2016/TT-BTC", [], id="in-full"),
        pytest.param("Quyết định 468/QĐ-TTg ngày 27/3/2021", [], id="without-a-year-in-the-number"),
        pytest.param("Luật Hộ tịch 60/2014/QH13, Nghị quyết 66.22/2026/NQ-CP", [], id="a-law-and-a-resolution"),
        pytest.param("Luật 118/2025/QH15 sửa nhiều luật", [], id="a-law-that-has-no-short-name"),
        pytest.param("Luật Hộ tịch mới, từ ngày 01/3/2027", [], id="a-date-is-no-number-of-a-law"),
        pytest.param("Theo Nghị định 118.", ["Nghị định 118"], id="a-number-alone"),
        pytest.param("Nghị định số 118/2025 quy định", ["Nghị định số 118/2025"], id="without-its-issuer"),
        pytest.param("NĐ 118, TT281, QĐ-468", ["NĐ 118", "TT281", "QĐ-468"], id="abbreviated"),
        pytest.param("theo 118/2025/NĐ-CP", ["118/2025/NĐ-CP"], id="without-its-kind"),
        pytest.param("Luật Hộ tịch 2014, Luật Cư trú năm 2020", ["Luật Hộ tịch 2014", "Luật Cư trú năm 2020"], id="y"),
    ],
)
def test_documents_named_by_halves_are_found(text: str, found: list[str]) -> None:
    """Nobody can look them up."""
    assert half_named(text) == found


def test_documents_are_told_apart_by_their_numbers() -> None:
    """The law that follows another one does not swallow its name."""
    text = "Luật này sửa Luật Hộ tịch 60/2014/QH13; xem Nghị định 118/2025/NĐ-CP."

    assert [*documents(text)] == [
        ("Luật Hộ tịch 60/2014/QH13", "60/2014/QH13"),
        ("Nghị định 118/2025/NĐ-CP", "118/2025/NĐ-CP"),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "said"),
    [
        pytest.param(BANG_LAI, "Nộp qua", f"{LONG}.\n\nNộp qua", "Bạn mang", "dài 32 từ; nhiều nhất 30", id="body"),
        pytest.param(BANG_LAI, "Xin cấp lại", f"{LONG}. Xin cấp lại", "summary:", "dài 32 từ", id="summary"),
        pytest.param(KHAI_SINH, "Đến hết tháng 2", f"{LONG}. Đến", "  - section", "dài 32 từ", id="timed-line"),
        pytest.param(
            BANG_LAI, "plan: []", f"when_expired: {LONG}\nplan: []", "when_expired", "dài 32 từ", id="when-expired"
        ),
        pytest.param(BANG_LAI, "Nộp qua", "Nộp **GPLX**\n\nNộp qua", "Nộp", "«GPLX» chưa", id="letters"),
        pytest.param(BANG_LAI, "Nộp qua", "Tại\n\nCăn cứ vào", "Căn cứ", "lời công văn; viết: theo", id="officialese"),
        pytest.param(BANG_LAI, "Nộp qua", "Nộp\n\nTheo Nghị định 118", "Theo Nghị", "chưa đủ để tra", id="half-named"),
        pytest.param(
            BANG_LAI,
            "Nộp qua",
            "Nộp\n\nLuật 60/2014/QH13",
            "Luật 60",
            "nơi khác ghi là «Luật Hộ tịch 60/2014/QH13»",
            id="another-way-than-in-the-legal-basis",
        ),
        pytest.param("messages.yaml", "deny: Vâng.", "deny: Vâng KHCN.", "deny: Vâng", "«KHCN» chưa", id="a-sentence"),
        pytest.param("calendar.yaml", "Bản tin. ", "BQL tin. ", "    draft:", "«BQL» chưa", id="a-draft"),
    ],
)
def test_what_is_hard_to_read_is_reported(
    folder: ContentFolder, name: str, old: str, new: str, at: str, said: str
) -> None:
    """With the line to mend, wherever it is said."""
    folder.replace(name, old, new)

    problems = [str(problem) for problem in folder.problems() if said in problem.text]

    assert problems
    assert problems[0].startswith(f"{name}:{folder.line(name, at)}: ")


def test_what_the_summary_explains_is_not_explained_again(folder: ContentFolder) -> None:
    """A person reads the body after the summary; but when an answer has expired, only why."""
    folder.replace(BANG_LAI, "giấy phép lái xe qua", "giấy phép lái xe (GPLX) qua")
    folder.replace(BANG_LAI, "Nộp qua", "Nộp GPLX qua")

    assert folder.problems() == []

    folder.replace(BANG_LAI, "plan: []", "when_expired: Hỏi nơi cấp GPLX.\nplan: []")

    assert [problem.line for problem in folder.problems()] == [folder.line(BANG_LAI, "when_expired")]
