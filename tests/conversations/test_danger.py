"""What must never go wrong: emergencies, personal numbers, and messages made to break something."""

import asyncio
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.library import Library
from bot.markup import parse, plain
from bot.ports.conversations import Dialogue, FeedbackDraft, LetBulletinsWait, Person
from handlers.feedback_steps import Step
from tests.conversations.world import DA_PHUC, Citizen, a_citizen
from tests.world import NOW, an_address

# Emergencies


@pytest.mark.parametrize(
    ("wrote", "number"),
    [
        pytest.param("nhà tôi đang cháy", "114", id="fire"),
        pytest.param("CHAY NHA ROI CUU VOI", "114", id="fire without accents"),
        pytest.param("có người đuối nước ở bến sông", "114, 112, 115", id="drowning"),
        pytest.param("bố em bị đột quỵ", "115", id="a stroke"),
        pytest.param("có trộm vào nhà", "113", id="thieves"),
        pytest.param("hàng xóm đang đánh con dã man", "111, 113", id="a child"),
        pytest.param(
            "cháy nhà ở cuối xóm, gọi cho tôi 0912 345 678", "114", id="with a telephone number that is hidden"
        ),
        pytest.param("cháy nhà, hồ đồ quá, cứu với", "114", id="with other words"),
    ],
)
async def test_an_emergency_comes_before_anything(stranger: Citizen, wrote: str, number: str) -> None:
    """Even while a commune was asked for; and afterwards the conversation is where it was."""
    await stranger.write("đăng ký bản tin")

    heard = await stranger.write(wrote)

    assert f"Gọi ngay: {number}" in heard
    assert stranger.questions[-1].topics == ("hl-khan-cap",)
    assert stranger.effects[-1] == LetBulletinsWait()
    await stranger.talk([("Đức Hòa Sóc Sơn", "Nếu bạn đồng ý")])


@pytest.mark.parametrize(
    "wrote",
    [
        "sổ đỏ bị cháy thì xin cấp lại ở đâu",
        "số cứu hỏa là số mấy",
        "làm lại căn cước bị cháy",
        "thủ tục khai tử người đuối nước",
    ],
)
async def test_a_question_about_one_is_no_emergency(stranger: Citizen, wrote: str) -> None:
    """A false alarm frightens, and teaches people to ignore us."""
    assert "Gọi ngay: **" not in stranger.heard
    assert "gọi thẳng, không cần mã vùng" not in await stranger.write(wrote)


# Personal numbers


@pytest.mark.parametrize(
    "wrote",
    [
        pytest.param("0912345678", id="a phone number alone"),
        pytest.param("001099012345", id="an identity number alone"),
        pytest.param("0912 345 678 - 001099012345", id="both"),
    ],
)
async def test_a_personal_number_alone_is_hidden_and_said_to_be(villager: Citizen, wrote: str) -> None:
    """It is nobody's question: the label that hides it is none of the person's words."""
    heard = await villager.write(wrote)

    assert heard.startswith("Tin của bạn có số cá nhân")
    assert len(villager.last.replies) == 1
    assert not villager.effects


async def test_a_question_with_a_personal_number_is_answered_and_told(villager: Citizen) -> None:
    """The answer first, then the advice; a number chooses from the answer; nothing personal is kept."""
    heard = await villager.write("làm giấy khai sinh cho con cần những gì, số tôi 0912345678")

    assert heard.startswith("Đăng ký khai sinh cho con")
    assert "Tin của bạn có số cá nhân" in heard
    assert "0912345678" not in "".join(question.text for question in villager.questions)
    await villager.talk([("1", "Ai làm được")])


async def test_a_hidden_number_does_not_end_what_was_asked(stranger: Citizen) -> None:
    """The commune is still awaited."""
    await stranger.talk([("chọn xã", "Bạn ở xã"), ("0912345678", "số cá nhân"), ("Tân Khai", "Đã chọn")])


# Messages made to break something

HOSTILE = [
    pytest.param("khai sinh " * 2000, id="20,000 characters"),
    pytest.param("a" * 20_000, id="one word of 20,000 letters"),
    pytest.param("Tân Lập " + "x " * 10_000, id="a place and 20,000 characters"),
    pytest.param("1" * 5000, id="a number nobody can count"),
    pytest.param("😀" * 500, id="emoji"),
    pytest.param("\x00\x01\x02 khai sinh \x7f\x9f", id="control characters and NUL"),
    pytest.param(unicodedata.normalize("NFD", "làm giấy khai sinh cho con cần những gì"), id="decomposed accents"),
    pytest.param("\u202ehnis iahk\u202c \u200f khai sinh", id="right-to-left marks"),
    pytest.param("'; DROP TABLE people; --", id="SQL"),
    pytest.param("<script>alert(1)</script><b>khai sinh</b>", id="HTML"),
    pytest.param("**đậm** [bấm](https://example.com) # tiêu đề", id="Markdown"),
    pytest.param("- một\n- hai\n\n1. ba\n\n## bốn", id="Markdown in lines"),
    pytest.param("{commune} {0} %s ${x} {{ 7*7 }", id="templates"),
    pytest.param("../../etc/passwd", id="a path"),
    pytest.param("\ud800 khai sinh", id="half a character"),
    pytest.param("؀؁ ١٢٣ ４５", id="digits of other scripts"),
    pytest.param("e" + "\u0301" * 3000, id="a tower of accents"),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("asked", ["", "chọn xã", "xóa dữ liệu", "phản ánh"])
async def test_anything_gets_an_answer(library: Library, text: str, asked: str) -> None:
    """Whatever was asked for before: a reply, soon, and the next message is served."""
    somebody = a_citizen(library)
    if asked:
        await somebody.write(asked)

    assert await somebody.write(text)
    assert len(somebody.heard) < 5000
    await somebody.talk([("danh mục", "Bạn cần việc gì?")])


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_people_type_never_becomes_markup(library: Library, text: str) -> None:
    """Where we repeat a name, it stands there letter for letter: no link, no bold, no new line of a list."""
    somebody = a_citizen(library)
    await somebody.write("chọn xã")
    await somebody.write(text)

    for reply in somebody.last.replies:
        spans = [span for block in parse(reply.text) for span in block.spans]
        assert not [span for span in spans if "example.com" in span.url]
        assert not [span for span in spans if span.is_bold and "đậm" in span.text]
        if "không tìm thấy" in reply.text:
            said = library.sayings.commune_unknown.split("«{text}»")[0]
            assert plain(parse(reply.text)).startswith(said)
            assert len(parse(reply.text)) == 2


async def test_a_very_long_message_is_said_to_be_read_in_part(villager: Citizen) -> None:
    """Better to say so than to answer something in the middle."""
    story = "làm giấy khai sinh cho con cần những gì " * 100

    assert (await villager.write(story)).startswith("Tin của bạn dài")


# Payloads

WORDS = "t m v g c do xa- : :: ht-khai-sinh sinh-con 00430 99999 0 1 -1 ² ٣ 𝟙 subscribe agree forget-yes bulletins data"
ACTS = "f f:send f:skip f:keep f:photo f:PA-7K3M f:PA-"
PIECES = st.sampled_from([*WORDS.split(), *ACTS.split(), " ", "\n", "\x00", "\ud800", "{}", "<b>", "9" * 5000])
GARBAGE = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=6).map("".join))


@settings(max_examples=100, deadline=None)
@given(
    payload=GARBAGE,
    commune=st.sampled_from(["", DA_PHUC, "99999"]),
    dialogue=st.builds(
        Dialogue,
        options=st.lists(GARBAGE, max_size=3).map(tuple),
        awaiting=st.sampled_from(["", "commune", *Step, "what we awaited last year"]),
        question=GARBAGE,
        topic=st.sampled_from(["", "ht-khai-sinh", "gone"]),
        page=st.integers(0, 10**6),
        draft=st.none() | st.builds(FeedbackDraft, commune=st.just(DA_PHUC), text=GARBAGE, at=st.just(NOW)),
    ),
    press=st.booleans(),
)
def test_no_payload_and_no_stored_dialogue_is_ever_a_fault(
    library: Library, payload: str, commune: str, dialogue: Dialogue, *, press: bool
) -> None:
    """Old buttons, forged ones, the dialogue of an older version: always a reply, never an exception."""
    somebody = a_citizen(library, person=Person(1, an_address(), commune=commune, dialogue=dialogue))

    assert asyncio.run(somebody.press_old(payload) if press else somebody.open(payload))
    for text in ("1", "có", "không", "xem thêm", "Đức Hòa Sóc Sơn"):
        somebody.person = Person(1, an_address(), commune=commune, dialogue=dialogue)
        assert asyncio.run(somebody.write(text))
