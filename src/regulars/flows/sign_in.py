"""People come in by one-time links: a link is issued for an operator or a member, and lets in once.

The link is 256 random bits; only its SHA-256 is kept, so who reads the database cannot sign in.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.scope import scoped
from regulars.domain.access.commands import (
    record_operator,
    record_sign_in_link,
    set_operator_password,
    use_sign_in_link,
)
from regulars.domain.access.contracts import ExpiredLink, LinkKind, SignInLink, UnknownLink, UsedLink
from regulars.domain.access.queries import operator_of_email, sign_in_link
from regulars.domain.audit.commands import record_act
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member, resolve_claims
from regulars.domain.merges.queries import kept_instead
from regulars.domain.programmes.contracts import Programme
from regulars.flows.open_profile import member_not_found
from regulars.kernel.errors import Conflict, NotFound
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean, email_form

MEMBER_LINK_LASTS = timedelta(minutes=30)


def issue_member_link(
    conn: psycopg.Connection[Any],
    *,
    programme: Programme,
    now: datetime,
    member_id: UUID | None = None,
    external_id: str | None = None,
    lasts: timedelta = MEMBER_LINK_LASTS,
) -> str:
    """A link for a member, named by id or by the merchant's own id; the token that belongs into its address.

    Raises NotFound for somebody unknown, Conflict for a closed membership.
    """
    with conn.transaction():
        subject = member_id or _by_external_id(conn, programme, str(external_id))
        found = member(conn, programme_id=programme.id, member_id=subject)
        if found is None:
            raise member_not_found(subject)
        if found.status is MemberStatus.closed:
            raise _closed()
        if found.status is MemberStatus.merged:
            subject = kept_instead(conn, member_id=subject) or subject
        return _issue(conn, LinkKind.member, subject, programme, now=now, lasts=lasts)


def issue_operator_link(
    conn: psycopg.Connection[Any], *, programme: Programme, email: str, name: str, now: datetime, lasts: timedelta
) -> str:
    """A link for an operator, who is added if the address is new; the token that belongs into its address.

    Raises Conflict when the operator works on another programme.
    """
    address = email_form(email)
    with conn.transaction():
        record_operator(
            conn,
            operator_id=new_id(0),
            email=address,
            name=clean(name, longest=120, field="name") or address,
            programme_id=programme.id,
            now=now,
        )
        found = operator_of_email(conn, email=address)
        if found is None or found.programme_id != programme.id:
            raise Conflict(
                "operator_elsewhere",
                "The operator works on another programme",
                detail=f"{address} is an operator already, and not of {programme.name}.",
                remedy="Use another e-mail address for this programme.",
                field="email",
            )
        return _issue(conn, LinkKind.operator, found.id, programme, now=now, lasts=lasts)


def keep_password(conn: psycopg.Connection[Any], *, email: str, hashed: str, now: datetime, by: str) -> None:
    """An operator may from now on sign in with a password. hashed: as Django's sign-in reads it. Raises NotFound."""
    address = email_form(email)
    with conn.transaction():
        found = operator_of_email(conn, email=address)
        if found is None:
            raise NotFound(
                "operator_not_found",
                "There is no such operator",
                detail=f"No operator has the e-mail address {address}.",
                remedy="Let them in first with `regulars operators add`.",
                field="email",
            )
        with scoped(conn, found.organisation_id):
            set_operator_password(conn, email=address, hashed=hashed)
            record_act(
                conn,
                entry_id=new_id(0),
                organisation_id=found.organisation_id,
                programme_id=found.programme_id,
                now=now,
                by=by,
                action="operator.password_set",
                subject=found.id,
                details={},
            )


def look_at_link(conn: psycopg.Connection[Any], *, token: str, kind: LinkKind, now: datetime) -> SignInLink:
    """The link, still unused afterwards. Raises UnknownLink, UsedLink or ExpiredLink."""
    found = sign_in_link(conn, digest=_digest(token))
    if found is None or found.kind is not kind:
        raise UnknownLink
    if found.used_at is not None:
        raise UsedLink
    if found.expires_at <= now:
        raise ExpiredLink
    return found


def redeem_link(conn: psycopg.Connection[Any], *, token: str, kind: LinkKind, now: datetime) -> SignInLink:
    """Uses the link up; its subject is who comes in. Raises as look_at_link, and Conflict for a closed membership."""
    with conn.transaction():
        found = look_at_link(conn, token=token, kind=kind, now=now)
        with scoped(conn, found.organisation_id):
            if kind is LinkKind.member:
                holder = member(conn, programme_id=found.programme_id, member_id=found.subject)
                if holder is None or holder.status is MemberStatus.closed:
                    raise _closed()
            if not use_sign_in_link(conn, digest=_digest(token), now=now):
                raise UsedLink
    return found


def _issue(
    conn: psycopg.Connection[Any],
    kind: LinkKind,
    subject: UUID,
    programme: Programme,
    *,
    now: datetime,
    lasts: timedelta,
) -> str:
    token = secrets.token_urlsafe(32)
    link = SignInLink(kind, subject, programme.organisation_id, programme.id, now, now + lasts, None)
    record_sign_in_link(conn, link, digest=_digest(token))
    return token


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _by_external_id(conn: psycopg.Connection[Any], programme: Programme, external_id: str) -> UUID:
    claim = ("external_id", external_id)
    found = resolve_claims(conn, programme_id=programme.id, claims=[claim]).get(claim)
    if found is None:
        raise NotFound(
            "member_not_found",
            "There is no such member",
            detail=f"No member of {programme.name} has the external id {external_id[:60]!r}.",
            remedy="Look the member up by name, e-mail, phone or card.",
            field="external_id",
        )
    return UUID(bytes=found)


def _closed() -> Conflict:
    return Conflict(
        "membership_closed",
        "The membership is closed",
        detail="Who has left the programme cannot sign in any more.",
        remedy="Ask at the shop if you would like to join again.",
    )
