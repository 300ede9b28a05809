"""What one file cannot know about itself: does the whole content fit together?"""

from pathlib import Path

import pytest

from tests.unit.builders import BANG_LAI, CAN_CUOC, KHAI_SINH, ContentFolder

COMMUNE, PROVINCE, MENU = "communes/00430.yaml", "provinces/01.yaml", "menu.yaml"


def reported(folder: ContentFolder, name: str, old: str, new: str, at: str) -> str:
    """Replace *old* by *new* in the file *name*, and return its one problem, which is on the line of *at*."""
    folder.replace(name, old, new)
    [problem] = [problem for problem in folder.problems() if problem.file == Path(name)]
    assert problem.line == folder.line(name, at)
    return problem.text


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        pytest.param("id: gt-gplx-mat", "id: bang-lai", "id:", "trùng tên tệp: gt-gplx-mat", id="id-of-another-name"),
        pytest.param("domain: transport", "domain: land", "domain:", "trùng tên thư mục: transport", id="wrong-folder"),
        pytest.param("[cc-mat]", "[cc-mat, cc-doi]", "related:", "mang mã «cc-doi»", id="unknown-related"),
        pytest.param("[cc-mat]", "[gt-gplx-mat]", "related:", "mang mã «gt-gplx-mat»", id="related-to-itself"),
        pytest.param(
            "related:",
            "not_for:\n  - {ask: đổi bằng, see: x}\nrelated:",
            "  - {ask:",
            "mang mã «x»",
            id="unknown-not-for",
        ),
        pytest.param(
            "  - mất bằng lái xe máy",
            "  - Mat can cuoc LÀM LẠI ở đâu?",
            "  - Mat",
            "đã có ở «cc-mat»",
            id="phrasing-twice",
        ),
        pytest.param(
            "Nộp qua", "## Hồ sơ\n\nNộp", "## Hồ sơ", "«Hồ sơ» không có trong mẫu: Ai làm", id="unknown-heading"
        ),
        pytest.param("Nộp qua", "Nộp\n\n{{ commune.fax }}", "{{", "chỗ điền «commune.fax»", id="unknown-field"),
        pytest.param("Nộp qua", "Nộp\n\n{{ commune.fax", "{{", "bỏ «{{»", id="field-left-open"),
        pytest.param("Nộp qua", "Nộp\n\n<b>qua</b>", "<b>", "bỏ «<b>»", id="html"),
        pytest.param("Nộp qua", "Nộp\n\nTODO", "TODO", "bỏ «TODO»", id="unfinished"),
        pytest.param(
            "Xin cấp lại", "Tại {{ commune.name }}", "summary:", "đưa chỗ điền xuống", id="field-in-the-summary"
        ),
        pytest.param(
            "plan: []",
            "timed:\n  - {section: Lệ phí, until: 2027-01-01, text: x}\nplan: []",
            "  - {section",
            "không có đề mục «Lệ phí»",
            id="timed-without-its-heading",
        ),
        pytest.param(
            "plan: []",
            "valid_until: 2027-01-01\nplan: []",
            "valid_until",
            "phải có «when_expired»",
            id="expires-silently",
        ),
        pytest.param(
            "plan: []",
            "legal_basis:\n  - {number: Luật 60/2014/QH13, date: 2014-11-20, what: x}\nplan: []",
            "  - {number",
            "nơi khác ghi là «Luật Hộ tịch 60/2014/QH13 (2014-11-20)»",
            id="document-written-two-ways",
        ),
        pytest.param(
            "plan: []",
            "links:\n  - {label: x, url: https://lua-dao.vn}\nplan: []",
            "  - {label: x",
            "trang «lua-dao.vn» chưa có trong danh sách",
            id="unknown-host",
        ),
        pytest.param(
            "plan: []",
            "links:\n  - {label: x, url: 'https://dichvucong.gov.vn@lua-dao.vn'}\nplan: []",
            "  - {label: x",
            "trang «lua-dao.vn» chưa có",
            id="host-that-only-looks-known",
        ),
        pytest.param(
            "plan: []",
            "links:\n  - {label: x, url: 'https://[dichvucong'}\nplan: []",
            "  - {label: x",
            "chưa có trong danh sách",
            id="address-that-is-none",
        ),
        pytest.param("Nộp qua", "[Nộp](http://dichvucong.gov.vn)", "[Nộp]", "phải là https", id="http-in-the-body"),
        pytest.param("Nộp qua", "[Nộp](https://lua-dao.vn)", "[Nộp]", "phải là https", id="unknown-host-in-the-body"),
    ],
)
def test_an_answer_that_does_not_fit_is_reported(  # each row names a line of the file about driving licences
    folder: ContentFolder, old: str, new: str, at: str, said: str
) -> None:
    """With the line to mend."""
    assert said in reported(folder, BANG_LAI, old, new, at)


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "said"),
    [
        pytest.param(MENU, "gt-gplx-mat", "cc-mat", "menu:", "không có đường nào dẫn tới", id="menu-without-a-topic"),
        pytest.param(MENU, "[cc-mat,", "[cc-mat, x,", "topics: [cc", "không có câu trả lời «x»", id="unknown-topic"),
        pytest.param(MENU, "id: khai-sinh", "id: giay-to", "id: giay-to", "mã «giay-to» dùng hai lần", id="node-twice"),
        pytest.param(
            MENU,
            "topics: [ht-khai-sinh]",
            "children: [{id: sau, title: Sâu, topics: [ht-khai-sinh]}]",
            "id: sau",
            "trong 3 lần bấm",
            id="menu-too-deep",
        ),
        pytest.param(COMMUNE, "xã Đa Phúc", "xã Đa Phúc A", "name:", "tên là «xã Đa Phúc»", id="wrong-commune-name"),
        pytest.param(COMMUNE, '"01"', '"91"', "province:", "thuộc tỉnh mã «01»", id="wrong-province"),
        pytest.param(
            COMMUNE, "one_stop.phone", "one_stop.fax", "  - one_stop", "không có trong tệp", id="unknown-sample"
        ),
        pytest.param(PROVINCE, "thành phố Hà Nội", "Hà Nội", "name:", "tên là «thành phố Hà Nội»", id="province-name"),
        pytest.param(
            "national.yaml", "  province.name: tỉnh nơi bạn ở\n", "", "defaults:", "thiếu «province.name»", id="d"
        ),
    ],
)
def test_a_file_that_does_not_fit_is_reported(
    folder: ContentFolder, name: str, old: str, new: str, at: str, said: str
) -> None:
    """Menu, communes, provinces, and what stands in for them."""
    assert said in reported(folder, name, old, new, at)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(COMMUNE, "communes/99999.yaml", "không có xã nào mã «99999»", id="commune"),
        pytest.param(PROVINCE, "provinces/00.yaml", "không có tỉnh, thành phố nào mã «00»", id="province"),
    ],
)
def test_a_file_named_after_no_place_is_reported(folder: ContentFolder, old: str, new: str, said: str) -> None:
    """The file name is the official code of 2025."""
    (folder.path / old).rename(folder.path / new)

    [problem] = folder.problems()

    assert str(problem).startswith(f"{new}:1: ")
    assert said in problem.text


def test_two_answers_of_one_topic_are_reported(folder: ContentFolder) -> None:
    """The second would silently take the place of the first."""
    copy = "faq/identity/cc-mat.md"
    text = folder.read(CAN_CUOC).replace("domain: residence", "domain: identity")
    folder.write(copy, text.replace("mất căn cước làm lại ở đâu", "thẻ đâu mất").replace("rơi mất thẻ", "rơi thẻ"))

    [problem] = folder.problems()

    assert problem.text == "mã này đã dùng ở faq/identity/cc-mat.md; mỗi câu trả lời một mã"


def test_a_timed_line_may_only_use_known_fields(folder: ContentFolder) -> None:
    """It is put into the body before the body is filled."""
    folder.replace(KHAI_SINH, "Đến hết tháng 2", "Gọi {{ commune.fax }} đến hết tháng 2")

    assert [problem.text for problem in folder.problems()] == ["không có chỗ điền «commune.fax»"]


def test_a_sample_value_is_a_problem_only_in_production(folder: ContentFolder) -> None:
    """A made-up phone number may be shown in a demo, with its note; never in service."""
    assert folder.problems() == []

    [problem] = folder.problems(is_production=True)

    assert (problem.file, problem.line) == (Path(COMMUNE), folder.line(COMMUNE, "  - one_stop.phone"))
    assert "«one_stop.phone» còn là giá trị mẫu" in problem.text
