"""Publishing the rulebook: check a text, propose it, approve what makes points expire at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import yaml
from ninja import Path, Router
from ninja.responses import Status
from pydantic import AwareDatetime, ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.contracts import Proposal, ProposalNotFound, ProposalState
from regulars.domain.programmes.document import LARGEST, check_rulebook, require_valid
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.queries import programme, proposal, proposals_waiting, shelf
from regulars.flows.audiences_in_rulebooks import findings_of_audiences
from regulars.flows.propose_rulebook import LONGEST_NOTE, Proposed, approve_rulebook, decline_rulebook, propose_rulebook
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.expiry import ExpiryChangeShown, change_shown
from regulars.interfaces.api.v1.programme import found_version
from regulars.interfaces.api.v1.shapes import Input, Output, names_of
from regulars.kernel.errors import Refusal

router = Router()
_YAML = "rulebook: 1\nname: Corner Shop\n"
VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


class RulebookText(Input):
    """A rulebook: give `text` or `document`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": _YAML}]})

    text: str | None = Field(None, max_length=LARGEST, description="As YAML or JSON; findings then name its lines")
    document: dict[str, Any] | None = Field(None, description="As JSON")


class FindingShown(Output):
    """One thing that is wrong with a rulebook, or worth a look."""

    path: str = Field(description="Where, such as earn_rules[2].when", json_schema_extra={"examples": ["name"]})
    line: int = Field(description="In the text, from 1; of a document, in the JSON that it comes to")
    value: str
    problem: str
    remedy: str
    severity: Literal["error", "warning"] = Field(description="An error keeps it from being published")


class Validation(Output):
    """Whether the rulebook can be published, and everything that was found."""

    valid: bool
    findings: list[FindingShown]


class ProposalIn(RulebookText):
    """A rulebook to publish."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": _YAML, "note": "More time", "based_on": 3}]})

    effective_from: AwareDatetime | None = Field(None, description="From when it is in force; null: now")
    note: str = Field("", max_length=LONGEST_NOTE, description="What changed, for those who come after")
    based_on: int | None = Field(
        None, ge=0, le=2**31 - 1, description="The version that you changed; refused when there is a later one by now"
    )


class ProposalShown(Output):
    """A rulebook that waits for a second person, or waited."""

    id: int
    state: str = Field(json_schema_extra=names_of(ProposalState))
    effective_from: datetime
    note: str
    based_on: int = Field(description="The latest version when it was proposed")
    proposed_by: str
    proposed_at: datetime
    version: int | None = Field(description="As which it was published")
    decided_by: str | None
    decided_at: datetime | None
    document: dict[str, Any] = Field(description="The whole rulebook")


class Publication(Output):
    """What became of the rulebook, and what it means for points that are there."""

    version: int | None = Field(description="As which it is published; null: it waits for a second person")
    proposal: ProposalShown | None = Field(description="What waits; null: it is published")
    changes: list[ExpiryChangeShown] = Field(description="One for each point type whose expiry changes")


class RulebookYaml(Output):
    """A published version as a text to change and propose."""

    version: int
    text: str = Field(description="YAML", json_schema_extra={"examples": [_YAML]})


@router.post(
    "/rulebook/validate",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=Validation,
    summary="Check a rulebook",
    operation_id="validate_rulebook",
)
def validate_rulebook(request: ApiRequest, body: RulebookText) -> Validation:
    """Everything that is wrong at once, each with its line, value and remedy. Writes nothing."""
    text = _text(body)
    checked = check_rulebook(text)
    astray = findings_of_audiences(request.conn, text, programme_id=request.programme_id)
    findings = sorted([*checked.findings, *astray], key=lambda each: (each.line, each.path))
    return Validation(valid=checked.rulebook is not None and not astray, findings=findings_shown(findings))


@router.post(
    "/rulebook/proposals",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={201: Publication, 202: Publication},
    summary="Publish a rulebook",
    operation_id="publish_rulebook",
)
def publish(request: ApiRequest, body: ProposalIn) -> Status[Publication]:
    """Publishes the next version: 201. Where points would expire at once it waits for another key or an operator: 202.

    Published versions never change. Needs an Idempotency-Key.
    """
    require_key(request)
    done = propose_rulebook(
        request.conn,
        require_valid(_text(body)),
        of=programme(request.conn, programme_id=request.programme_id),
        effective_from=body.effective_from or request.now,
        note=body.note,
        by=request.key.by,
        now=request.now,
        based_on=body.based_on,
    )
    return Status(201 if done.proposal is None else 202, _publication(done))


@router.get(
    "/rulebook/versions/{version}/yaml",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=RulebookYaml,
    summary="Get a rulebook version as YAML",
    operation_id="get_rulebook_version_yaml",
)
def get_yaml(request: ApiRequest, version: VersionNumber) -> RulebookYaml:
    """One version as a text: change it, and propose it with `based_on`."""
    found = found_version(shelf(request.conn, programme_id=request.programme_id), version)
    text = yaml.safe_dump(found.rulebook.document(), sort_keys=False, allow_unicode=True, width=120)
    return RulebookYaml(version=version, text=text)


@router.get(
    "/rulebook/proposals",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=list[ProposalShown],
    summary="List rulebooks that wait for approval",
    operation_id="list_rulebook_proposals",
)
def list_proposals(request: ApiRequest) -> list[ProposalShown]:
    """What waits for a second person, the oldest first."""
    return [_shown(each) for each in proposals_waiting(request.conn, programme_id=request.programme_id)]


@router.get(
    "/rulebook/proposals/{proposal_id}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=ProposalShown,
    summary="Get a rulebook that was proposed",
    operation_id="get_rulebook_proposal",
)
def get_proposal(request: ApiRequest, proposal_id: VersionNumber) -> ProposalShown:
    """One proposal, decided or not."""
    found = proposal(request.conn, programme_id=request.programme_id, proposal_id=proposal_id)
    if found is None:
        raise ProposalNotFound(proposal_id)
    return _shown(found)


@router.post(
    "/rulebook/proposals/{proposal_id}/approve",
    auth=ApiKeyAuth(Scope.rulebook_approve),
    response=ProposalShown,
    summary="Approve a rulebook",
    operation_id="approve_rulebook",
)
def approve(request: ApiRequest, proposal_id: VersionNumber) -> ProposalShown:
    """Publishes it. A key never approves what it proposed itself. Approving again changes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    done = approve_rulebook(request.conn, of=of, proposal_id=proposal_id, by=request.key.by, now=request.now)
    return _shown(done)


@router.post(
    "/rulebook/proposals/{proposal_id}/decline",
    auth=ApiKeyAuth(Scope.rulebook_approve),
    response=ProposalShown,
    summary="Decline a rulebook",
    operation_id="decline_rulebook",
)
def decline(request: ApiRequest, proposal_id: VersionNumber) -> ProposalShown:
    """It is not published. The key that proposed it withdraws it in this way. Declining again changes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    done = decline_rulebook(request.conn, of=of, proposal_id=proposal_id, by=request.key.by, now=request.now)
    return _shown(done)


def findings_shown(findings: Sequence[Finding]) -> list[FindingShown]:
    """The findings as the API tells them."""
    return [
        FindingShown(
            path=each.path,
            line=each.line,
            value=each.value,
            problem=each.problem,
            remedy=each.remedy,
            severity=each.severity,
        )
        for each in findings
    ]


def _text(body: RulebookText) -> str:
    if body.text is not None and body.document is None:
        return body.text
    if body.text is None and body.document is not None:
        return json.dumps(body.document, indent=1, ensure_ascii=False)
    given = "Neither a text nor a document was" if body.text is None else "Both a text and a document were"
    raise Refusal(
        "rulebook_unclear",
        "It is not clear which rulebook is meant",
        detail=f"{given} given.",
        remedy="Give either `text` (YAML or JSON) or `document`.",
        field="text",
    )


def _publication(done: Proposed) -> Publication:
    return Publication(
        version=done.version,
        proposal=None if done.proposal is None else _shown(done.proposal),
        changes=[change_shown(each) for each in done.changes],
    )


def _shown(found: Proposal) -> ProposalShown:
    return ProposalShown(
        id=found.id,
        state=found.state.name,
        effective_from=found.effective_from,
        note=found.note,
        based_on=found.based_on,
        proposed_by=found.proposed_by,
        proposed_at=found.proposed_at,
        version=found.version,
        decided_by=found.decided_by,
        decided_at=found.decided_at,
        document=found.document,
    )
