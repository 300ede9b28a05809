"""Fill ``{{ commune.one_stop.address }}``-style fields of an answer from the person's commune.

What the commune's file does not say comes from its province, then from the national default: a field is never shown
raw. A value marked as a sample is shown with a note that it is one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from bot.knowledge.schema import Commune, National, Province

_FIELD = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Locality:
    """Where a person is, as far as it is known; ``name`` is the commune's name with its kind, or empty."""

    name: str = ""
    commune: Commune | None = None
    province_name: str = ""
    province: Province | None = None


def used_fields(text: str) -> Iterator[str]:
    """Yield the names of the fields in *text*."""
    return (match[1] for match in _FIELD.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return *text* with its fields replaced from *values*; every field was checked to be there when content loaded."""
    return _FIELD.sub(lambda match: values[match[1]], text)


def field_values(place: Locality, national: National, sample: str) -> dict[str, str]:
    """Return the value of every field for *place*.

    ``sample`` is the saying around a value that is only an example, with ``{value}`` in it.
    """
    name = place.name or national.defaults["commune.name"]
    values = {key: text.format(commune=name) for key, text in national.defaults.items()}
    if place.province_name:
        values["province.name"] = place.province_name
    for prefix, model in (("province", place.province), ("commune", place.commune)):
        if model is not None:
            values |= _marked(dict(_leaves(prefix, model)), {f"{prefix}.{path}" for path in model.sample}, sample)
    if place.name:
        values["commune.name"] = place.name
    return values


def _leaves(prefix: str, model: BaseModel) -> Iterator[tuple[str, str]]:
    for key in type(model).model_fields:
        value = getattr(model, key)
        if isinstance(value, str) and value:
            yield f"{prefix}.{key}", value
        elif isinstance(value, BaseModel):
            yield from _leaves(f"{prefix}.{key}", value)


def _marked(values: dict[str, str], samples: set[str], sample: str) -> dict[str, str]:
    return {key: sample.format(value=text) if key in samples else text for key, text in values.items()}
