"""Cries for help, and what only sounds like one: against the words in ``content/emergencies.yaml``."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.emergencies import MOST_WORDS, EmergencyWatch
from bot.knowledge.library import Library
from bot.knowledge.schema import Emergencies
from bot.text import fold

AS_TYPED = pytest.mark.parametrize("typed", [pytest.param(str, id="accents"), pytest.param(fold, id="no-accents")])


def a_watch(*words: str, unless: tuple[str, ...] = ()) -> EmergencyWatch:
    """Return a watch for one kind of emergency."""
    kind = {"id": "chay", "numbers": ["114"], "reply": "Gọi 114.", "words": words}
    return EmergencyWatch(Emergencies.model_validate({"kinds": [kind], "unless": unless}))


@pytest.mark.parametrize(
    ("cry", "kind"),
    [
        # Fire
        pytest.param("nhà tôi đang cháy", "chay", id="house"),
        pytest.param("cháy nhà rồi cứu với", "chay", id="help"),
        pytest.param("nhà hàng xóm cháy to quá", "chay", id="neighbour"),
        pytest.param("cháy ở thôn 3 xã Đa Phúc, cứu với", "chay", id="where"),
        pytest.param("cháy nhà, đến cứu với", "chay", id="come"),
        pytest.param("có cháy ở chợ", "chay", id="market"),
        pytest.param("xóm tôi có đám cháy", "chay", id="hamlet"),
        pytest.param("xe máy đang cháy giữa đường", "chay", id="motorbike"),
        pytest.param("phát hiện cháy nhà ở tổ 4", "chay", id="reported"),
        pytest.param("nhà bên cạnh cháy rồi gọi ai bây giờ", "chay", id="whom-to-call"),
        pytest.param("cháy nhà thì gọi số mấy", "chay", id="which-number"),
        pytest.param("nổ bình ga ở quán phở", "chay", id="explosion"),
        pytest.param("rò rỉ gas mùi nồng nặc quá", "chay", id="gas"),
        pytest.param("khói nhiều lắm, kẹt trong nhà không ra được", "chay", id="trapped"),
        # Water
        pytest.param("có đứa nhỏ bị đuối nước", "duoi-nuoc", id="drowning"),
        pytest.param("con tôi rớt xuống ao", "duoi-nuoc", id="pond"),
        pytest.param("lật ghe trên sông, có mấy người", "duoi-nuoc", id="boat"),
        pytest.param("nước cuốn trôi người", "duoi-nuoc", id="flood"),
        pytest.param("sạt lở đất chôn vùi mấy nhà", "duoi-nuoc", id="landslide"),
        # Health
        pytest.param("có tai nạn trước ủy ban, người nằm bất tỉnh", "y-te", id="accident"),
        pytest.param("xe tông người ở cầu", "y-te", id="collision"),
        pytest.param("bố em đột quỵ rồi", "y-te", id="stroke"),
        pytest.param("bà tôi té ngã chảy máu đầu nhiều", "y-te", id="bleeding"),
        pytest.param("bị rắn cắn phải làm sao", "y-te", id="snake"),
        pytest.param("con tôi uống nhầm thuốc sâu", "y-te", id="poison"),
        pytest.param("vợ tôi sắp sinh rồi", "y-te", id="birth"),
        pytest.param("tôi không muốn sống nữa", "y-te", id="despair"),
        pytest.param("có người nhảy cầu", "y-te", id="bridge"),
        pytest.param("bị điện giật", "y-te", id="electricity"),
        # Crime
        pytest.param("có trộm trong nhà tôi", "an-ninh", id="burglar"),
        pytest.param("có mấy thằng cầm dao đánh nhau", "an-ninh", id="knives"),
        pytest.param("vừa bị giật túi xách", "an-ninh", id="robbed"),
        pytest.param("chồng đánh tôi", "an-ninh", id="at-home"),
        pytest.param("có người dọa giết tôi", "an-ninh", id="threatened"),
        pytest.param("cứu tôi với", "an-ninh", id="no-more-words"),
        # Children
        pytest.param("hàng xóm đang đánh con", "tre-em", id="child-beaten"),
        pytest.param("đứa trẻ gần nhà bị đánh đập hằng ngày", "tre-em", id="child-beaten-daily"),
        pytest.param("con tôi bị lạc ở chợ", "tre-em", id="child-lost"),
        pytest.param("bé gái bị xâm hại", "tre-em", id="child-abused"),
    ],
)
@AS_TYPED
def test_a_cry_for_help_is_heard(library: Library, cry: str, kind: str, typed: Callable[[str], str]) -> None:
    """With accents or without, as people type when it burns."""
    found = library.emergencies.happening(typed(cry))

    assert found is not None
    assert found.id == kind


@pytest.mark.parametrize(
    "question",
    [
        # Paper that burnt, was stolen, drowned
        pytest.param("sổ đỏ bị cháy", id="burnt-title"),
        pytest.param("cháy hết giấy tờ", id="burnt-papers"),
        pytest.param("cháy nhà cháy luôn giấy tờ đất", id="burnt-with-the-house"),
        pytest.param("mất trộm giấy tờ thì làm lại ở đâu", id="stolen-papers"),
        pytest.param("bị cướp mất ví làm lại cccd", id="robbed-of-a-card"),
        pytest.param("bị giật điện thoại, sợ người ta vào VNeID", id="robbed-of-a-phone-with-vneid"),
        pytest.param("giấy khai sinh bị nước cuốn trôi, làm lại ở đâu", id="papers-in-a-flood"),
        # Questions about numbers, rules, money
        pytest.param("số cứu hỏa là số mấy", id="number-of-the-fire-brigade"),
        pytest.param("số điện thoại cấp cứu", id="number-of-the-ambulance"),
        pytest.param("112 113 114 115 khác nhau thế nào", id="which-is-which"),
        pytest.param("gọi 113 có mất tiền không", id="what-a-call-costs"),
        pytest.param("xe tông thì bồi thường thế nào", id="compensation"),
        pytest.param("tai nạn giao thông nộp phạt ở đâu", id="fine"),
        pytest.param("tai nạn lao động hưởng chế độ gì", id="work-accident"),
        pytest.param("cháy nhà được hỗ trợ bao nhiêu", id="aid"),
        pytest.param("đánh nhau bị phạt bao nhiêu tiền", id="penalty"),
        pytest.param("bạo lực gia đình muốn ly hôn", id="divorce"),
        pytest.param("giấy phép phòng cháy chữa cháy", id="permit"),
        pytest.param("cấp cứu có cần thẻ bảo hiểm y tế không", id="insurance"),
        pytest.param("sắp sinh rồi cần làm thủ tục gì", id="birth-papers"),
        pytest.param("trẻ bị bỏ rơi làm khai sinh thế nào", id="foundling"),
        pytest.param("nhà cháy năm ngoái giờ xin xây lại", id="last-year"),
        # Words that only sound alike
        pytest.param("chạy xe công nghệ nộp thuế bao nhiêu", id="driving-for-an-app"),
        pytest.param("cháy túi rồi có vay vốn được không", id="broke"),
        pytest.param("bóng đèn đường bị cháy báo ai", id="street-lamp"),
        pytest.param("mất xe máy báo ở đâu", id="stolen-motorbike"),
        pytest.param("làm giấy khai sinh cần gì", id="nothing-of-the-kind"),
        pytest.param("", id="nothing"),
    ],
)
@AS_TYPED
def test_a_question_is_no_emergency(library: Library, question: str, typed: Callable[[str], str]) -> None:
    """A false alarm frightens, and teaches people to ignore us."""
    assert library.emergencies.happening(typed(question)) is None


def test_no_phrasing_of_another_answer_is_a_cry(library: Library) -> None:
    """An answer whose question raises the alarm could never be given."""
    alarms = [
        (answer.id, phrasing)
        for answer in library.answers.values()
        if answer.id != "hl-khan-cap"
        for phrasing in answer.questions
        if library.emergencies.happening(phrasing)
    ]

    assert alarms == []


def test_every_kind_names_a_national_number(library: Library) -> None:
    """What the alarm says is what ``hotlines.yaml`` says."""
    known = {phone.phone for phone in library.shelves.hotlines.emergency}

    assert {number for kind in library.shelves.emergencies.kinds for number in kind.numbers} <= known


# The rules


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        pytest.param("ứng dụng đang cháy", True, id="as-written"),
        pytest.param("ung dung dang chay", True, id="without-accents-it-may-be-meant"),
        pytest.param("ứng dụng đang chạy", False, id="with-other-accents-it-is-another-word"),
        pytest.param("ĐANG CHÁY!!!", True, id="shouted"),
        pytest.param("đang\ncháy", True, id="over-two-lines"),
        pytest.param("đang bị cháy", False, id="with-a-word-between"),
        pytest.param("hoang cháy", False, id="inside-a-word"),
    ],
)
def test_words_are_heard_as_they_are_typed(text: str, *, is_heard: bool) -> None:
    """Accents that were typed count; those that were not do not."""
    assert (a_watch("đang cháy").happening(text) is not None) is is_heard


def test_both_habits_of_placing_the_tone_are_heard() -> None:
    """Hoả hoạn and hỏa hoạn."""
    assert a_watch("hỏa hoạn").happening("hoả hoạn")
    assert a_watch("hoả hoạn").happening("hỏa hoạn")


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        pytest.param("sạt lở người", True, id="none"),
        pytest.param("sạt lở vùi mất hai ba người", True, id="four"),
        pytest.param("sạt lở vùi mất tới hai ba người", False, id="five"),
        pytest.param("người sạt lở", False, id="in-the-other-order"),
    ],
)
def test_dots_let_up_to_four_words_stand_between(text: str, *, is_heard: bool) -> None:
    """As the content file says."""
    assert (a_watch("sạt lở … người").happening(text) is not None) is is_heard


def test_one_word_of_unless_is_enough() -> None:
    """It says that nothing is happening now."""
    assert a_watch("cháy", unless=("sổ đỏ",)).happening("sổ đỏ bị cháy") is None
    assert a_watch("cháy", unless=("sổ đỏ",)).happening("nhà bị cháy")


def test_without_unless_every_cry_is_heard() -> None:
    """An empty list excuses nothing."""
    assert a_watch("đang cháy").happening("đang cháy")


def test_a_word_without_letters_is_never_heard() -> None:
    """Else a slip in the file would make every message an emergency."""
    assert a_watch("!!!").happening("chào bạn") is None


def test_a_story_is_no_cry() -> None:
    """Nobody types forty words beside a fire."""
    cry = "đang cháy"

    assert a_watch(cry).happening(cry + " nha" * (MOST_WORDS - 2))
    assert a_watch(cry).happening(cry + " nha" * (MOST_WORDS - 1)) is None


@given(st.text())
def test_any_text_can_be_listened_to(text: str) -> None:
    """People send anything."""
    a_watch("đang cháy", unless=("sổ đỏ",)).happening(text)
