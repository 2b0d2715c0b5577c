"""A ready-made programme: its rulebook, its rewards, and what a merchant should know before choosing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from regulars.domain.events.contracts import Order, OrderLine
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.contracts import RewardDraft
from regulars.kernel.errors import NotFound
from regulars.kernel.validation import instead

DAYS = 365
"""A year of the typical member."""


def _in_english(value: dict[str, str]) -> dict[str, str]:
    if not value.get("en"):
        raise PydanticCustomError("no_english", "the English text is missing")
    return value


Texts = Annotated[dict[str, str], AfterValidator(_in_english)]
"""A text by language; English is always there."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TypicalLine(_Part):
    """A line of the typical order. amount: what is paid for it."""

    amount: Decimal = Field(ge=0)
    sku: str = ""
    name: str = ""
    category: str = ""
    brand: str = ""
    quantity: Decimal = Decimal(1)


class TypicalOrder(_Part):
    """What a typical member buys at a time, in the rulebook's currency."""

    total: Decimal = Field(gt=0)
    channel: str = ""
    store: str = ""
    lines: tuple[TypicalLine, ...] = ()

    def as_order(self, number: str, currency: str) -> Order:
        """The order under a number."""
        lines = [OrderLine(**dict(each)) for each in self.lines]
        return Order(number, currency, self.total, self.channel, self.store, lines)


class TypicalActivity(_Part):
    """Something else that a typical member does, so many times a year."""

    type: str
    times: int = Field(ge=1, le=366)
    data: dict[str, str | int | float | bool] = {}


class TypicalMember(_Part):
    """A member of whom the merchant says: like most of our regulars. Their year is played to tell the cost."""

    orders: int = Field(ge=1, le=366)
    order: TypicalOrder
    events: tuple[TypicalActivity, ...] = ()


class TemplateReward(_Part):
    """A reward that the programme starts with."""

    code: str
    type: str
    name: str
    price: int
    description: str = ""
    point_type: str = "points"
    parameters: dict[str, Any] = {}
    stock: int | None = None
    limit_per_member: int | None = None

    def as_draft(self) -> RewardDraft:
        """The reward as the catalogue takes it."""
        return RewardDraft(**dict(self))


class Waiting(_Part):
    """A part of this kind of programme that is still to be built. for_: the capability's id."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    for_: str = Field(alias="for", pattern=r"^[A-K]\d{1,2}$")
    what: Texts


class TemplateDescription(_Part):
    """What stands in programmes/templates/<code>.yaml. capability: A1 to A12."""

    template: Literal[1]
    capability: str = Field(pattern=r"^A\d{1,2}$")
    title: Texts
    known_from: Texts
    promise: Texts
    year: Texts
    typical_member: TypicalMember
    rewards: tuple[TemplateReward, ...] = ()
    waits: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A programme that is ready to run. code: its short name; document: the rulebook's text, as it lies in the file."""

    code: str
    description: TemplateDescription
    rulebook: Rulebook
    document: str = field(repr=False, default="")

    @property
    def drafts(self) -> tuple[RewardDraft, ...]:
        """The rewards as the catalogue takes them."""
        return tuple(each.as_draft() for each in self.description.rewards)

    def told(self, texts: dict[str, str], language: str) -> str:
        """A text in that language, or in English."""
        return texts.get(language) or texts.get(language.partition("-")[0]) or texts["en"]


class TemplateNotFound(NotFound):
    """Nobody made a template of that name."""

    def __init__(self, code: str, known: list[str]) -> None:
        super().__init__(
            "template_not_found",
            "There is no such template",
            detail=f"No ready-made programme is called {code!r}.",
            remedy=instead(code, known),
            field="template",
        )


def spread(times: int, start: date) -> list[date]:
    """The days of things that happen so many times a year, evenly: four times are days 45, 136, 228 and 319."""
    return [start + timedelta(days=(2 * n + 1) * DAYS // (2 * times)) for n in range(times)]
