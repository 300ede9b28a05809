"""For every page that names something: an address and a form of it that belong to another commune.

`tests/console/test_access.py` asks for each of them as somebody of `DA_PHUC` and expects a 404. A page that is missing
here fails there, so whoever adds a page that names something adds how to get at a stranger's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert

from bot.bulletins.states import Role, Status
from bot.console.page import ID, NAME
from bot.storage.tables import audiences, bulletins, tallies
from tests.console.world import HOA_MINH, Office, a_question, a_ticket

STRANGER = "Người xã khác"


@dataclass(frozen=True, slots=True)
class Stranger:
    """What to put in the place of ``{names}`` in the path, into the form, and behind the address."""

    names: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


_MEMBER = Stranger({"name": STRANGER})
_MEMBERS = f"/can-bo/{NAME}"
_HERE = {"name": "Ai đó", "role": "editor", "communes": HOA_MINH}

_TICKET = Stranger({"id": "1"}, {"text": "Đã sửa.", "assignee": STRANGER, "question": "a", "answer": "b"})
_TICKETS = f"/phan-anh/{ID}"

_BULLETINS = f"/ban-tin/{ID}"
_DRAFT, _SUBMITTED, _SENT = 901, 902, 903


def _bulletin(number: int) -> Stranger:
    fields = {"title": "Cúp nước ngày mai", "body": "Xã cúp nước.", "communes": HOA_MINH, "at": "now"}
    return Stranger({"id": str(number)}, fields)


_NO_ANSWER = Stranger({"topic": "khong-co-cau-nay"})  # answers are everybody's: there is no stranger's

_QUESTIONS = f"/cau-hoi/{ID}"
_QUESTION = Stranger({"id": "1"})
_POSTERS = "/ap-phich/{commune:[0-9]{5}}"
_POSTER = Stranger({"commune": HOA_MINH})

STRANGERS: Mapping[str, Stranger] = {
    "/can-bo-moi": Stranger(fields=_HERE),
    _MEMBERS: _MEMBER,
    f"{_MEMBERS}/doi": _MEMBER,
    f"{_MEMBERS}/duong-dan": _MEMBER,
    f"{_MEMBERS}/dang-xuat": _MEMBER,
    f"{_MEMBERS}/bo": _MEMBER,
    "/ban-tin/soan": Stranger(fields=_bulletin(_DRAFT).fields),
    "/ban-tin/xem-truoc": Stranger(fields=_bulletin(_DRAFT).fields),
    _BULLETINS: _bulletin(_SENT),
    f"{_BULLETINS}/sua": _bulletin(_DRAFT),
    f"{_BULLETINS}/trinh": _bulletin(_DRAFT),
    f"{_BULLETINS}/gui-thu": _bulletin(_DRAFT),
    f"{_BULLETINS}/duyet": _bulletin(_SUBMITTED),
    f"{_BULLETINS}/tra-ve": _bulletin(_SUBMITTED),
    f"{_BULLETINS}/dung": _bulletin(_SUBMITTED),
    f"{_BULLETINS}/dinh-chinh": _bulletin(_SENT),
    f"{_BULLETINS}/tien-trinh": _bulletin(_SENT),
    f"{_BULLETINS}/ket-qua": _bulletin(_SENT),
    f"{_BULLETINS}/ket-qua.csv": _bulletin(_SENT),
    f"{_BULLETINS}/gui-lai": _bulletin(_SENT),
    f"{_BULLETINS}/to-in": _bulletin(_SENT),
    f"{_BULLETINS}/phat-thanh": _bulletin(_SENT),
    f"{_BULLETINS}/anh": _bulletin(_SENT),
    "/phan-anh": Stranger(query={"xa": HOA_MINH}),
    "/cau-hoi": Stranger(query={"xa": HOA_MINH}),
    f"{_QUESTIONS}/bo-qua": _QUESTION,
    f"{_QUESTIONS}/dua-lai": _QUESTION,
    f"{_QUESTIONS}/them": _QUESTION,
    "/bao-cao": Stranger(query={"xa": HOA_MINH}),
    "/bao-cao/tep": Stranger(query={"xa": HOA_MINH, "dang": "docx"}),
    _POSTERS: _POSTER,
    f"{_POSTERS}/to-in": _POSTER,
    f"{_POSTERS}/tep": _POSTER,
    _TICKETS: _TICKET,
    f"{_TICKETS}/anh/{{number:[0-9]{{1,4}}}}": Stranger({"id": "1", "number": "1"}),
    f"{_TICKETS}/giao": _TICKET,
    f"{_TICKETS}/tra-loi": _TICKET,
    f"{_TICKETS}/dong": _TICKET,
    f"{_TICKETS}/cong-khai": _TICKET,
    f"{_TICKETS}/go-xuong": _TICKET,
    "/cau-tra-loi/{topic}": _NO_ANSWER,
    "/cau-tra-loi/{topic}/ra-soat": _NO_ANSWER,
    "/cau-tra-loi/{topic}/lich-su": _NO_ANSWER,
    "/cau-tra-loi/{topic}/lich-su/{id}": _NO_ANSWER,
    "/cau-tra-loi/{topic}/lay-lai": _NO_ANSWER,
    "/cau-tra-loi/{topic}/go": _NO_ANSWER,
    "/cau-tra-loi-moi": Stranger(query={"xa": HOA_MINH}),
    "/cau-tra-loi/{topic}/sua": _NO_ANSWER,
    "/cau-tra-loi/{topic}/kiem-tra": _NO_ANSWER,
}


EXAMPLES: Mapping[str, Stranger | None] = dict.fromkeys(
    (
        "/cau-tra-loi/{topic}",
        "/cau-tra-loi/{topic}/ra-soat",
        "/cau-tra-loi/{topic}/lich-su",
        "/cau-tra-loi/{topic}/lich-su/{id}",
        "/cau-tra-loi/{topic}/sua",
        f"{_BULLETINS}/ket-qua.csv",
        f"{_BULLETINS}/to-in",
        f"{_BULLETINS}/anh",
        "/bao-cao/tep",
        f"{_TICKETS}/anh/{{number:[0-9]{{1,4}}}}",
        f"{_POSTERS}/to-in",
        f"{_POSTERS}/tep",
    )
)
"""What an admin of everything looks at where that is not the stranger's; None: the section's own tests look."""


async def settle(office: Office) -> None:
    """Put into the database what `STRANGERS` names."""
    await office.hire(STRANGER, Role.EDITOR, HOA_MINH)
    await a_ticket(office, HOA_MINH)
    await a_question(office, "Chỗ gửi xe ở đâu", HOA_MINH)
    for number, status in ((_DRAFT, Status.DRAFT), (_SUBMITTED, Status.SUBMITTED), (_SENT, Status.SENT)):
        await _a_bulletin(office, number, status)


async def _a_bulletin(office: Office, number: int, status: Status) -> None:
    now, has_begun = office.clock.now(), status is Status.SENT
    row = {"title": "Cúp nước ngày mai", "body": "Xã cúp nước.", "author": STRANGER, "created_at": now}
    tally = {"channel": "zalo", "account": "oa-1", "sent": 8, "failed": 2}
    async with office.database.writing() as connection:
        moment = {"published_at": now} if has_begun else {}
        await connection.execute(insert(bulletins).values(id=number, status=status, **row, **moment))
        await connection.execute(insert(audiences).values(bulletin_id=number, commune=HOA_MINH))
        if has_begun:
            await connection.execute(insert(tallies).values(bulletin_id=number, **tally))
