"""Posters: what stands on the wall leads somewhere, and what leads nowhere is left out."""

import re

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.desk.ports.answers import Interest
from bot.desk.posters import Entrances, chosen, poster, qr
from tests.console.world import DA_PHUC, HOA_MINH, Office, Seen, a_question
from tests.sentences import sentences

EVERYWHERE = Entrances("https://xa.vn/", "4321", "https://t.me/xa_bot?start=xa-{}".format)


def test_each_way_in_leads_to_the_commune() -> None:
    """Zalo's link cannot name it, so the first message does."""
    doors = poster(DA_PHUC, (), EVERYWHERE, sentences()).doors

    assert [(door.url, door.code) for door in doors] == [
        ("https://zalo.me/4321", "#xa-00430"),
        ("https://t.me/xa_bot?start=xa-00430", ""),
        ("https://xa.vn/?xa=00430", ""),
    ]


def test_what_is_off_is_left_out_and_named() -> None:
    made = poster(DA_PHUC, (), Entrances(), sentences())

    assert made.doors == ()
    assert len(made.left_out) == 3
    assert made.archive == ""


def test_an_address_that_only_this_machine_knows_is_not_printed() -> None:
    for local in ("http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"):
        made = poster(DA_PHUC, (), Entrances(local), sentences())

        assert made.doors == ()
        assert any("chính máy chủ" in sentence for sentence in made.left_out)


def test_a_bot_whose_name_is_not_known_yet_is_left_out_for_now() -> None:
    made = poster(DA_PHUC, (), Entrances("https://xa.vn", "", lambda _: None), sentences())

    assert any("Thử lại" in sentence for sentence in made.left_out)


def test_a_code_has_its_quiet_zone() -> None:
    """Four modules of white on each side, or scanners miss it."""
    code = qr("https://zalo.me/4321")

    [size] = re.findall(r'viewBox="0 0 (\d+) \1"', code)
    assert (int(size) - 8 - 17) % 4 == 0
    assert "style=" not in code


def test_questions_are_those_chosen_else_the_most_asked_else_ours() -> None:
    library = sentences()
    interest = {"xd-giay-phep": Interest(asked=5), "ht-khai-sinh": Interest(asked=1), "gone": Interest(asked=99)}

    assert chosen(("ct-tam-tru", "no-such", "ct-tam-tru"), interest, library) == (
        "ct-tam-tru",
        "xd-giay-phep",
        "ht-khai-sinh",
    )
    assert chosen((), {}, library) == library.shelves.console.posters.defaults


def test_our_own_three_are_there() -> None:
    """A topic that was renamed would leave a poster short of a question."""
    assert set(sentences().shelves.console.posters.defaults) <= sentences().answers.keys()


async def test_a_poster_shows_what_people_of_the_commune_ask_most(office: Office) -> None:
    await a_question(office, "x", decision="answer", topics="xd-giay-phep")
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    seen = await browser.get(at("ap-phich", DA_PHUC))

    assert seen.page.source.count('<svg xmlns="http://www.w3.org/2000/svg"') == 3 or seen.page.source.count("qrline")
    assert 'value="xd-giay-phep" selected' in seen.page.source
    assert "Xã Đa Phúc" in seen.text


async def test_the_file_needs_nothing_else(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    sheet = await browser.get(at("ap-phich", DA_PHUC, "to-in"))
    file = await browser.get(at("ap-phich", DA_PHUC, "tep") + "?cau=ct-tam-tru")

    assert "<style>" not in sheet.page.source
    assert file.headers["Content-Disposition"] == 'attachment; filename="ap-phich-00430.html"'
    assert "@page" in file.page.source
    assert not re.search(r'(?:src|href)="', file.page.source)


async def test_only_posters_of_ones_own_communes(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert (await browser.get(at("ap-phich", HOA_MINH))).status == 404
    assert (await browser.get(at("ap-phich", "99999"))).status == 404
    assert at("ap-phich", HOA_MINH) not in (await browser.get(at("ap-phich"))).page.source


async def test_whoever_works_for_one_commune_need_not_choose_it(office: Office) -> None:
    lan = await office.login("Lan", Role.EDITOR, DA_PHUC)
    everyone = await office.login("Hoa", Role.ADMIN)

    assert (await lan.get(at("ap-phich"))).goes_to == at("ap-phich", DA_PHUC)
    assert _ways_back(await lan.get(at("ap-phich", DA_PHUC))) == []
    assert at("ap-phich", DA_PHUC) in (await everyone.get(at("ap-phich"))).page.links()
    assert at("ap-phich") in _ways_back(await everyone.get(at("ap-phich", DA_PHUC)))


def _ways_back(seen: Seen) -> list[str]:
    """Return where the line above the title leads, which is not the menu's."""
    return re.findall(r'<p class="back"><a href="([^"]+)"', seen.page.source)
