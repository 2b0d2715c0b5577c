"""Pages of lists: an opaque cursor says where the page before ended, so that nothing is skipped or shown twice."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from regulars.kernel.errors import Refusal

Item = TypeVar("Item")
_LARGEST = 2**31 - 1

Limit = Annotated[int, Query(50, ge=1, le=200, description="How many items a page has at most")]
Cursor = Annotated[
    str | None,
    Query(None, max_length=300, description="`next` of the page before; leave it out for the first page"),
]


class Page(BaseModel, Generic[Item]):
    """A page of a list, in a stable order. next: the cursor of the following page; null: this is the last one."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """'EntryPage' rather than 'Page[Entry]': clients are generated from these names."""
        return f"{params[0].__name__.removesuffix('Shown')}Page"

    items: list[Item] = Field(description="The items of this page")
    next: str | None = Field(None, description="Send it as `cursor` for the next page; null on the last page")


def page_of(
    rows: Sequence[Item], limit: int, position: Callable[[Item], Sequence[object]]
) -> tuple[list[Item], str | None]:
    """The rows of this page, and the cursor of the next. rows: up to limit + 1; position: where a row stands."""
    shown = list(rows[:limit])
    return shown, written(position(shown[-1])) if len(rows) > limit else None


def instant_and_id(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The place of a list ordered by time and id. Raises Refusal."""
    parts = _read(cursor, 2)
    if parts is None:
        return None
    try:
        instant = datetime.fromisoformat(parts[0])
        if instant.utcoffset() is None:
            raise _bad_cursor()
        return instant.astimezone(UTC), UUID(parts[1])
    except (ValueError, OverflowError):
        raise _bad_cursor() from None


def identifier(cursor: str | None) -> UUID | None:
    """The place of a list ordered by id. Raises Refusal."""
    parts = _read(cursor, 1)
    if parts is None:
        return None
    try:
        return UUID(parts[0])
    except ValueError:
        raise _bad_cursor() from None


def place(cursor: str | None, read: Callable[[str], Item | None]) -> Item | None:
    """The place of a list that reads its places itself. Raises Refusal where it cannot."""
    parts = _read(cursor, 1)
    if parts is None:
        return None
    found = read(parts[0])
    if found is None:
        raise _bad_cursor()
    return found


def two_identifiers(cursor: str | None) -> tuple[UUID, UUID] | None:
    """The place of a list ordered by two ids. Raises Refusal."""
    parts = _read(cursor, 2)
    if parts is None:
        return None
    try:
        return UUID(parts[0]), UUID(parts[1])
    except ValueError:
        raise _bad_cursor() from None


def kind_and_id(cursor: str | None, *, kinds: Collection[str]) -> tuple[str, UUID] | None:
    """The place of a list of several kinds, each ordered by id. Raises Refusal."""
    parts = _read(cursor, 2)
    if parts is None:
        return None
    try:
        found = parts[0], UUID(parts[1])
    except ValueError:
        raise _bad_cursor() from None
    if found[0] not in kinds:
        raise _bad_cursor()
    return found


def number(cursor: str | None) -> int | None:
    """The place of a list ordered by a number. Raises Refusal."""
    parts = _read(cursor, 1)
    if parts is None:
        return None
    if not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 10 or int(parts[0]) > _LARGEST:
        raise _bad_cursor()
    return int(parts[0])


def numbers(cursor: str | None) -> list[int] | None:
    """The place of a statement of one or several owners: a number of each. Raises Refusal."""
    parts = _read(cursor, None)
    if parts is None:
        return None
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise _bad_cursor()
    return [int(part) for part in parts]


def written(position: Sequence[object]) -> str:
    """A place in a list as a cursor."""
    texts = [each.isoformat() if isinstance(each, datetime) else str(each) for each in position]
    return base64.urlsafe_b64encode(json.dumps(texts, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str | None, length: int | None) -> list[str] | None:
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _bad_cursor() from None
    if not isinstance(parts, list) or len(parts) != (length or len(parts)):
        raise _bad_cursor()
    if not all(isinstance(part, str) for part in parts):
        raise _bad_cursor()
    return parts


def _bad_cursor() -> Refusal:
    return Refusal(
        "bad_cursor",
        "The cursor cannot be read",
        detail="The cursor was not given by this list, or was changed on the way.",
        remedy="Send `next` of the page before unchanged, or leave the cursor out to begin again.",
        field="cursor",
        status=400,
    )
