"""What differs between two versions of the rulebook, in words and as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from ninja import Path, Query, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.change_words import Difference, differences
from regulars.domain.programmes.queries import shelf
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.programme import found_version
from regulars.interfaces.api.v1.shapes import Output

router = Router()


class DifferenceShown(Output):
    """One thing that differs."""

    path: str = Field(
        description="Where, by ids", json_schema_extra={"examples": ["ladders/status/tiers/gold/from_score"]}
    )
    kind: Literal["added", "removed", "changed", "moved"]
    words: str = Field(json_schema_extra={"examples": ["Tier “Gold” now needs 1,200 instead of 1,000 points"]})
    before: Any = Field(description="What stood there; of what moved, its number in the list")
    after: Any = Field(description="What stands there now")


class Differences(Output):
    """Everything that differs; nothing where the two say the same. since, version: which two."""

    since: int
    version: int
    items: list[DifferenceShown]


@router.get(
    "/rulebook/versions/{version}/differences",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=Differences,
    summary="Compare two rulebook versions",
    operation_id="compare_rulebook_versions",
)
def compare_versions(
    request: ApiRequest,
    version: Annotated[int, Path(ge=1, le=2**31 - 1)],
    since: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="The version to compare with; without it, the one before")
    ] = None,
) -> Differences:
    """What a version changed since another one, which may be later too. The first version is compared with itself."""
    rules = shelf(request.conn, programme_id=request.programme_id)
    after = found_version(rules, version)
    before = found_version(rules, max(version - 1, 1) if since is None else since)
    found = differences(before.rulebook, after.rulebook)
    return Differences(since=before.version, version=after.version, items=differences_shown(found))


def differences_shown(found: Sequence[Difference]) -> list[DifferenceShown]:
    """The differences as the API tells them: in English, as all of its words."""
    return [
        DifferenceShown(path=each.path, kind=each.kind, words=str(each.words), before=each.before, after=each.after)
        for each in found
    ]
