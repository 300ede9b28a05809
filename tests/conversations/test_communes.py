"""Choosing and changing the commune: typed, shared, linked, and going on with what one had wanted before."""

import pytest

from bot.knowledge.library import Library
from bot.ports.conversations import ChooseCommune
from tests.conversations.world import DA_PHUC, ELSEWHERE, SON_TAY, TAN_KHAI, Citizen, a_citizen


@pytest.mark.parametrize(
    ("wrote", "code"),
    [
        pytest.param("xã Đa Phúc, Hà Nội", DA_PHUC, id="as it is called"),
        pytest.param("Đức Hòa Sóc Sơn", DA_PHUC, id="as it was called"),
        pytest.param("duc hoa soc son", DA_PHUC, id="in a hurry"),
        pytest.param("Em ở xã Đa Phúc huyện Sóc Sơn ạ", DA_PHUC, id="in a polite sentence"),
        pytest.param("x. Tân Khai", TAN_KHAI, id="abbreviated"),
        pytest.param("tân khaii hớn quản", TAN_KHAI, id="misspelt"),
        pytest.param("09574", SON_TAY, id="by its code"),
        pytest.param("#xa-00430", DA_PHUC, id="by the code on a poster"),
        pytest.param("XA-00430", DA_PHUC, id="by that code as phones write it"),
        pytest.param("xã Đoài Phương", "09616", id="although it looks like đổi phường"),
        pytest.param("Đa Phúc Hà Nội", DA_PHUC, id="although it looks like đề án 06"),
    ],
)
async def test_a_commune_that_was_asked_for_is_chosen(stranger: Citizen, wrote: str, code: str) -> None:
    """However it is written, its place in the world decides."""
    await stranger.talk([("chọn xã", "Bạn ở xã, phường nào?"), (wrote, "Đã chọn")])

    assert stranger.person.commune == code
    assert stranger.labels == ["Danh mục", "Đường dây nóng"]


@pytest.mark.parametrize("wrote", ["Đức Hòa Sóc Sơn", "Tân Khai", "tôi ở phường Sơn Tây Hà Nội", "#xa-25357"])
async def test_a_place_and_nothing_else_is_understood_unasked(stranger: Citizen, wrote: str) -> None:
    """The greeting was days ago, and everybody knows where they live."""
    await stranger.talk([(wrote, "Đã chọn")])


async def test_a_name_of_many_places_always_asks(stranger: Citizen) -> None:
    """Nothing is picked for the person: they choose by number."""
    await stranger.talk([("chọn xã", "Bạn ở xã"), ("Tân Lập", "Có vài nơi tên giống «Tân Lập»")])

    assert stranger.person.commune == ""
    assert 1 < len(stranger.choices) <= 8
    await stranger.talk([("9", "Không có mục nào mang số đó"), ("2", "Đã chọn xã Tân Lập, tỉnh Lâm Đồng")])
    assert stranger.person.commune == ELSEWHERE


async def test_more_words_after_a_choice_of_places_narrow_it(stranger: Citizen) -> None:
    """Typing the province is as good as pressing."""
    await stranger.talk([("Tân Lập", "Có vài nơi"), ("Tân Lập Lâm Đồng", "Đã chọn xã Tân Lập, tỉnh Lâm Đồng")])


@pytest.mark.parametrize(
    "wrote",
    [
        pytest.param("Xã Ước Mơ", id="a place that is not"),
        pytest.param("123", id="a number"),
        pytest.param("Hà Nội", id="a province is no commune"),
        pytest.param("#xa-99999", id="a code of nothing"),
    ],
)
async def test_an_unknown_place_is_asked_for_again(stranger: Citizen, wrote: str) -> None:
    """It says what to add, and how to get out; the right name still counts afterwards."""
    await stranger.talk(
        [("chọn xã", "Bạn ở xã"), (wrote, f"Tôi không tìm thấy xã, phường nào tên «{wrote}»"), ("Tân Khai", "Đã chọn")]
    )


@pytest.mark.parametrize(
    "wrote",
    [
        pytest.param("làm giấy khai sinh cho con cần những gì", id="a clear question"),
        pytest.param("giấy phép xây dựng", id="a short one"),
        pytest.param("thuế đất", id="the shortest"),
        pytest.param("đăng ký thường trú", id="one that is nearly a place"),
        pytest.param("danh mục", id="a command"),
        pytest.param("cảm ơn", id="thanks"),
    ],
)
async def test_a_question_instead_of_a_place_is_a_question(stranger: Citizen, wrote: str) -> None:
    """Most people answer the greeting with what they came for."""
    await stranger.open()

    heard = await stranger.write(wrote)

    assert "không tìm thấy xã" not in heard
    assert "Đã chọn" not in heard


@pytest.mark.parametrize("wrote", ["công an", "hợp đồng", "an toàn", "thanh toán", "thương binh", "an ninh"])
async def test_a_word_that_is_also_a_place_is_a_word(villager: Citizen, wrote: str) -> None:
    """There are 3,321 communes and many thousands of old names; nobody is moved to one of them by a question."""
    await villager.write(wrote)

    assert villager.person.commune == DA_PHUC


async def test_a_word_that_is_also_a_place_is_asked_about_where_a_place_was_asked_for(stranger: Citizen) -> None:
    """One more press, because both may be meant."""
    await stranger.talk(
        [("chọn xã", "Bạn ở xã, phường nào?"), ("An Toàn", "Bạn ở xã An Toàn"), ("đúng rồi", "Đã chọn")]
    )


async def test_a_place_inside_a_question_changes_nothing(villager: Citizen) -> None:
    """Whoever tells of another commune has not moved there."""
    await villager.write("chợ phiên ở xã Tân Khai họp ngày nào trong tháng")

    assert villager.person.commune == DA_PHUC


async def test_changing_the_commune(villager: Citizen) -> None:
    """Any time, by word or by name; the same one again is said to be the same."""
    await villager.talk(
        [
            ("đổi xã", "Bạn ở xã, phường nào?"),
            ("xã Đa Phúc Hà Nội", "Bạn đang ở xã Đa Phúc, thành phố Hà Nội rồi"),
            ("đổi phường", "Bạn ở xã, phường nào?"),
            ("Sơn Tây Hà Nội", "Đã chọn phường Sơn Tây, thành phố Hà Nội"),
        ]
    )


@pytest.mark.parametrize("before", [DA_PHUC, ELSEWHERE])
async def test_a_subscriber_who_moves_hears_whose_bulletin_comes_now(library: Library, before: str) -> None:
    """A subscription goes where its person goes."""
    reader = a_citizen(library, commune=before, is_subscribed=True)

    await reader.talk([("Sơn Tây Hà Nội", "từ giờ bạn nhận bản tin của phường Sơn Tây, thành phố Hà Nội")])

    assert reader.person.is_subscribed


async def test_a_subscriber_who_moves_where_nobody_writes_one_hears_that_it_stops(library: Library) -> None:
    """And is told how it comes back; it does."""
    reader = a_citizen(library, commune=DA_PHUC, is_subscribed=True)

    await reader.talk(
        [
            ("Tân Lập Lâm Đồng", "Nơi này chưa có bản tin, nên từ giờ bạn không nhận bản tin nào"),
            ("Đức Hòa Sóc Sơn", "từ giờ bạn nhận bản tin của xã Đa Phúc"),
        ]
    )


async def test_nobody_else_hears_of_bulletins_when_moving(villager: Citizen) -> None:
    """Nothing changes for them."""
    assert "bản tin" not in await villager.write("Sơn Tây Hà Nội")
    assert "bản tin" not in await villager.write("Tân Lập Lâm Đồng")


async def test_a_commune_without_a_file_is_chosen_with_a_caveat(stranger: Citizen) -> None:
    """Answers hold everywhere; addresses we have only of those who take part."""
    await stranger.talk([("Tân Lập Lâm Đồng", "Nơi này chưa có địa chỉ và số điện thoại")])


async def test_a_place_nearby_is_proposed_and_confirmed(stranger: Citizen) -> None:
    """A centre nearby does not prove that one lives there, so a yes is asked for: pressed, numbered or typed."""
    for yes in ("1", "đúng rồi", "Dạ phải ạ"):
        assert "Gần bạn nhất là xã Đa Phúc, thành phố Hà Nội" in await stranger.share(21.2506, 105.901)
        assert stranger.labels == ["Xã Đa Phúc", "Chọn xã, phường"]
        assert "xã Đa Phúc, thành phố Hà Nội" in await stranger.write(yes)
        assert stranger.person.commune == DA_PHUC

    assert [effect for effect in stranger.effects if isinstance(effect, ChooseCommune)] == [ChooseCommune(DA_PHUC)]


async def test_a_place_nearby_can_be_wrong(stranger: Citizen) -> None:
    """A no asks for the name."""
    await stranger.share(21.2506, 105.901)

    await stranger.talk([("không phải", "Bạn ở xã, phường nào?"), ("Tân Khai", "Đã chọn xã Tân Khai")])


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        pytest.param(48.85, 2.35, id="abroad"),
        pytest.param(0.0, 0.0, id="a phone without a fix"),
        pytest.param(float("nan"), float("nan"), id="no number at all"),
        pytest.param(1e308, float("inf"), id="beyond the world"),
    ],
)
async def test_a_place_far_away_asks_for_the_name(stranger: Citizen, latitude: float, longitude: float) -> None:
    """Nothing is proposed that cannot be right."""
    assert "cách xa mọi xã, phường" in await stranger.share(latitude, longitude)

    await stranger.talk([("Tân Khai", "Đã chọn")])


@pytest.mark.parametrize("payload", ["xa-00430", "#xa-00430", "XA-00430"])
async def test_a_link_on_a_poster_chooses(stranger: Citizen, payload: str) -> None:
    """One scan, and the chat knows where it is."""
    assert "Đã chọn xã Đa Phúc" in await stranger.open(payload)


@pytest.mark.parametrize("payload", ["", "xa-99999", "xa-", "ref_123", "t:ht-khai-sinh", "<script>"])
async def test_any_other_link_greets(stranger: Citizen, payload: str) -> None:
    """A link that says nothing to us opens the chat all the same."""
    assert "Chào bạn!" in await stranger.open(payload)


CHOICES = [
    pytest.param(["Đức Hòa Sóc Sơn"], id="typed"),
    pytest.param(["#xa-00430"], id="typed from a poster"),
    pytest.param(["Đa Phúc", "1"], id="chosen by number"),
    pytest.param(["Xã Ước Mơ", "Đức Hòa Sóc Sơn"], id="after a slip"),
    pytest.param(["cảm ơn", "đổi xã", "Đức Hòa Sóc Sơn"], id="after a detour"),
]


@pytest.mark.parametrize("choosing", CHOICES)
@pytest.mark.parametrize(
    ("wanted", "follows"),
    [
        pytest.param("đăng ký bản tin", "Nếu bạn đồng ý", id="subscribe"),
        pytest.param("bản tin", "Xã Đa Phúc chưa có bản tin nào", id="read bulletins"),
        pytest.param("gặp cán bộ", "Tôi đã ghi lại là bạn cần gặp cán bộ", id="talk to a person"),
    ],
)
async def test_what_was_wanted_follows_the_choice(
    stranger: Citizen, wanted: str, follows: str, choosing: list[str]
) -> None:
    """Nobody has to say twice what they came for."""
    await stranger.write(wanted)
    for text in choosing:
        heard = await stranger.write(text)

    assert "Đã chọn xã Đa Phúc" in heard
    assert follows in heard


@pytest.mark.parametrize("way", ["link", "location", "second thoughts about a location"])
async def test_what_was_wanted_also_follows_a_link_or_a_place(stranger: Citizen, way: str) -> None:
    """However the commune became known."""
    await stranger.write("đăng ký bản tin")
    if way == "link":
        heard = await stranger.open("xa-00430")
    elif way == "location":
        await stranger.share(21.2506, 105.901)
        heard = await stranger.press("Xã Đa Phúc")
    else:
        await stranger.share(10.0, 105.08)
        await stranger.press("Chọn xã, phường")
        heard = await stranger.write("Đức Hòa Sóc Sơn")

    assert "Nếu bạn đồng ý" in heard
    assert stranger.labels == ["Đồng ý nhận", "Để sau"]


async def test_an_old_button_does_not_forget_that_a_place_was_asked_for(library: Library) -> None:
    """And a stale press in between is only that."""
    somebody = a_citizen(library)
    await somebody.write("đăng ký bản tin")
    await somebody.press_old("g:gone")

    await somebody.talk([("Đức Hòa Sóc Sơn", "Nếu bạn đồng ý")])
