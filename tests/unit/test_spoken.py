"""The radio script: numbers, dates, codes and addresses in words, in the order in which an announcer meets them."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bulletins.citations import Offices
from bot.bulletins.numerals import SOUTH
from bot.bulletins.reading import read_aloud
from bot.bulletins.spoken import (
    LONGEST_PARAGRAPH,
    SpokenWords,
    radio_script,
    read_date,
    read_decimal,
    read_number,
    read_phone,
    read_time,
)
from bot.knowledge.library import Library
from tests.unit.builders import ContentFolder

WORDS = SpokenWords(
    opening="Bản tin xã Đa Phúc: {title}.",
    closing="Hết.",
    heading="Sau đây là phần: {heading}.",
    link="{label}, địa chỉ {address}",
    readings={
        "UBND": "Ủy ban nhân dân",
        "BHYT": "bảo hiểm y tế",
        "OTP": "ô tê pê",
        "VNeID": "vi en i đi",
        "GD&ĐT": "giáo dục và đào tạo",
        "QĐ": "quyết định",
        "TP.": "thành phố",
        "v.v": "vân vân",
        "và/hoặc": "và hoặc",
        "CN": "Chủ nhật",
        "kênh này": "kênh Loa Xã",
    },
    addresses={
        "vn": "vi en",
        "gov": "gốp",
        "com": "com",
        "dichvucong": "dịch vụ công",
        "hanoi": "hà nội",
        "facebook": "phây búc",
    },
    offices=Offices(
        documents={
            "NĐ": "Nghị định",
            "TT": "Thông tư",
            "TTLT": "Thông tư liên tịch",
            "QĐ": "Quyết định",
            "NQ": "Nghị quyết",
        },
        issuers={
            "CP": "Chính phủ",
            "TTg": "Thủ tướng Chính phủ",
            "BTC": "Bộ Tài chính",
            "BTP": "Bộ Tư pháp",
            "BCA": "Bộ Công an",
            "QH": "Quốc hội",
            "UBTVQH": "Ủy ban Thường vụ Quốc hội",
            "TW": "Trung ương",
            "UBND": "Ủy ban nhân dân",
        },
    ),
)


def say(text: str, words: SpokenWords = WORDS) -> str:
    """Return *text* as it is said, without the full stop."""
    return read_aloud(text, words).removesuffix(".")


# Numbers


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param(0, "không", id="nought"),
        pytest.param(1, "một", id="one"),
        pytest.param(4, "bốn", id="four"),
        pytest.param(5, "năm", id="five"),
        pytest.param(10, "mười", id="ten"),
        pytest.param(11, "mười một", id="eleven-is-no-mot"),
        pytest.param(14, "mười bốn", id="fourteen-is-no-tu"),
        pytest.param(15, "mười lăm", id="fifteen"),
        pytest.param(20, "hai mươi", id="twenty"),
        pytest.param(21, "hai mươi mốt", id="mot-after-tens"),
        pytest.param(24, "hai mươi tư", id="tu-after-tens"),
        pytest.param(25, "hai mươi lăm", id="lam-after-tens"),
        pytest.param(55, "năm mươi lăm", id="five-and-five"),
        pytest.param(91, "chín mươi mốt", id="ninety-one"),
        pytest.param(100, "một trăm", id="hundred"),
        pytest.param(101, "một trăm linh một", id="linh-is-no-mot"),
        pytest.param(104, "một trăm linh tư", id="linh-tu"),
        pytest.param(105, "một trăm linh năm", id="linh-is-no-lam"),
        pytest.param(110, "một trăm mười", id="hundred-and-ten"),
        pytest.param(111, "một trăm mười một", id="hundred-and-eleven"),
        pytest.param(115, "một trăm mười lăm", id="hundred-and-fifteen"),
        pytest.param(999, "chín trăm chín mươi chín", id="all-nines"),
        pytest.param(1000, "một nghìn", id="thousand"),
        pytest.param(1001, "một nghìn không trăm linh một", id="empty-hundreds-are-said"),
        pytest.param(1010, "một nghìn không trăm mười", id="empty-hundreds-before-ten"),
        pytest.param(1240, "một nghìn hai trăm bốn mươi", id="the-example"),
        pytest.param(2027, "hai nghìn không trăm hai mươi bảy", id="a-year"),
        pytest.param(10_000, "mười nghìn", id="ten-thousand"),
        pytest.param(21_021, "hai mươi mốt nghìn không trăm hai mươi mốt", id="both-groups"),
        pytest.param(200_000, "hai trăm nghìn", id="two-hundred-thousand"),
        pytest.param(1_000_000, "một triệu", id="million"),
        pytest.param(1_000_005, "một triệu không trăm linh năm", id="empty-group-is-skipped"),
        pytest.param(1_050_000, "một triệu không trăm năm mươi nghìn", id="group-below-hundred"),
        pytest.param(5_060_000, "năm triệu không trăm sáu mươi nghìn", id="price"),
        pytest.param(1_000_000_000, "một tỷ", id="billion"),
        pytest.param(1_000_000_001, "một tỷ không trăm linh một", id="billion-and-one"),
        pytest.param(999_000_000_000, "chín trăm chín mươi chín tỷ", id="the-largest-promised"),
        pytest.param(1_500_000_000_000, "một nghìn năm trăm tỷ", id="beyond"),
        pytest.param(-5, "âm năm", id="below-nought"),
    ],
)
def test_a_number_in_words(number: int, said: str) -> None:
    assert read_number(number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param(1005, "một ngàn không trăm lẻ năm", id="thousand-and-odd"),
        pytest.param(104, "một trăm lẻ bốn", id="four-after-odd"),
        pytest.param(24, "hai mươi tư", id="four-after-tens"),
        pytest.param(12_000_000, "mười hai triệu", id="nothing-southern-in-it"),
    ],
)
def test_a_number_in_the_south(number: int, said: str) -> None:
    """The same grammar with other words."""
    assert read_number(number, SOUTH) == said


@given(st.integers(0, 10**12 - 1))
def test_every_number_can_be_heard(number: int) -> None:
    """Two numbers never sound alike, shown by hearing each one back."""
    assert heard(read_number(number)) == number


def heard(said: str) -> int:
    """Return the number that *said* names."""
    digits = {
        word: value
        for value, word in enumerate(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"])
    }
    digits |= {"mốt": 1, "tư": 4, "lăm": 5}
    total = group = digit = 0
    for word in said.split():
        match word:
            case "tỷ" | "triệu" | "nghìn":
                total += (group + digit) * {"tỷ": 10**9, "triệu": 10**6, "nghìn": 1000}[word]
                group = digit = 0
            case "trăm" | "mươi":
                group, digit = group + digit * {"trăm": 100, "mươi": 10}[word], 0
            case "mười":
                group, digit = group + 10, 0
            case "linh":
                pass
            case _:
                digit = digits[word]
    return total + group + digit


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("1.240", "một nghìn hai trăm bốn mươi", id="points-part-thousands"),
        pytest.param("1,5", "một phẩy năm", id="comma"),
        pytest.param("15,5", "mười lăm phẩy năm", id="two-digits-before"),
        pytest.param("0,05", "không phẩy không năm", id="decimals-from-nought"),
        pytest.param("6,24", "sáu phẩy hai mươi tư", id="two-decimals"),
        pytest.param("3,141", "ba phẩy một bốn một", id="three-decimals-one-by-one"),
        pytest.param(
            "1.234.567,89", "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy phẩy tám mươi chín", id="all"
        ),
        pytest.param("2.0", "hai chấm không", id="a-point-that-parts-no-thousands"),
        pytest.param("1.004837", "một chấm không không bốn tám ba bảy", id="code-of-a-procedure"),
        pytest.param("08", "tám", id="leading-nought"),
    ],
)
def test_a_decimal_in_words(written: str, said: str) -> None:
    assert read_decimal(written) == said


# Dates, times, phones


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("28/02/2027", "ngày hai mươi tám tháng hai năm hai nghìn không trăm hai mươi bảy", id="full"),
        pytest.param("01/7", "ngày một tháng bảy", id="without-year"),
        pytest.param("30/4", "ngày ba mươi tháng tư", id="april-is-tu"),
        pytest.param("1/1", "ngày một tháng một", id="january-is-mot"),
        pytest.param("12/2025", "tháng mười hai năm hai nghìn không trăm hai mươi lăm", id="a-month"),
        pytest.param("2027-02-28", "ngày hai mươi tám tháng hai năm hai nghìn không trăm hai mươi bảy", id="iso"),
        pytest.param("1.7.2026", "ngày một tháng bảy năm hai nghìn không trăm hai mươi sáu", id="with-points"),
    ],
)
def test_a_date_in_words(written: str, said: str) -> None:
    assert read_date(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("19:00", "mười chín giờ", id="full-hour"),
        pytest.param("7h30", "bảy giờ ba mươi phút", id="h"),
        pytest.param("7g30", "bảy giờ ba mươi phút", id="southern-g"),
        pytest.param("7 giờ 30", "bảy giờ ba mươi phút", id="word"),
        pytest.param("7 giờ 30 phút", "bảy giờ ba mươi phút", id="word-and-minutes"),
        pytest.param("12:05", "mười hai giờ năm phút", id="few-minutes"),
        pytest.param("00:00", "không giờ", id="midnight"),
        pytest.param("24h", "hai mươi tư giờ", id="end-of-the-day"),
    ],
)
def test_a_time_in_words(written: str, said: str) -> None:
    assert read_time(written) == said


@pytest.mark.parametrize("read", [read_date, read_time])
def test_what_is_neither_date_nor_time_is_refused(read: object) -> None:
    with pytest.raises(ValueError, match="mai"):
        read("mai")  # type: ignore[operator]  # one of two functions


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("113", "một một ba", id="three-digits"),
        pytest.param("1022", "một không hai hai", id="four-digits"),
        pytest.param("1900 9068", "một chín không không, chín không sáu tám", id="hotline"),
        pytest.param("19009068", "một chín không không, chín không sáu tám", id="hotline-in-one"),
        pytest.param("0912 345 678", "không chín một hai, ba bốn năm, sáu bảy tám", id="mobile"),
        pytest.param("0912345678", "không chín một hai, ba bốn năm, sáu bảy tám", id="mobile-in-one"),
        pytest.param("0912.345.678", "không chín một hai, ba bốn năm, sáu bảy tám", id="mobile-with-points"),
        pytest.param("(024) 3768 2180", "không hai bốn, ba bảy sáu tám, hai một tám không", id="landline"),
        pytest.param("02437682180", "không hai bốn, ba bảy sáu tám, hai một tám không", id="landline-in-one"),
        pytest.param("+84 912 345 678", "cộng tám bốn, chín một hai, ba bốn năm, sáu bảy tám", id="from-abroad"),
    ],
)
def test_a_phone_number_in_words(written: str, said: str) -> None:
    assert read_phone(written) == said


# Running text


NUMBERS_IN_TEXT = [
    pytest.param("1.240 hộ", "Một nghìn hai trăm bốn mươi hộ", id="thousands"),
    pytest.param("8.000 đồng", "Tám nghìn đồng", id="money"),
    pytest.param("8.000đ", "Tám nghìn đồng", id="money-short"),
    pytest.param("1,5 triệu", "Một phẩy năm triệu", id="millions"),
    pytest.param("1 240 000 đồng", "Một triệu hai trăm bốn mươi nghìn đồng", id="money-parted-by-spaces"),
    pytest.param("5060000 đồng", "Năm triệu không trăm sáu mươi nghìn đồng", id="money-not-parted"),
    pytest.param("50k, 5tr", "Năm mươi nghìn, năm triệu", id="money-as-it-is-typed"),
    pytest.param("50%", "Năm mươi phần trăm", id="percent"),
    pytest.param("giảm 50-70 %", "Giảm năm mươi đến bảy mươi phần trăm", id="range-of-percent"),
    pytest.param("16–60 tuổi", "Mười sáu đến sáu mươi tuổi", id="range"),
    pytest.param("100.000-200.000 đồng", "Một trăm nghìn đến hai trăm nghìn đồng", id="range-of-money"),
    pytest.param(
        "giai đoạn 2021-2025",
        "Giai đoạn hai nghìn không trăm hai mươi mốt đến hai nghìn không trăm hai mươi lăm",
        id="years",
    ),
    pytest.param("50 km, 500 m², 10 m3", "Năm mươi ki lô mét, năm trăm mét vuông, mười mét khối", id="units"),
    pytest.param("5kg", "Năm ki lô gam", id="unit-without-space"),
    pytest.param("60 km/h", "Sáu mươi ki lô mét một giờ", id="speed"),
    pytest.param("2.000 đồng/trang", "Hai nghìn đồng một trang", id="price-of-each"),
    pytest.param("8.000đ/bản", "Tám nghìn đồng một bản", id="price-of-each-short"),
    pytest.param("6%/năm", "Sáu phần trăm một năm", id="interest"),
    pytest.param("-5°C", "Âm năm độ xê", id="frost"),
    pytest.param("- 5 bản", "Năm bản", id="a-dash-is-no-minus"),
    pytest.param("trong 05 ngày", "Trong năm ngày", id="officials-write-a-nought"),
    pytest.param("Đề án 06", "Đề án không sáu", id="a-name-keeps-its-nought"),
    pytest.param("mẫu số 01", "Mẫu số không một", id="a-form-keeps-its-nought"),
    pytest.param("tháng 4", "Tháng tư", id="fourth-month"),
    pytest.param("thứ 4, thứ 1", "Thứ tư, thứ nhất", id="ordinals"),
    pytest.param("lớp 4", "Lớp bốn", id="fourth-form"),
    pytest.param("Thứ 2 – Thứ 6", "Thứ hai đến Thứ sáu", id="weekdays"),
    pytest.param("CN - thứ 2", "Chủ nhật đến thứ hai", id="weekdays-abbreviated"),
    pytest.param("2/3 số hộ", "Hai trên ba số hộ", id="share"),
    pytest.param("45/60", "Bốn mươi lăm trên sáu mươi", id="no-such-day"),
    pytest.param("bậc 4/7", "Bậc bốn trên bảy", id="grade"),
    pytest.param("ngõ 12/5", "Ngõ mười hai trên năm", id="house-number"),
    pytest.param("trực 24/7", "Trực hai mươi tư trên bảy", id="around-the-clock"),
    pytest.param("ngày 24/7", "Ngày hai mươi tư tháng bảy", id="24-july"),
    pytest.param("24/24 giờ", "Hai mươi tư trên hai mươi tư giờ", id="all-hours"),
    pytest.param("tỷ lệ 1:500", "Tỷ lệ một trên năm trăm", id="scale"),
    pytest.param("ảnh 4x6", "Ảnh bốn nhân sáu", id="photo"),
    pytest.param("3 m x 4 m", "Ba mét nhân bốn mét", id="area"),
    pytest.param("3, 6 hoặc 12", "Ba, sáu hoặc mười hai", id="a-list"),
    pytest.param("quý IV, quý I/2027", "Quý bốn, quý một năm hai nghìn không trăm hai mươi bảy", id="quarters"),
    pytest.param("quý 1/2027", "Quý một năm hai nghìn không trăm hai mươi bảy", id="quarter-in-digits"),
    pytest.param("Đại hội XIII", "Đại hội mười ba", id="roman"),
    pytest.param("lần thứ I", "Lần thứ nhất", id="roman-ordinal"),
    pytest.param("mục IV.2", "Mục bốn chấm hai", id="roman-and-number"),
    pytest.param("vitamin C", "Vitamin xê", id="a-letter-is-no-hundred"),
    pytest.param("٣ ngày", "Ba ngày", id="digits-of-another-script"),
    pytest.param("5.", "Năm", id="end-of-sentence"),
]

DATES_IN_TEXT = [
    pytest.param("ngày 1/10", "Ngày một tháng mười", id="day-is-said-once"),
    pytest.param("trước 31/12", "Trước ngày ba mươi mốt tháng mười hai", id="day-is-added"),
    pytest.param("lễ 30/4", "Lễ ba mươi tháng tư", id="a-feast-has-no-day"),
    pytest.param("tháng 12/2025", "Tháng mười hai năm hai nghìn không trăm hai mươi lăm", id="month-is-said-once"),
    pytest.param("từ 01/11 đến 31/12", "Từ ngày một tháng mười một đến ngày ba mươi mốt tháng mười hai", id="from-to"),
    pytest.param(
        "15/8/2026 – 28/02/2027",
        "Từ ngày mười lăm tháng tám năm hai nghìn không trăm hai mươi sáu đến ngày hai mươi tám tháng hai năm hai nghìn"
        " không trăm hai mươi bảy",
        id="range",
    ),
    pytest.param("từ ngày 1/3 - 5/4", "Từ ngày một tháng ba đến ngày năm tháng tư", id="range-after-from"),
    pytest.param("từ 1/3-5/4", "Từ ngày một tháng ba đến ngày năm tháng tư", id="range-after-bare-from"),
    pytest.param("15-20/8", "Từ ngày mười lăm đến ngày hai mươi tháng tám", id="days-of-one-month"),
    pytest.param("ngày 5,6/12", "Ngày năm, sáu tháng mười hai", id="two-days"),
    pytest.param("Hạn: 31/7.", "Hạn: ngày ba mươi mốt tháng bảy", id="before-a-full-stop"),
    pytest.param("19:00", "Mười chín giờ", id="time"),
    pytest.param("8g sáng", "Tám giờ sáng", id="southern-hour"),
    pytest.param("13:30-17:00", "Từ mười ba giờ ba mươi phút đến mười bảy giờ", id="hours"),
    pytest.param("sáng 7h30 - 11h", "Sáng từ bảy giờ ba mươi phút đến mười một giờ", id="hours-with-spaces"),
    pytest.param("từ 7h30-11h30", "Từ bảy giờ ba mươi phút đến mười một giờ ba mươi phút", id="hours-after-from"),
    pytest.param(
        "7 giờ 30 đến 11 giờ 30, chiều",
        "Bảy giờ ba mươi phút đến mười một giờ ba mươi phút, chiều",
        id="hours-in-words",
    ),
    pytest.param("chờ 2-3 giờ", "Chờ hai đến ba giờ", id="a-length-is-no-time"),
    pytest.param("trong 72h", "Trong bảy mươi hai giờ", id="more-than-a-day"),
    pytest.param("trước 23 giờ của ngày", "Trước hai mươi ba giờ của ngày", id="hour-in-words"),
]

NAMES_IN_TEXT = [
    pytest.param("gọi 113", "Gọi một một ba", id="emergency"),
    pytest.param("112 hộ", "Một trăm mười hai hộ", id="households-are-counted"),
    pytest.param("Điều 112", "Điều một trăm mười hai", id="an-article-is-counted"),
    pytest.param("số 112 đường Láng", "Số một trăm mười hai đường Láng", id="a-house-is-counted"),
    pytest.param("gọi 156, nhắn tin tới 5656", "Gọi một năm sáu, nhắn tin tới năm sáu năm sáu", id="short-numbers"),
    pytest.param("gọi 100 công dân", "Gọi một trăm công dân", id="called-up-are-counted"),
    pytest.param("gọi 1900 0368, có", "Gọi một chín không không, không ba sáu tám, có", id="hotline"),
    pytest.param("ĐT 024.1022", "Đê tê không hai bốn, một không hai hai", id="hotline-of-a-province"),
    pytest.param("số 001234567890", "Số không không một, hai ba bốn, năm sáu bảy, tám chín không", id="identity"),
    pytest.param("mở VNeID", "Mở vi en i đi", id="name-from-the-table"),
    pytest.param("mẫu CT01", "Mẫu xê tê không một", id="form"),
    pytest.param("hạng A1, A, B1", "Hạng a một, A, bê một", id="licences"),
    pytest.param("lớp 10A1", "Lớp mười a một", id="class"),
    pytest.param("3ngày", "Ba ngày", id="lost-space"),
    pytest.param("Q.1", "Quy chấm một", id="letter-and-number"),
    pytest.param(
        "H26.15-251120-0042",
        "Hát hai sáu chấm một năm gạch ngang hai năm một một hai không gạch ngang không không bốn hai",
        id="dossier",
    ),
    pytest.param("UBND xã", "Ủy ban nhân dân xã", id="abbreviation"),
    pytest.param("bảo hiểm y tế (BHYT)", "Bảo hiểm y tế", id="explained-abbreviation-is-said-once"),
    pytest.param("thẻ (BHYT) mới", "Thẻ, bảo hiểm y tế, mới", id="abbreviation-in-parentheses"),
    pytest.param("Sở GD&ĐT", "Sở giáo dục và đào tạo", id="abbreviation-with-a-sign"),
    pytest.param("TP. Vinh", "Thành phố Vinh", id="abbreviation-with-a-point"),
    pytest.param("đơn, ảnh, v.v. Nộp", "Đơn, ảnh, vân vân. Nộp", id="and-so-on-ends-a-sentence"),
    pytest.param("XYZ", "Ích i dài dét", id="unknown-abbreviation"),
    pytest.param("R&D", "Rờ và dê", id="ampersand"),
    pytest.param("KHẨN CẤP: KHÔNG TIN", "Khẩn cấp: không tin", id="loud-words-are-words"),
    pytest.param("THÔNG BÁO CỦA UBND", "Thông báo của Ủy ban nhân dân", id="abbreviation-among-loud-words"),
    pytest.param("Hỏi kênh này.", "Hỏi kênh Loa Xã", id="phrase"),
    pytest.param("Kênh này mở cả ngày.", "Kênh Loa Xã mở cả ngày", id="phrase-at-the-beginning"),
    pytest.param("vào dichvucong.gov.vn.", "Vào dịch vụ công chấm gốp chấm vi en", id="address"),
    pytest.param("đuôi .gov.vn", "Đuôi chấm gốp chấm vi en", id="ending-of-an-address"),
    pytest.param("csgt.vn", "Xê ét giê tê chấm vi en", id="address-in-letters"),
    pytest.param("dichvucongs.top", "Dịch vụ công ét chấm tê o pê", id="forged-address-sounds-forged"),
    pytest.param("https://www.facebook.com/daphuc", "Phây búc chấm com gạch chéo dê a pê hát u xê", id="short-path"),
    pytest.param("https://dichvucong.gov.vn/p/home/x.html", "Dịch vụ công chấm gốp chấm vi en", id="long-path"),
    pytest.param("a@hanoi.gov.vn", "a a còng hà nội chấm gốp chấm vi en", id="mail"),
]

DOCUMENTS_IN_TEXT = [
    pytest.param(
        "Nghị định 118/2025/NĐ-CP",
        "Nghị định một trăm mười tám năm hai nghìn không trăm hai mươi lăm của Chính phủ",
        id="decree",
    ),
    pytest.param(
        "Theo 45/2020/NĐ-CP",
        "Theo Nghị định bốn mươi lăm năm hai nghìn không trăm hai mươi của Chính phủ",
        id="kind-is-added",
    ),
    pytest.param("Luật Hộ tịch 60/2014/QH13", "Luật Hộ tịch năm hai nghìn không trăm mười bốn", id="law-by-its-year"),
    pytest.param(
        "Luật số 60/2014/QH13", "Luật số sáu mươi năm hai nghìn không trăm mười bốn của Quốc hội", id="law-without-name"
    ),
    pytest.param(
        "Nghị quyết 217/2025/QH15",
        "Nghị quyết hai trăm mười bảy năm hai nghìn không trăm hai mươi lăm của Quốc hội",
        id="resolution-is-no-law",
    ),
    pytest.param(
        "Nghị quyết 81/2025/UBTVQH15",
        "Nghị quyết tám mươi mốt năm hai nghìn không trăm hai mươi lăm của Ủy ban Thường vụ Quốc hội",
        id="standing-committee",
    ),
    pytest.param(
        "Thông tư 281/2016/TT-BTC",
        "Thông tư hai trăm tám mươi mốt năm hai nghìn không trăm mười sáu của Bộ Tài chính",
        id="circular",
    ),
    pytest.param(
        "Thông tư liên tịch 1/2016/TTLT-BTP-BTC",
        "Thông tư liên tịch một năm hai nghìn không trăm mười sáu của Bộ Tư pháp và Bộ Tài chính",
        id="joint-circular",
    ),
    pytest.param(
        "Thông tư 9/2020/TT-BTC, 8/2020/TT-BTC",
        "Thông tư chín năm hai nghìn không trăm hai mươi của Bộ Tài chính, tám năm hai nghìn không trăm hai mươi của Bộ"
        " Tài chính",
        id="kind-once-for-two",
    ),
    pytest.param(
        "Quyết định số 468/QĐ-TTg", "Quyết định số bốn trăm sáu mươi tám của Thủ tướng Chính phủ", id="no-year"
    ),
    pytest.param("QĐ số 5/QĐ-UBND", "Quyết định số năm của Ủy ban nhân dân", id="kind-abbreviated"),
    pytest.param("Nghị quyết 57-NQ/TW", "Nghị quyết năm mươi bảy của Trung ương", id="of-the-party"),
    pytest.param(
        "Quyết định 5230/QĐ-BCA-C06",
        "Quyết định năm nghìn hai trăm ba mươi của Bộ Công an, xê không sáu",
        id="department",
    ),
    pytest.param(
        "Luật Thuế, mẫu 02/2020/QTT",
        "Luật Thuế, mẫu không hai năm hai nghìn không trăm hai mươi, quy tê tê",
        id="form-of-a-law",
    ),
    pytest.param("mẫu 02/QTT-TNCN", "Mẫu không hai, quy tê tê, tê nờ xê nờ", id="unknown-letters"),
    pytest.param(
        "miễn phí (Nghị định 5/2020/NĐ-CP).",
        "Miễn phí, theo Nghị định năm năm hai nghìn không trăm hai mươi của Chính phủ",
        id="basis-in-parentheses",
    ),
]

SIGNS_IN_TEXT = [
    pytest.param("được hưởng (nếu đủ), rồi", "Được hưởng, nếu đủ, rồi", id="parentheses-are-pauses"),
    pytest.param("xã/phường", "Xã, phường", id="slash"),
    pytest.param("ngày/tháng/năm", "Ngày, tháng, năm", id="slashes-of-a-form"),
    pytest.param("và/hoặc", "Và hoặc", id="slash-in-a-phrase"),
    pytest.param("Hà Nội - Sơn La", "Hà Nội, Sơn La", id="dash-with-spaces"),
    pytest.param("Bà Rịa-Vũng Tàu", "Bà Rịa-Vũng Tàu", id="dash-in-a-name"),
    pytest.param("cha & mẹ", "Cha và mẹ", id="and"),
    pytest.param("≥ 18 tuổi", "Từ mười tám tuổi", id="at-least"),
    pytest.param("😀 chào ✓ ★", "Chào", id="pictures"),
    pytest.param("đợi...rồi", "Đợi…rồi", id="dots"),
    pytest.param("xong.Sau đó", "Xong. Sau đó", id="lost-space-after-a-full-stop"),
    pytest.param("một , hai ;ba", "Một, hai; ba", id="spaces-before-signs"),
    pytest.param("được. 3 ngày", "Được. Ba ngày", id="a-number-begins-a-sentence"),
    pytest.param("được không? (có)", "Được không? Có", id="parentheses-after-a-question"),
    pytest.param("«tạm trú»", "«Tạm trú»", id="quotes-stay-for-the-eye"),
    pytest.param("", "", id="nothing"),
    pytest.param("()", "", id="only-signs"),
]


@pytest.mark.parametrize(
    ("written", "said"), [*NUMBERS_IN_TEXT, *DATES_IN_TEXT, *NAMES_IN_TEXT, *DOCUMENTS_IN_TEXT, *SIGNS_IN_TEXT]
)
def test_a_text_is_read_aloud(written: str, said: str) -> None:
    """What an announcer says; and what has been said is said the same way again."""
    assert say(written) == said
    assert say(said) == said


def test_the_south_is_read_to_in_its_own_words() -> None:
    assert say("1.005 hộ, 8.000 đồng, 50k", replace(WORDS, dialect=SOUTH)) == (
        "Một ngàn không trăm lẻ năm hộ, tám ngàn đồng, năm mươi ngàn"
    )


# The script


def test_a_script_opens_announces_counts_and_closes() -> None:
    body = "## Lệ phí\n\nKhông mất tiền;\n\n1. Nộp đơn\n2. Nhận giấy\n\n- mang thẻ,\n- đi sớm\n\nXem [Cổng](https://dichvucong.gov.vn)."

    assert radio_script("Nộp trước 01/7", body, WORDS).split("\n\n") == [
        "Bản tin xã Đa Phúc: Nộp trước ngày một tháng bảy.",
        "Sau đây là phần: Lệ phí.",
        "Không mất tiền.",
        "Thứ nhất: Nộp đơn.",
        "Thứ hai: Nhận giấy.",
        "Mang thẻ.",
        "Đi sớm.",
        "Xem Cổng, địa chỉ dịch vụ công chấm gốp chấm vi en.",
        "Hết.",
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("[csgt.vn](https://csgt.vn)", "Xê ét giê tê chấm vi en.", id="address-as-label"),
        pytest.param("[1900 0368](tel:19000368)", "Một chín không không, không ba sáu tám.", id="phone-as-label"),
        pytest.param("[gọi ngay](tel:113)", "Gọi ngay, địa chỉ một một ba.", id="phone-behind-a-label"),
        pytest.param("một\\\nhai", "Một.\n\nHai.", id="line-break"),
        pytest.param("4. bốn\n5. năm", "Thứ tư: bốn.\n\nThứ năm: năm.", id="a-list-that-goes-on"),
        pytest.param("Gọi **114** ngay", "Gọi một một bốn ngay.", id="bold"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_each_block_is_announced(body: str, said: str) -> None:
    assert radio_script("", body, replace(WORDS, opening="{title}", closing="")) == said


def test_a_title_that_the_opening_does_not_name_is_announced() -> None:
    words = replace(WORDS, opening="Kính thưa bà con.")

    assert radio_script("Tạm trú", "Ở đâu?", words) == "Kính thưa bà con.\n\nTạm trú.\n\nỞ đâu?\n\nHết."


def test_long_paragraphs_are_parted_between_sentences() -> None:
    """The eye finds its place again."""
    script = radio_script("", "Một hai ba bốn năm sáu bảy. " * 30, replace(WORDS, opening="{title}", closing=""))

    assert len(script.split()) == 7 * 30
    assert all(len(part.split()) <= LONGEST_PARAGRAPH and part.endswith(".") for part in script.split("\n\n"))


# What always holds


@given(st.text(), st.text())
def test_any_text_makes_a_script(title: str, body: str) -> None:
    radio_script(title, body, WORDS)


@pytest.mark.parametrize("written", ["9" * 5000 + " đồng", "1" + " 000" * 2000 + " đồng", "1" + ".000" * 2000 + " hộ"])
def test_no_number_is_too_long(written: str) -> None:
    """Nobody writes them, but whoever tries gets digits and no error."""
    assert not re.search(r"\d", say(written))


MADE_OF_NUMBERS = st.lists(
    st.sampled_from(
        [*"0123456789 .,/-–:;()+%x", "đ", "h", "giờ ", "ngày ", "từ ", "1.000", "/2026", "NĐ-CP", "A", "m2"]
    )
    | st.dates(date(1900, 1, 1)).map(lambda day: f"{day:%d/%m/%Y}")
    | st.integers(0, 10**12).map(str)
    | st.sampled_from(["0912 345 678", "+84 912345678", "(024) 3768 2180", "1900 9068", "7h30", "13:30-17:00"])
).map("".join)


@given(MADE_OF_NUMBERS)
def test_no_digit_is_left_to_the_announcer(text: str) -> None:
    assert not re.search(r"\d", radio_script(text, text, WORDS))


VIETNAMESE = st.lists(
    st.sampled_from(
        ["xã", "Đa Phúc", "UBND", "VNeID", "và", "từ", "ngày", "28/02/2027", "8.000", "đồng", "(", ")", ",", ".", ":",
         "1900 9068", "CT01", "118/2025/NĐ-CP", "Luật Hộ tịch", "60/2014/QH13", "dichvucong.gov.vn", "50%", "-", "–",
         "B", "IV", "KHẨN", "TIN", "«gõ»", "v.v.", "/", "tháng", "3", "7h30", "?", "…", "XYZ", "5 km"]
    )
).map(" ".join)  # fmt: skip


@given(VIETNAMESE)
def test_what_is_spoken_stays_as_it_is(text: str) -> None:
    """An official may correct a script and have it read again."""
    spoken = read_aloud(text, WORDS)

    assert read_aloud(spoken, WORDS) == spoken


# The content


@pytest.fixture(scope="module")
def radio(library: Library) -> SpokenWords:
    """Return the words of the content folder, as they are for a bulletin of Đa Phúc."""
    words = library.shelves.bulletin.radio
    filled = {"commune": "xã Đa Phúc", "date": "27/11/2026", "title": "{title}"}
    return SpokenWords(
        opening=words.opening.format(**filled),
        closing=words.closing.format(**filled),
        heading=words.heading,
        link=words.link,
        readings=words.readings,
        addresses=words.addresses,
        offices=Offices(words.documents, words.issuers),
    )


def left_over(script: str) -> list[str]:
    """Return the words of *script* that nobody can read out: digits, signs, abbreviations."""
    return [
        word
        for word in script.split()
        if re.search(r"[\d/{}*_&%@#]", word) or (re.search(r"\w\w", word) and word.isupper())
    ]


def test_every_weekly_draft_can_be_read_out(library: Library, radio: SpokenWords) -> None:
    """No digit, no sign, no abbreviation; and reading it again changes nothing."""
    for week in library.shelves.calendar.weeks:
        script = radio_script(week.title, week.draft, radio)
        again = "\n\n".join(read_aloud(part, radio) for part in script.split("\n\n"))

        assert left_over(script) == [], week.week
        assert again == script, week.week


def test_every_answer_can_be_read_out(library: Library, radio: SpokenWords) -> None:
    """Officials make bulletins of answers too, with headings, numbered lists and links."""
    for topic, answer in library.answers.items():
        script = radio_script(answer.title, re.sub(r"\{\{.*?\}\}", "xã Đa Phúc", answer.body), radio)

        assert left_over(script) == [], topic


def test_the_readings_of_the_content_are_words(radio: SpokenWords) -> None:
    """What is said for something needs no reading itself."""
    tables = (radio.readings, radio.addresses, radio.offices.documents, radio.offices.issuers)
    unsaid = {
        key: said for table in tables for key, said in table.items() if say(said, radio).casefold() != said.casefold()
    }

    assert unsaid == {}


def test_every_abbreviation_people_know_has_a_reading(library: Library, radio: SpokenWords) -> None:
    """What editors may use without explaining it is never spelled letter by letter unless the table says so."""
    assert set(library.shelves.national.abbreviations_allowed) <= set(radio.readings)


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        pytest.param("OTP: ô tê pê", "OTP: ô tê 2 pê", "OTP:", id="a-digit-to-read"),
        pytest.param("OTP: ô tê pê", "OTP: ô/tê", "OTP:", id="a-sign-to-read"),
        pytest.param("dialect: north", "dialect: west", "dialect:", id="no-such-dialect"),
        pytest.param("{commune} đến đây", "{xa} đến đây", "closing:", id="nothing-fills-it"),
        pytest.param("urgent:", "urgnt:", "urgnt:", id="misspelt"),
    ],
)
def test_words_that_cannot_be_said_are_a_problem(folder: ContentFolder, old: str, new: str, at: str) -> None:
    """An editor hears of it from `loaxa check`, not from the loudspeaker."""
    folder.replace("bulletin.yaml", old, new)

    assert ("bulletin.yaml", folder.line("bulletin.yaml", at)) in {
        (str(problem.file), problem.line) for problem in folder.problems()
    }


def test_a_folder_without_words_for_bulletins_is_a_problem(folder: ContentFolder) -> None:
    folder.remove("bulletin.yaml")

    [problem] = folder.problems()

    assert str(problem.file) == "bulletin.yaml"
