"""Sentences that wait for their language.

The pure core explains itself, and does not know who will read it. It returns a Sentence: an English template and the
values in it. A door looks the template up in the reader's catalogue and writes numbers, money and dates as that
language does. `str(sentence)` is plain English, for logs, tests and the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from regulars.kernel.money import decimals_of

Value = "str | int | Decimal | date | datetime | Money | Language | Sentence"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency. amount: in units of the currency (12.34), currency: ISO 4217 code."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        # 1 EUR is written 1.00 EUR; an amount with more places than the currency has keeps them.
        places = decimals_of(self.currency)
        exponent = self.amount.as_tuple().exponent
        short = isinstance(exponent, int) and -exponent < places
        return f"{self.amount:,.{places}f} {self.currency}" if short else f"{self.amount:,f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code ("tr"), which readers see by its name in theirs."""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English template with named places, and the values for them."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.render(str, _plain)

    def render(self, translate: Callable[[str], str], write: Callable[[object], str]) -> str:
        """The sentence in the language of `translate`, its values written by `write`; sentences inside it likewise."""
        values = {
            name: value.render(translate, write) if isinstance(value, Sentence) else write(value)
            for name, value in self.values.items()
        }
        return translate(self.template).format_map(values)


def counted(points: int | Decimal, currency: str) -> object:
    """Points as a sentence shows them: a number; or an amount, where they are the smallest units of a currency."""
    return Money(Decimal(points).scaleb(-decimals_of(currency)), currency) if currency else points


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%-d %b %Y, %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    return str(value)


def listing(parts: list[Sentence | str], *, last: str = "and") -> Sentence:
    """Parts as a list in words: 'a', 'a and b', 'a, b and c'. last: 'and' or 'or'."""
    if len(parts) == 1:
        return Sentence("{only}", {"only": parts[0]})
    template = "{first} and {last}" if last == "and" else "{first} or {last}"
    head: Sentence | str = parts[0]
    for part in parts[1:-1]:
        head = Sentence("{first}, {next}", {"first": head, "next": part})
    return Sentence(template, {"first": head, "last": parts[-1]})


_DAYS_OF_MONTHS = (
    Sentence("{day} January"),
    Sentence("{day} February"),
    Sentence("{day} March"),
    Sentence("{day} April"),
    Sentence("{day} May"),
    Sentence("{day} June"),
    Sentence("{day} July"),
    Sentence("{day} August"),
    Sentence("{day} September"),
    Sentence("{day} October"),
    Sentence("{day} November"),
    Sentence("{day} December"),
)


def day_of_year(month: int, day: int) -> Sentence:
    """A day of every year in words: '31 December'."""
    return Sentence(_DAYS_OF_MONTHS[month - 1].template, {"day": day})
