"""Template words of the kit: icons and figures as people read them."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from regulars.interfaces.web import amounts, words
from regulars.interfaces.web.icons import DIRECTIONAL, ICONS
from regulars.kernel.words import Sentence

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "size-5") -> SafeString:
    """A decorative line icon; the words beside it carry the meaning."""
    turn = " rtl:-scale-x-100" if name in DIRECTIONAL else ""
    return format_html(
        '<svg class="{}{} shrink-0" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        size,
        turn,
        mark_safe(ICONS[name]),  # noqa: S308  # our own drawing, no reader's text
    )


@register.filter
def number(value: words.Number | None) -> str:
    return "" if value is None else words.number(value)


@register.filter
def compact(value: words.Number | None) -> str:
    return "" if value is None else words.compact(value)


@register.filter
def signed(value: words.Number) -> str:
    return words.signed(value)


@register.filter
def points(value: int | None, currency: str = words.PAGE) -> str:
    """Points, or money where they count money."""
    return "" if value is None else words.points(value, currency)


@register.filter
def amount(value: int | None, currency: str = words.PAGE) -> str:
    """150 points, or money where they count money."""
    return "" if value is None else words.amount(value, currency)


@register.filter
def typed(value: int | None, currency: str = words.PAGE) -> str:
    """Points as the value of a field for numbers: 1250, or 12.50."""
    return "" if value is None else amounts.typed(value, currency)


@register.filter
def signed_points(value: int, currency: str = words.PAGE) -> str:
    return words.signed_points(value, currency)


@register.filter
def percent(ratio: words.Number | None, digits: int = 1) -> str:
    return "" if ratio is None else words.percent(ratio, digits)


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else words.money(amount, currency)


@register.filter
def day(moment: date | None) -> str:
    return "" if moment is None else words.day(moment)


@register.filter
def clock(moment: datetime | None) -> str:
    return "" if moment is None else words.clock(moment)


@register.filter
def moment(at: datetime | None) -> str:
    return "" if at is None else words.moment(at)


@register.filter
def said(sentence: Sentence | str) -> str:
    """A Sentence from the pure core, in the reader's language."""
    return words.said(sentence)


@register.filter
def month(moment: date | None) -> str:
    return "" if moment is None else words.month(moment)


@register.filter
def initials(name: str) -> str:
    """Lisa Marie Lane -> LL."""
    parts = name.split()
    if not parts:
        return "?"
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()
