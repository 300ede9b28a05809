"""Whom to call: the commune, the province, and the numbers of the whole country."""

from collections.abc import Iterable

from bot.knowledge.schema import Phone
from bot.ports.conversations import Outcome
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome


def hotlines(turn: Turn) -> Outcome:
    """Return every number worth knowing where this person lives."""
    parts = [local_contacts(turn), _province(turn), _national(turn)]
    labels = turn.say.labels
    change = do(Do.COMMUNE, labels.change_commune if turn.person.commune else labels.choose_commune)
    return outcome("\n\n".join(filter(None, parts)), (change, do(Do.PERSON, labels.person)))


def local_contacts(turn: Turn) -> str:
    """Return how to reach the person's commune, as Markdown; what to do first if they have not chosen one."""
    say, fields = turn.say, turn.fields
    if not turn.person.commune:
        return say.hotlines_unknown_commune
    commune = turn.library.locality(turn.person.commune).commune
    lines = [
        say.contact_one_stop.format(
            name=fields["commune.one_stop.name"],
            address=fields["commune.one_stop.address"],
            phone=fields["commune.one_stop.phone"],
            hours=fields["commune.one_stop.hours"],
        ),
        say.contact_office.format(phone=fields["commune.office.phone"]),
        say.contact_police.format(name=fields["commune.police.name"], phone=fields["commune.police.phone"]),
    ]
    note = [say.hotline_sample] if commune and commune.sample else []
    return "\n\n".join([say.hotlines_commune.format(commune=turn.commune), "\n".join(lines), *note])


def _province(turn: Turn) -> str:
    place = turn.library.locality(turn.person.commune)
    if place.province is None or not place.province.hotlines:
        return ""
    head = turn.say.hotlines_province.format(province=place.province_name)
    return f"{head}\n\n{_lines(turn, place.province.hotlines)}"


def _national(turn: Turn) -> str:
    numbers = turn.library.shelves.hotlines
    return f"{turn.say.hotlines_national}\n\n{_lines(turn, (*numbers.emergency, *numbers.help))}"


def _lines(turn: Turn, phones: Iterable[Phone]) -> str:
    return "\n".join(
        turn.say.hotline_line.format(name=phone.name, phone=phone.phone, what=phone.what) for phone in phones
    )
