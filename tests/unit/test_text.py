"""Cleaning, folding and masking: what people type, and the numbers nobody should send."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text import DOSSIER_CODE, clean, fold, mask, was_masked

PHONE, IDENTITY, CARD = "[số điện thoại]", "[số định danh]", "[số thẻ]"

DIGITS_AND_SIGNS = st.lists(
    st.sampled_from([*"0123456789+()-. /a", "84", "09", "0912345678", "H26.15-251120-0042", "20.11.2026", "1.500.000"])
).map("".join)
"""Heaps of what numbers are written with, where `st.text()` would seldom put two digits side by side."""


# Cleaning


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("  chào \n bạn ", "chào \n bạn", id="line-breaks-stay"),
        pytest.param("cha\u0300o", "chào", id="composed"),
        pytest.param("kha\u200bi si\u00adnh", "kha i si nh", id="zero-width-and-soft-hyphen"),
        pytest.param("\u202eabc\u202c", "abc", id="bidirectional-override"),
        pytest.param("a\x00b\x07c", "a b c", id="control-characters"),
        pytest.param("\ufeffchào", "chào", id="byte-order-mark"),
    ],
)
def test_what_nobody_sees_is_cleaned_away(text: str, cleaned: str) -> None:
    """An invisible character must not part a word from its match, or make a message lie."""
    assert clean(text) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Whatever was sent."""
    assert clean(clean(text)) == clean(text)


# Folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Đăng ký KHAI SINH", "dang ky khai sinh", id="marks-and-case"),
        pytest.param("ĐƯỜNG đường", "duong duong", id="d-with-stroke-has-no-decomposition"),
        pytest.param("cấp-lại: thẻ (CCCD)?!", "cap lai the cccd", id="punctuation"),
        pytest.param("một\t\n  cửa", "mot cua", id="spaces"),
        pytest.param("snake_case", "snake case", id="underscore"),
        pytest.param("ＣＣＣＤ　１２", "cccd 12", id="full-width"),
        pytest.param("👍 !!! …", "", id="only-marks"),
    ],
)
def test_folding_is_typing_in_a_hurry(text: str, folded: str) -> None:
    """No accents, no case, no punctuation, single spaces."""
    assert fold(text) == folded


@given(st.text())
@example("İ㎅ﬁ")
def test_folding_twice_changes_nothing(text: str) -> None:
    """So that a folded text may be folded by whoever is not sure."""
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạ ấậ0123456789,.?"), st.sampled_from(["NFC", "NFD"]))
def test_folding_does_not_see_how_vietnamese_is_typed(text: str, form: str) -> None:
    """Case, marks as letters of their own, and punctuation make no difference."""
    typed = unicodedata.normalize(form, f"«{text.upper()}»!")  # type: ignore[arg-type]  # the two are its forms

    assert fold(typed) == fold(text)


# Masking


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        # Phones
        pytest.param("gọi 0912345678 nhé", f"gọi {PHONE} nhé", id="mobile"),
        pytest.param("02438123456", PHONE, id="landline"),
        pytest.param("+84912345678", PHONE, id="plus-84"),
        pytest.param("84 912 345 678", PHONE, id="84-spaced"),
        pytest.param("+84 (0) 912 345 678", PHONE, id="zero-in-brackets"),
        pytest.param("(024) 3812 3456", PHONE, id="area-in-brackets"),
        pytest.param("0912 345 678", PHONE, id="spaced"),
        pytest.param("0912  345  678", PHONE, id="spaced-widely"),
        pytest.param("0912\u00a0345\u00a0678", PHONE, id="spaced-by-a-phone-book"),
        pytest.param("0912\u2011345\u2011678", PHONE, id="hyphens-that-do-not-break"),
        pytest.param("0912\u202f345\u202f678", PHONE, id="narrow-spaces"),
        pytest.param("091.234.5678", PHONE, id="dotted"),
        pytest.param("091-234-5678", PHONE, id="hyphens"),
        pytest.param("0 9 1 2 3 4 5 6 7 8", PHONE, id="digit-by-digit"),
        pytest.param("sđt0912345678nha", f"sđt{PHONE}nha", id="glued-to-letters"),
        pytest.param("０９１２３４５６７８", PHONE, id="full-width-digits"),
        # Identity numbers and cards
        pytest.param("cccd 001099012345.", f"cccd {IDENTITY}.", id="identity"),
        pytest.param("001 099 012 345", IDENTITY, id="identity-spaced"),
        pytest.param("4111 1111 1111 1111", CARD, id="card-by-its-check-digit"),
        pytest.param("9704366812345678", CARD, id="vietnamese-card"),
        pytest.param("9704 0000 0000 0000 018", CARD, id="vietnamese-card-of-19"),
        # Beside other numbers
        pytest.param("nhà số 5 0912345678", f"nhà số 5 {PHONE}", id="after-a-house-number"),
        pytest.param("sinh năm 1990 0912 345 678", f"sinh năm 1990 {PHONE}", id="after-a-year"),
        pytest.param("ngày 20.11.2026 0912345678", f"ngày 20.11.2026 {PHONE}", id="after-a-date"),
        pytest.param("1900 1009 hoặc 0912345678", f"1900 1009 hoặc {PHONE}", id="after-a-hotline"),
        pytest.param("001099012345 5 người", f"{IDENTITY} 5 người", id="before-a-count"),
        pytest.param("0912345678 0987654321", f"{PHONE} {PHONE}", id="two-phones"),
        pytest.param("0912345678/0987654321", f"{PHONE}/{PHONE}", id="two-phones-with-a-stroke"),
        pytest.param("001099012345-0912345678", f"{IDENTITY}-{PHONE}", id="identity-and-phone"),
        pytest.param("H26.15-251120-0042 0912345678", f"H26.15-251120-0042 {PHONE}", id="after-a-dossier-code"),
    ],
)
def test_personal_numbers_are_masked(text: str, masked: str) -> None:
    """However they are written, and whatever stands beside them."""
    assert mask(text) == masked
    assert was_masked(mask(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("H26.15-251120-0042", id="dossier-code"),
        pytest.param("mã 000.00.19.H26-251120-0042 ạ", id="full-dossier-code"),
        pytest.param("h26-251120-004217", id="dossier-code-in-small-letters"),
        pytest.param("1900 1009", id="hotline-1900"),
        pytest.param("18001096", id="hotline-1800"),
        pytest.param("113, 114, 115", id="emergency-numbers"),
        pytest.param("024 1022", id="short-hotline"),
        pytest.param("84.000.000.000 đồng", id="money-that-begins-like-a-phone"),
        pytest.param("1.012.345.678.901 đồng", id="money-with-an-identity-in-it"),
        pytest.param("1500000 đồng", id="money-without-dots"),
        pytest.param("20/11/2026 08:00", id="date-and-time"),
        pytest.param("01-02-1990 09:30", id="date-that-begins-like-a-phone"),
        pytest.param("2026-11-20 08:30", id="date-year-first"),
        pytest.param("Nghị định 49/2026/NĐ-CP, Luật 31/2024/QH15", id="legal-documents"),
        pytest.param("thủ tục 1.012786", id="procedure-code"),
        pytest.param("thửa 123 tờ 45", id="plot-and-sheet"),
    ],
)
def test_numbers_of_nobody_stay(text: str) -> None:
    """Without them the question could not be answered."""
    assert mask(text) == text
    assert not was_masked(text)


@given(st.text() | DIGITS_AND_SIGNS)
def test_masking_twice_changes_nothing(text: str) -> None:
    """And any text can be masked."""
    assert mask(mask(text)) == mask(text)


@given(
    st.text(alphabet="abcđêô ,;!?\n"),
    st.integers(200_000_000, 999_999_999).map("0{}".format),
    st.sampled_from(["", " ", "."]),
    st.text(alphabet="abcđêô ,;!?\n"),
)
def test_no_phone_gets_through(before: str, phone: str, between: str, after: str) -> None:
    """Between any words, in the groups in which people say it."""
    written = between.join((phone[:4], phone[4:7], phone[7:]))

    assert mask(f"{before}{written}{after}") == f"{before}{PHONE}{after}"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("tra giúp em H26.15-251120-0042 với", ["H26.15-251120-0042"], id="in-a-sentence"),
        pytest.param("(000.00.19.H26-251120-0042)", ["000.00.19.H26-251120-0042"], id="in-brackets"),
        pytest.param("ABH26-251120-0042", [], id="inside-a-word"),
        pytest.param("H26-2511-0042", [], id="a-date-too-short"),
    ],
)
def test_dossier_codes_are_known_by_their_form(text: str, codes: list[str]) -> None:
    """Province, date of receipt, running number."""
    assert [match[0] for match in DOSSIER_CODE.finditer(text)] == codes
