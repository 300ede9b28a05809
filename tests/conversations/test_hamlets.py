"""The hamlet: offered to who subscribes, changed at any time, and nobody's duty."""

from copy import copy
from dataclasses import replace

import pytest

from bot.knowledge.library import Library
from bot.messages import Channel
from bot.ports.conversations import ChooseHamlet, Person
from handlers.hamlets import MOST_LISTED
from handlers.payloads import hamlet_button
from tests.conversations.world import DA_PHUC, ELSEWHERE, SON_TAY, Citizen, a_citizen
from tests.world import an_address

OFFER = "Để nhận cả tin riêng của thôn, tổ dân phố"
CHOSEN = "Đã chọn thôn mẫu 1"


def a_library_with(library: Library, *hamlets: str) -> Library:
    """Return *library*, with *hamlets* as those of xã Đa Phúc."""
    changed = copy(library)
    commune = library.shelves.communes[DA_PHUC].model_copy(update={"hamlets": hamlets})
    changed.shelves = replace(library.shelves, communes={**library.shelves.communes, DA_PHUC: commune})
    return changed


def a_reader(library: Library, *, hamlet: str = "", commune: str = DA_PHUC) -> Citizen:
    """Return a subscriber."""
    person = Person(1, an_address(), commune=commune, hamlet=hamlet, is_subscribed=True)
    return a_citizen(library, person=person)


async def test_a_new_subscriber_is_offered_the_news_of_their_hamlet(villager: Citizen) -> None:
    """The subscription stands already; what more is kept is said before it is."""
    await villager.talk([("đăng ký bản tin", "Nếu bạn đồng ý"), ("đồng ý", "Đã đăng ký"), ("1", CHOSEN)])

    assert villager.person.is_subscribed
    assert villager.effects[-1] == ChooseHamlet("thôn mẫu 1")


async def test_the_offer_says_what_is_kept(villager: Citizen) -> None:
    """And takes a no."""
    await villager.write("đăng ký bản tin")

    heard = await villager.write("1")

    assert OFFER in heard
    assert "tôi lưu thêm tên nơi đó" in heard
    assert villager.labels == ["thôn mẫu 1", "thôn mẫu 2", "Để sau"]
    assert "Khi nào cần, bạn gõ «chọn thôn»" in await villager.press("Để sau")
    assert villager.person.hamlet == ""


@pytest.mark.parametrize(
    "wrote", ["1", "so 1", "thôn mẫu 1", "thon mau 1", "Mẫu 1", "Nhà em ở thôn mẫu 1 ạ", "THÔN MẪU 1"]
)
async def test_a_hamlet_is_chosen_in_any_way(library: Library, wrote: str) -> None:
    """By its number in the list or by its name."""
    reader = a_reader(library)

    await reader.talk([("đổi thôn", OFFER), (wrote, CHOSEN)])

    assert reader.person.hamlet == "thôn mẫu 1"


@pytest.mark.parametrize(
    "word", ["đổi thôn", "doi thon", "Chọn thôn ạ", "đổi tổ dân phố", "chọn ấp", "đổi tdp", "đổi xóm"]
)
async def test_it_is_asked_for_in_the_words_of_every_region(library: Library, word: str) -> None:
    await a_reader(library).talk([(word, OFFER)])


async def test_choosing_without_a_subscription_offers_one(villager: Citizen) -> None:
    """The news of a hamlet comes to subscribers."""
    await villager.talk([("chọn thôn", OFFER), ("2", "Đã chọn thôn mẫu 2. Bạn chưa nhận bản tin")])

    assert villager.labels == ["Nhận bản tin"]


async def test_who_has_one_can_change_or_drop_it(library: Library) -> None:
    """The way out is then to have none."""
    reader = a_reader(library, hamlet="thôn mẫu 1")
    await reader.talk([("đổi thôn", OFFER), ("2", "Đã chọn thôn mẫu 2"), ("đổi thôn", OFFER)])

    assert reader.labels == ["thôn mẫu 1", "thôn mẫu 2", "Chỉ nhận tin chung"]
    assert "Đã bỏ chọn" in await reader.press("Chỉ nhận tin chung")
    assert reader.person.hamlet == ""


async def test_who_has_one_is_not_offered_it_again(library: Library) -> None:
    """They subscribed before, and told us then."""
    somebody = a_citizen(library, person=Person(1, an_address(), commune=DA_PHUC, hamlet="thôn mẫu 1"))

    await somebody.talk([("đăng ký bản tin", "Nếu bạn đồng ý"), ("1", "Đã đăng ký")])

    assert somebody.labels == ["Bản tin mới"]


async def test_moving_leaves_the_hamlet_behind(library: Library) -> None:
    """And an old button chooses nothing in the new commune, even one that stands in the list there too."""
    reader = a_reader(library, hamlet="thôn mẫu 1")
    await reader.talk([("Sơn Tây Hà Nội", "Đã chọn phường Sơn Tây")])

    assert reader.person.hamlet == ""
    assert "Nút này cũ rồi" in await reader.press_old(hamlet_button(DA_PHUC, "thôn mẫu 1").payload)
    assert reader.person.hamlet == ""


async def test_an_old_button_finds_its_hamlet_in_a_new_list(library: Library) -> None:
    """Editors add hamlets and move lines; the button says which one, not where it stood. One that is gone is stale."""
    old = a_reader(library)
    await old.write("đổi thôn")
    reader = a_reader(a_library_with(library, "thôn mới", "thôn mẫu 2"))

    assert "Đã chọn thôn mẫu 2" in await reader.press_old(old.choices[1].payload)
    assert "Nút này cũ rồi" in await reader.press_old(old.choices[0].payload)


async def test_a_commune_without_a_list_says_so(library: Library) -> None:
    """A commune that takes part, and one that does not."""
    await a_reader(a_library_with(library)).talk(
        [("đổi thôn", "Kênh chưa có danh sách thôn, tổ dân phố của xã Đa Phúc")]
    )
    await a_reader(library, commune=ELSEWHERE).talk([("đổi thôn", "của xã Tân Lập")])


async def test_a_commune_without_a_list_offers_nothing(library: Library) -> None:
    """A subscriber is not asked what nobody could use."""
    villager = a_citizen(a_library_with(library), commune=DA_PHUC)

    await villager.talk([("đăng ký bản tin", "Nếu bạn đồng ý"), ("1", "Đã đăng ký")])

    assert villager.labels == ["Bản tin mới"]


async def test_of_very_many_one_is_typed(library: Library) -> None:
    """A list of a hundred helps nobody on a small phone; what fits several is asked once more."""
    many = a_library_with(library, *(f"thôn {number}" for number in range(100)), "thôn Chợ Trên", "thôn Chợ Dưới")
    reader = a_reader(many)

    await reader.talk([("đổi thôn", "bạn gõ tên nơi mình ở"), ("chợ", "Có vài nơi tên giống «chợ»")])
    assert reader.labels == ["thôn Chợ Trên", "thôn Chợ Dưới", "Để sau"]
    await reader.talk([("2", "Đã chọn thôn Chợ Dưới"), ("đổi thôn", "bạn gõ tên"), ("thôn 57", "Đã chọn thôn 57")])


async def test_never_more_is_listed_than_a_phone_shows(library: Library) -> None:
    """Where a part of a name fits nearly all."""
    reader = a_reader(a_library_with(library, *(f"thôn Đông {number}" for number in range(100))))

    await reader.talk([("đổi thôn", "bạn gõ tên"), ("đông", "Có vài nơi")])

    assert len(reader.choices) == MOST_LISTED + 1


@pytest.mark.parametrize("wrote", ["thôn Đoài", "xóm mới", "em ở thôn Đoài ạ"])
async def test_a_hamlet_that_is_not_there_is_asked_for_again(library: Library, wrote: str) -> None:
    """The right name still counts afterwards."""
    await a_reader(library).talk(
        [("đổi thôn", OFFER), (wrote, f"Tôi không thấy thôn, tổ dân phố nào tên «{wrote}»"), ("mẫu 1", CHOSEN)]
    )


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        pytest.param("làm giấy khai sinh cho con cần những gì", "khai sinh", id="a question"),
        pytest.param("thủ tục làm sổ đỏ ở thôn thế nào", "sổ đỏ", id="one with the word in it"),
        pytest.param("danh mục", "Bạn cần việc gì?", id="a command"),
        pytest.param("Sơn Tây Hà Nội", "Đã chọn phường Sơn Tây", id="another commune"),
        pytest.param("cảm ơn", "Không có gì", id="thanks"),
        pytest.param("nhà tôi đang cháy", "Gọi ngay: 114", id="danger"),
        pytest.param("để sau", "Khi nào cần", id="a no"),
        pytest.param("9", "Không có mục nào mang số đó", id="a number too high"),
    ],
)
async def test_anything_else_is_what_it_is(library: Library, wrote: str, said: str) -> None:
    """Nobody has to choose before they may ask."""
    reader = a_reader(library)

    await reader.talk([("đổi thôn", OFFER), (wrote, said)])

    assert reader.person.hamlet == ""


async def test_a_hamlet_in_passing_chooses_nothing(library: Library) -> None:
    """Unasked, a name is no choice."""
    reader = a_reader(library)
    await reader.write("thôn mẫu 1")

    assert reader.person.hamlet == ""


async def test_who_has_no_commune_is_asked_for_it_first(stranger: Citizen) -> None:
    """And then for the hamlet."""
    await stranger.talk(
        [("chọn thôn", "Bạn ở xã, phường nào?"), ("Đức Hòa Sóc Sơn", OFFER), ("2", "Đã chọn thôn mẫu 2")]
    )

    assert (stranger.person.commune, stranger.person.hamlet) == (DA_PHUC, "thôn mẫu 2")


async def test_on_the_web_a_hamlet_is_of_no_use(library: Library) -> None:
    """No bulletin is sent there."""
    address = an_address(channel=Channel.WEB)
    visitor = a_citizen(library, person=Person(1, address, commune=SON_TAY))

    await visitor.talk([("chọn tổ dân phố", "Trang web không tự gửi bản tin được")])


async def test_a_name_is_shown_letter_for_letter(library: Library) -> None:
    """Whatever stands in the file, and whatever they wrote."""
    reader = a_reader(a_library_with(library, "thôn *Mẫu* [1]"))

    await reader.talk([("đổi thôn", OFFER), ("thôn **x**", "tên «thôn **x**»"), ("1", "Đã chọn thôn *Mẫu* [1]")])
