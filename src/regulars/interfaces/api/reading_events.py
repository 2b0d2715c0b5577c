"""Events as they come in, where the slim door does not stand in front: the same reading, the same refusals."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from regulars.domain.events.contracts import Event
from regulars.interfaces.api.door import bad_json
from regulars.kernel.errors import Refusal

MOST_EVENTS = 500
"""Events of one bulk request."""

Decoded = TypeVar("Decoded")


class Bulk(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a bulk request. Its items are decoded one by one, so that a bad one harms no other."""

    events: list[msgspec.Raw]


_event = msgspec.json.Decoder(Event)
_bulk = msgspec.json.Decoder(Bulk)
_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_TERMS = {"object": "an object", "array": "a list", "str": "a text", "int": "a whole number"}


def read_event(content: bytes | msgspec.Raw) -> Event | Refusal:
    """One event, or why it cannot be read."""
    try:
        return _decode(_event, content)
    except Refusal as refusal:
        return refusal


def read_bulk(content: bytes) -> list[Event | Refusal]:
    """The events of a bulk request, each by itself. Raises Refusal when the request as a whole cannot be read."""
    items = _decode(_bulk, content).events
    if len(items) > MOST_EVENTS:
        raise Refusal(
            "too_many_events",
            "There are too many events in one request",
            detail=f"The request carries {len(items):,} events, and up to {MOST_EVENTS} are taken at once.",
            remedy=f"Send them in several requests of {MOST_EVENTS}.",
            field="events",
        )
    return [read_event(item) for item in items]


def _decode(decoder: msgspec.json.Decoder[Decoded], content: bytes | msgspec.Raw) -> Decoded:
    try:
        return decoder.decode(content)
    except msgspec.ValidationError as error:
        raise _misfit(str(error)) from None
    except msgspec.DecodeError as error:
        raise bad_json(str(error)[:200]) from None
    except UnicodeDecodeError as error:
        raise bad_json(f"byte {error.object[error.start]:#04x} at {error.start} of a text is not UTF-8") from None
    except RecursionError:
        raise bad_json("it is nested too deeply") from None


def _misfit(message: str) -> Refusal:
    found = _PLACE.search(message)
    what = message[: found.start()] if found else message
    for term, words in _TERMS.items():
        what = what.replace(f"`{term}`", words)
    return Refusal(
        "bad_field",
        "A field is not as it should be",
        detail=f"{what[:300]}.",
        remedy="Compare the event with the description at /api/docs, and send it again.",
        field=(found[1] or None) if found else None,
    )
