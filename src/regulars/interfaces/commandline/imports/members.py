"""Rows into members to enrol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from regulars.domain.members.contracts import NewMember
from regulars.interfaces.commandline.imports.columns import ATTRIBUTES, Match
from regulars.interfaces.commandline.imports.reading import Read
from regulars.interfaces.commandline.imports.rows import Problem, Row, Unreadable
from regulars.interfaces.commandline.imports.values import Habits, read_day, read_instant
from regulars.kernel.errors import Refusal
from regulars.kernel.text import clean, email_form, phone_form

LONGEST = 200
_PLACE = re.compile(r"\[(\d+)\]")
_FIELDS = {"number": "order_number", "card": "card_number", "id": "event_id"}
"""Where a refusal names a field otherwise than the columns of a file."""


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A member to enrol, and the row that describes them."""

    row: Row
    member: NewMember


def require_columns(match: Match) -> None:
    """Raises Refusal when the file has nothing by which a second import would know a member again."""
    if not match.has("external_id", "email", "phone"):
        raise Refusal(
            "missing_columns",
            "The file does not say who the members are",
            detail="No column was recognised as external_id, email or phone.",
            remedy="Name one: --map 'Customer No=external_id'.",
            field="map",
        )


def read_members(read: Read, match: Match, habits: Habits) -> Iterator[MemberDraft | Problem]:
    """Every row as a member or as a problem, in the order of the file."""
    first_lines: dict[str, int] = {}
    for row in read:
        if isinstance(row, Problem):
            yield row
            continue
        try:
            draft = read_member(row, match, habits)
        except (Unreadable, Refusal) as error:
            yield problem_of(error, (row,), match)
            continue
        known = draft.member.external_id
        earlier = first_lines.setdefault(known, row.line) if known else row.line
        if earlier == row.line:
            yield draft
            continue
        yield Problem(
            row.line,
            f"The member {known!r} is on line {earlier} already.",
            "Keep one line for each member.",
            match.columns["external_id"],
            known or "",
            (row,),
        )


def read_member(row: Row, match: Match, habits: Habits) -> MemberDraft:
    """One row as a member. Raises Unreadable or Refusal for the first value that cannot be used."""

    def text(name: str) -> str:
        column = match.columns.get(name, "")
        return clean(row.values.get(column, ""), longest=LONGEST, field=name)

    name = text("name") or " ".join(part for part in (text("first_name"), text("last_name")) if part)
    if not (text("external_id") or text("email") or text("phone")):
        raise Unreadable(
            "external_id",
            "",
            what="The row has no id, e-mail or phone, so nobody could be told apart by it.",
            remedy="Fill in at least one of them.",
        )
    member = NewMember(
        external_id=text("external_id") or None,
        name=name,
        email=email_form(text("email")) if text("email") else None,
        phone=phone_form(text("phone"), region=habits.region) if text("phone") else None,
        birth_date=read_day(text("birth_date"), habits, field="birth_date") if text("birth_date") else None,
        language=text("language") or "en",
        attributes={
            ours.removeprefix(ATTRIBUTES): text(ours)
            for ours in match.columns
            if ours.startswith(ATTRIBUTES) and text(ours)
        },
        enrolled_at=read_instant(text("enrolled_at"), habits, field="enrolled_at") if text("enrolled_at") else None,
    )
    return MemberDraft(row, member)


def problem_of(error: Unreadable | Refusal, rows: tuple[Row, ...], match: Match) -> Problem:
    """What went wrong with these rows, in the words of the file: its line, its column, its value."""
    if isinstance(error, Unreadable):
        where = next((row for row in rows if row.line == error.line), rows[0])
        return Problem(
            where.line, error.what, error.remedy, match.columns.get(error.field, error.field), error.value, rows
        )
    place = _PLACE.search(error.field or "")
    # Lines of an order are numbered as they were sent; where every row is a line, that is the row.
    row = rows[int(place[1])] if place and int(place[1]) < len(rows) else rows[0]
    leaf = (error.field or "").rpartition(".")[2]
    column = match.columns.get(error.field or "") or match.columns.get(_FIELDS.get(leaf, leaf), "")
    return Problem(row.line, f"{error.title}: {error.detail}", error.remedy, column, row.values.get(column, ""), rows)
