"""The member to whom points go: found by what the sender knows, and shown by no more than a masked name."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext

from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member, profile, resolve_claims
from regulars.interfaces.portal.counting import is_within
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.visit import Visit
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.text import digits_of, email_form, phone_form

PER_MEMBER = 10
PER_ORIGIN = 40
"""Looks for a receiver in a quarter of an hour: enough to send, too few to find out who is a member."""


def find_receiver(visit: Visit, written: str, *, origin: str) -> UUID:
    """Whom an e-mail, phone or card number belongs to. Raises Refusal: nobody, or too many tries."""
    for what, limit in ((f"member {visit.person.id}", PER_MEMBER), (f"origin {origin}", PER_ORIGIN)):
        if not is_within(limit, of="portal-receivers", what=what):
            raise Refusal(
                "too_many_looks",
                "Too many members were looked for",
                detail=f"More than {limit} in a quarter of an hour.",
                remedy="Wait a quarter of an hour.",
                field="to",
                status=429,
            )
    claims = _claims_of(written)
    found = resolve_claims(visit.conn, programme_id=visit.programme.id, claims=claims) if claims else {}
    for claim in claims:
        if claim in found:
            person = member(visit.conn, programme_id=visit.programme.id, member_id=UUID(bytes=found[claim]))
            if person is not None and person.status is MemberStatus.active:
                return person.id
    raise _nobody()


def _nobody() -> NotFound:
    """There is no such member, or one who can receive nothing: which of the two is not said."""
    return NotFound(
        "receiver_not_found",
        "Nobody was found",
        detail="Nobody in this programme can receive points under that.",
        remedy="Check it with the person who should get the points.",
        field="to",
    )


def masked_name(visit: Visit, member_id: UUID) -> str:
    """'Ben Kaya' -> 'Ben K.': enough to recognise somebody one knows."""
    person = profile(visit.conn, programme_id=visit.programme.id, member_id=member_id)
    words = person.name.split() if person else []
    if not words:
        return gettext("a member")
    return isolated(f"{words[0]} {words[-1][0]}." if len(words) > 1 else words[0])


def _claims_of(written: str) -> list[tuple[str, str]]:
    """What it may be, in canonical form; digits alone are a card, or a phone number written with its country."""
    try:
        if any(mark.isalpha() or mark == "@" for mark in written):
            return [("email", email_form(written))]
        if not written.strip().startswith("+"):
            return [("card", digits_of(written))]
        return [("phone", phone_form(written, region=None))]
    except Refusal:
        return []
