"""Bytes become events. What cannot be read becomes a refusal that says where and why."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from regulars.domain.events.contracts import Event
from regulars.interfaces.wire import refusals
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


def decode_event(body: bytes | msgspec.Raw) -> Event | Refusal:
    """One event."""
    return decode(_event, body)


def decode_bulk(body: bytes) -> list[Event | Refusal] | Refusal:
    """The events of a bulk request, in order; or why the request as a whole cannot be read."""
    bulk = decode(_bulk, body)
    if isinstance(bulk, Refusal):
        return bulk
    if len(bulk.events) > MOST_EVENTS:
        return refusals.too_many_events(len(bulk.events), MOST_EVENTS)
    return [decode_event(item) for item in bulk.events]


def decode(decoder: msgspec.json.Decoder[Decoded], body: bytes | msgspec.Raw) -> Decoded | Refusal:
    """What the decoder makes of the body; or why it is not JSON in UTF-8, or not of the decoder's form."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        return _wrong(str(error))
    except msgspec.DecodeError as error:
        return refusals.not_json(str(error)[:200])
    except UnicodeDecodeError as error:
        return refusals.not_json(f"byte {error.object[error.start]:#04x} at {error.start} of a text is not UTF-8")
    except RecursionError:
        return refusals.not_json("it is nested too deeply")


def _wrong(message: str) -> Refusal:
    found = _PLACE.search(message)
    what = message[: found.start()] if found else message
    for term, words in _TERMS.items():
        what = what.replace(f"`{term}`", words)
    return refusals.wrong_field(what[:300], (found[1] or None) if found else None)
