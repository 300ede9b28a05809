"""Which answer a question wants: on the whole content, and what always holds."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.abbreviations import Abbreviations
from bot.knowledge.library import Library
from bot.knowledge.loader import load_library
from bot.knowledge.matching import RANKED, SUGGESTED, Matcher, phrasings
from bot.knowledge.schema import Answer, Synonyms
from bot.messages import Decision
from bot.text import fold
from tests.unit.builders import ContentFolder, an_answer

BIRTH = an_answer("ht-khai-sinh", questions=("làm giấy khai sinh cho con", "đăng ký khai sinh ở đâu"))
CARD = an_answer("cc-mat", questions=("mất căn cước làm lại ở đâu", "rơi mất thẻ căn cước"))
LICENCE = an_answer("gt-gplx-mat", questions=("mất bằng lái xe máy", "cấp lại giấy phép lái xe"))


def a_matcher(*answers: Answer) -> Matcher:
    """Return a matcher over *answers*, without abbreviations and synonyms."""
    return Matcher(answers, Abbreviations({}), Synonyms(synonyms={}))


# The whole content


@pytest.mark.slow
def test_each_answer_wins_its_own_questions(library: Library) -> None:
    """Title and phrasings: what editors wrote for an answer must lead to it before any other."""
    lost = [
        f"{answer.id}: «{phrasing}» leads to {topics[:2]}"
        for answer in library.answers.values()
        for phrasing in (answer.title, *answer.questions)
        if (topics := library.matcher.match(phrasing).topics)[:1] != (answer.id,)
    ]

    assert lost == []


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        pytest.param("làm giấy khai sinh cho con cần gì", "ht-khai-sinh", id="with-accents"),
        pytest.param("lam giay khai sinh cho con can gi", "ht-khai-sinh", id="without-accents"),
        pytest.param("LÀM GIẤY KHAI SINH CHO CON CẦN GÌ???", "ht-khai-sinh", id="shouted"),
        pytest.param("lm gks cho con cần j z", "ht-khai-sinh", id="abbreviated"),
        pytest.param("mat so do lam lai dc k", "dd-mat-so", id="short-and-abbreviated"),
        pytest.param("lamf giaays khai sinh cho con caanf gif", "ht-khai-sinh", id="telex"),
    ],
)
def test_a_clear_question_is_answered(library: Library, question: str, topic: str) -> None:
    """However it is typed."""
    match = library.matcher.match(question)

    assert (match.decision, match.topics[0]) == (Decision.ANSWER, topic)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="nothing"),
        pytest.param("👍👍👍", id="emoji"),
        pytest.param("… ?!", id="punctuation"),
    ],
)
def test_where_there_is_nothing_to_read_there_is_no_match(library: Library, question: str) -> None:
    """Not even a weak one."""
    match = library.matcher.match(question)

    assert (match.decision, match.score, match.topics) == (Decision.NONE, 0, ())


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("hôm nay trời mưa không nhỉ", id="weather"),
        pytest.param("kết quả bóng đá tối qua", id="football"),
        pytest.param("asdf qwer zxcv", id="keys"),
        pytest.param("What is the capital of France", id="english"),
    ],
)
def test_what_is_not_ours_gets_no_direct_answer(library: Library, question: str) -> None:
    """Better no answer than a wrong one."""
    assert library.matcher.match(question).decision is not Decision.ANSWER


_shared: list[Library] = []


@pytest.fixture(scope="module")
def _library_for_hypothesis(library: Library) -> None:
    """Keep the library where hypothesis' examples find it: they may not ask for fixtures one by one."""
    _shared.append(library)


@pytest.mark.usefixtures("_library_for_hypothesis")
@settings(max_examples=100)
@given(
    st.text(max_size=3000)
    | st.lists(st.sampled_from(["khai sinh", "sổ đỏ", "k", "?", "1", "\n", "đ", "hs"])).map(" ".join)
)
def test_any_text_gets_a_decision(text: str) -> None:
    """And the same one the second time."""
    [library] = _shared
    match = library.matcher.match(text)

    assert isinstance(match.decision, Decision)
    assert 0 <= match.score <= 1
    assert len(match.topics) == len(set(match.topics)) <= RANKED
    assert set(match.topics) <= library.answers.keys()
    assert match.suggested == match.topics[:SUGGESTED]
    assert library.matcher.match(text) == match


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(fold, id="without marks"),
        pytest.param(str.upper, id="in capitals"),
        pytest.param(lambda text: f"  {text.replace(' ', '   ')} ", id="with odd spaces"),
        pytest.param(lambda text: f"{text.replace(' ', ', ', 1)}?!.", id="with odd punctuation"),
    ],
)
def test_every_phrasing_typed_another_way_keeps_its_answer(library: Library, typed: Callable[[str], str]) -> None:
    """How people hold the keys does not change what they want."""
    lost = [
        f"{answer.id}: «{typed(phrasing)}» leads to {topics[:2]}"
        for answer in library.answers.values()
        for phrasing in answer.questions
        if (topics := library.matcher.match(typed(phrasing)).topics)[:1] != (answer.id,)
    ]

    assert lost == []


# What always holds


@pytest.mark.parametrize("question", [*BIRTH.questions, *CARD.questions, *LICENCE.questions, "mất giấy tờ", "xe máy"])
def test_the_order_of_files_changes_nothing(question: str) -> None:
    """Another machine may list a folder in another order."""
    assert a_matcher(BIRTH, CARD, LICENCE).match(question) == a_matcher(LICENCE, CARD, BIRTH).match(question)


def test_loading_twice_gives_the_same_matches(folder: ContentFolder) -> None:
    """Two processes that serve one commune must not disagree."""
    first, second = (load_library(folder.path).matcher for _ in range(2))

    for question in ("mất căn cước", "làm gks o dau", "mất giấy tờ", "xe"):
        assert first.match(question) == second.match(question)


def test_two_answers_are_enough() -> None:
    """A commune may begin small."""
    matcher = a_matcher(BIRTH, CARD)

    assert matcher.match("rơi mất thẻ căn cước").topics[0] == "cc-mat"
    assert matcher.match("đăng ký khai sinh ở đâu").topics[0] == "ht-khai-sinh"


def test_a_neighbour_leads_to_the_answer_it_names() -> None:
    """`not_for` with `see` is a phrasing of the other answer."""
    birth = an_answer(
        "ht-khai-sinh",
        questions=("làm giấy khai sinh cho con",),
        not_for=({"ask": "trẻ em đi máy bay cần giấy gì", "see": "cc-mat"},),
    )
    matcher = a_matcher(birth, CARD, LICENCE)

    assert matcher.match("trẻ em đi máy bay cần giấy gì").topics[0] == "cc-mat"


def test_the_phrasing_that_was_most_alike_is_named() -> None:
    """Editors see why a question went where it went."""
    matcher = a_matcher(BIRTH, CARD, LICENCE)

    assert matcher.match("roi mat the can cuoc").candidates[0].phrasing == "rơi mất thẻ căn cước"


def test_what_comes_first_is_the_same_the_quick_way(library: Library) -> None:
    """For phrasings of the answers themselves, of others, and for what no answer knows."""
    known = sorted(phrasings(library.answers.values()))[::40]
    strange = [("cc-mat", "giá vàng hôm nay"), ("cc-mat", "???"), ("cc-mat", known[0][1]), ("khong-co", "mất sổ đỏ")]

    firsts = library.matcher.firsts([*known, *strange])

    matched = (library.matcher.match(text) for _, text in (*known, *strange))
    assert firsts == [match.topics[0] if match.topics else "" for match in matched]
