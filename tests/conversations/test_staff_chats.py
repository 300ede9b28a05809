"""A member of staff links their own chat with the code they were given, and gets into the console from there."""

import re
from datetime import timedelta

import pytest

from bot.knowledge.library import Library
from bot.messages import Channel
from bot.ports.conversations import BindStaff, KeepLoginLink, Person
from bot.web.login_links import link_key
from handlers.staff_chats import WRONG_BY_ALL, WRONG_BY_ONE, chat_code
from tests.conversations.world import DA_PHUC, Citizen, Kept, a_citizen
from tests.world import CountingMeter, an_address

CODE = "cb-483920"
WRONG = "Mã này không đúng hoặc đã hết hạn"
LINKED = "Đã nối khung chat này với cán bộ Lê Nở"


def an_official(library: Library, *, channel: Channel = Channel.ZALO, meter: CountingMeter | None = None) -> Citizen:
    """Return somebody who was given `CODE`."""
    person = Person(1, an_address(channel=channel), commune=DA_PHUC)
    return a_citizen(library, person=person, records=Kept(codes={CODE: "Lê Nở"}), meter=meter)


@pytest.mark.parametrize("wrote", [CODE, "CB-483920", "Cb-483920", f"  {CODE} "])
async def test_the_code_links_the_chat(library: Library, wrote: str) -> None:
    """As it was given, or as a phone writes it; whose it is is said."""
    official = an_official(library)

    await official.talk([(wrote, LINKED)])

    assert official.effects == [BindStaff(CODE)]


async def test_a_wrong_code_is_answered_kindly(library: Library) -> None:
    """It says what to do; nothing is kept of it, and it is counted."""
    meter = CountingMeter()
    somebody = an_official(library, meter=meter)

    await somebody.talk([("cb-000000", WRONG), (CODE, LINKED)])

    assert somebody.effects == [BindStaff(CODE)]
    assert meter.counts == {"staff_code_wrong": 1}


async def test_a_conversation_goes_on_after_a_wrong_code(library: Library) -> None:
    """What was asked before is still asked."""
    await an_official(library).talk([("đăng ký bản tin", "Nếu bạn đồng ý"), ("cb-000000", WRONG), ("1", "Đã đăng ký")])


async def test_guessing_ends_soon(library: Library) -> None:
    """After a few wrong ones even the right one is not looked at, for an hour."""
    meter = CountingMeter()
    guesser = an_official(library, meter=meter)
    for number in range(WRONG_BY_ONE):
        await guesser.talk([(f"cb-00000{number}", WRONG)])

    await guesser.talk([(CODE, "Bạn chờ một giờ"), ("làm giấy khai sinh", "khai sinh")])
    guesser.clock.advance(minutes=61)
    await guesser.talk([(CODE, LINKED)])

    assert meter.counts["staff_code_wrong"] == WRONG_BY_ONE


async def test_many_who_guess_together_are_stopped_too(library: Library) -> None:
    """Accounts cost little; one who mistypes now and then harms nobody else."""
    crowd = an_official(library)
    for number in range(WRONG_BY_ALL):
        crowd.person = Person(number + 2, an_address(f"guesser-{number}"), commune=DA_PHUC)
        await crowd.talk([("cb-000000", WRONG)])

    crowd.person = Person(1, an_address(), commune=DA_PHUC)
    await crowd.talk([(CODE, "Bạn chờ một giờ")])
    crowd.clock.advance(minutes=61)
    await crowd.talk([(CODE, LINKED)])


async def test_the_web_page_takes_no_codes(library: Library) -> None:
    """Nothing can be sent there, right or wrong."""
    visitor = an_official(library, channel=Channel.WEB)

    await visitor.talk([(CODE, "chỉ dùng được trong Zalo hoặc Telegram"), ("cb-000000", "chỉ dùng được trong Zalo")])

    assert not visitor.effects


@pytest.mark.parametrize(
    "text", ["cb-48392", "cb-4839201", "mã cb-483920", "cb 483920", "cb483920", "cb-٤٨٣٩٢٠", "cb-483920?", "483920", ""]
)
def test_what_only_looks_like_a_code_is_none(text: str) -> None:
    """It is a question, or nothing."""
    assert chat_code(text) == ""


def a_linked_official(library: Library, *, public_url: str = "https://loa.example") -> Citizen:
    """Return somebody of the staff who has linked their chat."""
    person = Person(1, an_address(), commune=DA_PHUC)
    return a_citizen(library, person=person, records=Kept(chat_of="Lê Nở"), public_url=public_url)


@pytest.mark.parametrize("wrote", ["trang cán bộ", "Đăng nhập", "dang nhap a", "cho em hỏi trang can bo"])
async def test_staff_get_a_way_into_the_console(library: Library, wrote: str) -> None:
    """What is stored fits the link they read, holds a quarter of an hour, and does not give the link away."""
    official = a_linked_official(library)

    heard = await official.write(wrote)

    [secret] = re.findall(r"https://loa\.example/quan-tri/vao\?ma=(\S+)", heard)
    assert official.effects == [KeepLoginLink(link_key(secret), official.clock.now() + timedelta(minutes=15))]
    assert secret not in str(official.effects)


async def test_each_link_is_another(library: Library) -> None:
    official = a_linked_official(library)

    await official.talk([("trang cán bộ", "Dùng được một lần"), ("trang cán bộ", "Dùng được một lần")])

    assert len({effect.key for effect in official.effects if isinstance(effect, KeepLoginLink)}) == 2


async def test_where_the_console_is_not_reached_staff_hear_how_else(library: Library) -> None:
    official = a_linked_official(library, public_url="")

    await official.talk([("trang cán bộ", "loaxa staff link")])

    assert not official.effects


async def test_a_citizen_who_asks_how_to_log_in_means_the_portal(library: Library) -> None:
    """The same words are a question of citizens, and who is staff does not show."""
    citizen = a_citizen(library, commune=DA_PHUC, public_url="https://loa.example")

    await citizen.talk([("đăng nhập", "Đăng nhập Cổng bằng VNeID")])

    assert citizen.questions
    assert "quan-tri" not in citizen.heard
