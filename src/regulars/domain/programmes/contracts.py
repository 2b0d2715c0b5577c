"""Programmes as others know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Programme:
    """One loyalty programme of one organisation. accent: the merchant's colour, '#5b3fd1'."""

    id: int
    organisation_id: int
    organisation_name: str
    code: str
    name: str
    currency: str
    time_zone: str
    accent: str
    founded_at: datetime


@dataclass(frozen=True, slots=True)
class RulebookVersion:
    """A published version, for lists."""

    id: int
    version: int
    effective_from: datetime
    note: str
    published_by: str
    published_at: datetime
