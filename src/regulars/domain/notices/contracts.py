"""Notices as others may know them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class NewNotice:
    """recipient: how writes name the operator. occasion: nobody is told of one twice. details: as its kind stores."""

    recipient: str
    kind: str
    occasion: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that was given. read_at: None: it waits to be read."""

    id: int
    kind: str
    details: dict[str, Any]
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What an operator wants of a kind. by_mail: once notices are sent by mail."""

    shown: bool = True
    by_mail: bool = False


class NoticeNotFound(NotFound):
    """The operator has no such notice."""

    def __init__(self, identifier: int) -> None:
        super().__init__(
            "notice_not_found",
            "There is no such notice",
            detail=f"You have no notice with the number {identifier}.",
            remedy="Choose one from your list.",
        )
