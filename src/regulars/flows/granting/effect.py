"""The base class of what granting does. One kind of gift is one file in `effects`, found by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar
from uuid import UUID

import psycopg

from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.contracts import Due, GrantedPart, Redemption
from regulars.domain.rewards.gifts import Gift
from regulars.flows.granting import effects
from regulars.kernel.errors import Refusal
from regulars.kernel.registry import variants_in

Given = TypeVar("Given", bound=Gift)


class Occasion(NamedTuple):
    """When and for which redemption something is granted, fulfilled or taken back. Its member is locked."""

    rules: Shelf
    redemption: Redemption
    part: int
    today: date
    now: datetime
    by: str

    @property
    def place(self) -> dict[str, Any]:
        """Whose rows are written."""
        programme = self.rules.programme
        return {"organisation_id": programme.organisation_id, "programme_id": programme.id}


class Effect(Generic[Given]):
    """How one kind of gift is granted, fulfilled and taken back. All within the transaction of the caller.

    name: the kind of gift. title: what people call it. due: who still has to do something about it once it is granted.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    due: ClassVar[Due] = Due.nothing

    def check(self, gift: Given, rules: Shelf) -> None:
        """Asked before a reward is saved. Raises Refusal for what this programme could not grant."""

    def ready(
        self,
        conn: psycopg.Connection[Any],
        wanted: Mapping[int, Sequence[Given]],
        rules: Shelf,
        *,
        member_id: UUID,
        now: datetime,
    ) -> Mapping[int, Refusal]:
        """Why this could not be granted to the member now, by reward; those that could be are left out.

        wanted: for each reward what it gives of this kind. For quotes: granting asks again.
        """
        return {}

    def quantity(self, gift: Given) -> int:
        """How many times it is fulfilled."""
        return 1

    def last_day(self, gift: Given) -> date | None:
        """The last local day on which it is of use; None: for ever."""
        return None

    def grant(self, conn: psycopg.Connection[Any], gift: Given, at: Occasion) -> UUID | None:
        """Gives it; the id of what was made for it, where taking it back needs that. Raises Refusal."""
        return None

    def fulfil(self, conn: psycopg.Connection[Any], gift: Given, part: GrantedPart, at: Occasion) -> None:
        """The member used it, or has it, all of it. Raises Refusal."""

    def reverse(self, conn: psycopg.Connection[Any], gift: Given, part: GrantedPart, at: Occasion) -> None:
        """Takes back exactly what was given. Raises Conflict where that is no longer possible."""


@cache
def all_effects() -> dict[str, Effect[Any]]:
    """By kind of gift."""
    return {name: effect() for name, effect in variants_in(effects, Effect).items()}


def effect_of(gift: Gift) -> Effect[Any]:
    """What grants it."""
    return all_effects()[gift.kind]
