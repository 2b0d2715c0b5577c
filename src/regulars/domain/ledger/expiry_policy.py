"""The base class of expiry policies and how a rulebook names one."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from regulars.domain.ledger import expiry
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class ExpiryPolicy(BaseModel):
    """When points of a lot stop being spendable. The fields of a policy are its parameters.

    name: how rulebooks call it, in `expiry: {policy: after, ...}`. renews: whether what a member does can start the
    clock again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    renews: ClassVar[bool] = False

    def last_day(self, active_from: date) -> date | None:
        """The last local day on which points active from `active_from` on can be spent; None: they never expire."""
        raise NotImplementedError

    def renewed_by(self, activity: str) -> bool:
        """Whether the clock of all points starts again with it: an event type, or `redemption`."""
        return False

    def event_types(self) -> tuple[str, ...]:
        """The activities that it names, so that a misspelt one is found."""
        return ()

    def words(self) -> Sentence:
        """The policy for members: 'points expire 6 months after you earned them'."""
        raise NotImplementedError


@cache
def expiry_policies() -> dict[str, type[ExpiryPolicy]]:
    """Every policy in the folder, by name."""
    return variants_in(expiry, ExpiryPolicy)


def expiry_policy(document: dict[str, Any]) -> ExpiryPolicy:
    """The policy that a rulebook states. Raises KeyError for an unknown name, pydantic's error for bad parameters."""
    parameters = {key: value for key, value in document.items() if key != "policy"}
    return expiry_policies()[str(document["policy"])](**parameters)
