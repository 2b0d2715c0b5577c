"""What members are told. A message holds a kind and its values; words are found when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

Value = int | str | bool | None


class MessageState(IntEnum):
    """How far a message has come."""

    stored = 1


class NewMessage(NamedTuple):
    """A message as it is first written. occasion: what it is about within its kind; nobody is told of it twice."""

    id: bytes
    member: bytes
    kind: str
    occasion: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Message:
    """What a member was told. read_at: when the member saw it in the portal; None: not yet."""

    id: UUID
    member_id: UUID
    kind: str
    values: Mapping[str, Value]
    state: MessageState
    created_at: datetime
    read_at: datetime | None
