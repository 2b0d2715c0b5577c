"""The words of a scenario file: what can happen, and what can be expected. Every word is declared here, once.

A name of a field becomes its word by writing blanks for underscores: `paid_by` is written `paid by`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator


def word_of(name: str) -> str:
    """The word for a field: 'paid_by' -> 'paid by', 'from_' -> 'from'."""
    return name.rstrip("_").replace("_", " ")


class Words(BaseModel):
    """A mapping of a scenario file. short: the field that is meant where a single value stands instead."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=word_of)

    short: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _from_one_value(cls, value: object) -> object:
        if isinstance(value, dict):
            return value
        if value is None:
            return {}
        return {word_of(cls.short): value} if cls.short else value


def _by_name(value: object) -> object:
    return value if isinstance(value, dict) else {"": value}


_NUMBER: dict[str, Any] = {"type": "number"}
PerPointType = Annotated[
    dict[str, int],
    BeforeValidator(_by_name),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "object", "additionalProperties": {"type": "integer"}}]}),
]
"""How many: of `points`, or by point type."""
PerLadder = Annotated[
    dict[str, str],
    BeforeValidator(_by_name),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}),
]
"""Which tier: on the only ladder, or by ladder."""
ScorePerLadder = Annotated[
    dict[str, Decimal],
    BeforeValidator(_by_name),
    WithJsonSchema({"anyOf": [_NUMBER, {"type": "object", "additionalProperties": _NUMBER}]}),
]
Amount = Annotated[Decimal, WithJsonSchema({"type": "number"})]


# ---- what can happen -------------------------------------------------------------------------------


class Joins(Words):
    """The member enrols. With `email` and the like the member has them; `happened`: joined earlier than it is sent."""

    name: str = ""
    email: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    happened: str | None = Field(default=None, description="When it happened, where that is not now")


class Line(Words):
    """One line of an order."""

    amount: Amount
    category: str = ""
    brand: str = ""
    sku: str = ""
    quantity: Amount = Decimal(1)


class Buys(Words):
    """An order. order, event: its number and the sender's id, where the scenario needs them again."""

    short = "total"

    total: Amount
    lines: tuple[Line, ...] = ()
    channel: str = ""
    store: str = ""
    currency: str | None = None
    order: str | None = None
    event: str | None = None
    source: str = "till"
    happened: str | None = Field(default=None, description="When it happened, where that is not now")


class Does(Words):
    """Any other event, such as review.written. data: what the rules may ask about."""

    short = "type"

    type: str
    data: dict[str, Any] = {}
    event: str | None = None
    source: str = "till"
    happened: str | None = Field(default=None, description="When it happened, where that is not now")


class SendsAgain(Words):
    """The same event once more, unchanged. It gets the first answer, byte for byte, and nothing changes."""

    short = "event"

    event: str


class Redeems(Words):
    """Takes a reward for points. as: what to call it, where the scenario comes back to it; else the reward's code."""

    short = "reward"

    reward: str
    as_: str | None = None


class Reserves(Words):
    """Sets the points for a reward aside. for: how long, such as 15 minutes or 2 hours."""

    short = "reward"

    reward: str
    as_: str | None = None
    for_: str = Field(default="15 minutes", pattern=r"^[0-9]{1,4} (minutes?|hours?)$")


class OfRedemption(Words):
    """Something that happens to an earlier redemption, named by its `as` or by its reward."""

    short = "redemption"

    redemption: str


class Confirms(OfRedemption):
    """What was reserved is now taken."""


class Releases(OfRedemption):
    """What was reserved is let go."""


class GivesBack(OfRedemption):
    """What was taken is undone."""


class Uses(OfRedemption):
    """The voucher is used at the till."""


class Adjusts(Words):
    """An operator gives or takes points."""

    short = "points"

    points: int
    reason: str = "goodwill"
    point_type: str = "points"


class Gives(Adjusts):
    """Points for the member."""


class Takes(Adjusts):
    """Points from the member."""


class Midnight(Words):
    """The clock moves to the first moment of the day, and the nightly work is done."""

    short = "day"

    day: date


class NightlyWork(Words):
    """The nightly work is done now, whatever the hour."""


class NewRulebook(Words):
    """A new version of the rulebook. from: the time from which it is in force; change: what differs from the last."""

    from_: str
    change: dict[str, Any]


OF_MEMBER: dict[str, type[Words]] = {
    "joins": Joins, "buys": Buys, "does": Does, "sends again": SendsAgain, "redeems": Redeems, "reserves": Reserves,
    "confirms": Confirms, "releases": Releases, "gives back": GivesBack, "uses": Uses,
}  # fmt: skip
"""Written after the member's name: `ada buys`."""
BY_OPERATOR: dict[str, type[Words]] = {"operator gives": Gives, "operator takes from": Takes}
"""Written before the member's name: `operator gives ada`."""
OF_PROGRAMME: dict[str, type[Words]] = {
    "midnight": Midnight, "nightly work": NightlyWork, "new rulebook": NewRulebook,
}  # fmt: skip


# ---- what can be expected --------------------------------------------------------------------------


class MemberThen(Words):
    """What is true of a member after the step. Lists and mappings are exact: nothing more, nothing less."""

    points: PerPointType = Field(default={}, description="What the member can spend")
    held: PerPointType = Field(default={}, description="What is set aside for reservations")
    tier: PerLadder = Field(default={}, description="The tier held, by its id")
    score: ScorePerLadder = Field(default={}, description="What counts on the ladder now: money or points")
    earned: dict[str, int] = Field(default={}, description="What the event gave, by rule; {} for nothing")
    because: dict[str, str] = Field(default={}, description="The reason that the member reads, by rule")
    priced_by: int = Field(default=0, description="The version of the rulebook that priced the event")
    lots: tuple[str, ...] = Field(default=(), description="Open lots in spend order: 30 until 2026-12-31, 80 for ever")
    expires: dict[str, int] = Field(default={}, description="The calendar: points by their last day")
    posted: tuple[str, ...] = Field(default=(), description="New entries of points in their order: +199 base")
    gone_at: tuple[str, ...] = Field(default=(), description="When the points that expired in this step were gone")
    paid_by: tuple[str, ...] = Field(default=(), description="What paid for the redemption: 50 until 2026-06-30")
    moved: tuple[str, ...] = Field(default=(), description="Steps between tiers: bronze to silver")
    redemption: str = Field(default="", description="held, granted, fulfilled, released or reversed")
    voucher: str = Field(default="", description="valid until 2026-05-31, used, void or none")


class ProgrammeThen(Words):
    """What is true of the programme after the step."""

    nothing_changes: Literal[True] = Field(default=True, description="No row is new, gone or different")
    stock: dict[str, int] = Field(default={}, description="Units left, by reward")
    points_expired: int = Field(default=0, description="By the nightly work of this step")
    members_moved: int = Field(default=0, description="To another tier, by the nightly work of this step")
    holds_released: int = Field(default=0, description="By the nightly work of this step")


# ---- what is there at the start --------------------------------------------------------------------


class RewardWords(Words):
    """A reward of the catalogue, by its code. parameters: as its type asks."""

    type: str = "discount_voucher"
    name: str = ""
    price: int
    parameters: dict[str, Any] = {}
    stock: int | None = None
    limit_per_member: int | None = None
    active: bool = True


class RulebookWords(Words):
    """The rulebook of the programme. use: a file beside this one; change: what differs from it."""

    short = "use"

    use: str
    change: dict[str, Any] = {}


TOP = ("scenario", "capability", "why", "clock", "rulebook", "rewards", "members", "steps")
STEP = ("at", "times", "refused", "then")


def words_in(model: type[Words]) -> list[str]:
    """Every word that may stand in a mapping of this kind."""
    return [word_of(name) for name in model.model_fields]
