"""axe-core, which looks at a page as somebody who cannot see it, or not well, would meet it."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import Page

_SERIOUS = ("serious", "critical")

_LOOK = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"], preload: false});
    const places = (nodes) => nodes.map((node) => node.target.join(" "));
    return found.violations.map(({id, impact, nodes}) => ({id, impact, at: places(nodes)}));
}"""


async def serious_faults(page: Page) -> Sequence[str]:
    """Return what axe calls serious or critical on *page*: the rule, and where it is broken."""
    await page.evaluate(_axe())
    found: list[dict[str, Any]] = await page.evaluate(_LOOK)
    return [f"{fault['id']}: {'; '.join(fault['at'])}" for fault in found if fault["impact"] in _SERIOUS]


@cache
def _axe() -> str:
    """Return the script, as its package brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
