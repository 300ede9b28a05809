"""The one door to every page: it asks who comes, whether the form is ours, what they may do, and whose the page is.

A page is shown only after all of it has held, in this order:

1. the request weighs no more than the page allows,
2. a form carries our seal and comes from our own page (else 403),
3. somebody is logged in, still staff (else the way to log in),
4. with the role that the page needs (else 403),
5. and the page is about communes of theirs (else 404, as if it were not there): about no others, unless it says that
   it is shared; then the visit says which are theirs.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.console import trouble
from bot.console.addresses import at
from bot.console.cookies import GUEST, LOGIN, NOTICE, Cookies
from bot.console.forms import TOKEN, Form
from bot.console.looks import Frame, Looks
from bot.console.page import FORM_BYTES, Answer, Page, Redirect, Shown, Visit
from bot.console.safety import comes_from_us
from bot.console.seals import Seals, new_secret
from bot.console.trouble import Trouble
from bot.desk.ports.house import Login, Logins
from bot.errors import UserError
from bot.knowledge.library import Library
from bot.ports.world import Clock
from bot.web.addresses import Network, network_of

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

IDLE = timedelta(hours=12)
"""A login unused for so long has ended: a working day fits, a night does not."""

LONGEST = timedelta(days=7)
"""A login ends after this however much it is used."""

TOKEN_HEADER = "X-Form-Token"  # noqa: S105  # a name, not a secret
"""Where a script sends what a form carries in a field."""

_NOTICE_SECONDS = 60
_UNPROCESSABLE = 422
_UNAUTHORIZED = 401
_VISIT = web.RequestKey("visit", Visit)
_TYPED = web.RequestKey("typed", tuple[str, ...])
"""What stood in the fields that the page keeps: given back with whatever stops the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who is not logged in (or is about to be somebody else), at a page that is open to all."""

    library: Library
    network: str
    device: str
    cookie: str
    request: web.Request = field(repr=False)
    form: Form = field(default_factory=Form)


@dataclass(frozen=True, slots=True)
class Open:
    """A page for those who are not logged in: there are only those of the way in, beside `bot.console.page.Page`."""

    method: str
    path: str
    show: Callable[[Guest], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What the gate asks: the seals and cookies of this console, its own address, and the proxies it believes."""

    seals: Seals
    cookies: Cookies
    public_origin: str = ""
    trusted: Sequence[Network] = ()


class Gate:
    """Lets people in to pages, and shows what the pages answer."""

    def __init__(
        self, guards: Guards, logins: Logins, library: Callable[[], Library], clock: Clock, looks: Looks
    ) -> None:
        """Know people by *logins*; show pages in the words of *library*."""
        self._guards = guards
        self._logins = logins
        self._library = library
        self._clock = clock
        self._looks = looks

    def guarded(self, page: Page) -> Handler:
        """Return the handler of *page*."""

        async def handle(request: web.Request) -> web.StreamResponse:
            cookie = self._guards.cookies.read(request, LOGIN)
            form = await self._form(request, cookie, page.most_bytes, page.keeps)
            login = await self._login(cookie)
            if login is None:
                return self._to_login(request)
            visit = await self._admitted(page, login, request, form)
            return self._answered(request, await page.show(visit))

        return handle

    def opened(self, page: Open) -> Handler:
        """Return the handler of *page*."""

        async def handle(request: web.Request) -> web.StreamResponse:
            cookies = self._guards.cookies
            guest = cookies.read(request, GUEST)
            form = await self._form(request, guest, FORM_BYTES)
            visitor = guest or new_secret()
            answer = await page.show(self._guest(request, form))
            response = self._answered(request, answer, visitor=visitor)
            if not guest:
                cookies.write(response, GUEST, visitor)
            return response

        return handle

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Show what stops a request as a page of ours; a fault is logged with its trace, which nobody else sees."""
        try:
            return await handler(request)
        except UserError as error:
            return self._refused(request, str(error))
        except Trouble as found:
            return self._troubled(request, found)
        except web.HTTPRequestEntityTooLarge:
            return self._troubled(request, trouble.too_large(FORM_BYTES))
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            return self._troubled(request, trouble.missing())
        except web.HTTPException:
            raise
        except Exception:
            log.exception("console_failed", path=request.path, method=request.method)
            return self._troubled(request, trouble.broken())

    async def _form(self, request: web.Request, visitor: str, most_bytes: int, keeps: Sequence[str] = ()) -> Form:
        """Return the form of *request*, which is ours and was shown to *visitor*; empty where none was sent.

        From here on what was typed into the fields that it *keeps* is not lost, unless another site sent it.
        """
        if request.method in {hdrs.METH_GET, hdrs.METH_HEAD}:
            return Form()
        # Browsers say how long a form is. What does not say so is no browser, and could go on for ever.
        is_endless = request.content_length is None and request.body_exists
        if is_endless or (request.content_length or 0) > most_bytes:
            raise trouble.too_large(most_bytes)
        if (request.charset or "utf-8").lower() != "utf-8":  # our pages are; others decode to what is no text
            raise trouble.foreign_form()
        try:
            form = Form((await request.clone(client_max_size=most_bytes).post()).items())
        except (ValueError, LookupError, HttpProcessingError) as error:  # no form
            raise trouble.foreign_form() from error
        token = request.headers.get(TOKEN_HEADER) or form.text(TOKEN)
        is_ours = comes_from_us(request.headers, self._guards.public_origin)
        if is_ours:
            request[_TYPED] = tuple(filter(None, map(form.text, keeps)))
        if not (is_ours and self._guards.seals.is_form_token(token, visitor)):
            log.warning("console_form_refused", path=request.path, is_ours=is_ours)
            raise trouble.foreign_form()
        return form

    async def _login(self, cookie: str) -> Login | None:
        if not cookie:
            return None
        key = self._guards.seals.login_key(cookie)
        return await self._logins.find(key, seen_since=self._clock.now() - IDLE)

    async def _admitted(self, page: Page, login: Login, request: web.Request, form: Form) -> Visit:
        """Return the visit, if the page is for them."""
        library = self._library()
        visit = Visit(me=login.me, login=login, library=library, now=self._clock.now(), request=request, form=form)
        request[_VISIT] = visit
        if not visit.can(page.needs):
            raise trouble.forbidden(page.needs, visit.desk)
        owners = await page.whose(visit)
        if owners is not None and login.me.serves(owners):
            return visit
        own = login.me.own(owners or ())
        if page.is_shared and own:
            return replace(visit, only=own)
        raise trouble.missing()

    def _guest(self, request: web.Request, form: Form) -> Guest:
        return Guest(
            library=self._library(),
            network=network_of(request, self._guards.trusted),
            device=request.headers.get(hdrs.USER_AGENT, ""),
            cookie=self._guards.cookies.read(request, LOGIN),
            request=request,
            form=form,
        )

    def _to_login(self, request: web.Request) -> web.StreamResponse:
        """Lead to the way in; what was typed for long is shown first, so that it can be copied."""
        if typed := request.get(_TYPED):
            words = self._library().shelves.console.login
            return self._shown(request, Shown("kept.html", words.kept_title, {"texts": typed}), status=_UNAUTHORIZED)
        response = web.Response(status=303, headers={hdrs.LOCATION: at("vao")})
        if self._guards.cookies.read(request, LOGIN):
            self._guards.cookies.write(response, LOGIN, "")
        return response

    def _answered(self, request: web.Request, answer: Answer, *, visitor: str = "") -> web.StreamResponse:
        match answer:
            case Shown():
                return self._shown(request, answer, status=_UNPROCESSABLE if answer.faults else 200, visitor=visitor)
            case Redirect():
                return self._redirected(answer)
            case _:
                return answer

    def _redirected(self, redirect: Redirect) -> web.StreamResponse:
        guards = self._guards
        response = web.Response(status=303, headers={hdrs.LOCATION: redirect.to})
        if redirect.notice:
            guards.cookies.write(response, NOTICE, guards.seals.wrap(redirect.notice), seconds=_NOTICE_SECONDS)
        if redirect.login is not None:
            guards.cookies.write(response, LOGIN, redirect.login, seconds=int(LONGEST.total_seconds()))
        return response

    def _shown(self, request: web.Request, shown: Shown, *, status: int, visitor: str = "") -> web.Response:
        """Return the page; whoever is logged in sees the menu, and whoever is not gets a form token as *visitor*."""
        cookies, seals = self._guards.cookies, self._guards.seals
        visit = request.get(_VISIT)
        notice = cookies.read(request, NOTICE)
        frame = Frame(
            library=visit.library if visit else self._library(),
            token=seals.form_token(visitor or cookies.read(request, LOGIN)),
            path=request.path,
            me=visit.me if visit else None,
            notice=seals.unwrap(notice) if notice else "",
        )
        response = self._looks.show(request, shown, frame, status=status)
        if notice:
            cookies.write(response, NOTICE, "")
        return response

    def _troubled(self, request: web.Request, found: Trouble) -> web.StreamResponse:
        page = trouble.page_of(found, self._library().shelves.console, request.get(_TYPED, ()))
        response = self._shown(request, page, status=found.status)
        response.headers.update(found.headers)
        return response

    def _refused(self, request: web.Request, sentence: str) -> web.StreamResponse:
        """Show why something was not done; pages that can say it beside their form do so themselves."""
        words = self._library().shelves.console.trouble
        shown = Shown(trouble.TEMPLATE, words.refused_title, {"sentence": sentence, "texts": request.get(_TYPED, ())})
        return self._shown(request, shown, status=_UNPROCESSABLE)


def whole_seconds(wait: float) -> int:
    """Return *wait* in whole seconds, at least one."""
    return max(1, math.ceil(wait))
