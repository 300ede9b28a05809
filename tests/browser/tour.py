"""Where to look: an example of every page of the console, with somebody who may see it.

The list of pages is the console's own. A page without an example fails `tests/browser/test_tour.py`, so whoever adds a
page adds a stop here; the pictures of the guide are taken at the same stops.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.console.addresses import PREFIX
from bot.console.page import Page
from tests.browser.sample import DA_PHUC, WRITER, Sample

_PATTERN = re.compile(r":[^{}]*(?:\{[^{}]*\})?[^{}]*(?=\})")


@dataclass(frozen=True, slots=True)
class Stop:
    """One look at a page: what stands for the names in its path, and behind the address.

    ``picture`` names what the guide shows; empty where it shows nothing. What is no page but a file has ``is_file``.
    """

    names: Mapping[str, object] = field(default_factory=dict)
    query: str = ""
    picture: str = ""
    is_file: bool = False

    def address(self, path: str) -> str:
        """Return the address of the page at *path* below the console."""
        return PREFIX + path.format(**self.names) + self.query


def path_of(page: Page) -> str:
    """Return the path of *page* with bare names: ``/ban-tin/{id}``."""
    return _PATTERN.sub("", page.path)


def stops(sample: Sample) -> Mapping[str, Sequence[Stop]]:
    """Return where to look, by the path of the page."""
    sent, draft, submitted = {"id": sample.sent}, {"id": sample.draft}, {"id": sample.submitted}
    topic, asked, here = {"topic": sample.topic}, {"id": sample.question}, {"commune": DA_PHUC}
    published, lan = {"id": sample.published_feedback}, {"name": WRITER}
    return {
        "/": [Stop(picture="trang-chu")],
        "/ban-tin": [Stop(picture="ban-tin")],
        "/ban-tin/soan": [Stop(picture="ban-tin-soan")],
        "/ban-tin/{id}": [
            Stop(draft, picture="ban-tin-nhap"),
            Stop(submitted),
            Stop({"id": sample.scheduled}),
            Stop({"id": sample.stopped}),
            Stop(sent),
        ],
        "/ban-tin/{id}/sua": [Stop(draft)],
        "/ban-tin/{id}/duyet": [Stop(submitted, picture="ban-tin-duyet")],
        "/ban-tin/{id}/dung": [Stop({"id": sample.scheduled}, picture="ban-tin-dung")],
        "/ban-tin/{id}/dinh-chinh": [Stop(sent, picture="ban-tin-dinh-chinh")],
        "/ban-tin/{id}/tien-trinh": [Stop(sent, picture="ban-tin-tien-trinh")],
        "/ban-tin/{id}/ket-qua": [Stop(sent, picture="ban-tin-ket-qua"), Stop(draft)],
        "/ban-tin/{id}/ket-qua.csv": [Stop(sent, is_file=True)],
        "/ban-tin/{id}/gui-lai": [Stop(sent, "?chi=failed"), Stop(sent, "?chi=unknown")],
        "/ban-tin/{id}/to-in": [Stop(sent, f"?xa={DA_PHUC}", picture="to-in")],
        "/ban-tin/{id}/phat-thanh": [Stop(sent, f"?xa={DA_PHUC}", picture="bai-doc-loa")],
        "/ban-tin/{id}/anh": [Stop(sent, is_file=True)],
        "/cau-tra-loi": [Stop(picture="cau-tra-loi")],
        "/cau-tra-loi/{topic}": [Stop(topic, picture="cau-tra-loi-xem")],
        "/cau-tra-loi/{topic}/sua": [Stop(topic, picture="cau-tra-loi-sua")],
        "/cau-tra-loi/{topic}/ra-soat": [Stop(topic, picture="cau-tra-loi-ky")],
        "/cau-tra-loi-moi": [Stop(), Stop(query=f"?nhom={sample.question}")],
        "/cau-tra-loi/{topic}/lich-su": [Stop(topic)],
        "/cau-tra-loi/{topic}/lich-su/{id}": [Stop({**topic, "id": sample.version})],
        "/thu-cau-hoi": [Stop(), Stop(query="?hoi=mat+can+cuoc", picture="thu-cau-hoi")],
        "/cau-hoi": [Stop(picture="cau-hoi"), Stop(query="?xem=bo-qua")],
        "/cau-hoi/{id}/them": [Stop(asked, picture="cau-hoi-them")],
        "/phan-anh": [Stop(picture="phan-anh"), Stop(query="?muc=closed")],
        "/phan-anh/{id}": [
            Stop({"id": sample.new_feedback}, picture="phan-anh-moi"),
            Stop({"id": sample.talk}, picture="phan-anh-tro-chuyen"),
            Stop(published),
        ],
        "/phan-anh/{id}/anh/{number}": [Stop({"id": sample.new_feedback, "number": 1}, is_file=True)],
        "/phan-anh/{id}/dong": [Stop(published)],
        "/phan-anh/{id}/cong-khai": [Stop(published, picture="phan-anh-dang")],
        "/phan-anh/{id}/go-xuong": [Stop(published)],
        "/bao-cao": [Stop(picture="bao-cao")],
        "/bao-cao/tep": [Stop(query="?dang=docx", is_file=True), Stop(query="?dang=xlsx", is_file=True)],
        "/ap-phich": [Stop()],
        "/ap-phich/{commune}": [Stop(here, picture="ap-phich")],
        "/ap-phich/{commune}/to-in": [Stop(here, picture="ap-phich-to-in")],
        "/ap-phich/{commune}/tep": [Stop(here, is_file=True)],
        "/can-bo": [Stop(picture="can-bo")],
        "/can-bo-moi": [Stop(picture="can-bo-moi")],
        "/can-bo/{name}": [Stop(lan, picture="can-bo-xem")],
        "/can-bo/{name}/doi": [Stop(lan)],
        "/can-bo/{name}/bo": [Stop(lan)],
        "/nhat-ky": [Stop(picture="nhat-ky")],
        "/tai-khoan": [Stop(picture="tai-khoan")],
    }
