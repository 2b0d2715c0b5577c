"""The programme and its rulebook, in words and as a document, with every version that was ever published."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.contracts import RulebookVersion
from regulars.domain.programmes.queries import Shelf, programme, rulebook_versions, shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.programmes.words import rulebook_words
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Output
from regulars.kernel.errors import NotFound

router = Router()


class ProgrammeShown(Output):
    """The programme that the key belongs to."""

    code: str
    name: str
    organisation: str
    currency: str = Field(description="ISO 4217 code; all amounts are in it")
    time_zone: str = Field(description="The IANA time zone in which days begin and end")
    sandbox: bool = Field(description="Whether it is for trying things out, with a clock that can be moved")
    now: datetime = Field(description="What its clock reads; for a live programme the real time")


class WordsSection(Output):
    """A part of the rulebook in plain words."""

    title: str
    sentences: list[str]


class VersionShown(Output):
    """A published version."""

    version: int
    effective_from: datetime = Field(description="In force from this instant on")
    note: str
    published_by: str
    published_at: datetime


class RulebookShown(Output):
    """One version of the rulebook."""

    version: int
    name: str
    words: list[WordsSection] = Field(description="The whole rulebook in plain words")
    document: dict[str, Any] = Field(description="The rulebook as it was published")


class VersionList(Output):
    """The published versions, the latest first. in_force: the one that prices an event of now; null: none yet."""

    in_force: int | None
    items: list[VersionShown]


@router.get(
    "/programme",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=ProgrammeShown,
    summary="Get the programme",
    operation_id="get_programme",
)
def get_programme(request: ApiRequest) -> ProgrammeShown:
    """The programme that the key belongs to: a good first call to see whether the key works."""
    found = programme(request.conn, programme_id=request.programme_id)
    return ProgrammeShown(
        code=found.code,
        name=found.name,
        organisation=found.organisation_name,
        currency=found.currency,
        time_zone=found.time_zone,
        sandbox=found.sandbox,
        now=request.now,
    )


@router.get(
    "/rulebook",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=RulebookShown,
    summary="Get the rulebook in force",
    operation_id="get_rulebook",
)
def get_rulebook(request: ApiRequest) -> RulebookShown:
    """The version that is in force now, in plain words and as a document."""
    return _shown(shelf(request.conn, programme_id=request.programme_id).in_force(request.now))


@router.get(
    "/rulebook/versions",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=VersionList,
    summary="List rulebook versions",
    operation_id="list_rulebook_versions",
)
def list_versions(request: ApiRequest) -> VersionList:
    """Every version that was published, the latest first."""
    rules = shelf(request.conn, programme_id=request.programme_id)
    begun = bool(rules.starts) and rules.starts[0] <= request.now
    return VersionList(
        in_force=rules.in_force(request.now).version if begun else None,
        items=[_listed(each) for each in rulebook_versions(request.conn, programme_id=request.programme_id)],
    )


@router.get(
    "/rulebook/versions/{version}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=RulebookShown,
    summary="Get a rulebook version",
    operation_id="get_rulebook_version",
)
def get_version(request: ApiRequest, version: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> RulebookShown:
    """One version: entries and events name the one that priced them."""
    return _shown(found_version(shelf(request.conn, programme_id=request.programme_id), version))


def found_version(rules: Shelf, version: int) -> CompiledRulebook:
    """A published version. Raises NotFound."""
    for each in rules.rulebooks:
        if each.version == version:
            return each
    raise NotFound(
        "rulebook_version_not_found",
        "There is no such version",
        detail=f"Version {version} of the rulebook was never published.",
        remedy="Choose one from the list: GET /api/v1/rulebook/versions.",
        field="version",
    )


def _shown(found: CompiledRulebook) -> RulebookShown:
    return RulebookShown(
        version=found.version,
        name=found.rulebook.name,
        words=[
            WordsSection(title=str(section.title), sentences=[str(each) for each in section.sentences])
            for section in rulebook_words(found.rulebook)
        ],
        document=found.rulebook.document(),
    )


def _listed(found: RulebookVersion) -> VersionShown:
    return VersionShown(
        version=found.version,
        effective_from=found.effective_from,
        note=found.note,
        published_by=found.published_by,
        published_at=found.published_at,
    )
