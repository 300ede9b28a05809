"""The shape of ``content/bulletin.yaml``: the words around a bulletin, and those that officials read at their work.

One field a sentence, named like the thing it is said of (`bot.bulletins.states.Refusal`, `Status`, `State`…), so that
a missing one is found at load with its line.
"""

from typing import Annotated

from pydantic import Field

from bot.knowledge.schema import RadioWords, SheetWords, Strict, Text, fills

Plain = Annotated[Text, fills()]
WithId = Annotated[Text, fills("id")]
WithName = Annotated[Text, fills("name")]


class Refusals(Strict):
    """Why something is not done with a bulletin where it stands, and what to do instead."""

    unknown_staff: WithName
    foreign_commune: Annotated[Text, fills("name", "communes")]
    needs_approver: WithName
    needs_another: WithName
    not_a_draft: WithId
    not_submitted: WithId
    already_approved: WithId
    already_started: WithId
    finished: WithId
    stopped: WithId
    not_started: WithId


class Mistakes(Strict):
    """What is wrong with what an official typed, and how to mend it."""

    no_such_bulletin: WithId
    changed_meanwhile: WithId
    no_name: Plain
    title_length: Annotated[Text, fills("least", "most")]
    body_empty: Plain
    body_too_long: Annotated[Text, fills("most")]
    over_limit: Annotated[Text, fills("channel", "commune", "over")]
    not_text: Annotated[Text, fills("file")]
    no_commune: Plain
    unknown_commune: Annotated[Text, fills("code")]
    not_taking_part: Annotated[Text, fills("commune", "code")]
    unknown_hamlet: Annotated[Text, fills("hamlet", "commune", "hamlets")]
    no_hamlets: Annotated[Text, fills("commune", "code")]
    hamlet_of_several: Plain
    picture_kind: Plain
    picture_too_large: Annotated[Text, fills("size", "most")]
    picture_broken: Plain
    picture_shape: Annotated[Text, fills("width", "height")]
    no_such_picture: Plain
    time_unreadable: Annotated[Text, fills("text")]
    time_past: Annotated[Text, fills("time")]
    time_too_far: Annotated[Text, fills("time")]
    slots_differ: Plain
    slot_taken: Annotated[Text, fills("commune", "date", "id")]
    not_urgent: WithId
    resend_only: Plain
    nothing_to_resend: Annotated[Text, fills("id", "state")]
    corrected_already: Annotated[Text, fills("id", "correction")]
    nobody_to_correct: WithId
    no_chat: WithName
    chat_left: WithName
    staff_name: Annotated[Text, fills("most")]
    no_such_staff: WithName


class Warnings(Strict):
    """What is allowed and deserves a second look."""

    alike: Annotated[Text, fills("id", "title", "date")]
    quiet: Annotated[Text, fills("time")]


class SlotWords(Strict):
    """What staff are told when a slot comes near and nothing is approved for it, by the commune's rule."""

    empty: Annotated[Text, fills("commune", "time", "date", "title")]
    prepared: Annotated[Text, fills("commune", "time", "date", "title")]
    will_send: Annotated[Text, fills("commune", "time", "date", "title")]


class ForecastWords(Strict):
    """How many people get a bulletin, and when."""

    expected: Annotated[Text, fills("all")]
    nobody: Plain
    now: Annotated[Text, fills("all")]
    later: Annotated[Text, fills("all")]
    both: Annotated[Text, fills("all", "now", "waiting")]


class Obstacles(Strict):
    """Why a bulletin cannot go out as an article (`bot.bulletins.broadcasts.Obstacle`), and what to do instead."""

    no_zalo: Plain
    several_communes: Plain
    one_hamlet: Plain
    other_subscribers: Plain
    no_picture: Plain
    no_address: Plain
    quota: Annotated[Text, fills("most", "month")]


class StatusNames(Strict):
    """Where a bulletin stands (`bot.bulletins.states.Status`)."""

    draft: Plain
    submitted: Plain
    approved: Plain
    scheduled: Plain
    sending: Plain
    sent: Plain
    stopped: Plain


class StateNames(Strict):
    """Where one person's copy stands (`bot.bulletins.deliveries.State`)."""

    pending: Plain
    sending: Plain
    sent: Plain
    failed: Plain
    gone: Plain
    held: Plain
    skipped: Plain
    unknown: Plain


class ReasonNames(Strict):
    """Why it stands there (`bot.bulletins.deliveries.Why`), or a broadcast does (`bot.bulletins.broadcasts.Why`)."""

    window: Plain
    died: Plain
    tries: Plain
    left: Plain
    unsubscribed: Plain
    moved: Plain
    stopped: Plain
    expired: Plain
    corrected: Plain
    linked: Plain
    late: Plain
    quota: Plain
    hours: Plain
    audience: Plain
    fault: Plain


class BroadcastNames(Strict):
    """Where an article to all followers stands (`bot.bulletins.broadcasts.State`)."""

    new: Plain
    creating: Plain
    created: Plain
    verified: Plain
    sending: Plain
    accepted: Plain
    unknown: Plain
    failed: Plain


class BroadcastWords(Strict):
    """Where an article stands and why, in a sentence."""

    line: Annotated[Text, fills("state")]
    because: Annotated[Text, fills("state", "reason")]
    waits: Annotated[Text, fills("state", "time", "reason")]
    nobody: Plain


class DeedNames(Strict):
    """What was done to a bulletin, in its record: `bot.bulletins.states.Move`, and what time brought."""

    create: Plain
    edit: Plain
    submit: Plain
    approve: Plain
    return_: Annotated[Plain, Field(alias="return")]
    stop: Plain
    correct: Plain
    resend: Plain
    test: Plain
    start: Plain
    finish: Plain
    missed: Plain
    text_changed: Plain
    broadcast: Plain
    maybe_broadcast: Plain
    not_broadcast: Plain
    restored: Plain

    def of(self, what: str) -> str:
        """Return the words for *what* was done; what has none is told as it is kept."""
        return getattr(self, "return_" if what == "return" else what, what)


class ChannelNames(Strict):
    """The channels that bulletins are sent through."""

    telegram: Plain
    zalo: Plain


class RoleNames(Strict):
    """What members of staff are (`bot.bulletins.states.Role`)."""

    editor: Plain
    approver: Plain
    admin: Plain


class Done(Strict):
    """What the command line says when something was done."""

    create: WithId
    edit: WithId
    submit: WithId
    approve_now: WithId
    approve_later: Annotated[Text, fills("id", "time")]
    keeps_quiet: Plain
    return_: Annotated[WithId, Field(alias="return")]
    stop: WithId
    correct: Annotated[Text, fills("id", "original")]
    resend: Annotated[Text, fills("id", "count")]
    test: WithId
    no_bulletins: Plain
    staff_added: Annotated[Text, fills("name", "role", "communes")]
    staff_removed: WithName
    staff_code: Annotated[Text, fills("name", "code")]
    no_staff: Plain
    all_communes: Plain


class DeskWords(Strict):
    """What officials read while they write, agree on and watch over bulletins."""

    refusals: Refusals
    mistakes: Mistakes
    obstacles: Obstacles
    warnings: Warnings
    slots: SlotWords
    forecast: ForecastWords
    statuses: StatusNames
    states: StateNames
    reasons: ReasonNames
    broadcasts: BroadcastNames
    broadcast: BroadcastWords
    deeds: DeedNames
    channels: ChannelNames
    roles: RoleNames
    done: Done


class BulletinWords(Strict):
    """``bulletin.yaml``: the words around a bulletin, in a message, on the radio, on paper and at the desk."""

    radio: RadioWords
    sheet: SheetWords
    header: Annotated[Text, fills("commune", "date")]
    footer: Annotated[Text, fills()]
    urgent: Annotated[Text, fills()]
    correction: Annotated[Text, fills()]
    older: Annotated[Text, fills("title", "url", "date")]
    desk: DeskWords

    def marks(self, *, is_urgent: bool, is_correction: bool) -> tuple[str, ...]:
        """Return the words before the title of what is urgent or corrects another bulletin."""
        return (*((self.urgent,) if is_urgent else ()), *((self.correction,) if is_correction else ()))
