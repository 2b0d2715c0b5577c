"""The base class of clawback policies, which say what a return may take back, and how a rulebook names one."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from regulars.domain.ledger import clawback
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class Clawback(NamedTuple):
    """How many points are taken from where. pending, own: of this order, pending and active; others: from lots of
    other causes; deficit: below zero, to be absorbed by the next grants.
    """

    pending: int
    own: int
    others: int
    deficit: int


class ClawbackPolicy(BaseModel):
    """What a return may take back. The fields of a policy are its parameters.

    name: how rulebooks call it, in `clawback: {policy: within_balance}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]

    def plan(self, due: int, *, pending: int, own: int, others: int) -> Clawback:
        """From where `due` points are taken. pending, own, others: what there is; nothing is below zero."""
        raise NotImplementedError

    def words(self) -> Sentence:
        """The policy for members: 'we take back ... '."""
        raise NotImplementedError


@cache
def clawback_policies() -> dict[str, type[ClawbackPolicy]]:
    """Every policy in the folder, by name."""
    return variants_in(clawback, ClawbackPolicy)


def clawback_policy(document: dict[str, Any]) -> ClawbackPolicy:
    """The policy that a rulebook states. Raises KeyError for an unknown name, pydantic's error for bad parameters."""
    parameters = {key: value for key, value in document.items() if key != "policy"}
    return clawback_policies()[str(document["policy"])](**parameters)
