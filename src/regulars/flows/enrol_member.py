"""Members join: singly or in bulk, with what identifies them, and with the event `member.enrolled` for the rules."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors

from regulars.domain.events.contracts import ENROLLED, Event, MemberReference
from regulars.domain.members.commands import Enrolment, insert_members, record_consent
from regulars.domain.members.contracts import ConsentState, NewMember
from regulars.domain.members.queries import resolve_claims
from regulars.domain.programmes.consents import Consent, declared_consent
from regulars.domain.programmes.member_fields import MemberField, fitting_attributes
from regulars.domain.programmes.queries import shelf
from regulars.flows.change_member import check_birth_date, check_size, consents_in_force, fields_in_force
from regulars.flows.process_events import process_within
from regulars.kernel.clock import within_reach
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id_bytes
from regulars.kernel.text import clean, email_form, phone_form

_ATTEMPTS = 5
_CARD_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A member who joined, or was there. answer: of the event `member.enrolled`; None: had joined before."""

    member_id: UUID
    answer: bytes | None


def enrol_members(
    conn: psycopg.Connection[Any],
    members: Sequence[NewMember],
    *,
    programme_id: int,
    via: str,
    now: datetime,
    by: str = "",
) -> list[Enrolled | Refusal]:
    """Enrols a batch; a result for each, in order. One that is refused harms no other.

    The same external id again, with nothing that belongs to someone else, gives the member who is there.
    An e-mail or phone that another member has is refused. via: how they joined ('api', 'console', 'import').
    by: who wrote down the consents that came with them. Those of somebody who is there already are left as they are.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with conn.transaction():
                return _enrol(conn, members, programme_id=programme_id, via=via, now=now, by=by)
        except (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected):
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _enrol(
    conn: psycopg.Connection[Any], members: Sequence[NewMember], *, programme_id: int, via: str, now: datetime, by: str
) -> list[Enrolled | Refusal]:
    rules = shelf(conn, programme_id=programme_id)
    results: list[Enrolled | Refusal | None] = [None] * len(members)
    asked_for = consents_in_force(rules, now)
    prepared = _prepare_all(members, results, fields_in_force(rules, now), asked_for, now=now)
    claims = {claim for _, each in prepared for claim in each.claims}
    taken = resolve_claims(conn, programme_id=programme_id, claims=list(claims)) if claims else {}
    fresh: list[tuple[int, Enrolment]] = []
    for index, each in prepared:
        results[index] = _clash(each, taken)
        if results[index] is None:
            fresh.append((index, each))
            taken |= dict.fromkeys(each.claims, each.id)
    if fresh:
        programme = rules.programme
        insert_members(
            conn,
            [each for _, each in fresh],
            organisation_id=programme.organisation_id,
            programme_id=programme_id,
            via=via,
        )
        said = [(each.id, consent, given) for at, each in fresh for consent, given in members[at].consents.items()]
        for member_id, consent, given in said:  # before the event, whose rules may ask for it
            version = declared_consent(asked_for, consent).text_version
            record_consent(
                conn, UUID(bytes=member_id), ConsentState(consent, given, version, now, by or via, via),
                organisation_id=programme.organisation_id, programme_id=programme_id,
            )  # fmt: skip
        joined = [_joined(each) for _, each in fresh]
        outcomes = process_within(conn, joined, programme_id=programme_id, now=now, trusted=True)
        for (index, each), outcome in zip(fresh, outcomes, strict=True):
            if outcome.status != 201:
                raise RuntimeError(f"the event member.enrolled was refused: {outcome.body.decode()}")
            results[index] = Enrolled(UUID(bytes=each.id), outcome.body)
    return [result for result in results if result is not None]


def _prepare_all(
    members: Sequence[NewMember],
    results: list[Enrolled | Refusal | None],
    fields: Sequence[MemberField],
    asked_for: Sequence[Consent],
    *,
    now: datetime,
) -> list[tuple[int, Enrolment]]:
    prepared = []
    for index, each in enumerate(members):
        try:
            for consent in each.consents:
                declared_consent(asked_for, consent)
            prepared.append((index, _prepare(each, fields, now=now)))
        except Refusal as refusal:
            results[index] = refusal
    return prepared


def _prepare(new: NewMember, fields: Sequence[MemberField], *, now: datetime) -> Enrolment:
    name = clean(new.name, longest=200, field="name")
    claims: list[tuple[str, str]] = []
    if new.external_id is not None:
        external_id = clean(new.external_id, longest=200, field="external_id")
        if not external_id:
            raise _empty_external_id()
        claims.append(("external_id", external_id))
    email = email_form(new.email) if new.email else ""
    if email:
        claims.append(("email", email))
    phone = phone_form(new.phone, region=None) if new.phone else ""
    if phone:
        claims.append(("phone", phone))
    if not claims:
        raise Refusal(
            "member_without_identity",
            "Nothing identifies this member",
            detail="There is no external id, e-mail or phone, so nobody could find the member again.",
            remedy="Give at least one of external_id, email and phone.",
            field="external_id",
        )
    check_birth_date(new.birth_date, now=now)
    attributes = fitting_attributes(fields, new.attributes)
    check_size(attributes)
    card = new_card_number()
    claims.append(("card", card))
    enrolled_at = within_reach(new.enrolled_at or now, now=now, field="enrolled_at")
    identifier = new_id_bytes(secrets.randbelow(256))
    return Enrolment(
        identifier, card, name, email, phone, new.birth_date, new.language, attributes, enrolled_at, tuple(claims)
    )


def new_card_number() -> str:
    """Eleven random digits and a check digit (Luhn, ISO/IEC 7812-1), so that a mistyped card finds nobody."""
    digits = [secrets.randbelow(9) + 1, *(secrets.randbelow(10) for _ in range(_CARD_DIGITS - 1))]
    doubled = (2 * digit - 9 if digit > 4 else 2 * digit for digit in digits[::-2])
    total = sum(doubled) + sum(digits[-2::-2])
    return "".join(map(str, digits)) + str(-total % 10)


def _clash(each: Enrolment, taken: dict[tuple[str, str], bytes]) -> Enrolled | Refusal | None:
    """Nothing when the member is new; the member who is there; or why this cannot be."""
    owners = {kind: taken[kind, value] for kind, value in each.claims if (kind, value) in taken}
    if not owners:
        return None
    known = owners.get("external_id")
    others = {kind: owner for kind, owner in owners.items() if owner != known}
    if known is not None and not others:
        return Enrolled(UUID(bytes=known), None)
    kind = min(others)
    value = dict(each.claims)[kind]
    return Conflict(
        "member_exists",
        "Another member has this already",
        detail=f"The {kind.replace('_', ' ')} {value!r} belongs to another member of this programme.",
        remedy="Look the member up instead of enrolling again, or correct the entry.",
        field=kind,
    )


def _joined(each: Enrolment) -> Event:
    member = UUID(bytes=each.id)
    return Event(
        id=str(member),
        type=ENROLLED,
        member=MemberReference(id=member),
        occurred_at=each.enrolled_at,
        source="regulars",
    )


def _empty_external_id() -> Refusal:
    return Refusal(
        "field_missing",
        "Something is missing",
        detail="The external id is empty.",
        remedy="Send the number under which your own system knows the member, or leave the field out.",
        field="external_id",
    )
