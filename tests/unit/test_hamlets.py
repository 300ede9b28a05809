"""Names of hamlets as people write them."""

from pathlib import Path

import pytest

from bot.knowledge.hamlets import begins_like_one, find_hamlets
from bot.knowledge.library import Library
from bot.knowledge.schema import Commune
from bot.text import fold
from tests.unit.builders import a_commune, a_content_folder

COMMUNE = "communes/00430.yaml"

NAMES = (
    "thôn Mẫu 1",
    "thôn Mẫu 2",
    "thôn Đông",
    "xóm Chợ",
    "thôn Bắc Sơn",
    "thôn Tô Hiệu",
    "tổ dân phố số 3",
    "ấp Bàu Sen",
)


@pytest.mark.parametrize(
    ("wrote", "meant"),
    [
        pytest.param("thôn Mẫu 1", ["thôn Mẫu 1"], id="as it is called"),
        pytest.param("thon mau 1", ["thôn Mẫu 1"], id="in a hurry"),
        pytest.param("MẪU 2", ["thôn Mẫu 2"], id="without its kind"),
        pytest.param("xóm mẫu 2", ["thôn Mẫu 2"], id="with another kind"),
        pytest.param("Em ở thôn Mẫu 1 ạ", ["thôn Mẫu 1"], id="in a polite sentence"),
        pytest.param("dạ nhà em ở xóm chợ ạ", ["xóm Chợ"], id="in a politer one"),
        pytest.param("Bắc Sơn", ["thôn Bắc Sơn"], id="a name that begins like a polite word"),
        pytest.param("tô hiệu", ["thôn Tô Hiệu"], id="a name that begins like a kind"),
        pytest.param("to dan pho so 3", ["tổ dân phố số 3"], id="a long kind"),
        pytest.param("tdp số 3", ["tổ dân phố số 3"], id="a short one"),
        pytest.param("số 3", ["tổ dân phố số 3"], id="only its number"),
        pytest.param("ấp bàu sen", ["ấp Bàu Sen"], id="in the south"),
        pytest.param("sen", ["ấp Bàu Sen"], id="a part that only one has"),
        pytest.param("mẫu", ["thôn Mẫu 1", "thôn Mẫu 2"], id="a part that two have"),
        pytest.param("thôn Đoài", [], id="one that is not there"),
        pytest.param("đôn", [], id="a part of a word"),
        pytest.param("làm giấy khai sinh ở thôn Đông", [], id="a question with one in it"),
        pytest.param("dạ", [], id="manners alone"),
        pytest.param("...", [], id="nothing"),
    ],
)
def test_a_hamlet_is_understood(wrote: str, meant: list[str]) -> None:
    assert list(find_hamlets(NAMES, wrote)) == meant


def test_the_whole_name_goes_before_a_part() -> None:
    """Where one hamlet's name stands in another's."""
    assert find_hamlets(("thôn Đông", "thôn Đông Thượng"), "thôn đông") == ("thôn Đông",)
    assert find_hamlets(("thôn 1", "tổ dân phố 1"), "thôn 1") == ("thôn 1",)
    assert find_hamlets(("thôn 1", "tổ dân phố 1"), "xóm 1") == ("thôn 1", "tổ dân phố 1")


def test_every_hamlet_of_the_content_is_understood(library: Library) -> None:
    """As it is listed, and in a hurry."""
    for commune in library.shelves.communes.values():
        for name in commune.hamlets:
            assert find_hamlets(commune.hamlets, name) == find_hamlets(commune.hamlets, fold(name)) == (name,)


@pytest.mark.parametrize("text", ["thôn Đoài", "xom moi", "tổ dân phố 9", "em ở thôn Đoài ạ", "ấp 4"])
def test_what_begins_like_a_hamlet(text: str) -> None:
    assert begins_like_one(text)


@pytest.mark.parametrize("text", ["bản sao", "tờ khai", "đổi bằng lái", "khu vực nào", "", "thônggg"])
def test_what_begins_otherwise(text: str) -> None:
    assert not begins_like_one(text)


def test_no_commune_lists_a_name_that_cannot_be_kept() -> None:
    """A person's hamlet has 80 characters in the database."""
    assert a_commune(hamlets=("x" * 80,)).hamlets == ("x" * 80,)
    with pytest.raises(ValueError, match="at most 80 characters"):
        Commune.model_validate({**a_commune().model_dump(), "hamlets": ("x" * 81,)})


def test_a_hamlet_stands_in_its_list_once(tmp_path: Path) -> None:
    """Two of one name could not be told apart by who chooses one."""
    content = a_content_folder(tmp_path)
    content.replace(COMMUNE, "slot:", "hamlets:\n  - thôn Đông\n  - thôn Đoài\n  - Thôn Dong\nslot:")

    [problem] = content.problems()

    assert problem.text == "«Thôn Dong» đã có ở trên"
    assert problem.line == content.line(COMMUNE, "  - Thôn Dong")
