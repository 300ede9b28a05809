"""What people type, in the words of the content: abbreviations, slips, lost spaces, keys no input method caught."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.abbreviations import Abbreviations
from bot.knowledge.wording import LONGEST, Reader, Vocabulary
from bot.text import fold

PHRASINGS = (
    "làm giấy khai sinh cần gì",
    "nộp hồ sơ khai sinh ở đâu",
    "hồ sơ cần gì",
    "học sinh lớp 1 nhập học",
    "nhập hộ khẩu cho con",
    "có được không",
    "không biết",
    "đăng ký tạm trú ở đâu",
    "đăng ký kết hôn",
    "cần điều kiện gì",
    "lệ phí bao nhiêu nghìn",
    "làm căn cước cho con",
    "công chứng giấy tờ",
    "chồng mất làm khai tử",
    "chuyển khoản lệ phí",
    "quên mật khẩu",
    "đường vào trường",
    "mấy giờ mở cửa",
) * 3  # a syllable must have occurred a few times before lost spaces are trusted

ABBREVIATIONS = Abbreviations({
    "hs": ("hồ sơ", "học sinh"),
    "k": ("không", "nghìn"),
    "ko": ("không",),
    "hk": ("không", "hộ khẩu"),
    "đk": ("đăng ký", "điều kiện"),
    "dk": ("đăng ký", "điều kiện"),
    "cc": ("căn cước", "công chứng"),
    "ck": ("chồng", "chuyển khoản"),
    "gks": ("giấy khai sinh",),
    "1 cửa": ("một cửa",),
})  # fmt: skip

READER = Reader(Vocabulary(map(fold, PHRASINGS)), ABBREVIATIONS, {"đẻ": "sinh con"})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        # Abbreviations with one meaning, and with several
        pytest.param("gks cần gì ko", "giay khai sinh can gi khong", id="one-meaning"),
        pytest.param("GKS", "giay khai sinh", id="in-capitals"),
        pytest.param("nộp 1 cửa", "nop mot cua", id="of-two-words"),
        pytest.param("nộp hs ở đâu", "nop ho so o dau", id="hs-is-handed-in"),
        pytest.param("hs lớp 1", "hoc sinh lop 1", id="hs-goes-to-school"),
        pytest.param("k biết", "khong biet", id="k-is-no"),
        pytest.param("lệ phí 500k", "le phi 500 nghin", id="k-after-a-number-is-a-thousand"),
        pytest.param("7h30", "7 gio 30", id="h-after-a-number-is-an-hour"),
        pytest.param("2tr", "2 trieu", id="tr-after-a-number-is-a-million"),
        pytest.param("nhập hk cho con", "nhap ho khau cho con", id="hk-is-a-household"),
        pytest.param("có được hk", "co duoc khong", id="hk-is-no"),
        pytest.param("đk tạm trú", "dang ky tam tru", id="đk-is-to-register"),
        pytest.param("cần đk gì", "can dieu kien gi", id="đk-is-a-condition"),
        pytest.param("can dk gi", "can dieu kien gi", id="dk-without-its-mark"),
        pytest.param("làm cc cho con", "lam can cuoc cho con", id="cc-is-a-card"),
        pytest.param("cc giấy tờ", "cong chung giay to", id="cc-is-a-notary"),
        pytest.param("ck lệ phí", "chuyen khoan le phi", id="ck-pays"),
        pytest.param("ck mất", "chong mat", id="ck-is-a-husband"),
        # Keys that no input method caught
        pytest.param("giaays khai sinh", "giay khai sinh", id="telex"),
        pytest.param("truwowngf", "truong", id="telex-with-its-tone-at-the-end"),
        pytest.param("dduwowngf", "duong", id="telex-with-its-stroke"),
        pytest.param("ddangw kys", "dang ky", id="telex-with-its-hook-at-the-end"),
        pytest.param("giay61 khai sinh", "giay khai sinh", id="vni"),
        pytest.param("d9ang8 ky1", "dang ky", id="vni-inside-a-word"),
        # Slips
        pytest.param("khai sinhhhhh", "khai sinh", id="stretched"),
        pytest.param("được khôngggg", "duoc khong", id="stretched-with-accents"),
        pytest.param("giấy khaii sinh", "giay khai sinh", id="a-letter-too-many"),
        pytest.param("dang ky kte hon", "dang ky ket hon", id="letters-swapped"),
        pytest.param("khaisinh", "khai sinh", id="a-lost-space"),
        pytest.param("lamgiaykhaisinh", "lam giay khai sinh", id="all-spaces-lost"),
        # Words of life
        pytest.param("đẻ ở đâu", "de o dau sinh con", id="a-synonym-is-added-not-put-in-place"),
        # What is left alone
        pytest.param("zzqwk blorp", "zzqwk blorp", id="unknown-words"),
        pytest.param("H26.15-251120-0042", "h26 15 251120 0042", id="a-code"),
        pytest.param("thửa 123", "thua 123", id="numbers"),
        pytest.param("50x", "50x", id="a-number-is-never-taken-for-another"),
        pytest.param("👍 …", "", id="nothing-to-read"),
    ],
)
def test_a_question_is_read_in_the_words_of_the_content(typed: str, read: str) -> None:
    """Folded, as the phrasings are."""
    assert READER.read(typed).text == read


def test_what_was_read_as_what_is_kept() -> None:
    """For the editors, who see why a question matched."""
    assert READER.read("nộp hs ở đâu").repairs == (("hs", "ho so"),)
    assert READER.read("nộp hồ sơ ở đâu").repairs == ()


@pytest.mark.parametrize("phrasing", sorted(set(PHRASINGS)))
def test_a_phrasing_is_left_as_it_is(phrasing: str) -> None:
    """What already makes sense is not repaired, with accents or without."""
    assert READER.read(phrasing).text == READER.read(fold(phrasing)).text == fold(phrasing)


@given(st.text())
def test_any_text_is_read_the_same_in_both_forms_of_unicode(text: str) -> None:
    """Phones send NFC, some Macs NFD; nothing raises."""
    assert READER.read(unicodedata.normalize("NFD", text)) == READER.read(unicodedata.normalize("NFC", text))


@given(
    st.lists(st.sampled_from(["a", "hs", "k", "giaays", "1", "khai", "w", "dd", "sfrxj", " ", "đ", "5k"])).map("".join)
)
def test_any_heap_of_keys_is_read(text: str) -> None:
    """And what comes out is folded."""
    read = READER.read(text).text

    assert fold(read) == read


def test_only_the_beginning_of_a_story_is_read() -> None:
    """It bounds the time that any text can take."""
    assert len(READER.read("chữ " * 10_000).text) <= LONGEST
