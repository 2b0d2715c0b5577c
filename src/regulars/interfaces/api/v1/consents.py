"""What members allow: what holds now, and every yes and no."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.members.contracts import ConsentState
from regulars.domain.members.queries import consent_changes, consents_of
from regulars.domain.programmes.consents import Consent
from regulars.domain.programmes.queries import shelf
from regulars.flows.set_consent import set_consent
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Input, Output, known_member

router = Router()
HISTORY = 100


class ConsentIn(Input):
    """What the member says."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"given": True}]})

    given: bool = Field(description="true: the member allows it; false: no, or no longer")


class ConsentShown(Output):
    """What the member said last."""

    consent: str
    name: str = Field(description="What members read; the id, where the rulebook no longer asks")
    given: bool
    asked: bool = Field(description="false: the member never said anything about it")
    declared: bool = Field(description="false: the rulebook in force no longer asks; it can still be withdrawn")
    text_version: str = Field(description="Of the text that the member was shown; empty, where nobody asked")
    at: datetime | None
    by: str = Field(description="Who recorded it")
    via: str = Field(description="At which door: api, console, portal ...")


class ConsentChange(Output):
    """One yes or no."""

    consent: str
    given: bool
    text_version: str
    at: datetime
    by: str
    via: str


class MemberConsents(Output):
    """What a member allows, and every yes and no, the latest first."""

    consents: list[ConsentShown]
    history: list[ConsentChange] = Field(description=f"The latest {HISTORY}")


@router.get(
    "/members/{member_id}/consents",
    auth=ApiKeyAuth(Scope.members_read),
    response=MemberConsents,
    summary="Get a member's consents",
    operation_id="get_consents",
)
def get_consents(request: ApiRequest, member_id: UUID) -> MemberConsents:
    """Every consent that the rulebook asks for, and those that it once asked for and the member answered."""
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    declared = {each.id: each for each in rules.in_force(request.now).rulebook.consents}
    said = consents_of(request.conn, member_id=member_id)
    shown = [_shown(each, declared.get(each), said.get(each)) for each in [*declared, *(said.keys() - declared.keys())]]
    changes = consent_changes(request.conn, member_id=member_id, limit=HISTORY)
    return MemberConsents(consents=shown, history=[ConsentChange(**_fields(each)) for each in changes])


@router.put(
    "/members/{member_id}/consents/{consent}",
    auth=ApiKeyAuth(Scope.members_write),
    response=ConsentChange,
    summary="Set a member's consent",
    operation_id="set_consent",
)
def put_consent(request: ApiRequest, member_id: UUID, consent: str, body: ConsentIn) -> ConsentChange:
    """Keeps what the member says, with the version of the text that is shown now. The same again changes nothing."""
    said = set_consent(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        consent=consent,
        given=body.given,
        now=request.now,
        by=request.key.by,
        via="api",
    )
    return ConsentChange(**_fields(said))


def _fields(said: ConsentState) -> dict[str, Any]:
    return {name: getattr(said, name) for name in ConsentState.__dataclass_fields__}


def _shown(consent: str, declared: Consent | None, said: ConsentState | None) -> ConsentShown:
    return ConsentShown(
        consent=consent,
        name=consent if declared is None else declared.name,
        given=said is not None and said.given,
        asked=said is not None,
        declared=declared is not None,
        text_version="" if said is None else said.text_version,
        at=None if said is None else said.at,
        by="" if said is None else said.by,
        via="" if said is None else said.via,
    )
