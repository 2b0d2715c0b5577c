"""Policies as a rulebook states them: a name and its parameters, brought into the one form that versions store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from regulars.domain.earning.plain import plain
from regulars.domain.ledger.activation_policy import activation_policies
from regulars.domain.ledger.clawback_policy import clawback_policies
from regulars.domain.ledger.expiry_policy import expiry_policies
from regulars.domain.ledger.restore_policy import restore_policies
from regulars.kernel.validation import complaint, unknown_name


@dataclass(frozen=True, slots=True)
class PolicyField:
    """A field of the rulebook that states a policy.

    tag: the key that holds the policy's name. known: every policy of the kind, by name. missing: the complaint when the
    tag is not there. title: the kind, in the schema.
    """

    tag: str
    known: Callable[[], Mapping[str, type[BaseModel]]]
    missing: str
    title: str

    def in_form(self, value: object) -> dict[str, object]:
        """The policy and all its parameters as JSON values; the plain name will do. Raises pydantic's errors."""
        stated: dict[str, Any] = {self.tag: value} if isinstance(value, str) else dict(self._mapping(value))
        name = stated.pop(self.tag)
        known = self.known()
        if not isinstance(name, str) or name not in known:
            raise unknown_name(self.tag, name, known)
        parameters = known[name].model_validate(stated).model_dump()
        return {self.tag: name, **{key: plain(each) for key, each in parameters.items() if each is not None}}

    def _mapping(self, value: object) -> dict[str, object]:
        if isinstance(value, dict) and self.tag in value:
            return value
        remedy = f"Add {self.tag}: one of {', '.join(sorted(self.known()))}."
        raise complaint(self.missing, remedy)


POLICY_FIELDS: Mapping[str, PolicyField] = {
    "expiry": PolicyField("policy", expiry_policies, "it does not say by which policy points expire", "Expiry"),
    "pending": PolicyField("mode", activation_policies, "it does not say when points can be spent", "Pending"),
    "clawback": PolicyField("policy", clawback_policies, "it does not say what a return takes back", "Clawback"),
    "restore": PolicyField("policy", restore_policies, "it does not say how spent points come back", "Restore"),
}
"""By the name of the field."""
