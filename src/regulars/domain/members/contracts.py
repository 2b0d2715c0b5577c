"""Members as others may know them. What is personal carries the name of a person in its type: Person, Profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class MemberStatus(IntEnum):
    """active: earns and spends. blocked: earns points that wait for the release, spends nothing. closed: has left.

    merged: is part of another member, who has everything that this one had.
    """

    active = 1
    blocked = 2
    closed = 3
    merged = 4


class LockedMember(NamedTuple):
    """A member that the transaction holds. has_merged: others are part of this one."""

    id: bytes
    status: int
    enrolled_at: datetime
    has_merged: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Why a member is blocked, in words of staff; by: who did it."""

    reason: str
    by: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NewMember:
    """Someone who joins. external_id: the merchant's own; phone: as typed, region: country for numbers without code.

    consents: by id, what they said to those that they were asked for.
    """

    external_id: str | None = None
    name: str = ""
    email: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    language: str = "en"
    attributes: dict[str, Any] = field(default_factory=dict)
    enrolled_at: datetime | None = None
    consents: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A member without anything personal."""

    id: UUID
    programme_id: int
    card_number: str
    status: MemberStatus
    enrolled_at: datetime
    enrolled_via: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A member and the person behind it. Reading it is logged where an operator does."""

    id: UUID
    programme_id: int
    card_number: str
    status: MemberStatus
    enrolled_at: datetime
    enrolled_via: str
    name: str
    email: str
    phone: str
    birth_date: date | None
    language: str
    attributes: dict[str, Any]
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberListed:
    """A member in a list: enough to recognise a person by."""

    id: UUID
    card_number: str
    status: MemberStatus
    enrolled_at: datetime
    name: str
    email: str
    phone: str


class AlikeKind(StrEnum):
    """By what members are found who may be one person: by what identifies them, or by name and birthday."""

    claim = "c"
    name = "n"


class Likeness(NamedTuple):
    """What two members have in common, as each of the two has it.

    kinds: what it is: email, phone, card, external_id; of both birthday (with the name) or name.
    """

    kind: str
    value: str
    other_kind: str
    other: str


MERGE = "merge"
MERGE_UNDONE = "merge_undone"
"""The doors by which consents come from a merge, and go again."""


@dataclass(frozen=True, slots=True)
class ConsentState:
    """What a member said last. text_version: of the text that was shown; via: the door (api, console, portal ...).

    Where two turned out to be one person, MERGE says so: somebody else had said it.
    """

    consent: str
    given: bool
    text_version: str
    at: datetime
    by: str
    via: str
