"""The base class of kinds of notices, and how a stored notice finds its words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from regulars.domain.notices import kinds
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class NoticeKind(BaseModel):
    """Something that operators are told. Its fields are what a notice of the kind stores.

    name: as it is stored. label: how the settings call it. place: which page shows more: `draft`, `backtest`,
    `version` with the number in `about`, or `campaigns`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    label: ClassVar[Sentence]
    place: ClassVar[str]

    about: int = 0

    def text(self) -> Sentence:
        """What happened, in a sentence."""
        raise NotImplementedError

    def details(self) -> dict[str, Any]:
        """What a notice stores, as JSON values."""
        return self.model_dump(mode="json")


@cache
def notice_kinds() -> dict[str, type[NoticeKind]]:
    """Every kind in the folder, by name."""
    return variants_in(kinds, NoticeKind)


def notice_kind(name: str, details: Mapping[str, object]) -> NoticeKind:
    """A stored notice, ready to be said. Raises KeyError for a kind that this installation does not have."""
    return notice_kinds()[name].model_validate(dict(details))
