"""One update as Telegram sent it, sorted: something for us, something to ignore, or nothing we can read.

python-telegram-bot reads the JSON; what it makes of it goes no further than this module. Platform facts are from PTB
22.8 (Bot API 10.0) and its documentation.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update

from bot.messages import Address, Channel, Incoming, Kind, Point
from bot.text import clean

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""What we ask Telegram for. Always named: without it Telegram keeps whatever an earlier program asked for."""

# A payload that could come from a link of ours (`/start xa-00430`). "/start làm giấy khai sinh" is a question.
_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?")

# "/menu@OurBot" is what clients insert in groups; people copy it into private chats.
_COMMAND_FOR_BOT = re.compile(r"^(/\w+)@\w+")

# The first that is present names the kind: an animation also comes as a document, a live photo as a photo.
_MEDIA = {
    "animation": "video",
    "live_photo": "image",
    "photo": "image",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "document": "file",
    "sticker": "sticker",
    "contact": "contact",
    "poll": "other",
    "dice": "other",
    "game": "other",
    "story": "other",
    "paid_media": "other",
    "checklist": "other",
}

# Telegram's are about a hundred characters.
_LONGEST_REF = 500

# Updates that arrive only where another program once asked for them; named so that the metric has few labels.
_UNASKED = ("edited_message", "channel_post", "edited_channel_post", "chat_member", "inline_query", "message_reaction")


@dataclass(frozen=True, slots=True)
class Received:
    """Something a person sent; ``callback_id`` is what a pressed button waits to have answered, or empty."""

    message: Incoming
    callback_id: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that is not for us; ``event`` says what it is, in one of a few words."""

    event: str


@dataclass(frozen=True, slots=True)
class Unparsable:
    """An update that makes no sense; ``error`` names what it tripped. Unless accepted, Telegram brings it for ever."""

    error: str


Sorted = Received | Ignored | Unparsable


def sort_update(raw: object, account: str, now: datetime) -> Sorted:
    """Sort one update.

    *raw* is the update's JSON data, *account* the bot's id, *now* an aware time for presses, which carry none.
    """
    if not isinstance(raw, dict):
        return Unparsable(type(raw).__name__)
    try:
        update = Update.de_json(raw, None)
        return _sort(update, account, now)
    except Exception as error:  # noqa: BLE001 - the library raises whatever a malformed field happens to trip
        return Unparsable(type(error).__name__)


def update_id(raw: object) -> int | None:
    """Return the number of an update, readable or not, which tells Telegram where to go on."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) else None


def _sort(update: Update, account: str, now: datetime) -> Sorted:
    chat = update.effective_chat
    if not (update.message or update.callback_query or update.my_chat_member):
        return Ignored(next((event for event in _UNASKED if getattr(update, event)), "other"))
    if chat is None or chat.type != Chat.PRIVATE:
        return Ignored("group")  # a commune's bot serves people one by one
    blank = Incoming(Address(Channel.TELEGRAM, account, str(chat.id)), f"update:{update.update_id}", Kind.TEXT, now)
    if update.message:
        return _message(update.message, replace(blank, sent_at=update.message.date))
    if update.callback_query:
        return _press(update.callback_query, blank)
    return _membership(update.my_chat_member, blank) if update.my_chat_member else Ignored("other")


def _message(message: Message, blank: Incoming) -> Sorted:
    if message.location:
        point = Point(message.location.latitude, message.location.longitude)
        return Received(replace(blank, kind=Kind.LOCATION, point=point))
    picture = _picture(message)
    # People photograph a form and ask about it underneath: the question is what we can answer, so a caption is text.
    words = message.text or message.caption
    if words:
        return Received(replace(_words(_tidy(words), blank), media_ref=picture))
    media = next((kind for attachment, kind in _MEDIA.items() if getattr(message, attachment)), "")
    # What is left are notices of the chat itself, such as a pinned message or a new timer for deletion.
    sent = replace(blank, kind=Kind.MEDIA, media=media, media_ref=picture)
    return Received(sent) if media else Ignored("service_message")


def _picture(message: Message) -> str:
    """Return what Telegram calls the largest size of a photo; empty if there is none."""
    return _tidy(message.photo[-1].file_id)[:_LONGEST_REF] if message.photo else ""


def _words(text: str, blank: Incoming) -> Incoming:
    start = _START.fullmatch(text)
    if start:
        return replace(blank, kind=Kind.START, payload=start[1] or "")
    return replace(blank, text=_COMMAND_FOR_BOT.sub(r"\1", text))


def _press(query: CallbackQuery, blank: Incoming) -> Sorted:
    if not query.data:
        return Ignored("callback_without_data")
    return Received(replace(blank, kind=Kind.PRESS, payload=_tidy(query.data)), callback_id=query.id)


def _membership(change: ChatMemberUpdated, blank: Incoming) -> Sorted:
    """In a private chat this comes only when a person blocks the bot or lets it in again (Bot API documentation).

    Letting it in again is not answered: whoever does it by pressing Restart sends ``/start`` too, and is greeted then.
    """
    if change.new_chat_member.status != ChatMember.BANNED:  # reads "kicked" in the JSON
        return Ignored("my_chat_member")
    return Received(replace(blank, kind=Kind.GONE, sent_at=change.date))


def _tidy(text: str) -> str:
    """Return *text* without what a database cannot store: NUL, and halves of surrogate pairs."""
    return clean(text.encode(errors="replace").decode())
