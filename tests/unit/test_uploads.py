"""What a platform calls our pictures is remembered as long as it is true."""

import asyncio

from bot.uploads import Uploads


def test_an_id_is_found_until_it_runs_out() -> None:
    """Zalo's live for days, Telegram's for ever."""
    now = [0.0]
    uploads = Uploads(lasts_seconds=60, monotonic=lambda: now[0])
    uploads.keep("flood", "id-1")
    assert uploads.find("flood") == "id-1"

    now[0] = 60.0

    assert uploads.find("flood") == ""


def test_what_was_never_uploaded_has_no_id() -> None:
    assert Uploads().find("flood") == ""


def test_the_least_used_is_forgotten_first() -> None:
    """A picture that is still going out stays."""
    uploads = Uploads(most=2)
    uploads.keep("flood", "id-1")
    uploads.keep("market", "id-2")
    uploads.find("flood")

    uploads.keep("clinic", "id-3")

    assert [uploads.find(key) for key in ("flood", "market", "clinic")] == ["id-1", "", "id-3"]


def test_only_the_id_that_was_refused_is_forgotten() -> None:
    """Another message may have uploaded the picture anew meanwhile."""
    uploads = Uploads()
    uploads.keep("flood", "old")
    uploads.keep("flood", "new")

    uploads.forget("flood", "old")
    uploads.forget("market", "old")

    assert uploads.find("flood") == "new"


async def test_one_uploads_a_picture_and_the_others_wait() -> None:
    """Two pictures do not wait for each other."""
    uploads, began = Uploads(), list[str]()

    async def upload(key: str) -> None:
        async with uploads.turn(key):
            if not uploads.find(key):
                began.append(key)
                await asyncio.sleep(0)
                uploads.keep(key, "id")

    await asyncio.gather(*map(upload, ["flood", "market", "flood", "flood"]))

    assert began == ["flood", "market"]
