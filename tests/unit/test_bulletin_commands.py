"""What officials type at the command line, and what they read: on SQLite, each command a process's worth of work."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.contracts.desk_world import PNG, ZONE
from tests.small_content import small_content

Loaxa = Callable[..., Result]
HERE, THERE = "00430", "09574"


@pytest.fixture
def loaxa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loaxa:
    """Return what runs a command on a new database, in a folder with a text in ``tin.md``."""
    (tmp_path / "tin.md").write_text("Từ **8 giờ** ngày mai, xã cúp nước.\n", encoding="utf-8")
    environment = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'new' / 'loaxa.db'}",
        "CONTENT_DIR": str(small_content(tmp_path)),
        "QUIET_HOURS": "",
    }
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *words, **more: runner.invoke(main, [str(word) for word in words], env={**environment, **more})


def created(loaxa: Loaxa, *more: str) -> Any:  # noqa: ANN401  # JSON
    result = loaxa("bulletin", "create", "--commune", HERE, "--title", "Cúp nước", "--body-file", "tin.md",
                   "--by", "Lan", "--json", *more)  # fmt: skip
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_bulletin_from_the_first_line_to_its_approval(loaxa: Loaxa) -> None:
    """A new database migrates itself; each answer is one JSON value on stdout and nothing else."""
    assert created(loaxa) == {"id": 1, "status": "draft", "warnings": []}

    submitted = json.loads(loaxa("bulletin", "submit", 1, "--by", "Lan", "--json").stdout)
    approved = json.loads(loaxa("bulletin", "approve", 1, "--by", "Hoa", "--json").stdout)
    status = json.loads(loaxa("bulletin", "status", 1, "--json").stdout)

    assert submitted == {"id": 1, "status": "submitted"}
    assert (approved["status"], approved["passes_quiet"]) == ("approved", False)
    states = ("pending", "sending", "sent", "failed", "gone", "held", "skipped", "unknown")
    assert status == {"id": 1, "status": "approved", "recipients": 0, "counts": dict.fromkeys(states, 0)}
    assert list(status["counts"]) == list(states)


def test_people_read_short_sentences(loaxa: Loaxa) -> None:
    created(loaxa)

    assert loaxa("bulletin", "submit", 1, "--by", "Lan").stdout == "Đã trình duyệt bản tin số 1.\n"
    assert "Đã duyệt bản tin số 1: gửi ngay.\nChưa có ai nhận" in loaxa("bulletin", "approve", 1, "--by", "Hoa").stdout
    assert "đã duyệt, sắp gửi" in loaxa("bulletin", "status", 1).stdout
    assert "Hoa: duyệt" in loaxa("bulletin", "history", 1).stdout
    assert loaxa("bulletin", "return", 1, "--by", "Hoa").stdout == "Bản tin số 1 trở lại là bản nháp.\n"
    assert loaxa("bulletin", "stop", 1, "--by", "Hoa").stdout == "Đã dừng bản tin số 1.\n"


def test_whoever_approves_at_night_reads_when_it_goes_out(loaxa: Loaxa) -> None:
    """Not that it goes at once."""
    created(loaxa)
    loaxa("bulletin", "submit", 1, "--by", "Lan")
    now = datetime.now(ZONE)
    hours = f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"

    said = loaxa("bulletin", "approve", 1, "--by", "Hoa", QUIET_HOURS=hours).stdout

    assert f"Đã duyệt bản tin số 1: gửi lúc {now + timedelta(hours=2):%H:%M}" in said


def test_a_preview_shows_each_channel(loaxa: Loaxa) -> None:
    created(loaxa)

    shown = json.loads(loaxa("bulletin", "preview", 1, "--json").stdout)

    assert shown["recipients"] == {"now": 0, "waiting": 0}
    assert set(shown["channels"]) == {"telegram", "zalo"}
    assert "Từ 8 giờ ngày mai" in shown["channels"]["zalo"][0]
    assert "[Telegram]\n\nBản tin xã Đa Phúc" in loaxa("bulletin", "preview", 1).stdout


def test_a_draft_is_changed_in_part(loaxa: Loaxa) -> None:
    """What is not given stays."""
    created(loaxa, "--at", "slot", "--urgent")

    loaxa("bulletin", "revise", 1, "--title", "Cúp nước thứ Bảy", "--by", "Lan")
    first = json.loads(loaxa("bulletin", "list", "--json").stdout)
    loaxa("bulletin", "revise", 1, "--at", "now", "--by", "Lan")
    second = json.loads(loaxa("bulletin", "list", "--json").stdout)

    assert (first[0]["title"], first[0]["is_urgent"], second[0]["title"]) == (
        "Cúp nước thứ Bảy",
        True,
        first[0]["title"],
    )
    assert first[0]["due_at"] is not None
    assert (second[0]["due_at"], second[0]["slot_date"]) == (None, None)


def test_one_text_for_several_communes_or_for_a_hamlet(loaxa: Loaxa) -> None:
    loaxa(
        "bulletin",
        "create",
        "--commune",
        f"{HERE}, {THERE}",
        "--title",
        "Cúp nước",
        "--body-file",
        "tin.md",
        "--by",
        "Lan",
    )
    created(loaxa, "--hamlet", "thon mau 1", "--hamlet", "thôn mẫu 2")

    hamlets, both = json.loads(loaxa("bulletin", "list", "--json").stdout)

    assert (both["communes"], both["hamlets"]) == ([HERE, THERE], [])
    assert (hamlets["communes"], hamlets["hamlets"]) == ([HERE], ["thôn mẫu 1", "thôn mẫu 2"])
    assert "2  bản nháp  00430  Cúp nước" in loaxa("bulletin", "list", "--commune", HERE).stdout


def test_an_article_says_where_it_stands(loaxa: Loaxa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also to machines, which are told nothing of it where there is none."""
    for name in ("ZALO_APP_ID", "ZALO_APP_SECRET", "ZALO_OA_ID", "ZALO_OA_SECRET", "ZALO_REFRESH_TOKEN"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PUBLIC_URL", "https://xa.vn")
    (tmp_path / "anh.png").write_bytes(PNG)
    created(loaxa, "--broadcast", "--image", "anh.png")
    before = json.loads(loaxa("bulletin", "status", 1, "--json").stdout)
    loaxa("bulletin", "revise", 1, "--no-broadcast", "--by", "Lan")
    as_message = loaxa("bulletin", "preview", 1).stdout
    loaxa("bulletin", "revise", 1, "--broadcast", "--by", "Lan")

    with closing(sqlite3.connect(tmp_path / "new" / "loaxa.db")) as database, database:
        database.execute("UPDATE bulletins SET status = 'sending', published_at = '2026-11-20 02:00:00'")
        row = "(bulletin_id, account, state, code, changed_at) VALUES (1, '1', 'failed', '-248', '2026-11-20 02:30:00')"
        database.execute(f"INSERT INTO broadcasts {row}")
    after = json.loads(loaxa("bulletin", "status", 1, "--json").stdout)

    assert "broadcast" not in before
    assert after["broadcast"] == {"state": "failed", "code": "-248", "changed_at": "2026-11-20T02:30:00+00:00"}
    said = "  bài trên Zalo: không phát được: Zalo báo nội dung vi phạm quy định\n"
    assert loaxa("bulletin", "status", 1).stdout.endswith(said)
    assert "Xã Đa Phúc\n\nTừ 8 giờ" in loaxa("bulletin", "preview", 1).stdout  # an article has no way to answer
    assert "Xã Đa Phúc\n\nTừ 8 giờ" not in as_message


REFUSED = {
    "bulletin status 7": "Không có bản tin số 7",
    "bulletin approve 1 --by Lan": "còn là bản nháp; trình duyệt trước",
    "bulletin resend 1 --by Lan --only sent": "Chỉ gửi lại cho",
    "bulletin resend 1 --by Lan --only everybody": "Chỉ gửi lại cho",
    "bulletin revise 1 --by Lan --at 2020-01-01T08:00": "đã qua",
    "bulletin revise 1 --by Lan --at mai": "Không đọc được giờ gửi",
    "bulletin revise 1 --by Lan --image tin.md": "Ảnh phải là JPEG",
    "bulletin revise 1 --by Lan --body-file utf-16.md": "Tệp utf-16.md không phải chữ UTF-8",
    "bulletin stop 1 --by=": "ghi tên mình sau --by",
    "bulletin test 1 --by Lan": "loaxa staff chat",
    "bulletin create --commune 00430 --title Tin-tuần --body-file tin.md --by Lan --hamlet=": "không có «»",
    "bulletin create --commune , --at slot --title Tin-tuần --body-file tin.md --by Lan": "Chưa chọn xã nào nhận",
    "staff remove Minh": "Không có cán bộ nào tên «Minh»",
}


def test_a_refusal_is_one_sentence_on_stderr(loaxa: Loaxa, tmp_path: Path) -> None:
    """With the cure in it; and nothing changes."""
    (tmp_path / "utf-16.md").write_bytes("Cúp nước".encode("utf-16"))
    created(loaxa)

    heard = {typed: loaxa(*typed.split()) for typed in REFUSED}

    assert {typed: result.exit_code for typed, result in heard.items()} == dict.fromkeys(REFUSED, 1)
    assert [typed for typed, result in heard.items() if REFUSED[typed] not in result.stderr] == []
    assert [typed for typed, result in heard.items() if result.stdout or result.stderr.count("\n") != 1] == []
    assert [line["what"] for line in json.loads(loaxa("bulletin", "history", 1, "--json").stdout)] == ["create"]


def test_staff_from_taking_on_to_letting_go(loaxa: Loaxa) -> None:
    assert loaxa("staff", "list").stdout == "Chưa có cán bộ nào.\n"
    added = loaxa("staff", "add", "Lan", "--role", "editor", "--communes", f"{HERE},{THERE}")
    loaxa("staff", "add", "Hoà", "--role", "admin", "--communes", "*")

    assert added.stdout == "Đã ghi «Lan»: người soạn, 00430, 09574.\n"
    assert json.loads(loaxa("staff", "list", "--json").stdout) == [
        {"name": "Hoà", "role": "admin", "communes": "*", "has_chat": False},
        {"name": "Lan", "role": "editor", "communes": [HERE, THERE], "has_chat": False},
    ]
    assert loaxa("staff", "list").stdout == "Hoà  người quản trị  mọi xã\nLan  người soạn  00430, 09574\n"
    assert json.loads(loaxa("staff", "chat", "Lan", "--json").stdout)["code"].startswith("cb-")
    assert loaxa("staff", "remove", "Lan").stdout == "«Lan» không còn là cán bộ của kênh.\n"


def test_a_rule_for_two_is_checked_against_the_staff(loaxa: Loaxa, tmp_path: Path) -> None:
    """Only once there is a database with staff in it: a check makes neither."""
    file = tmp_path / "content" / "communes" / f"{HERE}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("approval: one", "approval: two"), encoding="utf-8")
    assert loaxa("check").exit_code == 0
    assert not (tmp_path / "new").exists()

    loaxa("staff", "add", "Lan", "--role", "editor", "--communes", HERE)
    refused = loaxa("check")
    loaxa("staff", "add", "Hoa", "--role", "approver", "--communes", HERE)

    assert refused.exit_code == 1
    assert refused.stdout.startswith(f"communes/{HERE}.yaml:30: «approval: two» cần ít nhất hai cán bộ")
    assert loaxa("check").exit_code == 0
