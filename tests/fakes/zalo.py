"""A Zalo on this machine: OA API and OAuth of one OA, strict where the real one is, and scripted to misbehave.

Zalo has no sandbox, so this is the only test bed. It answers as Zalo's documentation and live integrations describe:
errors in an envelope with HTTP 200, plain 404 for unknown paths, refresh tokens that work once, pictures that must be
uploaded before they are shown, articles that take a while. Its books count accepted messages per text and recipient,
lean enough for a million. As a process of its own:

    python -m tests.fakes.zalo --port 9000

prints its address. Then

- ``GET /_fake/books`` returns the books, with ``?user=`` those of one recipient;
- ``POST /_fake/script`` replaces the script: a rule or a list, see `Rule`;
- ``POST /_fake/away`` with ``{"seconds": 5}`` makes it refuse connections for a while.
"""

import argparse
import asyncio
import base64
import hashlib
import itertools
import json
import sys
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from aiohttp import web

from tests.fakes.door import Door
from tests.fakes.tally import Tally

TEXT_LIMIT = 2000
BUTTON_LIMIT = 5
IMAGE_LIMIT = 1024 * 1024
ENTERPRISE, STATE_AGENCY = 2, 4
_RECENT = 1000
_SHOWN = 100
_FOREVER_SECONDS = 3600

_UNKNOWN_PATH = "empty or invalid API"
_DEAD_GRANT = {"error": -14014, "error_name": "Invalid refresh token."}


@dataclass(slots=True)
class Rule:
    """How calls named ``call`` misbehave.

    ``call`` is ``send``, ``broadcast``, ``getoa``, ``token``, ``upload``, ``article``, ``verify``, ``quota`` or ``*``.
    ``latency_ms`` slows every such call; the rest strikes each ``every``-th, at most ``times`` times (0: always): an
    ``error`` in the envelope, an HTTP ``status`` with plain text (``retry_after`` seconds as header), or, after the
    call was carried out if ``accepts``: ``hang`` for ever, ``drop`` the connection, or take ``slow_body_ms`` over the
    body.
    """

    call: str = "send"
    latency_ms: float = 0
    every: int = 1
    times: int = 0
    error: int = 0
    status: int = 0
    retry_after: int = 0
    hang: bool = False
    drop: bool = False
    slow_body_ms: float = 0
    accepts: bool = True
    _calls: int = field(default=0, init=False)
    _strikes: int = field(default=0, init=False)

    @property
    def refuses(self) -> bool:
        """Tell whether a struck call is not carried out."""
        return bool(self.error or self.status) or not self.accepts

    def strikes(self) -> bool:
        """Count one call and tell whether it is one to spoil."""
        self._calls += 1
        spoils = self.error or self.status or self.hang or self.drop or self.slow_body_ms
        if not spoils or self._calls % self.every or (self.times and self._strikes >= self.times):
            return False
        self._strikes += 1
        return True


@dataclass(slots=True)
class Books:
    """What the fake accepted: how often each text reached each recipient, and the latest messages whole."""

    accepted: int = 0
    tally: Tally = field(default_factory=Tally)
    recent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_RECENT))
    calls: Counter[str] = field(default_factory=Counter)
    uploads: int = 0
    articles: list[dict[str, Any]] = field(default_factory=list)
    broadcasts: list[str] = field(default_factory=list)

    def enter(self, user: str, message: Mapping[str, Any]) -> None:
        """Record one accepted message."""
        self.accepted += 1
        self.tally.enter(str(message.get("text", "")), user)
        self.recent.append({"user": user, "message": message})

    def summary(self, user: str = "") -> dict[str, Any]:
        """Return the books as JSON: totals, and every repeat of a text to a recipient (the first hundred of them)."""
        if user:
            return dict(self.tally.of(user))
        repeats = list(self.tally.repeats())
        return {
            "accepted": self.accepted,
            "texts": self.tally.totals(),
            "repeated": len(repeats),
            "repeats": repeats[:_SHOWN],
            "calls": dict(self.calls),
            "uploads": self.uploads,
            "articles": len(self.articles),
            "broadcasts": len(self.broadcasts),
        }


class FakeZalo:
    """One app and one OA at ``url``; set its attributes and `behave` to play any day Zalo may have."""

    def __init__(
        self,
        *,
        app_id: str = "1000000000000000001",
        app_secret: str = "app-secret",
        oa_id: str = "2000000000000000002",
        oa_type: int = ENTERPRISE,
        refresh_token: str = "refresh-0",
        token_seconds: int = 90000,
        port: int = 0,
    ) -> None:
        """Prepare an OA whose valid grant is *refresh_token*; nothing listens yet."""
        self.app_id = app_id
        self.app_secret = app_secret
        self.oa_id = oa_id
        self.oa_type = oa_type
        self.refresh_token = refresh_token
        self.token_seconds = token_seconds
        self.access_token = ""
        self.url = ""
        self.books = Books()
        self.unreachable: dict[str, int] = {}
        self.photo_status = 200
        self._expires_at = 0.0
        self._door = self._build_door(port)
        self._uploaded: set[str] = set()
        self._photos: dict[str, bytes] = {}
        self._rules: list[Rule] = []
        self._numbers = itertools.count(1)
        self._codes: dict[str, str] = {}
        self._articles: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        """Listen on 127.0.0.1."""
        self.url = await self._door.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening, cutting off whoever hangs."""
        await self._door.close()

    async def go_away(self, seconds: float) -> None:
        """Refuse connections for *seconds*."""
        await self._door.shut(seconds)

    def keep_photo(self, content: bytes) -> str:
        """Keep a photo that somebody sent and return its address, as a webhook tells it."""
        name = f"{next(self._numbers)}.jpg"
        self._photos[name] = content
        return f"{self.url}/photo/{name}"

    def forget_photos(self) -> None:
        """Have no photo any more, as after a while."""
        self._photos.clear()

    def expire_uploads(self) -> None:
        """Know no uploaded picture any more, as after seven days."""
        self._uploaded.clear()

    def behave(self, *rules: Rule) -> None:
        """Follow *rules* from now on, and no others."""
        self._rules = list(rules)

    def issue_tokens(self) -> dict[str, str]:
        """Start a new token pair, which ends the one before, and return Zalo's answer with it."""
        number = next(self._numbers)
        self.access_token, self.refresh_token = f"access-{number}", f"refresh-{number}"
        self._expires_at = asyncio.get_running_loop().time() + self.token_seconds
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "expires_in": str(self.token_seconds),
        }

    def expire_access_token(self) -> None:
        """End the access token early; the refresh token stays good."""
        self._expires_at = 0.0

    def _build_door(self, port: int) -> Door:
        app = web.Application(client_max_size=8 * IMAGE_LIMIT)
        door = Door(app, port)
        app.add_routes([*self._routes(), web.post("/_fake/away", door.take_order)])
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return door

    def _routes(self) -> list[web.RouteDef]:
        post, get = web.post, web.get
        return [
            post("/v3.0/oa/message/cs", self._answering("send", self._send)),
            post("/v2.0/oa/message", self._send_or_broadcast),
            get("/v2.0/oa/getoa", self._answering("getoa", self._getoa)),
            post("/v2.0/oa/quota/message", self._answering("quota", self._quota)),
            post("/v3.0/oa/quota/message", self._answering("quota", self._quota)),
            post("/v2.0/oa/upload/{kind:image|gif|file}", self._answering("upload", self._upload)),
            post("/v2.0/article/create", self._answering("article", self._create_article)),
            post("/v2.0/article/verify", self._answering("verify", self._verify_article)),
            post("/v4/oa/access_token", self._token),
            get("/v4/oa/permission", self._consent),
            get("/photo/{name}", self._show_photo),
            get("/_fake/books", self._show_books),
            post("/_fake/script", self._take_script),
        ]

    def _answering(
        self, name: str, work: Callable[[web.Request], Awaitable[dict[str, Any]]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return a handler that checks the token, does *work* and follows the script."""

        async def authorised(request: web.Request) -> dict[str, Any]:
            if request.headers.get("access_token") != self.access_token or not self.access_token:
                return _error(-216, "Access token is invalid")
            if asyncio.get_running_loop().time() >= self._expires_at:
                return _error(-220, "Access token has expired")
            return await work(request)

        return self._scripted(name, authorised)

    def _scripted(
        self, name: str, work: Callable[[web.Request], Awaitable[dict[str, Any]]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            rules = [rule for rule in self._rules if rule.call in {name, "*"}]
            if latency := sum(rule.latency_ms for rule in rules):
                await asyncio.sleep(latency / 1000)
            struck = [rule for rule in rules if rule.strikes()]
            answer = {} if struck and struck[0].refuses else await work(request)
            self.books.calls[f"{name}:{struck[0].error if struck and struck[0].error else answer.get('error', 0)}"] += 1
            return await _spoil(struck[0], request, answer) if struck else web.json_response(answer)

        return handle

    async def _show_photo(self, request: web.Request) -> web.Response:
        content = self._photos.get(request.match_info["name"])
        if content is None:
            raise web.HTTPNotFound
        return web.Response(status=self.photo_status, body=content, content_type="image/jpeg")

    async def _send(self, request: web.Request) -> dict[str, Any]:
        if request.path.startswith("/v3.0/") and self.oa_type == STATE_AGENCY:
            return _error(-235, "This api does not support this type of OA")
        if request.path.startswith("/v2.0/") and self.oa_type == ENTERPRISE:
            return _error(-240, "Message v2 API has been shut down")
        body = await request.json()
        user, message = body.get("recipient", {}).get("user_id"), body.get("message", {})
        if not isinstance(user, str) or not user:
            return _error(-201, "user_id is invalid")
        if user in self.unreachable:
            return _error(self.unreachable[user], "unreachable")
        if refusal := _refuse(message) or self._refuse_picture(message):
            return refusal
        self.books.enter(user, message)
        return _ok({"message_id": f"m{next(self._numbers):018d}", "user_id": user})

    def _refuse_picture(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return Zalo's error for a picture that was never uploaded, or too long ago."""
        shown = [element.get("attachment_id") for element in _elements(message)]
        return None if self._uploaded.issuperset(shown) else _error(-100, "Attachment id is expired")

    async def _send_or_broadcast(self, request: web.Request) -> web.StreamResponse:
        """Tell the two uses of the v2 address apart: to a person, or an article to all followers."""
        body = await request.json()
        is_broadcast = "target" in body.get("recipient", {})
        name, work = ("broadcast", self._broadcast) if is_broadcast else ("send", self._send)
        return await self._answering(name, work)(request)

    async def _broadcast(self, request: web.Request) -> dict[str, Any]:
        body = await request.json()
        elements = _elements(body.get("message", {}))
        articles = [str(one.get("attachment_id")) for one in elements if one.get("media_type") == "article"]
        if not articles or any(self._articles.get(article, 1) for article in articles):
            return _error(-201, "attachment_id is invalid")
        self.books.broadcasts.extend(articles)
        return _ok({"message_id": f"b{next(self._numbers):018d}"})

    async def _getoa(self, _: web.Request) -> dict[str, Any]:
        return _ok({"oa_id": self.oa_id, "name": "Fake commune", "is_verified": True, "oa_type": self.oa_type})

    async def _quota(self, _: web.Request) -> dict[str, Any]:
        return _ok({"type": "reply", "remain": 8, "total": 8, "cs_reply": {"remain": 8, "total": 8}})

    async def _upload(self, request: web.Request) -> dict[str, Any]:
        file = (await request.post()).get("file")
        if not isinstance(file, web.FileField):
            return _error(-201, "file is invalid")
        with file.file:
            raw = file.file.read()
        if request.match_info["kind"] == "image" and not raw.startswith((b"\x89PNG", b"\xff\xd8")):
            return _error(-201, "we only support png and jpeg")
        if len(raw) > IMAGE_LIMIT:
            return _error(-210, "file is too large")
        key = "token" if request.match_info["kind"] == "file" else "attachment_id"
        name = f"u{next(self._numbers)}"
        self._uploaded.add(name)
        self.books.uploads += 1
        return _ok({key: name})

    async def _create_article(self, request: web.Request) -> dict[str, Any]:
        body = await request.json()
        if refusal := _refuse_article(body):
            return refusal
        token = f"a{next(self._numbers)}"
        self._articles[token] = 1
        self.books.articles.append(body)
        return _ok({"token": token})

    async def _verify_article(self, request: web.Request) -> dict[str, Any]:
        """Say "still processing" once, as the real one takes a while."""
        token = (await request.json()).get("token", "")
        if token not in self._articles:
            return _error(-201, "token is invalid")
        if self._articles[token]:
            self._articles[token] -= 1
            return _error(-214, "Article is processing")
        return _ok({"id": token})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        return await self._scripted("token", self._grant)(request)

    async def _grant(self, request: web.Request) -> dict[str, Any]:
        form = await request.post()
        if request.headers.get("secret_key") != self.app_secret or form.get("app_id") != self.app_id:
            return {"error": -14002, "error_name": "Invalid app."}
        if form.get("grant_type") == "authorization_code":
            challenge = self._codes.pop(str(form.get("code")), None)
            return self.issue_tokens() if challenge == _challenge(str(form.get("code_verifier"))) else dict(_DEAD_GRANT)
        return self.issue_tokens() if form.get("refresh_token") == self.refresh_token else dict(_DEAD_GRANT)

    async def _consent(self, request: web.Request) -> web.Response:
        """Consent at once, as an admin would by pressing the button."""
        query = request.query
        if query.get("app_id") != self.app_id or "?" in query.get("redirect_uri", "?"):
            return web.json_response({"error": -14003, "error_name": "Invalid redirect uri."})
        code = f"code-{next(self._numbers)}"
        self._codes[code] = query.get("code_challenge", "")
        callback = urlencode({"code": code, "oa_id": self.oa_id, "state": query.get("state", "")})
        return web.Response(status=302, headers={"Location": f"{query['redirect_uri']}?{callback}"})

    async def _show_books(self, request: web.Request) -> web.Response:
        return web.json_response(self.books.summary(request.query.get("user", "")))

    async def _take_script(self, request: web.Request) -> web.Response:
        script = await request.json()
        self.behave(*(Rule(**rule) for rule in (script if isinstance(script, list) else [script])))
        return web.json_response({"rules": len(self._rules)})

    async def _unknown(self, _: web.Request) -> web.Response:
        return web.Response(status=404, text=_UNKNOWN_PATH)


async def _spoil(rule: Rule, request: web.Request, answer: dict[str, Any]) -> web.StreamResponse:
    """Answer as *rule* says."""
    if rule.error:
        return web.json_response(_error(rule.error, "scripted"))
    if rule.status:
        headers = {"Retry-After": str(rule.retry_after)} if rule.retry_after else {}
        return web.Response(status=rule.status, text="<html>scripted</html>", headers=headers)
    if rule.hang:
        await asyncio.sleep(_FOREVER_SECONDS)
    if rule.drop and request.transport is not None:
        request.transport.close()
    if rule.slow_body_ms:
        return await _dawdle(request, json.dumps(answer).encode(), rule.slow_body_ms / 1000)
    return web.json_response(answer)


async def _dawdle(request: web.Request, body: bytes, seconds: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(body)), "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(body[:1])
    await asyncio.sleep(seconds)
    await response.write(body[1:])
    await response.write_eof()
    return response


def _refuse(message: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return Zalo's error for a message it would not take."""
    text, payload = message.get("text", ""), message.get("attachment", {}).get("payload", {})
    buttons, shows = payload.get("buttons", []), _elements(message)
    if not isinstance(text, str) or not (text or shows):
        return _error(-201, "text is invalid")
    if len(text) > TEXT_LIMIT:
        return _error(-210, "text is over its limit")
    if len(buttons) > BUTTON_LIMIT or any(not b.get("title") or len(b["title"]) > 100 for b in buttons):
        return _error(-201, "buttons is invalid")
    if shows and (buttons or payload.get("template_type") != "media" or len(shows) > 1):
        return _error(-201, "elements is invalid")
    return None


def _refuse_article(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return Zalo's error for an article it would not make."""
    sizes = {"title": 150, "author": 50, "description": 300}
    if not body.get("title") or any(len(body.get(name, "")) > size for name, size in sizes.items()):
        return _error(-210, "title, author or description is over its limit")
    if not str(body.get("cover", {}).get("photo_url", "")).startswith(("http://", "https://")):
        return _error(-201, "cover is invalid")
    if not body.get("body") or any(not block.get("content") for block in body["body"] if block.get("type") == "text"):
        return _error(-201, "body is invalid")
    return None


def _elements(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    elements: list[dict[str, Any]] = message.get("attachment", {}).get("payload", {}).get("elements", [])
    return elements


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _ok(data: dict[str, Any]) -> dict[str, Any]:
    return {"data": data, "error": 0, "message": "Success"}


def _error(code: int, message: str) -> dict[str, Any]:
    return {"error": code, "message": message}


async def _serve(options: argparse.Namespace) -> None:
    """Run until killed, with a first line that says where."""
    fake = FakeZalo(oa_type=options.oa_type, refresh_token=options.refresh_token, port=options.port)
    async with fake:
        began = datetime.now(UTC).isoformat(timespec="seconds")
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        sys.stderr.write(f"fake Zalo since {began}: app {fake.app_id}, OA {fake.oa_id}\n")
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.zalo")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--oa-type", type=int, default=ENTERPRISE, choices=(ENTERPRISE, STATE_AGENCY))
    parser.add_argument("--refresh-token", default="refresh-0")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
