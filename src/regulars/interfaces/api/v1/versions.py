"""Versions of the rulebook: go back to one, pause what is in force, take one to a file and bring it in again."""

from __future__ import annotations

from ninja import Router
from ninja.responses import Status
from pydantic import ConfigDict, Field, field_validator

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.document import LARGEST
from regulars.domain.programmes.queries import programme
from regulars.flows.copy_rulebook import exported, import_rulebook
from regulars.flows.draft_rulebook import LONGEST_NAME, LONGEST_NOTE
from regulars.flows.pause_rules import pause, resume
from regulars.flows.roll_back import preview_roll_back, roll_back
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.differences import DifferenceShown, differences_shown
from regulars.interfaces.api.v1.drafts import DraftShown, draft_shown
from regulars.interfaces.api.v1.expiry import ExpiryChangeShown, change_shown
from regulars.interfaces.api.v1.publishing import RulebookYaml, VersionNumber
from regulars.interfaces.api.v1.shapes import Input, Output

router = Router()


class Back(Input):
    """Going back to an earlier version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "The sale is over", "latest": 5}]})

    note: str = Field("", max_length=LONGEST_NOTE, description="Why, for those who come after")
    latest: int | None = Field(
        None, ge=1, le=2**31 - 1, description="The latest version that you saw; refused when there is a later one"
    )


class WayBackShown(Output):
    """What going back would mean."""

    differences: list[DifferenceShown] = Field(description="What would change in what is in force")
    changes: list[ExpiryChangeShown] = Field(description="What it means for points that are there")
    called_off: list[int] = Field(description="Versions that are planned, and would not begin")
    remarks: list[str] = Field(description="What does not fit the catalogue of today")
    needs_second_person: bool


class WentBack(Output):
    """version: as which the old words are in force. draft: what a second person has to approve first."""

    version: int | None
    draft: DraftShown | None


class Rest(Input):
    """What rests, or goes on: rules, campaigns, or everything."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rules": ["base"], "reason": "A wrong rate"}]})

    rules: list[str] = Field(default_factory=list, max_length=1_000, description="Ids of earn rules")
    campaigns: list[str] = Field(default_factory=list, max_length=1_000, description="Ids of campaigns")
    everything: bool = Field(False, description="All rules")
    reason: str = Field(max_length=LONGEST_NOTE, description="Why, for those who come after")

    @field_validator("rules", "campaigns")
    @classmethod
    def _are_short(cls, value: list[str]) -> list[str]:
        return [each[:80] for each in value]


class Resting(Output):
    """As which version it rests, or goes on."""

    version: int


class RulebookFile(Input):
    """A file that was exported, or written by hand."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "From our repository", "text": "rulebook: 1\n"}]}
    )

    name: str = Field(max_length=LONGEST_NAME, description="How the draft is called")
    text: str = Field(max_length=LARGEST, description="YAML or JSON")
    adopt: bool = Field(False, description="Take it over although it was exported from another programme")


@router.get(
    "/rulebook/versions/{version}/roll-back",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=WayBackShown,
    summary="See what going back would mean",
    operation_id="preview_rulebook_roll_back",
)
def preview(request: ApiRequest, version: VersionNumber) -> WayBackShown:
    """What would change, what members would lose, what is called off. Writes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    way = preview_roll_back(request.conn, version, of=of, now=request.now)
    return WayBackShown(
        differences=differences_shown(way.differences),
        changes=[change_shown(each) for each in way.losses],
        called_off=way.called_off,
        remarks=[str(each) for each in way.remarks],
        needs_second_person=way.needs_second,
    )


@router.post(
    "/rulebook/versions/{version}/roll-back",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={201: WentBack, 202: WentBack},
    summary="Go back to a version",
    operation_id="roll_back_rulebook",
)
def back(request: ApiRequest, version: VersionNumber, body: Back) -> Status[WentBack]:
    """The old words are a new version, in force from now on: 201. Where a second person is needed, a draft: 202.

    No history is rewritten, and what is paused stays paused. Needs an Idempotency-Key.
    """
    require_key(request)
    of = programme(request.conn, programme_id=request.programme_id)
    done = roll_back(
        request.conn, version, of=of, by=request.key.by, now=request.now, note=body.note, latest=body.latest
    )
    shown = WentBack(version=done.version, draft=None if done.draft is None else draft_shown(done.draft))
    return Status(201 if done.draft is None else 202, shown)


@router.post(
    "/rulebook/pause",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=Resting,
    summary="Pause rules",
    operation_id="pause_rulebook",
)
def pause_rules(request: ApiRequest, body: Rest) -> Resting:
    """Rules, campaigns or everything give nothing from now on. Again changes nothing. Needs an Idempotency-Key."""
    require_key(request)
    of = programme(request.conn, programme_id=request.programme_id)
    made = pause(
        request.conn, of=of, reason=body.reason, by=request.key.by, now=request.now, rules=body.rules,
        campaigns=body.campaigns, everything=body.everything,
    )  # fmt: skip
    return Resting(version=made)


@router.post(
    "/rulebook/resume",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=Resting,
    summary="Resume rules",
    operation_id="resume_rulebook",
)
def resume_rules(request: ApiRequest, body: Rest) -> Resting:
    """They give again what they gave. `everything`: whatever rests. Needs an Idempotency-Key."""
    require_key(request)
    of = programme(request.conn, programme_id=request.programme_id)
    made = resume(
        request.conn, of=of, reason=body.reason, by=request.key.by, now=request.now, rules=body.rules,
        campaigns=body.campaigns, everything=body.everything,
    )  # fmt: skip
    return Resting(version=made)


@router.get(
    "/rulebook/versions/{version}/export",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=RulebookYaml,
    summary="Export a rulebook version",
    operation_id="export_rulebook_version",
)
def export(request: ApiRequest, version: VersionNumber) -> RulebookYaml:
    """Programme as code: a file that says where it comes from, and says exactly the same when it is imported again."""
    of = programme(request.conn, programme_id=request.programme_id)
    return RulebookYaml(version=version, text=exported(request.conn, version, of=of))


@router.post(
    "/rulebook/imports",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={201: DraftShown},
    summary="Import a rulebook as a draft",
    operation_id="import_rulebook",
)
def bring_in(request: ApiRequest, body: RulebookFile) -> Status[DraftShown]:
    """A file becomes a draft; nothing is in force by it. Needs an Idempotency-Key."""
    require_key(request)
    of = programme(request.conn, programme_id=request.programme_id)
    found = import_rulebook(
        request.conn, body.text, of=of, name=body.name, by=request.key.by, now=request.now, adopt=body.adopt
    )
    return Status(201, draft_shown(found))
