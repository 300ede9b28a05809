"""A working day at the console, in a real browser: at a desk, on a phone, and with nothing but keys."""

import re
from itertools import count

from playwright.async_api import Browser, expect

from bot.bulletins.states import Role
from bot.console.addresses import at
from tests.browser.house import House
from tests.browser.marks import BROWSER
from tests.browser.visitors import WITHOUT_SCRIPTS, Visitor, Way, a_visitor, an_official
from tests.crash.services import until

pytestmark = BROWSER

DA_PHUC = "00430"
BODY = "Thứ Bảy này xã tiêm phòng cho chó, mèo.\n\n- **Từ 7 giờ** ở nhà văn hóa thôn."

_numbers = count(1)


def named(name: str) -> str:
    """Return *name* as only one test knows it."""
    return f"{name} thứ {next(_numbers)}"


async def a_citizen(house: House) -> int:
    """Return somebody of Đa Phúc who gets its bulletins on Telegram."""
    user = 100 + next(_numbers)
    await house.tells(user, f"#xa-{DA_PHUC}", "đăng ký bản tin", "đồng ý", hears="Đã đăng ký")
    return user


async def write_bulletin(official: Visitor, title: str) -> None:
    """Write a bulletin that goes out as soon as it is approved, and save it."""
    await official.follows("Bản tin")
    await official.follows("Soạn bản tin")
    await official.writes("Tiêu đề", title)
    await official.writes("Nội dung", BODY)
    await official.ticks("Ngay khi được duyệt")
    await official.presses("Lưu bản nháp")
    await official.reads("Đã lưu bản nháp", title)


async def approve_bulletin(official: Visitor, title: str) -> None:
    """Find a bulletin, read it and let it go."""
    await official.follows("Bản tin")
    await official.follows(title)
    await official.follows("Xem và duyệt")
    await official.presses("Duyệt và gửi")
    await official.reads("Đã duyệt. Bản tin bắt đầu gửi trong vài giây.")


async def is_read_by_people(official: Visitor) -> bool:
    """Tell whether the service has taken up the answer on the page: it says so while it has not."""
    await official.page.reload()
    return not await official.page.get_by_text("Người dân đọc bản mới sau vài giây").count()


async def test_a_link_lets_somebody_in_once(house: House, chromium: Browser, way: Way) -> None:
    """And out again; the link is of no more use to whoever finds it."""
    link = await house.hire(named("Lan"), Role.EDITOR, DA_PHUC)
    async with a_visitor(chromium, house.url, way) as lan:
        await lan.enters(link)
        await lan.presses("Đăng xuất")
        await lan.reads("Bạn đã đăng xuất.")
        await lan.opens(link)
        await lan.presses("Vào trang cán bộ")
        await lan.is_at("Đường dẫn này không dùng được nữa")


async def test_a_link_comes_by_chat_to_whose_chat_it_is(house: House, chromium: Browser) -> None:
    """Once the chat is linked, nobody has to be asked for a link any more."""
    name, chat = named("Lan"), 100 + next(_numbers)
    await house.hire(name, Role.EDITOR, DA_PHUC)
    await house.tells(chat, await house.office.staff.chat_code(name, by="Hà"), hears="Đã nối")

    [link] = re.findall(r"http://\S+", await house.tells(chat, "trang cán bộ", hears="/quan-tri/vao"))

    async with an_official(chromium, house.url, link) as lan:
        await lan.reads(f"Chào {name}.")


async def test_a_bulletin_is_written_approved_and_watched_as_it_arrives(
    house: House, chromium: Browser, way: Way
) -> None:
    """One writes, another approves, a citizen reads it on Telegram, and the result says so."""
    citizen, title = await a_citizen(house), named("Tiêm phòng chó mèo")
    lan = await house.hire(named("Lan"), Role.EDITOR, DA_PHUC)
    async with an_official(chromium, house.url, lan, way) as writer:
        await write_bulletin(writer, title)
        await writer.presses("Trình duyệt")
        await writer.reads("Đã trình duyệt.")
    hoa = await house.hire(named("Hòa"), Role.APPROVER, DA_PHUC)
    async with an_official(chromium, house.url, hoa, way) as approver:
        await approve_bulletin(approver, title)
        await approver.opens(at("ban-tin", approver.number, "tien-trinh"))
        await approver.reads("Đã gửi xong.")
        await house.hears(citizen, title)
        await approver.follows("Xem kết quả")
        await approver.reads("Zalo hoặc Telegram đã nhận để chuyển.")


async def test_what_an_official_corrects_is_what_the_chat_says_next(house: House, chromium: Browser, way: Way) -> None:
    """The page of the chat answers with the new words, without a restart."""
    summary = named("Mất thẻ căn cước thì báo công an xã, đây là lần sửa")
    link = await house.hire(named("Hà"), Role.ADMIN)
    async with an_official(chromium, house.url, link, way) as official:
        await official.opens(at("cau-tra-loi", "cc-mat"))
        await official.follows("Sửa câu trả lời")
        await official.writes("Trả lời ngắn", summary)
        await official.presses("Lưu")
        await official.reads("Đã lưu")
        await until(lambda: is_read_by_people(official))
    async with a_visitor(chromium, house.url, way) as citizen:
        await citizen.opens("/")
        await citizen.page.locator("#question").fill("mất căn cước")
        await citizen.page.keyboard.press("Enter")
        await expect(citizen.page.locator("#log")).to_contain_text(summary)


async def test_a_new_answer_is_what_the_chat_says_next(house: House, chromium: Browser, way: Way) -> None:
    """Written from the list with an id that the title suggests; then taken away again with one press."""
    title = named("Giờ xe khách")
    summary = f"{title}: chạy mỗi giờ một chuyến, từ 5 giờ đến 19 giờ."
    link = await house.hire(named("Hà"), Role.ADMIN)
    async with an_official(chromium, house.url, link, way) as official:
        await official.opens(at("cau-tra-loi"))
        await official.follows("Soạn câu trả lời mới")
        await official.writes("Tên câu trả lời", title)
        await official.writes("Trả lời ngắn", summary)
        await official.writes("Dành cho ai", "Mọi người")
        await official.writes("Bài đầy đủ", "Đón xe ở bến xe huyện.")
        await official.chooses("Lĩnh vực", "Giao thông")
        await official.chooses("Chỗ trong danh mục", "Tất cả")
        await official.writes("Người dân hỏi thế nào", f"{title} chạy lúc nào")
        await official.writes("Nguồn", "Bảng giờ ở bến xe | 20/11/2026")
        await expect(official.box("Mã câu trả lời")).to_have_value(re.compile("^gio-xe-khach-thu-"))
        await official.presses("Lưu câu trả lời mới")
        await official.reads("Đã lưu câu trả lời mới")
        async with a_visitor(chromium, house.url, way) as citizen:
            await citizen.opens("/")
            await citizen.page.locator("#question").fill(f"{title} chạy lúc nào")
            await citizen.page.keyboard.press("Enter")
            await expect(citizen.page.locator("#log")).to_contain_text(summary)
        await official.presses("Gỡ câu trả lời này")
        await official.reads("Đã gỡ")


async def test_a_citizen_is_answered(house: House, chromium: Browser, way: Way) -> None:
    """Their feedback comes into the inbox, somebody takes it, and the answer arrives where they wrote."""
    citizen, name, answer = await a_citizen(house), named("Lan"), named("Xã đã báo điện lực, mai sửa")
    sent = await house.tells(citizen, "phản ánh: Đèn đường hỏng", "ngõ 5", "bỏ qua", "gửi", hears="Đã gửi tới")
    code = re.findall(r"PA-\w{4}", sent)[0]
    link = await house.hire(name, Role.EDITOR, DA_PHUC)
    async with an_official(chromium, house.url, link, way) as official:
        await official.opens(at("phan-anh"))
        await official.follows(code)
        await official.writes("Trả lời", answer)
        await official.presses("Gửi câu trả lời")
        await official.reads("Đã chuyển câu trả lời đi.", answer)
        await house.hears(citizen, answer)
        await official.chooses("Người phụ trách", name)
        await official.presses("Giao việc")
        await official.reads(f"Đã giao cho {name}.")
        await official.follows("Đóng")
        await official.presses("Đóng")
        await official.reads("Đã đóng.")


async def test_everything_works_without_javascript(house: House, chromium: Browser) -> None:
    """Old phones, strict offices, a script that did not load: a bulletin still gets out."""
    citizen, title = await a_citizen(house), named("Lịch cắt điện")
    link = await house.hire(named("Hòa"), Role.APPROVER, DA_PHUC)
    async with an_official(chromium, house.url, link, WITHOUT_SCRIPTS) as official:
        await write_bulletin(official, title)
        await official.presses("Trình duyệt")
        await approve_bulletin(official, title)
        await house.hears(citizen, title)


async def test_the_first_key_leads_past_the_menu(house: House, chromium: Browser, way: Way) -> None:
    """Whoever works with keys need not go through the menu on every page."""
    link = await house.hire(named("Lan"), Role.EDITOR, DA_PHUC)
    async with an_official(chromium, house.url, link, way) as lan:
        await lan.opens(at("tai-khoan"))
        await lan.page.keyboard.press("Tab")
        skip = lan.page.get_by_role("link", name="Đến phần chính")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await lan.page.keyboard.press("Enter")
        await lan.page.keyboard.press("Tab")
        assert await lan.page.evaluate("document.querySelector('main').contains(document.activeElement)")
