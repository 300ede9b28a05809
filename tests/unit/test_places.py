"""The table of places, and the search that turns what citizens write into communes."""

from collections import defaultdict
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.place_words import spelled, split_kind, words
from bot.knowledge.places import Places, load_places
from bot.text import fold

DA_PHUC, SON_TAY, TUNG_THIEN, TAN_KHAI, RACH_GIA = "00430", "09574", "09604", "25357", "30742"

# Loading takes a tenth of a second and the result never changes, also not between hypothesis examples.
PLACES = load_places()


@pytest.fixture(scope="module")
def places() -> Places:
    return PLACES


def codes(text: str, *, limit: int = 100) -> list[str]:
    """Search, and return only the codes: they are what the tests are about."""
    return [place.code for place in PLACES.search(text, limit=limit)]


# The table


def test_the_table_has_the_units_of_2025(places: Places) -> None:
    """3,321 communes, of three kinds, in 34 provinces, each with a code of five digits in order."""
    everything = [place for province in places.provinces() for place in places.in_province(province.code)]
    kinds = [place.name.split(" ")[0] for place in everything]

    assert len(places) == len({place.code for place in everything}) == 3321
    assert (kinds.count("xã"), kinds.count("phường"), kinds.count("đặc")) == (2621, 687, 13)
    assert len(places.provinces()) == 34
    assert all(place.code.isdecimal() and len(place.code) == 5 for place in everything)
    assert all(8 < place.latitude < 24 and 102 < place.longitude < 115 for place in everything)


def test_every_old_commune_went_somewhere(places: Places) -> None:
    """All 10,040 units of before; one is partly here exactly when it is in several communes of today."""
    homes: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for province in places.provinces():
        for place in places.in_province(province.code):
            assert place.former, place
            for unit in place.former:
                homes[unit.name, unit.district, unit.province].append(unit.is_whole)

    assert len(homes) == 10_040
    assert [home for home, wholes in homes.items() if wholes != [True] and (any(wholes) or len(wholes) == 1)] == []


def test_the_63_old_provinces_are_each_in_one_of_todays(places: Places) -> None:
    """An old code may belong to another province today, so provinces are told by name."""
    old = [former.name for province in places.provinces() for former in province.former]

    assert len(old) == len(set(old)) == 63


@pytest.mark.parametrize(
    ("code", "label", "district", "number"),
    [
        pytest.param(DA_PHUC, "xã Đa Phúc, thành phố Hà Nội", "huyện Sóc Sơn", 7, id="da-phuc"),
        pytest.param(SON_TAY, "phường Sơn Tây, thành phố Hà Nội", "thị xã Sơn Tây", 7, id="son-tay"),
        pytest.param(TUNG_THIEN, "phường Tùng Thiện, thành phố Hà Nội", "thị xã Sơn Tây", 6, id="tung-thien"),
        pytest.param(TAN_KHAI, "xã Tân Khai, thành phố Đồng Nai", "huyện Hớn Quản", 3, id="tan-khai"),
        pytest.param(RACH_GIA, "phường Rạch Giá, tỉnh An Giang", "thành phố Rạch Giá", 9, id="rach-gia"),
    ],
)
def test_a_commune_knows_its_label_and_what_it_was_made_of(
    places: Places, code: str, label: str, district: str, number: int
) -> None:
    """The label names the province of today, the old units the district of before."""
    place = places.get(code)

    assert place is not None
    assert places.label(place) == label
    assert [unit.district for unit in place.former] == [district] * number


def test_dong_nai_is_a_city_and_was_a_province(places: Places) -> None:
    """The source is of 2025; Đồng Nai became a centrally run city on 2026-04-30."""
    dong_nai = places.province("75")

    assert dong_nai is not None
    assert dong_nai.name == "thành phố Đồng Nai"
    assert [old.name for old in dong_nai.former] == ["tỉnh Bình Phước", "tỉnh Đồng Nai"]


def test_unknown_codes_give_nothing(places: Places) -> None:
    """Codes come from files and links, so a wrong one is no accident."""
    assert places.get("99999") is None
    assert places.province("99") is None
    assert places.in_province("99") == ()


# One commune is meant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("Đa Phúc, Hà Nội", DA_PHUC, id="todays-name-and-province"),
        pytest.param("Đa Phúc Sóc Sơn", DA_PHUC, id="todays-name-and-old-district"),
        pytest.param("Đức Hòa Sóc Sơn", DA_PHUC, id="old-name-and-district"),
        pytest.param("Đức Hoà, Sóc Sơn", DA_PHUC, id="the-other-place-of-the-tone"),
        pytest.param("xa duc hoa, huyen soc son, ha noi", DA_PHUC, id="no-accents"),
        pytest.param("X. ĐỨC HÒA - H. SÓC SƠN - TP HÀ NỘI", DA_PHUC, id="abbreviated-kinds-in-capitals"),
        pytest.param("hà nội, sóc sơn, đức hòa", DA_PHUC, id="largest-first"),
        pytest.param("duchoa socson", DA_PHUC, id="joined-up"),
        pytest.param("Đức Hòa (nay là xã Đa Phúc)", DA_PHUC, id="old-and-new-name"),
        pytest.param("kim lu soc son hn", DA_PHUC, id="another-old-name-and-initials"),
        pytest.param("00430", DA_PHUC, id="code"),
        pytest.param("xã 00430 ạ", DA_PHUC, id="code-with-words"),
        pytest.param("Sơn Tây Hà Nội", SON_TAY, id="a-name-that-was-a-district-too"),
        pytest.param("phuong son tay", SON_TAY, id="the-kind-narrows"),
        pytest.param("phường Sơn Tây, thị xã Sơn Tây, Hà Nội", SON_TAY, id="name-and-district-alike"),
        pytest.param("đường lâm sơn tây", SON_TAY, id="a-name-that-begins-like-a-street"),
        pytest.param("Đường Lâm, Sơn Tây, Hà Tây", SON_TAY, id="the-province-of-before-2008"),
        pytest.param("tùng thiện", TUNG_THIEN, id="name-only"),
        pytest.param("xuân khanh, sơn tây", TUNG_THIEN, id="old-phuong"),
        pytest.param("P. Trung Sơn Trầm TX Sơn Tây", TUNG_THIEN, id="three-syllables"),
        pytest.param("Tân Khai", TAN_KHAI, id="only-one-of-that-name"),
        pytest.param("TT Tân Khai, Hớn Quản, Bình Phước", TAN_KHAI, id="old-province"),
        pytest.param("tân khai đồng nai", TAN_KHAI, id="new-province"),
        pytest.param("đồng nơ", TAN_KHAI, id="merged-in"),
        pytest.param("Rạch Giá", RACH_GIA, id="phuong-named-after-its-city"),
        pytest.param("rạch sỏi, kiên giang", RACH_GIA, id="old-phuong-and-province"),
        pytest.param("vinh thanh van rach gia", RACH_GIA, id="a-name-that-holds-another"),
        pytest.param("phường 12 quận 10 tphcm", "27163", id="numbers"),
        pytest.param("P12, Q10", "27163", id="numbers-glued-to-their-kind"),
        pytest.param("p.05 q.03 TP.HCM", "27154", id="leading-zeros"),
        pytest.param("Quân Chu", "05851", id="a-name-that-begins-like-a-kind"),
        pytest.param("Ea H'Leo", "24184", id="apostrophe"),
        pytest.param("ea hleo", "24184", id="apostrophe-left-out"),
        pytest.param("huyện Lý Sơn", "21548", id="island-without-communes"),
        pytest.param("đặc khu Phú Quốc", "31078", id="dac-khu"),
        pytest.param("xã Văn Đức, Gia Lâm", "00577", id="name-given-up-shortly-before-2025"),
    ],
)
def test_one_commune_is_found(text: str, code: str) -> None:
    """What these say leaves one commune, however they spell it."""
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("tan khay", TAN_KHAI, id="a-letter-replaced"),
        pytest.param("Tân Khaii", TAN_KHAI, id="a-letter-too-many"),
        pytest.param("rahc gia", RACH_GIA, id="letters-swapped"),
        pytest.param("đức hoaf sóc sơn", DA_PHUC, id="an-accent-key-that-did-not-work"),
        pytest.param("duc hoa soc sown", DA_PHUC, id="in-the-district"),
        pytest.param("kim lũ, sóc sơn, hà nôij", DA_PHUC, id="in-the-province"),
        pytest.param("phuong tung thienj ha noi", TUNG_THIEN, id="between-kind-and-province"),
    ],
)
def test_a_small_typing_mistake_does_no_harm(text: str, code: str) -> None:
    """One wrong letter, or two in a long name."""
    assert codes(text) == [code]


# Several fit


def test_an_old_name_alone_gives_every_commune_it_can_mean() -> None:
    """Đức Hòa is a xã of Tây Ninh today, and was one in Sóc Sơn and one in Mộ Đức."""
    assert codes("Đức Hòa") == ["27937", DA_PHUC, "21400"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("đa phúc", {DA_PHUC, "05362", "11689"}, id="todays-name-ties-with-old-ones"),
        pytest.param("Sơn Tây", {SON_TAY, "18172", "21340"}, id="three-provinces"),
        pytest.param("xã Sơn Tây", {"18172", "21340"}, id="the-kind-narrows"),
        pytest.param("sơn lộc, sơn tây", {SON_TAY, TUNG_THIEN}, id="an-old-unit-that-was-split"),
        pytest.param("Mỹ Thọ", {"30076", "21751"}, id="accents-tell-names-apart"),
        pytest.param("my tho", {"28261", "30076", "21751"}, id="without-accents-they-cannot"),
        pytest.param("Thạnh Hóa", {"27865"}, id="accents-tell-a-commune-from-a-province"),
        pytest.param("mĩ tho", {"28261", "30076", "21751"}, id="i-for-y"),
        pytest.param("phường Mỹ Thọ", {"28261", "30076", "21751"}, id="right-kind-against-right-accents"),
        pytest.param("thanh xuân hà nội", {"00367", "00433"}, id="twice-in-one-province"),
        pytest.param("chuyển từ xã Tân Khai sang phường Rạch Giá", {TAN_KHAI, RACH_GIA}, id="two-communes-named"),
    ],
)
def test_a_name_that_fits_several_communes_gives_them_all(text: str, expected: set[str]) -> None:
    """The caller asks; the search never picks one."""
    assert set(codes(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("huyện Sóc Sơn", ["00376", "00382", "00385", DA_PHUC, "00433"], id="the-namesake-first"),
        pytest.param("thị xã Sơn Tây", [SON_TAY, TUNG_THIEN, "09616", "09988"], id="not-the-huyen-of-that-name"),
        pytest.param("TP Rạch Giá", [RACH_GIA, "30760"], id="a-city-that-is-two-communes-now"),
        pytest.param("quận 10", ["27163", "27169", "27190"], id="by-number"),
        pytest.param("tp cao bằng", ["01273", "01279", "01288"], id="the-city-not-the-province"),
        pytest.param("Yên Bái", ["04252", "04273", "04279", "04543"], id="a-phuong-a-city-and-a-province"),
    ],
)
def test_a_district_gives_what_became_of_it(text: str, expected: list[str]) -> None:
    """Who names only the old district is asked which of its communes."""
    assert codes(text) == expected


def test_the_limit_cuts_what_fits_least() -> None:
    """Hòa Bình is a name of many; those called so today come first."""
    everything = codes("Hòa Bình")

    assert len(everything) > 8
    assert codes("Hòa Bình", limit=8) == everything[:8]
    assert all("Hòa Bình" in place.name for place in PLACES.search("Hòa Bình", limit=5))


# Sentences, and what is no place


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("tôi ở xã Tân Khai", TAN_KHAI, id="short"),
        pytest.param("dạ em ở Tân Khai ạ", TAN_KHAI, id="polite"),
        pytest.param("làm giấy khai sinh ở xã Tân Khai cần gì", TAN_KHAI, id="a-question"),
        pytest.param("thôn 3 xã tân khai huyện hớn quản tỉnh bình phước", TAN_KHAI, id="a-hamlet-before"),
        pytest.param("số 5 đường Nguyễn Trãi, phường Rạch Giá, An Giang", RACH_GIA, id="a-street-named-like-communes"),
        pytest.param("số 5 điện biên phủ p25 bình thạnh", "26956", id="a-street-named-like-a-city"),
    ],
)
def test_a_commune_is_found_in_a_sentence(text: str, code: str) -> None:
    """A kind or a region vouches for a name among other words."""
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" ,.- ", id="punctuation"),
        pytest.param("làm giấy khai sinh", id="a-question"),
        pytest.param("hộ khẩu", id="one-letter-from-ho-thau"),
        pytest.param("lên xã làm giấy tờ cần mang gì", id="a-kind-without-a-name"),
        pytest.param("xã đóng dấu có mất tiền không", id="a-word-behind-a-kind"),
        pytest.param("bảo hiểm xã hội", id="a-word-with-a-kind-in-it"),
        pytest.param("công an phường", id="a-kind-behind-a-word"),
        pytest.param("mất bằng lái xe ở Hà Nội", id="only-a-province"),
        pytest.param("Hà Nội", id="a-whole-province"),
        pytest.param("em ở Thái Nguyên", id="a-province-that-some-old-commune-was-named-like"),
        pytest.param("tỉnh Hà Nam", id="a-province-that-reads-like-another-word-and-a-filler"),
        pytest.param("12", id="a-bare-number"),
        pytest.param("99999", id="no-such-code"),
        pytest.param("xã Đức Hòa, huyện Củ Chi", id="a-district-that-has-none"),
        pytest.param("xã Đa Phúc, tỉnh Cà Mau", id="a-province-that-has-none"),
        pytest.param("Springfield, Oregon", id="abroad"),
    ],
)
def test_what_names_no_commune_finds_none(text: str) -> None:
    """An empty answer makes the caller ask; a wrong one would send people to the wrong office."""
    assert codes(text) == []


# What always holds


def test_every_old_address_leads_to_its_commune(places: Places) -> None:
    """Name, district and old province of all 10,040 old units, as official papers write them."""
    expected: dict[str, set[str]] = defaultdict(set)
    for province in places.provinces():
        for place in places.in_province(province.code):
            for unit in place.former:
                expected[", ".join(filter(None, (unit.name, unit.district, unit.province)))].add(place.code)

    assert [text for text, found in expected.items() if not found <= set(codes(text))] == []


def test_every_old_district_leads_to_its_communes(places: Places) -> None:
    """As "quận Ba Đình, thành phố Hà Nội", without accents: all communes that took in a part of it, and no others.

    Left out are the districts called Châu Thành: some of their old provinces are one today.
    """
    expected: dict[str, set[str]] = defaultdict(set)
    for province in places.provinces():
        for place in places.in_province(province.code):
            for unit in place.former:
                expected[f"{unit.district or unit.name}, {unit.province}"].add(place.code)
    plain = {text: found for text, found in expected.items() if "Châu Thành" not in text}

    assert len(expected) == 696
    assert [text for text, found in plain.items() if set(codes(fold(text))) != found] == []


def test_every_commune_is_found_by_its_label_even_without_accents(places: Places) -> None:
    """Today's name comes before old ones: the commune itself is among the first, whoever shares its name."""
    everything = [place for province in places.provinces() for place in places.in_province(province.code)]

    assert [place for place in everything if place not in places.search(fold(places.label(place)))] == []


def test_a_bare_name_finds_its_commune_unless_it_is_a_provinces(places: Places) -> None:
    """Khánh Hòa alone is the province; xã Khánh Hòa in Lào Cai needs its kind or its province."""
    everything = [place for province in places.provinces() for place in places.in_province(province.code)]
    missed = {split_kind(p.name)[1] for p in everything if p.code not in codes(split_kind(p.name)[1])}

    assert missed == {"Hà Tây", "Khánh Hòa", "Quảng Bình", "Quảng Ninh", "Tuyên Quang"}


@given(st.text(max_size=300))
def test_any_text_gives_a_tuple(text: str) -> None:
    """People send anything."""
    assert isinstance(PLACES.search(text), tuple)


@given(
    st.lists(st.sampled_from(["xã", "phường", "1", "p2", "quận 10", "tân", "thành", "hòa bình", "hà nội", ",", "củ"]))
)
def test_any_heap_of_place_words_gives_each_commune_once(heap: list[str]) -> None:
    """Also where every word is a name, a kind and a region at once."""
    found = codes(" ".join(heap))

    assert len(found) == len(set(found))


@given(
    st.sampled_from([place.code for place in PLACES.in_province("01")]), st.sampled_from([str.upper, str.lower, fold])
)
def test_case_and_accents_never_lose_a_commune(code: str, habit: Callable[[str], str]) -> None:
    """Whatever the keyboard does, the commune is among the answers."""
    place = PLACES.get(code)

    assert place is not None
    assert place in PLACES.search(habit(f"{place.name} ha noi"), limit=100)


# How places are written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("TX. Sơn Tây", "tx son tay", id="abbreviation"),
        pytest.param("thị xã Sơn Tây", "thixa son tay", id="two-words-of-one-kind"),
        pytest.param("P.05 q10", "p 5 q 10", id="numbers"),
        pytest.param("Trung Thành, Phổ Yên", "trung thanh pho yen", id="no-kind-over-a-comma"),
        pytest.param("00430", "00430", id="a-code-keeps-its-zeros"),
    ],
)
def test_kinds_and_numbers_are_words_of_their_own(text: str, expected: str) -> None:
    """So that the search sees one notation."""
    assert " ".join(word.folded for word in words(text)) == expected


def test_both_habits_of_placing_the_tone_are_one_spelling() -> None:
    """Hoà and Hòa, Thuỷ and Thủy."""
    assert spelled("Hoà Thuỷ") == spelled("hòa thủy") != spelled("hoa thuy")


# The nearest


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        pytest.param(21.2506, 105.901, DA_PHUC, id="at-the-centre"),
        pytest.param(21.256, 105.905, DA_PHUC, id="close-by"),
        pytest.param(9.991, 105.09, RACH_GIA, id="on-the-western-coast"),
        pytest.param(16.5, 112.0, "20333", id="hoang-sa"),
    ],
)
def test_the_nearest_centre_is_found(places: Places, latitude: float, longitude: float, code: str) -> None:
    """A shared location is turned into a suggestion."""
    nearest = places.nearest(latitude, longitude)

    assert nearest is not None
    place, kilometres = nearest
    assert place.code == code
    assert 0 <= kilometres < 20


def test_the_distance_is_in_kilometres(places: Places) -> None:
    """0.009 degrees of latitude are one kilometre."""
    nearest = places.nearest(21.2506 + 0.009, 105.901)

    assert nearest is not None
    assert nearest[1] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        pytest.param(48.85, 2.35, id="paris"),
        pytest.param(12.0, 111.5, id="the-open-sea"),
        pytest.param(float("nan"), 105.0, id="not-a-number"),
        pytest.param(0.0, 0.0, id="an-unset-position"),
    ],
)
def test_far_from_every_commune_there_is_no_nearest(places: Places, latitude: float, longitude: float) -> None:
    """More than 40 km from any centre is abroad or at sea."""
    assert places.nearest(latitude, longitude) is None
