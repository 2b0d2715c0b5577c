"""On which terms a reward is offered, whatever it gives: to whom, on which days, how often, and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from regulars.domain.earning.conditions import Condition
from regulars.kernel.errors import Refusal

Store = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Limit = Annotated[int, Field(ge=1, le=1_000_000_000)]
Units = Annotated[int, Field(ge=0, le=1_000_000_000)]
TOTAL = "total"
"""The scope in which all redemptions of a reward are counted."""


class OfferTerms(BaseModel):
    """is_draft: nobody but staff sees it. first_day, last_day: local days on which it can be had, both included.

    limit_total, limit_per_day: how often it is given altogether, and on one local day. stores: units for each store,
    given ones included; with any, a redemption names its store. when: what a member has to fulfil.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_draft: bool = Field(default=False, description="Nobody but staff sees it")
    category: str = Field(default="", max_length=80, description="Under which heading members find it")
    first_day: date | None = Field(default=None, description="First day on which it can be had")
    last_day: date | None = Field(default=None, description="Last day on which it can be had")
    limit_total: Limit | None = Field(default=None, description="How often it is given altogether")
    limit_per_day: Limit | None = Field(default=None, description="How often it is given in a day")
    stores: dict[Store, Units] = Field(
        default_factory=dict, max_length=500, description="Units for each store, those already given included"
    )
    when: Condition | None = Field(default=None, description="What a member has to fulfil, as in audiences")

    @model_validator(mode="after")
    def _in_order(self) -> OfferTerms:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the last day is before the first")
        return self

    @property
    def is_counted(self) -> bool:
        """Whether there are so many only. Counting begins when that is first stated."""
        return bool(self.stores) or self.limit_total is not None or self.limit_per_day is not None

    def is_open(self, day: date) -> bool:
        """Whether it can be had on that local day."""
        if self.is_draft or (self.first_day is not None and day < self.first_day):
            return False
        return self.last_day is None or day <= self.last_day

    def scopes(self, day: date, store: str) -> dict[str, int]:
        """Where one redemption counts, with the room that there is: the total, the day, the store."""
        found = {}
        if self.limit_total is not None:
            found[TOTAL] = self.limit_total
        if self.limit_per_day is not None:
            found[f"day {day}"] = self.limit_per_day
        if store in self.stores:
            found[f"store {store}"] = self.stores[store]
        return found

    def document(self) -> dict[str, object]:
        """As the catalogue keeps it, without what is as usual."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_unset=True)


USUAL_TERMS = OfferTerms()
"""For everybody, always, without a limit."""


def offer_terms(document: Mapping[str, object]) -> OfferTerms:
    """The terms that somebody wrote. Raises Refusal."""
    try:
        return OfferTerms.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise Refusal(
            "bad_offer_terms",
            "The reward cannot be offered like this",
            detail=f"{path or 'terms'}: {first['msg']}.",
            remedy="Correct the value.",
            field=f"terms.{path}" if path else "terms",
        ) from None
