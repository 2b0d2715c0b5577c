"""The base class of kinds of messages, and how a stored message finds its words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from regulars.domain.messaging import kinds
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class MessageKind(BaseModel):
    """Something that members are told. Its fields are the values that a message of the kind stores.

    name: as it is stored.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]

    def title(self) -> Sentence:
        """What it is about, in a line."""
        raise NotImplementedError

    def text(self) -> Sentence:
        """What the member has to know."""
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """What a message stores, as JSON values."""
        return self.model_dump(mode="json")


@cache
def message_kinds() -> dict[str, type[MessageKind]]:
    """Every kind in the folder, by name."""
    return variants_in(kinds, MessageKind)


def message_kind(name: str, values: Mapping[str, object]) -> MessageKind:
    """A stored message, ready to be said. Raises KeyError for a kind that this installation does not have."""
    return message_kinds()[name].model_validate(dict(values))
