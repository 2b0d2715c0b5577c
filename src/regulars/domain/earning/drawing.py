"""Draws by chance that anybody can repeat: the same event, rule and published seed always draw the same number.

Rules know no chance, so the draw is computed: SHA-256 of the event's source and id, the rule's id and the seed that
the rulebook publishes. Whoever has these three finds the number again, years later and on another machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence

PLACES = 6
"""Decimals of a draw, and of a chance: so the number that people see decides alone."""
_BYTES = 8

Chance = Annotated[
    Decimal,
    Field(gt=0, le=1, decimal_places=PLACES, description="How likely it is, of 1: 0.25 is one in four"),
]
Seed = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._-]{1,80}$",
        description="A published text from which the draws come; another seed, other draws",
    ),
]


def draw(*, event: str, rule: str, seed: str) -> Decimal:
    """A number from 0 up to 1, six decimals, each as likely as every other. event: its source and id."""
    digest = hashlib.sha256("\0".join((event, rule, seed)).encode("utf-8", "surrogatepass")).digest()
    drawn = int.from_bytes(digest[:_BYTES]) * 10**PLACES >> 8 * _BYTES
    return Decimal(drawn).scaleb(-PLACES)


def chosen(drawn: Decimal, chances: Sequence[Decimal]) -> int:
    """The place of what was drawn: the first 30 % of all numbers belong to a first chance of 0.3, and so on."""
    reached = Decimal(0)
    for place, chance in enumerate(chances):
        reached += chance
        if drawn < reached:
            return place
    raise ValueError(f"the chances come to {reached}, and not to 1")


def check_chances(chances: Sequence[Decimal]) -> None:
    """Complains about chances that do not come to exactly 1."""
    total = sum(chances, Decimal(0))
    if total != 1:
        raise complaint(f"the chances come to {total}, and not to 1", "Let all chances together be 1.")


def percent(chance: Decimal) -> Decimal:
    """0.25 -> 25."""
    return Decimal(format((chance * 100).normalize(), "f"))


def one_of_odds(what: Sentence, chance: Decimal) -> Sentence:
    """One outcome with its chance: '2 times with a chance of 25 %'."""
    return Sentence("{what} with a chance of {percent} %", {"what": what, "percent": percent(chance)})
