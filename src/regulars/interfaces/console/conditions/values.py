"""Values of conditions as people type them, and back. What is written is read as exactly the same value again.

A text stands as it is. One that could be taken for something else (spaces at its ends, a line break, "10" where numbers
count too) stands in quotes, as JSON writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Literal

from babel.numbers import get_decimal_symbol
from django.utils.translation import gettext

from regulars.domain.earning.conditions import Scalar
from regulars.domain.earning.fitting import as_date
from regulars.domain.earning.plain import exact_number
from regulars.interfaces.web import words

Reading = Literal["text", "number", "day", "clock", "flag", "anything"]
"""How the values of a field are read. `anything`: a number, true, false, or otherwise a text."""

_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_IN_GROUPS = re.compile(r"-?\d{1,3}([.,\u00a0\u202f ]\d{3})+")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Unreadable(Exception):
    """What was typed is no value of the field. Its text says so in the reader's language."""


def written(value: Scalar | date | time, reading: Reading) -> str:
    """The value as a field of the form holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", _point())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return _text_written(value, ambiguous=reading == "anything" and _is_taken_for_something(value))


def read(typed: str, reading: Reading) -> Scalar:
    """The value that was typed; days and times as text. Raises Unreadable."""
    return _READERS[reading](typed.strip())


def _text_written(text: str, *, ambiguous: bool) -> str:
    plainly = text == text.strip() and text.isprintable() and text != "" and not text.startswith('"')
    return text if plainly and not ambiguous else json.dumps(text, ensure_ascii=not text.isprintable())


def _is_taken_for_something(text: str) -> bool:
    return text in ("true", "false") or _NUMBER.fullmatch(text) is not None


def _text(typed: str) -> str:
    if not typed.startswith('"'):
        return typed
    try:
        quoted = json.loads(typed)
    except ValueError:
        return typed
    return quoted if isinstance(quoted, str) else typed


def _number(typed: str) -> Decimal:
    bare = typed.replace(words.MINUS, "-")
    if _NUMBER.fullmatch(bare) is None or (_other_point() in bare and _IN_GROUPS.fullmatch(bare)):
        raise Unreadable(
            gettext("“%(value)s” is not a number. Write it like 1500 or %(example)s.")
            % {"value": typed, "example": f"2{_point()}50"}
        )
    try:
        return exact_number(Decimal(bare.replace(",", ".")))
    except ValueError:
        raise Unreadable(gettext("“%(value)s” has too many digits.") % {"value": typed}) from None


def _day(typed: str) -> str:
    if as_date(typed) is None:
        raise Unreadable(gettext("“%(value)s” is not a date. Write it like 2026-11-27.") % {"value": typed})
    return typed


def _clock(typed: str) -> str:
    if _CLOCK.fullmatch(typed) is None:
        raise Unreadable(gettext("“%(value)s” is not a time of the day. Write it like 14:30.") % {"value": typed})
    return typed


def _flag(typed: str) -> bool:
    if typed not in ("true", "false"):
        raise Unreadable(gettext("Choose yes or no."))
    return typed == "true"


def _anything(typed: str) -> Scalar:
    if typed in ("true", "false"):
        return typed == "true"
    return _number(typed) if _NUMBER.fullmatch(typed) else _text(typed)


def _point() -> str:
    """What stands before the decimals in the reader's language."""
    return str(get_decimal_symbol(words.reading_locale(), numbering_system="latn"))


def _other_point() -> str:
    return "." if _point() == "," else ","


_READERS: dict[Reading, Callable[[str], Scalar]] = {
    "text": _text,
    "number": _number,
    "day": _day,
    "clock": _clock,
    "flag": _flag,
    "anything": _anything,
}
