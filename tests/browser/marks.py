"""What every module of browser tests is marked with."""

import pytest

BROWSER = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),  # one service and one browser, whatever runs beside them
    pytest.mark.asyncio(loop_scope="session"),
]
