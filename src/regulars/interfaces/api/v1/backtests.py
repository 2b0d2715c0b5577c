"""Back-tests: the history played again under a draft of the rulebook, beside the versions that were in force."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Path, Router
from ninja.responses import Status
from pydantic import AwareDatetime, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.backtests.contracts import Backtest, BacktestState
from regulars.domain.backtests.queries import backtests
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import programme
from regulars.flows.backtests.asking import LONGEST_LABEL, ask_backtest, cancel_backtest, found_backtest
from regulars.flows.read_templates import template_of
from regulars.flows.try_template import backtest_template
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Input, Output, names_of
from regulars.kernel.errors import Refusal

router = Router()
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class BacktestIn(Input):
    """What is to be played."""

    model_config = Input.model_config | {
        "json_schema_extra": {"examples": [{"document": {"rulebook": 1, "name": "Corner Shop"}, "label": "Twice"}]}
    }

    document: dict[str, Any] | None = Field(
        None, description="The rulebook that is tried, as JSON; it is not published"
    )
    template: str | None = Field(
        None, max_length=60, description="Or a template by its short name, in the currency of the programme"
    )
    label: str = Field("", max_length=LONGEST_LABEL, description="What to call it")
    since: AwareDatetime | None = Field(None, description="From when it is in force; null: since ever")
    until: AwareDatetime | None = Field(None, description="What came later is left out; null: now")
    share: Decimal = Field(Decimal(1), gt=0, le=1, description="A sample of the members: 0.1 is a tenth of them")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="The same number draws the same members")
    redemptions: str | dict[str, Any] = Field(
        "as_they_were",
        description="What members spend: as_they_were, none, as_soon_as_reachable or share_of_earned; with parameters"
        " an object, such as {by: share_of_earned, rate: 0.4, days: 30}",
    )


class BacktestShown(Output):
    """A back-test and how far it is."""

    id: int
    label: str
    state: str = Field(json_schema_extra=names_of(BacktestState))
    done: int = Field(description="Parts that are played")
    parts: int = Field(description="All parts; 0: it has not begun")
    based_on: int = Field(description="The latest published version then")
    since: datetime | None
    until: datetime
    share: Decimal
    seed: int
    redemptions: str | dict[str, Any]
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    problem: str | None = Field(description="Why it failed")


class BacktestFound(BacktestShown):
    """A back-test with what it found."""

    document: dict[str, Any]
    result: dict[str, Any] | None = Field(description="Once it is done: points, money, months, rules, tiers, segments")


class Backtests(Output):
    """The latest back-tests, the newest first."""

    items: list[BacktestShown]


@router.post(
    "/backtests",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={202: BacktestShown},
    summary="Back-test a rulebook",
    operation_id="create_backtest",
)
def create_backtest(request: ApiRequest, body: BacktestIn) -> Status[BacktestShown]:
    """Keeps the wish; a worker plays the history and keeps what it finds. Ask again until its state is done."""
    asked: dict[str, Any] = {
        "now": request.now,
        "by": request.key.by,
        **body.model_dump(exclude={"document", "template"}),
    }
    if body.template is not None and body.document is None:
        of = programme(request.conn, programme_id=request.programme_id)
        made = backtest_template(request.conn, template_of(body.template), of=of, **asked)
    elif body.document is not None and body.template is None:
        draft = require_valid(json.dumps(body.document, ensure_ascii=False))
        made = ask_backtest(request.conn, draft, programme_id=request.programme_id, **asked)
    else:
        raise _one_of_two()
    return Status(202, BacktestShown(**_shown(made)))


def _one_of_two() -> Refusal:
    return Refusal(
        "backtest_of_what",
        "Exactly one rulebook is needed",
        detail="Either a document or the name of a template says what is tried, and not both.",
        remedy="Send document, or template.",
        field="document",
    )


@router.get(
    "/backtests",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=Backtests,
    summary="List back-tests",
    operation_id="list_backtests",
)
def list_backtests(request: ApiRequest) -> Backtests:
    """The latest fifty, without what they found."""
    found = backtests(request.conn, programme_id=request.programme_id)
    return Backtests(items=[BacktestShown(**_shown(each)) for each in found])


@router.get(
    "/backtests/{backtest_id}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=BacktestFound,
    summary="Get a back-test",
    operation_id="get_backtest",
)
def get_backtest(request: ApiRequest, backtest_id: Number) -> BacktestFound:
    """A back-test with its draft, how far it is, and what it found."""
    found = found_backtest(request.conn, programme_id=request.programme_id, backtest_id=backtest_id)
    return BacktestFound(**_shown(found), document=found.document, result=found.result)


@router.post(
    "/backtests/{backtest_id}/cancel",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=BacktestShown,
    summary="Cancel a back-test",
    operation_id="cancel_backtest",
)
def cancel(request: ApiRequest, backtest_id: Number) -> BacktestShown:
    """It stops at its next part. One that is over is refused."""
    place: dict[str, Any] = {"programme_id": request.programme_id, "now": request.now}
    return BacktestShown(**_shown(cancel_backtest(request.conn, backtest_id=backtest_id, **place)))


def _shown(each: Backtest) -> dict[str, Any]:
    names = BacktestShown.model_fields.keys() - {"state"}
    return {name: getattr(each, name) for name in names} | {"state": each.state.name}
