"""What is known about a member changes: fields of the rulebook, language, date of birth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.earning.contracts import Data
from regulars.domain.members.commands import change_person
from regulars.domain.members.contracts import Profile
from regulars.domain.members.queries import profile
from regulars.domain.programmes.consents import Consent
from regulars.domain.programmes.member_fields import MemberField, fitting_attributes
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.block_member import lock_for_change
from regulars.flows.open_profile import member_not_found
from regulars.kernel.errors import NotAllowed, Refusal
from regulars.kernel.ids import new_id

_MOST_ATTRIBUTES = 4_000


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What is to be otherwise. language, birth_date: None leaves them; forget_birth_date: the date is taken away.

    attributes: only those that change; None takes a value away.
    """

    language: str | None = None
    birth_date: date | None = None
    forget_birth_date: bool = False
    attributes: Mapping[str, Data] = field(default_factory=dict)


def change_member(
    conn: psycopg.Connection[Any],
    change: MemberChange,
    *,
    programme_id: int,
    member_id: UUID,
    now: datetime,
    by: str,
    by_member: bool = False,
) -> list[str]:
    """Changes the member; the names of what is otherwise now. Asking for what is so already changes nothing.

    by_member: the member does it, who may change only the fields that the rulebook opens to members, and give the date
    of birth once.
    Raises Refusal; nothing is written then.
    """
    check_birth_date(change.birth_date, now=now)
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        lock_for_change(conn, programme_id=programme_id, member_id=member_id)
        found = profile(conn, programme_id=programme_id, member_id=member_id)
        if found is None:
            raise member_not_found(member_id)
        fields = fields_in_force(rules, now)
        if by_member:
            _check_allowed(fields, change.attributes)
            _check_birthday_stays(found, change)
        attributes = fitting_attributes(fields, change.attributes, stored=found.attributes)
        check_size(attributes)
        language = change.language or found.language
        birth_date = None if change.forget_birth_date else change.birth_date or found.birth_date
        changed = _names_of_changes(found, language, birth_date, attributes)
        if not changed:
            return []
        change_person(conn, member_id, language=language, birth_date=birth_date, attributes=attributes, now=now)
        record_act(
            conn,
            entry_id=new_id(member_id.int & 0xFF),
            organisation_id=rules.programme.organisation_id,
            programme_id=programme_id,
            now=now,
            by=by,
            action="member.changed",
            subject=member_id,
            details={"fields": changed},  # and no values: the audit trail outlives them
        )
    return changed


def fields_in_force(rules: Shelf, now: datetime) -> tuple[MemberField, ...]:
    """The fields that the rulebook in force declares; none before the first one."""
    if not rules.starts or rules.starts[0] > now:
        return ()
    return rules.in_force(now).rulebook.member_fields


def consents_in_force(rules: Shelf, now: datetime) -> tuple[Consent, ...]:
    """What the rulebook in force asks members' consent for; nothing before the first one."""
    if not rules.starts or rules.starts[0] > now:
        return ()
    return rules.in_force(now).rulebook.consents


def check_birth_date(birth_date: date | None, *, now: datetime) -> None:
    """Raises Refusal for a date on which nobody was born who can join."""
    if birth_date is not None and not date(1900, 1, 1) <= birth_date <= now.date():
        raise Refusal(
            "bad_birth_date",
            "This cannot be a date of birth",
            detail=f"{birth_date.isoformat()} is before 1900 or in the future.",
            remedy="Correct the date, or leave it out.",
            field="birth_date",
        )


def check_size(attributes: Mapping[str, Data]) -> None:
    """Raises Refusal for more than is kept of one member."""
    if len(json.dumps(attributes)) > _MOST_ATTRIBUTES:
        raise Refusal(
            "attributes_too_large",
            "There are too many attributes",
            detail=f"The attributes take more than {_MOST_ATTRIBUTES:,} characters.",
            remedy="Keep what you need about a member, and leave the rest in your own system.",
            field="attributes",
        )


def _check_allowed(fields: tuple[MemberField, ...], attributes: Mapping[str, Data]) -> None:
    open_to_members = {each.id for each in fields if each.member_may_edit}
    for name in attributes:
        if name not in open_to_members:
            raise NotAllowed(
                "member_field_not_yours",
                "Members do not change this themselves",
                detail=f"The rulebook does not open the field {name[:60]!r} to members.",
                remedy="Ask at the shop.",
                field=f"attributes.{name[:60]}",
            )


def _check_birthday_stays(found: Profile, change: MemberChange) -> None:
    asked = None if change.forget_birth_date else change.birth_date or found.birth_date
    if found.birth_date is not None and asked != found.birth_date:
        raise NotAllowed(
            "member_field_not_yours",
            "Members do not change this themselves",
            detail="The date of birth is known already.",
            remedy="Ask at the shop.",
            field="birth_date",
        )


def _names_of_changes(
    found: Profile, language: str, birth_date: date | None, attributes: Mapping[str, Data]
) -> list[str]:
    """The names of what is otherwise afterwards: 'language', 'birth_date', and the fields of the rulebook."""
    changed = [
        name
        for name, before, after in (
            ("language", found.language, language), ("birth_date", found.birth_date, birth_date),
        )
        if before != after
    ]  # fmt: skip
    names = sorted({*found.attributes, *attributes})
    return changed + [name for name in names if _differ(found.attributes.get(name), attributes.get(name))]


def _differ(one: Data, other: Data) -> bool:
    """Python holds True equal to 1; a merchant does not."""
    return one != other or isinstance(one, bool) is not isinstance(other, bool)
