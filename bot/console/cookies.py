"""The cookies of the console: who is logged in, who is about to be, and what to say on the next page.

On https their names begin with ``__Host-``: a browser then takes them only from this very host and only over https,
whatever a neighbour's subdomain tries to set. A loopback or plain http address is for trials and has plain names.
"""

from dataclasses import dataclass

from aiohttp import web

from bot.console.addresses import PREFIX

LOGIN, GUEST, NOTICE = "loaxa_can_bo", "loaxa_khach", "loaxa_bao"


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and writes them; *is_secure* where the console is on https."""

    is_secure: bool

    def name(self, cookie: str) -> str:
        """Return the name that *cookie* has in a browser."""
        return f"__Host-{cookie}" if self.is_secure else cookie

    def read(self, request: web.BaseRequest, cookie: str) -> str:
        """Return the value of *cookie*; empty if there is none."""
        return request.cookies.get(self.name(cookie), "")

    def write(self, response: web.StreamResponse, cookie: str, value: str, *, seconds: int | None = None) -> None:
        """Let the browser keep *cookie* for so many *seconds*, or until it is closed; an empty *value* removes it.

        Lax, not Strict: whoever follows a link from their chat into the console is logged in already.
        """
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=seconds if value else 0,
            path="/" if self.is_secure else PREFIX,
            secure=self.is_secure,
            httponly=True,
            samesite="Lax",
        )
