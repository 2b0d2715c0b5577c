"""Shapes that several nouns share, and how a call names its member."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from regulars.domain.members.contracts import Member
from regulars.domain.members.queries import member, resolve_claims
from regulars.interfaces.api.calls import ApiRequest
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.money import from_minor
from regulars.kernel.text import clean, digits_of, email_form, phone_form


def named_schema(name: str) -> WithJsonSchema:
    """Stands for a schema of the document that pydantic does not know; openapi.py puts the reference in its place."""
    return WithJsonSchema({"type": "object", "x-schema": name})


ProblemDocument = Annotated[dict[str, Any], named_schema("Problem")]


def names_of(choices: type[IntEnum]) -> dict[str, Any]:
    """The names of an enumeration, as the document lists them."""
    return {"enum": [choice.name for choice in choices]}


class Input(BaseModel):
    """What a call sends: a field that is not documented is refused, so that a typing mistake is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(BaseModel):
    """What a call answers."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Amount(Output):
    """An amount of money. amount: in units of the currency, as text, so that no cent is lost on the way."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "12.34", "currency": "EUR"}]})

    amount: Decimal = Field(description="In units of the currency")
    currency: str = Field(description="ISO 4217 code")


class MemberNamed(Input):
    """Which member: exactly one of these."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"external_id": "C-1001"}], "minProperties": 1})

    id: UUID | None = Field(None, description="The id that Regulars gave")
    external_id: str | None = Field(None, max_length=200, description="Your own number of the member")
    email: str | None = Field(None, max_length=254, description="The e-mail address, in any case")
    phone: str | None = Field(None, max_length=40, description="The phone number with its country code")
    card: str | None = Field(None, max_length=40, description="The number on the card")


def money_of(minor: int, currency: str) -> Amount:
    """Minor units as they are answered."""
    return Amount(amount=from_minor(minor, currency), currency=currency)


def known_member(request: ApiRequest, member_id: UUID) -> Member:
    """The member of this id in the programme of the key. Raises NotFound."""
    found = member(request.conn, programme_id=request.programme_id, member_id=member_id)
    if found is None:
        raise _unknown("id", str(member_id), field="member_id")
    return found


def find_member(request: ApiRequest, named: MemberNamed, *, field: str = "member") -> UUID:
    """The id of the member that a body names. Raises NotFound, and Refusal unless exactly one name is given.

    field: where in the body the name stands.
    """
    given = {name: value for name, value in named.model_dump().items() if value is not None}
    if len(given) != 1:
        raise Refusal(
            "member_not_named",
            "The call does not name one member",
            detail=f"It gives {len(given)} of id, external_id, email, phone and card.",
            remedy="Give exactly one of them.",
            field=field,
        )
    ((kind, value),) = given.items()
    if kind == "id":
        found = member(request.conn, programme_id=request.programme_id, member_id=value)
        if found is None:
            raise _unknown(kind, str(value), field=f"{field}.id")
        return found.id
    claim = claim_of(kind, value, field=f"{field}.{kind}")
    claimed = resolve_claims(request.conn, programme_id=request.programme_id, claims=[claim]).get(claim)
    if claimed is None:
        raise _unknown(kind, value, field=f"{field}.{kind}")
    return UUID(bytes=claimed)


def claim_of(kind: str, value: str, *, field: str) -> tuple[str, str]:
    """What identifies a member, in the form in which it is kept. Raises Refusal for what cannot be one."""
    if kind == "email":
        return kind, email_form(value, field=field)
    if kind == "phone":
        return kind, phone_form(value, region=None, field=field)
    return kind, digits_of(value) if kind == "card" else clean(value, longest=200, field=field)


def _unknown(kind: str, value: str, *, field: str) -> NotFound:
    return NotFound(
        "member_not_found",
        "There is no such member",
        detail=f"No member of this programme has the {kind.replace('_', ' ')} {value!r}.",
        remedy="Enrol the member first by POST /api/v1/members, or correct the reference.",
        field=field,
    )
