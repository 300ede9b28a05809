"""One service and one browser for all browser tests; each test brings people of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import a_chromium, find_chromium
from tests.browser.house import House, a_house
from tests.browser.sample import HOSTILE, Sample, furnish
from tests.browser.visitors import AT_A_DESK, BY_KEYBOARD, ON_A_PHONE, Way
from tests.small_content import small_content


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Yield Debian's Chromium."""
    path = find_chromium()
    if not path:
        pytest.skip("no Chromium on PATH; apt-get install chromium")
    async with a_chromium(path) as browser:
        yield browser


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Yield a service that nobody has come to yet; without a browser none is started."""
    del chromium
    folder = tmp_path_factory.mktemp("house")
    async with a_house(small_content(folder), folder) as opened:
        yield opened


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def sample(house: House, chromium: Browser) -> Sample:
    """Return a week in which citizens wrote what they should not."""
    return await furnish(house, chromium, HOSTILE)


@pytest.fixture(
    params=[
        pytest.param(AT_A_DESK, id="at a desk"),
        pytest.param(ON_A_PHONE, id="on a phone"),
        pytest.param(BY_KEYBOARD, id="by keyboard"),
    ]
)
def way(request: pytest.FixtureRequest) -> Way:
    """Return how people work."""
    assert isinstance(request.param, Way)
    return request.param
