"""The weekly bulletin: agreeing, leaving, reading."""

from datetime import UTC, datetime

import pytest

from bot.knowledge.library import Library
from bot.messages import Channel
from bot.ports.bulletins import Mention, PublishedBulletin
from bot.ports.conversations import Person, Subscribe, Unsubscribe
from tests.conversations.world import DA_PHUC, ELSEWHERE, Bulletins, Citizen, a_citizen
from tests.world import NOW, an_address

CONSENT = "Nếu bạn đồng ý, tôi lưu mã tài khoản nhắn tin và tên xã của bạn"


@pytest.mark.parametrize("yes", ["1", "đồng ý", "Dạ đồng ý ạ", "ok", "Vâng"])
async def test_agreeing_in_any_words(villager: Citizen, yes: str) -> None:
    """One sentence says what is kept and how to leave; a yes to it subscribes, and that sentence is the record."""
    await villager.talk([("đăng ký bản tin", CONSENT), (yes, "Đã đăng ký. Bản tin của xã Đa Phúc sẽ tới bạn mỗi tuần")])

    [subscription] = [effect for effect in villager.effects if isinstance(effect, Subscribe)]
    assert subscription.commune == DA_PHUC
    assert CONSENT in subscription.consent
    assert "«hủy bản tin»" in subscription.consent


@pytest.mark.parametrize("no", ["2", "để sau", "không", "thôi"])
async def test_a_no_is_taken(villager: Citizen, no: str) -> None:
    """Nothing is kept, and how to come back is said once."""
    await villager.talk([("đăng ký bản tin", CONSENT), (no, "Khi nào cần, bạn gõ «đăng ký bản tin»")])

    assert not villager.person.is_subscribed


async def test_a_yes_to_something_else_subscribes_nobody(villager: Citizen) -> None:
    """The question must be the last thing that was said."""
    await villager.talk([("đăng ký bản tin", CONSENT), ("làm lại căn cước bị mất", "căn cước"), ("ok", "cứ gõ nhé")])

    assert not villager.person.is_subscribed


async def test_who_is_subscribed_is_told_so(villager: Citizen) -> None:
    """And may leave from there."""
    await villager.talk([("đăng ký bản tin", CONSENT), ("1", "Đã đăng ký"), ("nhận bản tin", "Bạn đang nhận bản tin")])

    assert "Đã ngừng" in await villager.press("Ngừng bản tin")


@pytest.mark.parametrize("word", ["hủy bản tin", "huy ban tin", "STOP", "Ngừng bản tin ạ", "hủy đăng ký"])
async def test_leaving_takes_one_word(library: Library, word: str) -> None:
    """At once, without a question."""
    reader = a_citizen(library, commune=DA_PHUC, is_subscribed=True)

    await reader.talk([(word, "Đã ngừng")])

    assert Unsubscribe() in reader.effects


async def test_leaving_what_one_never_joined(villager: Citizen) -> None:
    """Nothing happens, kindly."""
    await villager.talk([("hủy bản tin", "Bạn hiện không nhận bản tin nào")])


async def test_on_the_web_bulletins_are_read_not_sent(library: Library) -> None:
    """A page cannot be written to once it is closed; even an old button subscribes nobody there."""
    address = an_address(channel=Channel.WEB)
    visitor = a_citizen(library, person=Person(1, address, commune=DA_PHUC))

    await visitor.talk([("đăng ký bản tin", "Trang web không tự gửi bản tin được")])
    assert visitor.labels == ["Bản tin mới"]
    assert "Trang web không tự gửi" in await visitor.press_old("do:agree")
    assert not [effect for effect in visitor.effects if isinstance(effect, Subscribe)]


@pytest.mark.parametrize("payload", ["do:subscribe", "do:agree"])
async def test_no_bulletin_is_promised_where_nobody_writes_one(library: Library, payload: str) -> None:
    """A commune without a file has no slot and no editors."""
    somebody = a_citizen(library, commune=ELSEWHERE)

    assert "Xã Tân Lập chưa có bản tin nào" in await somebody.press_old(payload)
    assert not somebody.effects


async def test_no_bulletins_yet(villager: Citizen) -> None:
    """An empty archive says so, and offers the next one."""
    await villager.talk([("bản tin", "Xã Đa Phúc chưa có bản tin nào")])

    assert villager.labels == ["Nhận bản tin"]


async def test_the_latest_bulletins(library: Library) -> None:
    """The newest three, newest first, each with its title as it was written and its day here, not in London."""
    published = [
        PublishedBulletin(
            number, f"Bản tin *số* {number}", f"Nội dung {number}", datetime(2026, 11, number, 18, tzinfo=UTC)
        )
        for number in range(1, 6)
    ]
    reader = a_citizen(library, commune=DA_PHUC, is_subscribed=True, archive=Bulletins(published))

    heard = await reader.write("bản tin mới nhất")

    assert "Bản tin *số* 5 (06/11/2026)" in heard
    assert heard.index("số* 5") < heard.index("số* 4") < heard.index("số* 3")
    assert "số* 2" not in heard
    assert reader.labels == []


async def test_all_bulletins_are_a_press_away_where_there_are_public_pages(library: Library) -> None:
    """In the archive of one's own commune."""
    archive = Bulletins([PublishedBulletin(1, "Họp thôn", "Tối nay.", NOW)])
    reader = a_citizen(library, commune=DA_PHUC, is_subscribed=True, archive=archive, public_url="https://loa.example/")

    await reader.write("bản tin")

    [reply] = reader.last.replies
    assert [(button.label, button.url) for button in reply.buttons] == [
        ("Đọc trên trang bản tin", f"https://loa.example/ban-tin/{DA_PHUC}")
    ]


MENTIONED = Mention(2, "Bản đúng", NOW)


@pytest.mark.parametrize(
    ("bulletin", "said", "unsaid"),
    [
        pytest.param(
            PublishedBulletin(1, "Cắt nước", "Sáng mai.", NOW, is_urgent=True), "KHẨN: Cắt nước (20/11/2026)", "sai",
            id="an urgent one",
        ),
        pytest.param(
            PublishedBulletin(1, "Cắt nước", "Sáng mai.", NOW, hamlets=("thôn 1", "thôn 2")),
            "(20/11/2026, tin riêng của thôn 1, thôn 2)",
            "sai",
            id="one of two hamlets",
        ),
        pytest.param(
            PublishedBulletin(1, "Cắt nước", "Sáng mai.", NOW, is_correction=True), "Đính chính: Cắt nước", "sai",
            id="a correction",
        ),
        pytest.param(
            PublishedBulletin(1, "Cắt nước", "Sáng mai.", NOW, corrections=(MENTIONED,)),
            "có chỗ sai và đã có bản đính chính",
            "Sáng mai.",
            id="one that was corrected",
        ),
        pytest.param(
            PublishedBulletin(1, "Cắt nước", "Sáng mai.", NOW, stopped_at=NOW),
            "Bản tin này đã dừng gửi",
            "đính chính",
            id="one that was stopped",
        ),
    ],
)  # fmt: skip
async def test_a_bulletin_is_read_again_as_it_stands_now(
    library: Library, bulletin: PublishedBulletin, said: str, unsaid: str
) -> None:
    """What is urgent, for some only, put right or withdrawn is said; what misleads is not repeated."""
    reader = a_citizen(library, commune=DA_PHUC, archive=Bulletins([bulletin]))

    heard = await reader.write("bản tin")

    assert said in heard
    assert unsaid not in heard


async def test_an_old_yes_button_asks_again_for_the_commune(stranger: Citizen) -> None:
    """Whoever was forgotten and presses what is left in the chat begins anew."""
    assert "Bạn ở xã, phường nào?" in await stranger.press_old("do:agree")
    await stranger.talk([("Đức Hòa Sóc Sơn", CONSENT)])
