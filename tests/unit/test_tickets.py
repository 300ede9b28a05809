"""What a ticket is: its codes, its states, who may do what, and what of it may be published."""

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.publishing import fit_for_all, without_personal
from bot.knowledge.library import Library
from bot.ports.bulletins import Exchange
from bot.tickets.codes import LETTERS, Written, new_code, read_code
from bot.tickets.photos import ENDINGS, photo_type
from bot.tickets.states import TicketKind, TicketMove, TicketRefusal, TicketStanding, TicketState, ticket_refusal


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("PA-7K3M", Written("PA-7K3M"), id="as it is shown"),
        pytest.param(" pa 7k3m ", Written("PA-7K3M"), id="in a hurry"),
        pytest.param("Pa7k3M.", Written("PA-7K3M"), id="in one word, with a full stop"),
        pytest.param("PA-7K3M: vẫn hỏng", Written("PA-7K3M", "vẫn hỏng"), id="with a word more"),
        pytest.param("PA-7K3M\nvẫn\nhỏng", Written("PA-7K3M", "vẫn\nhỏng"), id="with lines more"),
        pytest.param("PA-7K3", None, id="too short"),
        pytest.param("PA-7K3MX", None, id="too long"),
        pytest.param("PA-7O3M", None, id="a letter that no code has"),
        pytest.param("PAKN 7K3M", None, id="another office's code"),
        pytest.param("xin hỏi PA-7K3M", None, id="somewhere in a sentence"),
        pytest.param("pa nang", None, id="a word"),
    ],
)
def test_reading_a_code(text: str, read: Written | None) -> None:
    """However it is typed, and never by accident."""
    assert read_code(text) == read


def test_a_code_is_made_of_what_nobody_misreads() -> None:
    """Read out on the telephone, and typed from a screenshot."""
    chosen = cycle("7K3M")

    assert new_code(lambda _letters: next(chosen)) == "PA-7K3M"
    assert not set("01OILAEU") & set(LETTERS)


@given(st.data())
def test_every_code_that_is_made_is_read(data: st.DataObject) -> None:
    code = new_code(lambda letters: data.draw(st.sampled_from(letters)))

    assert read_code(code) == Written(code)
    assert read_code(code.lower().replace("-", " ")) == Written(code)


FEEDBACK, HANDOVER = TicketKind.FEEDBACK, TicketKind.HANDOVER
NEW, ASSIGNED, ANSWERED, CLOSED = TicketState


def feedback(state: TicketState, *, is_answered: bool = False, is_published: bool = False) -> TicketStanding:
    return TicketStanding(FEEDBACK, state, is_answered=is_answered, is_published=is_published)


def handover(state: TicketState, *, is_answered: bool = False) -> TicketStanding:
    return TicketStanding(HANDOVER, state, is_answered=is_answered)


@pytest.mark.parametrize(
    ("move", "standing", "refused"),
    [
        pytest.param(TicketMove.ANSWER, feedback(NEW), None, id="a new one is answered"),
        pytest.param(TicketMove.ANSWER, handover(CLOSED), TicketRefusal.CLOSED, id="closed is closed"),
        pytest.param(TicketMove.ASSIGN, feedback(CLOSED), TicketRefusal.CLOSED, id="nobody's any more"),
        pytest.param(TicketMove.CLOSE, feedback(ASSIGNED), TicketRefusal.UNANSWERED, id="an answer first"),
        pytest.param(TicketMove.CLOSE, feedback(ASSIGNED, is_answered=True), None, id="answered before"),
        pytest.param(TicketMove.CLOSE, handover(NEW), None, id="settled by telephone"),
        pytest.param(TicketMove.PUBLISH, feedback(NEW), TicketRefusal.UNANSWERED, id="half a talk"),
        pytest.param(TicketMove.PUBLISH, feedback(CLOSED, is_answered=True), None, id="also afterwards"),
        pytest.param(
            TicketMove.PUBLISH, handover(ANSWERED, is_answered=True), TicketRefusal.NOT_FEEDBACK, id="a talk is private"
        ),
        pytest.param(
            TicketMove.UNPUBLISH, feedback(ANSWERED, is_answered=True), TicketRefusal.NOT_PUBLISHED, id="not published"
        ),
        pytest.param(
            TicketMove.UNPUBLISH, feedback(CLOSED, is_answered=True, is_published=True), None, id="taken down"
        ),
    ],
)
def test_what_may_be_done_when(move: TicketMove, standing: TicketStanding, refused: TicketRefusal | None) -> None:
    assert ticket_refusal(move, standing) == refused


def test_every_refusal_has_a_sentence(library: Library) -> None:
    """In the console's words, with what to do instead."""
    mistakes = library.shelves.console.tickets.mistakes

    assert all(getattr(mistakes, refusal) for refusal in TicketRefusal)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("gọi chị Mai 0912 345 678", "gọi chị Mai [số điện thoại]", id="somebody's"),
        pytest.param("gọi 0243 1234 567 nhé", "gọi 0243 1234 567 nhé", id="the office's"),
        pytest.param("gọi 0243 1234 5678", "gọi [số định danh]", id="one that only begins like the office's"),
        pytest.param("0243 1234 567, 001099012345", "0243 1234 567, [số định danh]", id="both"),
        pytest.param("gọi tôi 0987 113 456", "gọi tôi [số điện thoại]", id="somebody's with a hotline in it"),
        pytest.param("gọi 113 nhé", "gọi 113 nhé", id="a hotline"),
    ],
)
def test_what_is_hidden_before_everyone_reads_it(text: str, shown: str) -> None:
    assert without_personal(text, {"0243 1234 567", "113"}) == shown


def test_the_numbers_of_offices_are_for_everyone(library: Library) -> None:
    """Those that our own content names."""
    exchange = Exchange("Gọi 0912345678", "Gọi xã 0000 000 002 hoặc 1022.")

    fit = fit_for_all(exchange, library, "00430")

    assert fit == Exchange("Gọi [số điện thoại]", "Gọi xã 0000 000 002 hoặc 1022.")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", id="JPEG"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", "image/png", id="PNG"),
        pytest.param(b"GIF89a\x01", "image/gif", id="GIF"),
        pytest.param(b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", id="WebP"),
        pytest.param(b"RIFF\x10\x00\x00\x00WAVEfmt ", "", id="a sound"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'>", "", id="a picture that can run"),
        pytest.param(b"<!doctype html>", "", id="a page"),
        pytest.param(b"", "", id="nothing"),
    ],
)
def test_a_photo_is_what_its_bytes_are(content: bytes, kind: str) -> None:
    assert photo_type(content) == kind
    assert not kind or ENDINGS[kind]
