"""From drafts to the flows, and from their answers to problems in the words of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from regulars.database.pool import Connection
from regulars.domain.members.contracts import NewMember
from regulars.domain.members.queries import resolve_claims
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.member_fields import MemberField, read_text
from regulars.domain.programmes.queries import programme_by_code, programmes, shelf
from regulars.flows.change_member import fields_in_force
from regulars.flows.enrol_member import Enrolled, enrol_members
from regulars.flows.process_events import Outcome, process_events
from regulars.interfaces.commandline.imports.columns import Match
from regulars.interfaces.commandline.imports.members import MemberDraft, problem_of
from regulars.interfaces.commandline.imports.orders import OrderDraft
from regulars.interfaces.commandline.imports.rows import Problem
from regulars.interfaces.commandline.imports.running import Answer
from regulars.kernel.errors import Refusal

VIA: Final = "import"
ACCEPTED: Final = 201
REPEATED: Final = 200
_REMEDIES: Final = {
    "member_not_found": "Import the member first (regulars import members FILE), or correct the value.",
    "event_id_reused": "It was imported before with other values and stays as it was. Correct it where it is.",
    "more_returned_than_bought": "Correct the quantity, or leave the row out: its pieces came back before.",
    "more_returned_than_paid": "Correct the amount, or leave the row out: the money went back before.",
    "order_number_reused": "Leave it out, or name the --source that the order really comes from.",
    "internal_error": "Import the errors file again later; tell us if it happens again.",
}
"""What to do, where the flows' own advice is written for programs that send events."""


class _ProblemDocument(msgspec.Struct):
    code: str
    title: str
    detail: str
    remedy: str
    field: str | None = None


def submit_orders(
    conn: Connection, drafts: Sequence[OrderDraft], *, match: Match, programme_id: int, now: datetime, dry_run: bool
) -> list[Answer | Problem]:
    """One batch of orders or returns through the flow, in one transaction. dry_run: the same, rolled back."""
    with conn.transaction(force_rollback=True) if dry_run else nullcontext():
        outcomes = process_events(conn, [draft.event for draft in drafts], programme_id=programme_id, now=now)
    return [_answer(draft, outcome, match) for draft, outcome in zip(drafts, outcomes, strict=True)]


def submit_members(
    conn: Connection, drafts: Sequence[MemberDraft], *, match: Match, programme_id: int, now: datetime, dry_run: bool
) -> list[Answer | Problem]:
    """One batch of members through the flow, in one transaction. dry_run: the same, rolled back."""
    fields = {each.id: each for each in fields_in_force(shelf(conn, programme_id=programme_id), now)}
    read = [_typed(draft.member, fields) for draft in drafts]
    people = [each for each in read if isinstance(each, NewMember)]
    with conn.transaction(force_rollback=True) if dry_run else nullcontext():
        done = iter(enrol_members(conn, people, programme_id=programme_id, via=VIA, now=now))
    results = [each if isinstance(each, Refusal) else next(done) for each in read]
    answers: list[Answer | Problem] = []
    for draft, result in zip(drafts, results, strict=True):
        if isinstance(result, Enrolled):
            answers.append(Answer.ADDED if result.answer else Answer.THERE)
        elif result.code == "member_exists" and _is_there(conn, draft, programme_id):
            answers.append(Answer.THERE)
        else:
            answers.append(problem_of(result, (draft.row,), match))
    return answers


def _typed(member: NewMember, fields: Mapping[str, MemberField]) -> NewMember | Refusal:
    """The member with attributes of the kinds that the rulebook declares: a file holds nothing but text."""
    try:
        attributes = {
            name: read_text(fields[name], text) if name in fields else text for name, text in member.attributes.items()
        }
    except Refusal as refusal:
        return refusal
    return replace(member, attributes=attributes)


def _is_there(conn: Connection, draft: MemberDraft, programme_id: int) -> bool:
    """Whether someone without an id of the merchant's was imported before: all that is known is one member's."""
    person = draft.member
    if person.external_id is not None:
        return False
    claims = [(kind, value) for kind, value in (("email", person.email), ("phone", person.phone)) if value]
    owners = resolve_claims(conn, programme_id=programme_id, claims=claims)
    return len(set(owners.values())) == 1


def _answer(draft: OrderDraft, outcome: Outcome, match: Match) -> Answer | Problem:
    if outcome.status == ACCEPTED:
        return Answer.ADDED
    if outcome.status == REPEATED:
        return Answer.THERE
    found = msgspec.json.decode(outcome.body, type=_ProblemDocument)
    refusal = Refusal(
        found.code,
        found.title,
        detail=found.detail,
        remedy=_REMEDIES.get(found.code, found.remedy),
        field=found.field,
    )
    return problem_of(refusal, draft.rows, match)


def choose_programme(conn: Connection, code: str | None) -> Programme:
    """The programme of the code, or the only one there is. Raises Refusal when it takes a decision."""
    if code:
        found = programme_by_code(conn, code=code)
        if found:
            return found
    known = programmes(conn)
    if not code and len(known) == 1:
        return known[0]
    codes = ", ".join(each.code for each in known)
    if not known:
        detail, remedy = (
            "There is no programme yet to import into.",
            "Make one first, or look around with: regulars demo",
        )
    elif code:
        detail, remedy = f"There is no programme {code!r}.", f"Choose one of: {codes}."
    else:
        detail, remedy = f"There are {len(known)} programmes.", f"Add --programme and one of: {codes}."
    raise Refusal(
        "programme_needed", "The programme is not clear", detail=detail, remedy=remedy, field="programme", status=404
    )
