"""The base class of activation policies, which keep points pending for a while, and how a rulebook names one."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from regulars.domain.ledger import activation
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class Term(NamedTuple):
    """How long points stay pending.

    activates_on: the local day on which they become active, at 00:00; None: no day is set. waits_for: the event type
    that makes them active; "": none does. cancels_after: the last local day on which that event still counts, the
    points are gone on the day after; None: it may come at any time.
    """

    activates_on: date | None
    waits_for: str
    cancels_after: date | None


class ActivationPolicy(BaseModel):
    """When earned points can be spent. The fields of a policy are its parameters.

    name: how rulebooks call it, in `pending: {mode: after, ...}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]

    def term(self, earned_on: date) -> Term | None:
        """How long points earned on that local day stay pending; None: they can be spent at once."""
        raise NotImplementedError

    def event_types(self) -> tuple[str, ...]:
        """The event types that it names, so that a misspelt one is found."""
        return ()

    def words(self) -> Sentence:
        """The policy for members: 'you can spend points 14 days after you earned them'."""
        raise NotImplementedError


@cache
def activation_policies() -> dict[str, type[ActivationPolicy]]:
    """Every policy in the folder, by name."""
    return variants_in(activation, ActivationPolicy)


def activation_policy(document: dict[str, Any]) -> ActivationPolicy:
    """The policy that a rulebook states. Raises KeyError for an unknown mode, pydantic's error for bad parameters."""
    parameters = {key: value for key, value in document.items() if key != "mode"}
    return activation_policies()[str(document["mode"])](**parameters)
