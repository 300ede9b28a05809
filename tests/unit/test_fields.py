"""Fields of an answer, filled from the commune, then its province, then the national default."""

import pytest

from bot.knowledge.checks import REQUIRED_FIELDS
from bot.knowledge.fields import Locality, field_values, fill, used_fields
from bot.knowledge.library import Library
from bot.knowledge.schema import Province
from tests.unit.builders import a_commune, a_national

SAMPLE = "{value} (mẫu)"
NATIONAL = a_national(
    defaults={
        "commune.name": "xã nơi bạn ở",
        "commune.one_stop.name": "Một cửa {commune}",
        "commune.one_stop.phone": "số niêm yết",
        "province.name": "tỉnh nơi bạn ở",
        "province.hotline": "1022",
    }
)


def values(place: Locality) -> dict[str, str]:
    """Return the fields of *place*."""
    return field_values(place, NATIONAL, SAMPLE)


def test_nowhere_in_particular_the_defaults_stand() -> None:
    """With the words for a commune that was not chosen."""
    assert values(Locality())["commune.one_stop.name"] == "Một cửa xã nơi bạn ở"
    assert values(Locality())["province.hotline"] == "1022"


def test_a_commune_without_a_file_has_its_name() -> None:
    """Most of the country's 3,321 have none; their province may."""
    province = Province(name="thành phố Hà Nội", hotline="1900 1009")
    place = Locality(name="xã Sóc Sơn", province_name="thành phố Hà Nội", province=province)

    assert values(place) == {
        "commune.name": "xã Sóc Sơn",
        "commune.one_stop.name": "Một cửa xã Sóc Sơn",
        "commune.one_stop.phone": "số niêm yết",
        "province.name": "thành phố Hà Nội",
        "province.hotline": "1900 1009",
    }


def test_what_the_commune_says_comes_first() -> None:
    """And what it leaves out is still filled."""
    commune = a_commune(one_stop={"phone": "024 3812 3456"})
    filled = values(Locality(name="xã Đa Phúc", commune=commune))

    assert filled["commune.one_stop.phone"] == "024 3812 3456"
    assert filled["commune.one_stop.name"] == "Một cửa xã Đa Phúc"


def test_a_sample_value_says_that_it_is_one() -> None:
    """Nobody calls a number that was made up for a demo without having been told."""
    commune = a_commune(one_stop={"phone": "0000 000 001", "address": "số 1"}, sample=("one_stop.phone",))
    filled = values(Locality(name="xã Đa Phúc", commune=commune))

    assert filled["commune.one_stop.phone"] == "0000 000 001 (mẫu)"
    assert filled["commune.one_stop.address"] == "số 1"


@pytest.mark.parametrize(
    ("text", "fields", "filled"),
    [
        pytest.param("Gọi {{ commune.name }}.", ["commune.name"], "Gọi xã Đa Phúc.", id="with-spaces"),
        pytest.param("Gọi {{commune.name}}.", ["commune.name"], "Gọi xã Đa Phúc.", id="without-spaces"),
        pytest.param("{{ a }}{{ a }}", ["a", "a"], "11", id="twice"),
        pytest.param("{ commune.name }", [], "{ commune.name }", id="one-brace-is-text"),
    ],
)
def test_fields_are_filled_where_they_stand(text: str, fields: list[str], filled: str) -> None:
    """The rest stays letter for letter."""
    assert list(used_fields(text)) == fields
    assert fill(text, {"commune.name": "xã Đa Phúc", "a": "1"}) == filled


def test_a_value_is_not_filled_again() -> None:
    """Braces in a value are text."""
    assert fill("{{ a }}", {"a": "{{ b }}", "b": "!"}) == "{{ b }}"


def test_every_answer_is_filled_everywhere(library: Library) -> None:
    """In each commune with a file, in one without, and in none: nothing is ever shown raw."""
    for commune in (*library.shelves.communes, "00376", ""):
        fields = library.fields(commune)
        assert fields.keys() >= REQUIRED_FIELDS
        raw = [answer.id for answer in library.answers.values() if "{" in fill(answer.body, fields)]
        assert raw == []
