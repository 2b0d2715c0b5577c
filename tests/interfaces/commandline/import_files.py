"""Reads a text as an import would, for the tests of the import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from regulars.domain.events.contracts import Event
from regulars.domain.members.contracts import NewMember
from regulars.interfaces.commandline.imports import members, orders
from regulars.interfaces.commandline.imports.columns import MEMBER_FIELDS, ORDER_FIELDS, match
from regulars.interfaces.commandline.imports.members import MemberDraft
from regulars.interfaces.commandline.imports.orders import OrderDraft
from regulars.interfaces.commandline.imports.reading import open_source
from regulars.interfaces.commandline.imports.rows import Problem
from regulars.interfaces.commandline.imports.values import Habits

EURO = Habits(currency="EUR")


def file(tmp_path: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read_orders(path: Path, habits: Habits = EURO, wishes: Sequence[str] = ()) -> list[Event | Problem]:
    source = open_source(path)
    found = match(ORDER_FIELDS, source.columns, wishes)
    orders.require_columns(found, habits)
    scattered = orders.find_scattered(source, found)
    drafts = orders.read_orders(source.rows(), found, habits, scattered)
    return [draft.event if isinstance(draft, OrderDraft) else draft for draft in drafts]


def read_members(path: Path, habits: Habits = EURO, wishes: Sequence[str] = ()) -> list[NewMember | Problem]:
    source = open_source(path)
    found = match(MEMBER_FIELDS, source.columns, wishes)
    members.require_columns(found)
    drafts = members.read_members(source.rows(), found, habits)
    return [draft.member if isinstance(draft, MemberDraft) else draft for draft in drafts]


def problem(found: Sequence[object], position: int = 0) -> tuple[int, str, str, str, str]:
    each = found[position]
    assert isinstance(each, Problem)
    return each.line, each.column, each.value, each.what, each.remedy


def event(found: Sequence[object], position: int = 0) -> Event:
    each = found[position]
    assert isinstance(each, Event)
    return each


ONE_ORDER = "order,date,member,total\n1,2025-01-02T10:00:00Z,m1,12.34\n"
