"""The base class of restore policies, for points that come back after their last day, and how a rulebook names one."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from regulars.domain.ledger import restoring
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class RestorePolicy(BaseModel):
    """Until when points can be spent that come back because the order they were spent on is returned.

    name: how rulebooks call it, in `restore: {policy: strict}`. The fields of a policy are its parameters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]

    def last_day(self, original: date | None, *, today: date) -> date | None:
        """The last day of points that come back today. original: that of the lot they came from; None: never expires.

        A day before today means that they come back and expire at once.
        """
        raise NotImplementedError

    def words(self) -> Sentence:
        """The policy for members: 'points that you spent on it come back ...'."""
        raise NotImplementedError


@cache
def restore_policies() -> dict[str, type[RestorePolicy]]:
    """Every policy in the folder, by name."""
    return variants_in(restoring, RestorePolicy)


def restore_policy(document: dict[str, Any]) -> RestorePolicy:
    """The policy that a rulebook states. Raises KeyError for an unknown name, pydantic's error for bad parameters."""
    parameters = {key: value for key, value in document.items() if key != "policy"}
    return restore_policies()[str(document["policy"])](**parameters)
