"""Telegram's Bot API as far as we use it, as a real server that keeps books and misbehaves on request.

Run on its own, ``python -m tests.fakes.telegram --port 9077`` prints its address. Then

- ``GET /_fake/books`` tells what was accepted, with ``?full=1`` for each recipient;
- ``POST /_fake/script`` sets how it misbehaves: a `Fate` or a list of them, ``limit_per_second`` beside them to refuse
  what is faster;
- ``POST /_fake/away`` with ``{"seconds": 5}`` makes it refuse connections for a while;
- ``POST /_fake/play`` lets a citizen act.

A photo is uploaded once and then named by its ``file_id``, as with the real one. Whoever has the id is told a path by
getFile, under which the file is handed out beside the token.
"""

import argparse
import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.door import Door
from tests.fakes.tally import Tally, text_hash
from tests.fakes.telegram_rules import RefusedError, check_message

Json = dict[str, Any]

TOKEN = "4711:AAE-a-token-that-opens-nothing"

# The Bot API takes photos of 10 MB; a request may be a little larger than its photo.
_PHOTO_BYTES = 10 * 1024 * 1024
_REQUEST_BYTES = _PHOTO_BYTES + 64 * 1024

# The largest file that a bot may download (Bot API, getFile).
_DOWNLOAD_BYTES = 20 * 1024 * 1024

_PAGE = "<html><body>This page is not available.</body></html>"

# name: status, description; what a `Fate` can do instead of answering properly.
_ERRORS: Mapping[str, tuple[int, str]] = {
    "flood": (429, "Too Many Requests: retry after {retry_after}"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "not_started": (403, "Forbidden: bot can't initiate conversation with a user"),
    "chat_not_found": (400, "Bad Request: chat not found"),
    "parse": (400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    "refused": (400, "Bad Request: BUTTON_URL_INVALID"),
    "webhook": (400, "Bad Request: bad webhook: HTTPS URL must be provided for webhook"),
    "migrated": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "unauthorized": (401, "Unauthorized"),
    "conflict": (409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running"),
    "server": (500, "Internal Server Error"),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """How calls fare: each waits ``latency_ms``, and every ``every``-th of them, ``times`` times, meets ``error``.

    ``error`` is a name of `_ERRORS`, or ``"hang"`` (no answer, not accepted), ``"silence"`` (accepted, no answer),
    ``"drop"`` (accepted, then the connection breaks), ``"garbage"`` (accepted, unreadable answer), ``"block_page"``
    (somebody else's 403), ``"bad_gateway"``. Empty ``method`` or ``chat`` means any.
    """

    method: str = ""
    chat: str = ""
    latency_ms: float = 0
    every: int = 1
    times: int | None = None
    error: str = ""
    retry_after: int = 1


@dataclass(slots=True)
class Books:
    """What was accepted: counts for millions, the last messages whole for tests."""

    calls: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    uploads: int = 0
    dropped_entities: int = 0
    messages: deque[Json] = field(default_factory=lambda: deque(maxlen=10_000))
    others: deque[tuple[str, Json]] = field(default_factory=lambda: deque(maxlen=10_000))

    def accept(self, parameters: Json, text: str, entities: int) -> None:
        """Enter one accepted message."""
        self.tally.enter(text, int(parameters["chat_id"]))
        self.dropped_entities += max(0, entities - 100)
        self.messages.append(parameters)

    def texts_to(self, chat: int | str) -> list[str]:
        """Return what was sent to *chat*, as it was sent."""
        return [str(message["text"]) for message in self.messages if str(message["chat_id"]) == str(chat)]

    def called(self, method: str) -> list[Json]:
        """Return the parameters of the calls of *method*."""
        return [parameters for name, parameters in self.others if name == method]

    def as_json(self, *, is_full: bool) -> Json:
        """Return the totals, and with *is_full* the count of each text for each recipient."""
        texts = self.tally.totals()
        totals: Json = {
            "calls": dict(self.calls),
            "refused": dict(self.refused),
            "accepted": sum(text["messages"] for text in texts.values()),
            "dropped_entities": self.dropped_entities,
            "uploads": self.uploads,
            "texts": texts,
        }
        return {**totals, "recipients": self.tally.whole()} if is_full else totals


@dataclass(slots=True)
class _Running:
    """A fate and how often it was looked up and struck."""

    fate: Fate
    seen: int = 0
    struck: int = 0

    def matches(self, method: str, chat: str) -> bool:
        return self.fate.method in {"", method} and self.fate.chat in {"", chat}

    def strikes(self) -> bool:
        self.seen += 1
        is_due = self.seen % self.fate.every == 0 and (self.fate.times is None or self.struck < self.fate.times)
        self.struck += is_due
        return is_due and bool(self.fate.error)


class FakeTelegram:
    """One bot's view of Telegram: ``async with FakeTelegram() as fake``."""

    def __init__(self, *, token: str | None = TOKEN, port: int = 0) -> None:
        """Know the bot *token* (None: believe any) and listen on *port* of the loopback (0: any free one)."""
        self.books = Books()
        self.webhook: Json | None = None
        self.limit_per_second = 0
        self.understate_sizes = False
        self.url = ""
        self._token = token
        self._door = self._build_door(port)
        self._files: dict[str, bytes] = {}
        self._fates: list[_Running] = []
        self._second = (0, 0)
        self._gone: set[str] = set()
        self._callbacks: set[str] = set()
        self._pending: deque[Json] = deque()
        self._allowed: set[str] = set()
        self._news = asyncio.Event()
        self._poll = 0
        self._message_ids = count(1)
        self._update_ids = count(1001)
        self._methods: dict[str, Callable[[Json], Awaitable[object]]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "setMyCommands": self._note,
            "answerCallbackQuery": self._answer_callback_query,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "editMessageText": self._edit_message_text,
            "getFile": self._get_file,
        }

    async def __aenter__(self) -> Self:
        """Start serving."""
        self.url = await self._door.open()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop serving."""
        self._wake()
        await self._session.close()
        await self._door.close()

    def _build_door(self, port: int) -> Door:
        app = web.Application(client_max_size=_REQUEST_BYTES)
        door = Door(app, port)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._answer)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._hand_out)
        app.router.add_get("/_fake/books", self._books)
        app.router.add_post("/_fake/script", self._script)
        app.router.add_post("/_fake/play", self._play)
        app.router.add_post("/_fake/away", door.take_order)
        return door

    def script(self, *fates: Fate) -> None:
        """Misbehave like this from now on; without *fates* behave."""
        self._fates = [_Running(fate) for fate in fates]

    async def go_away(self, seconds: float) -> None:
        """Refuse connections for *seconds*."""
        await self._door.shut(seconds)

    def forget_files(self) -> None:
        """Know no ``file_id`` any more."""
        self._files.clear()

    def keep_file(self, content: bytes) -> str:
        """Keep what a citizen sent and return its ``file_id``."""
        file_id = f"photo-{text_hash(content.decode('latin-1'))}"
        self._files[file_id] = content
        return file_id

    def citizen(self, user: int = 7) -> "Citizen":
        """Return someone who uses the bot."""
        return Citizen(self, user)

    async def play(self, kind: str, content: Json, *, tries: int = 1) -> int:
        """Bring one update: post it to the webhook until it is taken, or queue it.

        Returns the last HTTP status of the webhook, 0 when it was queued.
        """
        return await self.bring({"update_id": next(self._update_ids), kind: content}, tries=tries)

    async def bring(self, update: Json, *, tries: int = 1) -> int:
        """Bring *update* as it is; see `play`."""
        if self.webhook is None:
            if not self._allowed or self._allowed & update.keys():
                self._pending.append(update)
                self._wake()
            return 0
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        status = 0
        for _ in range(tries):
            async with self._session.post(self.webhook["url"], json=update, headers=headers) as response:
                status = response.status
            if status == 200:
                break
        return status

    def expect_press(self, callback_id: str) -> None:
        """Know *callback_id* as a press that may be answered once."""
        self._callbacks.add(callback_id)

    def set_gone(self, user: int, *, is_gone: bool) -> None:
        """Let *user* block the bot, or let it in again."""
        (self._gone.add if is_gone else self._gone.discard)(str(user))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if method not in self._methods:
            return _error(404, "Not Found")
        if self._token is not None and token != self._token:
            return _error(401, "Unauthorized")
        parameters = await _parameters(request)
        self.books.calls[method] += 1
        return await self._fated(request, method, parameters) or await self._proper(method, parameters)

    async def _fated(self, request: web.Request, method: str, parameters: Json) -> web.StreamResponse | None:
        for running in self._fates:
            if not running.matches(method, str(parameters.get("chat_id", ""))):
                continue
            if running.fate.latency_ms:
                await asyncio.sleep(running.fate.latency_ms / 1000)
            if running.strikes():
                return await self._misbehave(request, method, parameters, running.fate)
        return None

    async def _misbehave(self, request: web.Request, method: str, parameters: Json, fate: Fate) -> web.StreamResponse:
        self.books.refused[fate.error] += 1
        if fate.error == "hang":
            await asyncio.sleep(3600)
        if fate.error in {"silence", "drop", "garbage"}:
            await self._proper(method, parameters)
            if fate.error == "silence":
                await asyncio.sleep(3600)
            if fate.error == "drop" and request.transport:
                request.transport.abort()
            return web.Response(text='{"ok": tr')
        if fate.error in {"block_page", "bad_gateway"}:
            return web.Response(status=403 if fate.error == "block_page" else 502, text=_PAGE, content_type="text/html")
        status, description = _ERRORS[fate.error]
        details: Json = {}
        if fate.error == "flood":
            details = {"retry_after": fate.retry_after}
        if fate.error == "migrated":
            details = {"migrate_to_chat_id": int(f"-100{parameters['chat_id']}")}
        return _error(status, description.format(retry_after=fate.retry_after), details)

    async def _proper(self, method: str, parameters: Json) -> web.Response:
        try:
            return web.json_response({"ok": True, "result": await self._methods[method](parameters)})
        except RefusedError as refused:
            self.books.refused[str(refused)] += 1
            return _error(400, f"Bad Request: {refused}")
        except _ScriptedError as error:
            self.books.refused[error.name] += 1
            status, description = _ERRORS[error.name]
            return _error(status, description.format(retry_after=1), {"retry_after": 1} if status == 429 else {})

    async def _get_me(self, _: Json) -> object:
        return {"id": 4711, "is_bot": True, "first_name": "Loa xã thử", "username": "loa_xa_test_bot"}

    async def _note(self, parameters: Json) -> object:
        self.books.others.append(("setMyCommands", parameters))
        return True

    async def _set_webhook(self, parameters: Json) -> object:
        self.books.others.append(("setWebhook", parameters))
        self.webhook = parameters
        self._allowed = set(parameters.get("allowed_updates", self._allowed))
        return True

    async def _delete_webhook(self, parameters: Json) -> object:
        self.books.others.append(("deleteWebhook", parameters))
        self.webhook = None
        return True

    async def _get_updates(self, parameters: Json) -> object:
        if self.webhook is not None:
            raise _ScriptedError("conflict")
        self._allowed = set(parameters.get("allowed_updates", self._allowed))
        self._acknowledge(int(parameters.get("offset", 0)))
        self._poll += 1
        mine = self._poll
        self._wake()  # an older poll ends with a conflict
        deadline = time.monotonic() + float(parameters.get("timeout", 0))
        while not self._pending and (left := deadline - time.monotonic()) > 0:
            await _wait(self._news, left)
            if mine != self._poll:
                raise _ScriptedError("conflict")
        return [self._pending[n] for n in range(min(len(self._pending), int(parameters.get("limit", 100))))]

    def _acknowledge(self, offset: int) -> None:
        while self._pending and self._pending[0].get("update_id", 0) < offset:
            self._pending.popleft()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _send_message(self, parameters: Json) -> object:
        self._admit(parameters)
        seen = check_message(parameters)
        self.books.accept(parameters, seen.text, seen.entities)
        return self._message(parameters, {"text": seen.text})

    async def _send_photo(self, parameters: Json) -> object:
        self._admit(parameters)
        seen = check_message(parameters, field="caption", limit=1024)
        file_id = self._admit_photo(parameters.get("photo"))
        self.books.accept({**parameters, "photo": file_id, "text": seen.text}, seen.text, seen.entities)
        sizes = [{"file_id": name, "file_unique_id": name, "width": 1, "height": 1} for name in ("small", file_id)]
        return self._message(parameters, {"photo": sizes, "caption": seen.text})

    def _admit_photo(self, photo: object) -> str:
        """Return the ``file_id`` of a photo that is named by it, or that comes along."""
        if isinstance(photo, str):
            if photo not in self._files:
                raise RefusedError("wrong file identifier/HTTP URL specified")
            return photo
        content = b""
        if isinstance(photo, web.FileField):
            with photo.file:
                content = photo.file.read()
        if not content.startswith((b"\xff\xd8", b"\x89PNG")) or len(content) > _PHOTO_BYTES:
            raise RefusedError("IMAGE_PROCESS_FAILED")
        self.books.uploads += 1
        return self.keep_file(content)

    async def _get_file(self, parameters: Json) -> object:
        file_id = str(parameters.get("file_id", ""))
        content = self._files.get(file_id)
        if content is None:
            raise RefusedError("wrong file_id or the file is temporarily unavailable")
        if len(content) > _DOWNLOAD_BYTES:
            raise RefusedError("file is too big")
        file = {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": 1 if self.understate_sizes else len(content),
        }
        return {**file, "file_path": f"photos/{file_id}.jpg"}

    async def _hand_out(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file, of a type that says nothing, as the real one does."""
        self.books.calls["download"] += 1
        if fated := await self._fated(request, "download", {}):
            return fated
        content = self._files.get(request.match_info["path"].removeprefix("photos/").removesuffix(".jpg"))
        is_ours = self._token is None or request.match_info["token"] == self._token
        if content is None or not is_ours:
            return _error(404, "Not Found")
        return web.Response(body=content, content_type="application/octet-stream")

    async def _edit_message_text(self, parameters: Json) -> object:
        self._admit(parameters)
        seen = check_message(parameters)
        self.books.others.append(("editMessageText", parameters))
        return self._message(parameters, {"text": seen.text})

    async def _answer_callback_query(self, parameters: Json) -> object:
        if parameters.get("callback_query_id") not in self._callbacks:
            raise RefusedError("query is too old and response timeout expired or query ID is invalid")
        self._callbacks.discard(parameters["callback_query_id"])
        self.books.others.append(("answerCallbackQuery", parameters))
        return True

    def _admit(self, parameters: Json) -> None:
        chat = str(parameters.get("chat_id", ""))
        if not chat.lstrip("-").isdigit():
            raise RefusedError("chat not found")
        if chat in self._gone:
            raise _ScriptedError("blocked")
        if self.limit_per_second and self._count_this_second() > self.limit_per_second:
            raise _ScriptedError("flood")

    def _count_this_second(self) -> int:
        second, counted = int(time.monotonic()), self._second
        self._second = (second, counted[1] + 1 if counted[0] == second else 1)
        return self._second[1]

    def _message(self, parameters: Json, content: Json) -> Json:
        chat = {"id": int(parameters["chat_id"]), "type": "private"}
        return {"message_id": next(self._message_ids), "date": int(time.time()), "chat": chat, **content}

    async def _books(self, request: web.Request) -> web.Response:
        return web.json_response(self.books.as_json(is_full="full" in request.query))

    async def _script(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        fates = wanted if isinstance(wanted, list) else [wanted]
        for fate in fates:
            self.limit_per_second = int(fate.pop("limit_per_second", self.limit_per_second))
        self.script(*(Fate(**fate) for fate in fates if fate))
        return web.json_response({"fates": len(self._fates)})

    async def _play(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        citizen = self.citizen(int(wanted["user"]))
        act = citizen.presses(wanted["press"]) if "press" in wanted else citizen.says(wanted["text"])
        return web.json_response({"status": await act})


class Citizen:
    """Someone in a private chat with the bot; each act returns what `FakeTelegram.play` does."""

    def __init__(self, telegram: FakeTelegram, user: int) -> None:
        """Act on *telegram* as *user*."""
        self._telegram = telegram
        self._user = user
        self._numbers = count(1)

    async def says(self, text: str, **more: object) -> int:
        """Type *text*."""
        return await self._telegram.play("message", self.a_message(text=text, **more))

    async def sends(self, **content: object) -> int:
        """Send something that is not text, in the Bot API's own fields."""
        return await self._telegram.play("message", self.a_message(**content))

    async def sends_photo(self, content: bytes, **more: object) -> int:
        """Send a photo, which Telegram keeps in two sizes; *more* may be its ``caption``."""
        ids = (self._telegram.keep_file(content[:100]), self._telegram.keep_file(content))
        sizes = [{"file_id": one, "file_unique_id": one, "width": 90, "height": 90} for one in ids]
        return await self.sends(photo=sizes, **more)

    async def presses(self, data: str) -> int:
        """Press a button that carries *data*."""
        callback_id = f"press-{self._user}-{next(self._numbers)}"
        self._telegram.expect_press(callback_id)
        below = {**self.a_message(text="?"), "from": {"id": 4711, "is_bot": True, "first_name": "Loa xã"}}
        press = {"id": callback_id, "from": self._me(), "message": below, "chat_instance": "1", "data": data}
        return await self._telegram.play("callback_query", press)

    async def shares_location(self, latitude: float, longitude: float) -> int:
        """Share a place."""
        return await self.sends(location={"latitude": latitude, "longitude": longitude})

    async def blocks(self) -> int:
        """Block the bot."""
        return await self._becomes("kicked", "member")

    async def unblocks(self) -> int:
        """Let the bot in again."""
        return await self._becomes("member", "kicked")

    def a_message(self, **content: object) -> Json:
        """Return a message from this citizen."""
        chat = {"id": self._user, "type": "private", "first_name": "Lan"}
        number = next(self._numbers)
        return {"message_id": number, "date": 1_763_600_000, "chat": chat, "from": self._me(), **content}

    async def _becomes(self, status: str, before: str) -> int:
        self._telegram.set_gone(self._user, is_gone=status == "kicked")
        bot = {"id": 4711, "is_bot": True, "first_name": "Loa xã"}
        new: Json = (
            {"user": bot, "status": status, "until_date": 0} if status == "kicked" else {"user": bot, "status": status}
        )
        old: Json = (
            {"user": bot, "status": before, "until_date": 0} if before == "kicked" else {"user": bot, "status": before}
        )
        change = {
            "chat": {"id": self._user, "type": "private"},
            "from": self._me(),
            "date": 1_763_600_000,
            "old_chat_member": old,
            "new_chat_member": new,
        }
        return await self._telegram.play("my_chat_member", change)

    def _me(self) -> Json:
        return {"id": self._user, "is_bot": False, "first_name": "Lan", "language_code": "vi"}


class _ScriptedError(Exception):
    """Answer with the error *name* of `_ERRORS`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _error(status: int, description: str, details: Json | None = None) -> web.Response:
    answer: Json = {"ok": False, "error_code": status, "description": description}
    return web.json_response({**answer, "parameters": details} if details else answer, status=status)


async def _parameters(request: web.Request) -> Json:
    """Return a call's parameters, however they were encoded."""
    if request.content_type == "application/json":
        sent = await request.json()
        return dict(sent) if isinstance(sent, dict) else {}
    form = {**request.query, **await request.post()}
    return {name: _decoded(value) for name, value in form.items()}


def _decoded(value: object) -> object:
    """Return a form's *value*: lists and objects travel as JSON text in it."""
    return json.loads(value) if isinstance(value, str) and value[:1] in {"[", "{"} else value


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


async def _serve(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", help="the one token to accept; without it any")
    options = parser.parse_args(None if arguments is None else list(arguments))
    async with FakeTelegram(token=options.token, port=options.port) as fake:
        print(fake.url, flush=True)  # noqa: T201 - whoever started the process waits for this line
        await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(_serve())
    except KeyboardInterrupt:
        raise SystemExit(0) from None
