"""Content for tests: single models that are valid until a test says otherwise, and a small folder to break."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.knowledge.loader import BrokenContent, load_library
from bot.knowledge.problems import Problem
from bot.knowledge.schema import Answer, Commune, National

CONTENT = Path("content")

KHAI_SINH = "faq/civil-status/ht-khai-sinh.md"
CAN_CUOC = "faq/residence/cc-mat.md"
BANG_LAI = "faq/transport/gt-gplx-mat.md"


def an_answer(
    topic: str = "ht-khai-sinh", *, questions: tuple[str, ...] = ("làm giấy khai sinh",), **more: object
) -> Answer:
    """Return an answer to *questions*; *more* replaces its other fields."""
    return Answer.model_validate({
        "id": topic,
        "title": questions[0].capitalize(),
        "domain": "civil-status",
        "audience": "Mọi người",
        "questions": questions,
        "summary": "Đến Ủy ban xã trong 60 ngày.",
        "related": (),
        "sources": ({"label": "Cổng Dịch vụ công quốc gia", "checked": date(2026, 11, 20)},),
        "plan": (),
        "review": {"status": "draft", "next": date(2027, 3, 1)},
        "confidence": "A",
        "body": "## Chuẩn bị\n\n- Giấy chứng sinh.",
        **more,
    })  # fmt: skip


def a_commune(**more: object) -> Commune:
    """Return a commune that says only what it must, and *more*."""
    return Commune.model_validate({
        "name": "xã Đa Phúc",
        "province": "01",
        "point": {"latitude": 21.2506, "longitude": 105.901},
        **more,
    })  # fmt: skip


def a_national(**more: object) -> National:
    """Return what holds in the whole country: open on weekdays, no holiday, and *more*."""
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    return National.model_validate({
        "defaults": {"commune.name": "xã nơi bạn ở", "commune.one_stop.name": "Một cửa {commune}"},
        "open": dict.fromkeys(weekdays, "07:30-11:30, 13:30-17:00"),
        "holidays": {},
        "hosts": {"dichvucong.gov.vn": "Cổng Dịch vụ công quốc gia"},
        **more,
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContentFolder:
    """A content folder on disk, to edit as an editor would."""

    path: Path

    def replace(self, name: str, old: str, new: str) -> None:
        """Put *new* where *old* first stands in the file *name*."""
        text = self.read(name)
        assert old in text, f"{name} has no {old!r}"
        self.write(name, text.replace(old, new, 1))

    def write(self, name: str, content: str | bytes) -> None:
        """Write the file *name*, in new folders where needed."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, name: str) -> str:
        """Return the text of the file *name*."""
        return (self.path / name).read_text(encoding="utf-8")

    def remove(self, name: str) -> None:
        """Delete the file *name*."""
        (self.path / name).unlink()

    def line(self, name: str, text: str) -> int:
        """Return the line, from 1, where *text* first stands in the file *name*."""
        whole = self.read(name)
        return whole[: whole.index(text)].count("\n") + 1

    def problems(self, *, is_production: bool = False) -> list[Problem]:
        """Load the folder, and return what is wrong with it."""
        try:
            load_library(self.path, is_production=is_production)
        except BrokenContent as broken:
            return list(broken.problems)
        return []


def a_content_folder(folder: Path) -> ContentFolder:
    """Return a valid content folder under *folder*: three answers, one commune, and the bot's real sentences."""
    content = ContentFolder(folder / "content")
    for name, text in _FILES.items():
        content.write(name, text)
    for name in ("messages.yaml", "bulletin.yaml", "console.yaml"):
        shutil.copy(CONTENT / name, content.path)
    return content


_KHAI_SINH = """\
---
id: ht-khai-sinh
title: Đăng ký khai sinh cho trẻ
domain: civil-status
audience: Cha mẹ của trẻ
questions:
  - làm giấy khai sinh ở đâu
  - đăng ký khai sinh cần giấy tờ gì
not_for:
  - ask: mất căn cước của con
    see: cc-mat
summary: Cha hoặc mẹ đăng ký khai sinh ở Ủy ban xã, trong 60 ngày.
related: [cc-mat]
links:
  - label: Nộp trên Cổng
    url: https://dichvucong.gov.vn
legal_basis:
  - number: Luật Hộ tịch 60/2014/QH13
    date: 2014-11-20
    what: Đăng ký khai sinh
sources:
  - label: Cổng Dịch vụ công quốc gia
    checked: 2026-11-20
plan: [HN III.1.e]
timed:
  - section: Thời hạn
    until: 2027-02-28
    text: Đến hết tháng 2 làm trong ngày.
review:
  status: draft
  next: 2027-03-01
confidence: A
---

## Chuẩn bị

- Giấy chứng sinh.

## Nơi nộp

- {{ commune.one_stop.name }}.

## Thời hạn

- Trong ngày. Xem [Cổng](https://dichvucong.gov.vn).
"""

_CAN_CUOC = """\
---
id: cc-mat
title: Mất căn cước, xin cấp lại
domain: residence
audience: Người bị mất thẻ
questions:
  - mất căn cước làm lại ở đâu
  - rơi mất thẻ căn cước
summary: Đến công an xã xin cấp lại thẻ căn cước.
related: []
legal_basis:
  - number: Luật Hộ tịch 60/2014/QH13
    date: 2014-11-20
    what: Giấy khai sinh
sources:
  - label: Cổng Dịch vụ công quốc gia
    checked: 2026-11-20
plan: []
review:
  status: draft
  next: 2027-03-01
confidence: A
---
## Nơi nộp

- {{ commune.police.name }}.
"""

_BANG_LAI = """\
---
id: gt-gplx-mat
title: Mất bằng lái xe
domain: transport
audience: Người bị mất bằng lái
questions:
  - mất bằng lái xe máy
summary: Xin cấp lại giấy phép lái xe qua Cổng.
related: [cc-mat]
sources:
  - label: Cổng Dịch vụ công quốc gia
    checked: 2026-11-20
plan: []
review:
  status: draft
  next: 2027-03-01
confidence: A
---
Nộp qua Cổng Dịch vụ công quốc gia.
"""

_NATIONAL = """\
defaults:
  commune.name: xã nơi bạn ở
  commune.reception: theo lịch niêm yết
  commune.website: trang thông tin của xã
  commune.one_stop.name: Trung tâm Phục vụ hành chính công {commune}
  commune.one_stop.address: xem bảng niêm yết
  commune.one_stop.phone: số niêm yết
  commune.one_stop.hours: giờ hành chính
  commune.office.address: trụ sở Ủy ban
  commune.office.phone: số niêm yết
  commune.police.name: công an {commune}
  commune.police.address: trụ sở công an
  commune.police.phone: số niêm yết
  province.name: tỉnh nơi bạn ở
  province.hotline: tổng đài 1022
open:
  mon: "07:30-11:30, 13:30-17:00"
holidays:
  2027-01-01: Tết Dương lịch
hosts:
  dichvucong.gov.vn: Cổng Dịch vụ công quốc gia
abbreviations_allowed:
  OTP: mã dùng một lần
officialese:
  căn cứ vào: theo
"""

_PHONE = """
  - id: {id}
    name: Công an
    phone: "{phone}"
    what: trộm cướp
    source: {{label: Công an, checked: 2026-11-20}}
    confidence: A
"""

_WEEK = """\
  - week: {week}
    theme: Khai sinh
    topics: [ht-khai-sinh]
    plan: [HN III.1.e]
    title: Khai sinh cho trẻ
    draft: {draft}
"""

_FILES = {
    KHAI_SINH: _KHAI_SINH,
    CAN_CUOC: _CAN_CUOC,
    BANG_LAI: _BANG_LAI,
    "national.yaml": _NATIONAL,
    "hotlines.yaml": "emergency:"
    + _PHONE.format(id="cong-an", phone="113")
    + "help:"
    + _PHONE.format(id="bhxh", phone="1900 9068"),
    "emergencies.yaml": """\
kinds:
  - id: chay
    numbers: ["114"]
    reply: Gọi 114 ngay.
    words: [đang cháy]
unless: [sổ đỏ]
""",
    "menu.yaml": """\
menu:
  - id: giay-to
    title: Giấy tờ
    children:
      - id: khai-sinh
        title: Khai sinh
        topics: [ht-khai-sinh]
      - id: mat-giay-to
        title: Mất giấy tờ
        topics: [cc-mat, gt-gplx-mat]
""",
    "calendar.yaml": "weeks:\n" + "".join(_WEEK.format(week=week, draft="Bản tin. " * 50) for week in range(1, 53)),
    "out-of-scope.yaml": "questions:\n  - thời tiết ngày mai thế nào\n  - kết quả xổ số hôm nay\n",
    "synonyms.yaml": "synonyms:\n  bằng lái: giấy phép lái xe\n",
    "abbreviations.tsv": "gks\tgiấy khai sinh\t\nhs\thồ sơ|học sinh\tambiguous\n",
    "communes/00430.yaml": """\
name: xã Đa Phúc
province: "01"
one_stop:
  address: số 1 đường Mẫu
  phone: 0000 000 001
point:
  latitude: 21.2506
  longitude: 105.901
slot:
  weekday: fri
  at: "19:00"
sample:
  - one_stop.phone
""",
    "provinces/01.yaml": "name: thành phố Hà Nội\nhotline: 1900 1009\n",
}
