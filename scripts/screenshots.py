"""Take the pictures of the officials' guide: every page of the console, as an office's computer and a phone show it.

    python -m scripts.screenshots [--chromium PATH] [--output docs/images/console]

A service with the real content, fake platforms beside it and a week of sample data (`tests/browser/sample.py`) runs
for as long as it takes; the pages are those of the browser tests (`tests/browser/tour.py`). Where there is `pngquant`,
pictures are reduced to 48 colours, which is plenty for words on paper and makes them a third as heavy.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, FloatRect

from bot.bulletins.states import Role
from tests.browser.chromium import a_chromium, find_chromium
from tests.browser.house import House, a_house
from tests.browser.sample import ADMIN, APPROVER, furnish
from tests.browser.tour import path_of, stops
from tests.browser.visitors import AT_A_DESK, ON_A_PHONE, Visitor, Way, a_visitor, an_official

_CHECKOUT = Path(__file__).resolve().parent.parent
_PICTURES = Path("docs/images/console")
_WAYS = {"may-tinh": AT_A_DESK, "dien-thoai": ON_A_PHONE}
_COLOURS = 48
_TALLEST = 2400
"""Pixels of a page that a picture shows at most: more is not looked at in a guide."""

_ANSWERS = "/cau-tra-loi"
"""Answers are every commune's, so only who works for all of them edits them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page to take: the name of its picture, its address, and who looks at it."""

    picture: str
    address: str
    who: str


async def take_all(chromium: str, folder: Path) -> int:
    """Take every picture into *folder*; return how many bytes they have together."""
    async with a_furnished_house(chromium) as (house, browser, places):
        for name, way in _WAYS.items():
            await _take_way_in(house, browser, way, folder / f"dang-nhap-{name}.png")
            for who in (APPROVER, ADMIN):
                async with an_official(browser, house.url, await house.link(who), way) as official:
                    for place in places:
                        if place.who == who:
                            await official.opens(place.address)
                            await _take(official, folder / f"{place.picture}-{name}.png")
    return sum(file.stat().st_size for file in folder.glob("*.png"))  # noqa: ASYNC240  # nobody else waits


@asynccontextmanager
async def a_furnished_house(chromium: str) -> AsyncIterator[tuple[House, Browser, Sequence[Place]]]:
    """Yield a service in the middle of a week, a browser, and the places to take."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        content = Path(shutil.copytree(_CHECKOUT / "content", Path(temporary) / "content"))
        async with a_house(content, Path(temporary)) as house, a_chromium(chromium) as browser:
            looks = stops(await furnish(house, browser))
            yield (
                house,
                browser,
                [
                    Place(look.picture, look.address(path), _who_sees(path, house))
                    for path, found in looks.items()
                    for look in found
                    if look.picture
                ],
            )


def _who_sees(path: str, house: House) -> str:
    """Return whom the guide shows at *path*: somebody of one commune, where such a one may do all there is to do."""
    [needs] = {page.needs for page in house.pages if page.method == "GET" and path_of(page) == path}
    is_for_all = needs is Role.ADMIN or path.startswith(_ANSWERS)
    return ADMIN if is_for_all else APPROVER


async def _take_way_in(house: House, browser: Browser, way: Way, file: Path) -> None:
    async with a_visitor(browser, house.url, way) as visitor:
        await visitor.opens(await house.link(APPROVER))
        await _take(visitor, file)


async def _take(visitor: Visitor, file: Path) -> None:
    height = int(await visitor.page.evaluate("document.documentElement.scrollHeight"))
    width = int(await visitor.page.evaluate("window.innerWidth"))
    clip = FloatRect(x=0, y=0, width=width, height=min(height, _TALLEST))
    taken = await visitor.page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")
    file.write_bytes(await _reduced(taken))  # noqa: ASYNC240


async def _reduced(png: bytes) -> bytes:
    """Return *png* with few colours, or as it is where nothing here can do that."""
    tool = shutil.which("pngquant")
    if not tool:
        return png
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(tool, "--nofs", str(_COLOURS), "-", stdin=pipe, stdout=pipe)
    small, _ = await process.communicate(png)
    return small if process.returncode == 0 else png


def main() -> None:
    """Take the pictures and say how heavy they are."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chromium", default=find_chromium())
    parser.add_argument("--output", type=Path, default=_CHECKOUT / _PICTURES)
    options = parser.parse_args()
    if not options.chromium:
        parser.error("no Chromium on PATH; name one with --chromium")
    options.output.mkdir(parents=True, exist_ok=True)
    weight = asyncio.run(take_all(options.chromium, options.output))
    sys.stdout.write(f"{options.output}: {weight / 1024:.0f} KB\n")


if __name__ == "__main__":
    main()
