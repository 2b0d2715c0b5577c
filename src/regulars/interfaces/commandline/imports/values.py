"""Text of a file into values: amounts, instants, days. What cannot be read says why, and which option would help."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from regulars.interfaces.commandline.imports.rows import Unreadable
from regulars.kernel.clock import zone
from regulars.kernel.money import decimals_of

_THOUSANDS = {".": re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$"), ",": re.compile(r"^-?\d{1,3}(\.\d{3})+(,\d+)?$")}
_PLAIN = re.compile(r"^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$")
_LOOKS_COMMA = re.compile(r"^-?[\d.]+,\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Habits:
    """How this file writes things, and what it leaves out.

    time_zone: of times without an offset. time_format: strptime's, for times other than ISO 8601. decimal: "." or ",".
    round_amounts: whether amounts with too many decimals are rounded, half up. currency: of orders that name none.
    region: country of phone numbers without a country code. source: name of the sending system. likely_zone: the time
    zone to suggest.
    """

    source: str = "import"
    currency: str = ""
    time_zone: str = ""
    time_format: str = ""
    decimal: str = "."
    round_amounts: bool = False
    region: str | None = None
    likely_zone: str = "Europe/Istanbul"


def read_number(text: str, habits: Habits, *, field: str) -> Decimal:
    """A decimal number as this file writes them. Raises Unreadable."""
    if habits.decimal == "." and _PLAIN.match(text):
        return Decimal(text)
    bare = text.replace("\u00a0", "").replace(" ", "")
    if _THOUSANDS[habits.decimal].match(bare):
        bare = bare.replace("," if habits.decimal == "." else ".", "")
    if habits.decimal == ",":
        bare = bare.replace(",", ".") if "." not in bare else "two marks"
    if not _PLAIN.match(bare):
        raise _bad_number(text, habits, field)
    return Decimal(bare)


def read_amount(text: str, currency: str, habits: Habits, *, field: str) -> Decimal:
    """An amount of money with no more decimals than its currency has. Raises Unreadable; Refusal for the currency."""
    return as_amount(read_number(text, habits, field=field), currency, habits, field=field)


def as_amount(amount: Decimal, currency: str, habits: Habits, *, field: str) -> Decimal:
    """The number as money, with the decimals of its currency. Raises Unreadable; Refusal for the currency."""
    text = str(amount)
    places = decimals_of(currency)
    smallest = Decimal(1).scaleb(-places)
    if amount < 0:
        raise Unreadable(
            field,
            text,
            what=f"{text} is below zero, and an order cannot be.",
            remedy="Import sales only. Send returns and corrections as returns of their order.",
        )
    if amount.adjusted() > 15:
        raise Unreadable(field, text, what=f"{text} is larger than any order can be.", remedy="Correct the amount.")
    rounded = amount.quantize(smallest, rounding=ROUND_HALF_UP)
    if rounded != amount and not habits.round_amounts:
        raise Unreadable(
            field,
            text,
            what=f"{text} has more than {places} decimals, and {currency} has {places}.",
            remedy="Round the amounts in the file, or add --round-amounts.",
        )
    return rounded


def _bad_number(text: str, habits: Habits, field: str) -> Unreadable:
    if habits.decimal == "." and _LOOKS_COMMA.match(text):
        remedy = "If this file writes a decimal comma, add --decimal ,"
    elif habits.decimal == "," and "." in text:
        remedy = "This file was announced with a decimal comma; leave out --decimal , if it has decimal points."
    else:
        remedy = "Write it as 12.34, without a currency sign."
    return Unreadable(field, text, what=f"{text[:40]!r} is not a number.", remedy=remedy)


def read_instant(text: str, habits: Habits, *, field: str) -> datetime:
    """An instant in UTC. Raises Unreadable for what is not a time, or is in no time zone."""
    try:
        if habits.time_format:
            instant = datetime.strptime(text, habits.time_format)  # noqa: DTZ007 - the zone is set below
        else:
            instant = datetime.fromisoformat(text)
    except ValueError:
        how = f"as {habits.time_format}" if habits.time_format else "as 2026-01-31 14:05"
        raise Unreadable(
            field,
            text,
            what=f"{text[:40]!r} is not a time {how}.",
            remedy="Say how the file writes times, for example --time-format '%d.%m.%Y %H:%M'.",
        ) from None
    if instant.tzinfo is None:
        if not habits.time_zone:
            raise Unreadable(
                field,
                text,
                what=f"{text} does not say in which time zone it is.",
                remedy=f"Add the time zone of the shop, for example --time-zone {habits.likely_zone}.",
            )
        instant = instant.replace(tzinfo=zone(habits.time_zone))
    return instant.astimezone(UTC)


def read_day(text: str, habits: Habits, *, field: str) -> date:
    """A calendar day. Raises Unreadable."""
    try:
        if habits.time_format:
            return datetime.strptime(text, habits.time_format).date()  # noqa: DTZ007 - a day has no zone
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise Unreadable(
            field, text, what=f"{text[:40]!r} is not a day.", remedy="Write it as 1990-01-31, or add --time-format."
        ) from None
