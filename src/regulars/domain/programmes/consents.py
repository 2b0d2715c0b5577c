"""What a programme asks its members' consent for: purposes and channels, each with the version of its text."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from regulars.kernel.errors import Refusal
from regulars.kernel.validation import instead


class Consent(BaseModel):
    """One thing that a member allows or not: {id: email, name: News by e-mail, text_version: "2026-03"}.

    text_version is kept with every yes and no, so that it can be shown later what was asked. A new version takes no
    consent away.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description="Stable short name, such as email")
    name: str = Field(min_length=1, max_length=120, description="What members allow, as they read it")
    text_version: str = Field(min_length=1, max_length=40, description="Which version of your text they were shown")
    text: str = Field(
        default="",
        max_length=2_000,
        exclude_if=lambda value: not value,
        description="The text itself, shown beside the switch",
    )


def declared_consent(consents: Sequence[Consent], consent_id: str) -> Consent:
    """The consent of an id. Raises Refusal for one that the rulebook does not declare."""
    for each in consents:
        if each.id == consent_id:
            return each
    close = instead(consent_id, [each.id for each in consents])
    raise Refusal(
        "unknown_consent",
        "Nobody is asked for this consent",
        detail=f"The rulebook in force declares no consent {consent_id[:60]!r}.",
        remedy=f"{close} Others are added under consents of the rulebook.",
        field="consent",
    )
