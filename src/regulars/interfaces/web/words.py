"""Numbers, money and times the way the reader's language writes them (Babel), digits always 0-9."""

import re
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_name,
)
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext

from regulars.kernel.money import decimals_of, from_minor
from regulars.kernel.words import Language, Money, Sentence

_PERIOD = re.compile(r"^\d{1,5} (day|week|month|year)s?$")
MINUS = "\N{MINUS SIGN}"
Number = int | float | Decimal


def reading_locale() -> Locale:
    """The active language as a Babel locale; English reads day before month."""
    language = get_language() or "en"
    return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))


def number(value: Number) -> str:
    return format_decimal(value, locale=reading_locale()).replace("-", MINUS)


def compact(value: Number) -> str:
    return format_compact_decimal(value, locale=reading_locale(), fraction_digits=1)


def signed(value: Number) -> str:
    """+1,200 or a true minus sign; zero bears none."""
    return ("+" if value > 0 else "") + number(value)


counted_in: ContextVar[str] = ContextVar("counted_in", default="")
"""For the page at hand: the currency whose smallest units its points are; "": they are points. Doors set it."""
PAGE = "page"
"""Stands for: what the points of this page are counted in."""


def counting(currency: str = PAGE) -> str:
    """The currency whose smallest units points are: that of the page, or this one; "": they are points."""
    return counted_in.get() if currency == PAGE else currency


def is_money(currency: str = PAGE) -> bool:
    """Whether points count money: those of the page, or of this currency."""
    return bool(counting(currency))


def points(value: int, currency: str = PAGE) -> str:
    """1,200; or 12.00 euros where points count money. currency: "" for points, or that of the page."""
    currency = counting(currency)
    return money(from_minor(value, currency), currency).replace("-", MINUS) if currency else number(value)


def amount(value: int, currency: str = PAGE) -> str:
    """150 points; or 1.50 euros where they count money."""
    if is_money(currency):
        return points(value, currency)
    return ngettext("%(count)s point", "%(count)s points", value) % {"count": number(value)}


def signed_points(value: int, currency: str = PAGE) -> str:
    """The same with its sign; zero bears none."""
    return ("+" if value > 0 else "") + points(value, currency)


def percent(ratio: Number, digits: int = 1) -> str:
    """0.194 -> 19.4%, or %19,4 where the language puts the sign first."""
    locale = reading_locale()
    pattern = str(locale.percent_formats[None].pattern)
    if digits:
        pattern = pattern.replace("##0", "##0." + "0" * digits)
    return format_percent(ratio, format=pattern, locale=locale)


def money(amount: Decimal, currency: str) -> str:
    return format_currency(amount, currency, locale=reading_locale())


def _local(moment: date) -> date:
    return timezone.localtime(moment) if isinstance(moment, datetime) else moment


def day(moment: date) -> str:
    """20 Nov 2026, in the time zone that the page has activated."""
    return format_skeleton("yMMMd", _local(moment), locale=reading_locale())


def day_short(moment: date) -> str:
    """20 Nov, where the year is plain."""
    return format_skeleton("MMMd", _local(moment), locale=reading_locale())


def clock(moment: datetime) -> str:
    return format_time(timezone.localtime(moment).time(), format="HH:mm", locale=reading_locale())


def month(moment: date) -> str:
    return format_date(_local(moment), format="MMM yyyy", locale=reading_locale())


def month_short(moment: date) -> str:
    return format_date(_local(moment), format="LLL yy", locale=reading_locale())


def weekday(moment: date) -> str:
    """Mon, as a head of a column."""
    return format_date(_local(moment), format="ccc", locale=reading_locale())


def moment(at: datetime) -> str:
    """20 Nov 2026, 06:32."""
    return f"{day(at)}, {clock(at)}"


def write(value: object) -> str:
    """One value of a Sentence as the reader's language writes it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | Decimal):
        return number(value)
    if isinstance(value, Money):
        return _exact_money(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Language):
        return language(value.code)
    text = str(value)
    if _PERIOD.match(text):
        return period(text)
    ends = {
        "month": gettext("month"),
        "quarter": gettext("quarter"),
        "half": gettext("half year"),
        "year": gettext("year"),
    }
    return ends.get(text) or named(text)


def _exact_money(value: Money) -> str:
    """With all its places, where it has more than its currency: €1.377, which is rounded elsewhere in the sentence."""
    exponent = value.amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals_of(value.currency):
        return format_currency(value.amount, value.currency, locale=reading_locale(), decimal_quantization=False)
    return money(value.amount, value.currency)


def named(text: str) -> str:
    """A name within a sentence: right-to-left pages must not turn the order of its parts round."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if get_language_bidi() else text


def said(sentence: Sentence | str) -> str:
    """A sentence of the pure core in the reader's language; plain text passes as it is."""
    return sentence.render(gettext, write) if isinstance(sentence, Sentence) else sentence


def sentence_case(text: str) -> str:
    """A phrase as a sentence of its own: first letter large, a full stop at the end."""
    closed = text if text.endswith((".", "!", "?")) else f"{text}."
    return closed[:1].upper() + closed[1:]


def currency(code: str) -> str:
    """EUR -> Euro."""
    return str(get_currency_name(code, locale=reading_locale()))


def language(code: str) -> str:
    """tr -> Turkish; a code that nobody knows stays as it is."""
    try:
        found = Locale.parse(code, sep="-").get_display_name(reading_locale())
    except (UnknownLocaleError, ValueError):
        return code
    return found or code


def period(text: str) -> str:
    """'12 months' of a rulebook, in the reader's language."""
    count, _, unit = text.partition(" ")
    number_of = int(count)
    said = {
        "day": ngettext("%(count)s day", "%(count)s days", number_of),
        "week": ngettext("%(count)s week", "%(count)s weeks", number_of),
        "month": ngettext("%(count)s month", "%(count)s months", number_of),
        "year": ngettext("%(count)s year", "%(count)s years", number_of),
    }
    return said[unit.rstrip("s")] % {"count": number(number_of)}


def isolated(text: str) -> str:
    """Digits in groups keep their order within right-to-left text (Unicode isolates)."""
    return f"\u2066{text}\u2069"


def money_compact(amount: Decimal, code: str) -> str:
    """€4.6M: for figures in narrow places; the exact amount stands beside it."""
    return format_compact_currency(amount, code, locale=reading_locale(), fraction_digits=1)
