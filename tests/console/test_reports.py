"""Reports on screen and as files."""

from io import BytesIO

from docx import Document
from openpyxl import load_workbook

from bot.bulletins.states import Role
from bot.console.addresses import at
from tests.console.world import DA_PHUC, HOA_MINH, Office, a_question


async def test_this_quarter_is_shown_until_another_is_chosen(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert "quý IV năm 2026" in (await browser.get(at("bao-cao"))).text
    assert "6 tháng đầu năm 2026" in (await browser.get(at("bao-cao", ky="2026-h1"))).text
    assert "quý IV năm 2026" in (await browser.get(at("bao-cao", ky="2026-q9"))).text


async def test_the_figures_are_ones_own_communes(office: Office) -> None:
    for commune in (DA_PHUC, DA_PHUC, HOA_MINH):
        await a_question(office, "x", commune, decision="answer", topics="ht-khai-sinh")
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert "đã gửi 2 câu hỏi" in (await browser.get(at("bao-cao"))).text
    assert (await browser.get(at("bao-cao", xa=HOA_MINH))).status == 404


async def test_files_open_and_say_the_same(office: Office) -> None:
    await a_question(office, "x", decision="answer", topics="ht-khai-sinh")
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    word = await browser.client.get(at("bao-cao", "tep", xa=DA_PHUC, ky="2026-q4", dang="docx"))
    excel = await browser.client.get(at("bao-cao", "tep", xa=DA_PHUC, ky="2026-q4", dang="xlsx"))

    assert word.headers["Content-Disposition"] == 'attachment; filename="bao-cao-2026-q4.docx"'
    texts = [paragraph.text for paragraph in Document(BytesIO(await word.read())).paragraphs]
    assert "Người dân đã gửi 1 câu hỏi." in texts
    assert "Người dân hỏi" in load_workbook(BytesIO(await excel.read())).sheetnames


async def test_there_is_no_other_kind_of_file(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    for kind in ("", "exe", "../docx"):
        assert (await browser.get(at("bao-cao", "tep", dang=kind))).status == 404
