"""The API as a whole: its nouns, how it reads and writes JSON, how it fails."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationErrorContext
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from psycopg import OperationalError

from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.door import defect, unavailable
from regulars.interfaces.api.errors import bad_input, problem_response
from regulars.interfaces.api.v1 import (
    adjustments,
    audience_lists,
    audiences,
    backtests,
    balances,
    blocks,
    campaigns,
    clock,
    consents,
    differences,
    draft_parts,
    draft_steps,
    drafts,
    duplicates,
    entries,
    events,
    expiry,
    gift_cards,
    handovers,
    holds,
    households,
    ladders,
    lots,
    members,
    merges,
    messages,
    objectives,
    orders,
    payments,
    programme,
    progress,
    publishing,
    quotes,
    redemptions,
    rewards,
    stored_value,
    templates,
    tiers,
    transfers,
    tunings,
    versions,
)
from regulars.kernel.errors import Refusal

_log = logging.getLogger(__name__)


class DoorParser(Parser):
    """The door has read the body already."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The values that the door read."""
        document = getattr(request, "document", None)
        return {} if document is None else document


class JsonRenderer(BaseRenderer):
    """Writes answers: decimals as text, times in UTC with Z."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The answer as bytes."""
        return msgspec.json.encode(data)


class RegularsAPI(NinjaAPI):
    """Ninja's API with our words for bad input."""

    def validation_error_from_error_contexts(self, error_contexts: list[ValidationErrorContext[Any]]) -> Any:
        """The refusal that ninja raises for parameters and bodies that do not fit."""
        errors = []
        for context in error_contexts:
            is_body = context.model.__ninja_param_source__ == "body"
            for error in context.pydantic_validation_error.errors(include_url=False):
                place = error["loc"][1:] if is_body else error["loc"]
                errors.append({**error, "loc": place})
        return bad_input(errors)


api = RegularsAPI(
    title="Regulars",
    version="1",
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url=None,
    parser=DoorParser(),
    renderer=JsonRenderer(),
)


@api.exception_handler(Refusal)
def refused(request: ApiRequest, refusal: Refusal) -> HttpResponse:
    """A no, as a problem document."""
    return problem_response(refusal)


@api.exception_handler(OperationalError)
def unreachable(request: ApiRequest, error: OperationalError) -> HttpResponse:
    """The database went away in the middle."""
    _log.error("The database failed a call of the API: %s", error)
    return problem_response(unavailable())


@api.exception_handler(Exception)
def failed(request: ApiRequest, error: Exception) -> HttpResponse:
    """A defect of ours: logged, and never shown."""
    _log.error("A call of the API failed.", exc_info=error)
    return problem_response(defect())


for tag, noun in (
    ("Members", members),
    ("Members", blocks),
    ("Members", consents),
    ("Members", merges),
    ("Members", duplicates),
    ("Events", events),
    ("Orders", orders),
    ("Quotes", quotes),
    ("Balances", balances),
    ("Lots", lots),
    ("Entries", entries),
    ("Expiry", expiry),
    ("Messages", messages),
    ("Tiers", tiers),
    ("Tiers", ladders),
    ("Progress", progress),
    ("Audiences", audiences),
    ("Audiences", audience_lists),
    ("Rewards", rewards),
    ("Redemptions", redemptions),
    ("Redemptions", handovers),
    ("Holds", holds),
    ("Households", households),
    ("Adjustments", adjustments),
    ("Transfers", transfers),
    ("Stored value", stored_value),
    ("Gift cards", gift_cards),
    ("Payments", payments),
    ("Campaigns", campaigns),
    ("Objectives", objectives),
    ("Templates", templates),
    ("Programme", programme),
    ("Programme", publishing),
    ("Programme", differences),
    ("Programme", backtests),
    ("Programme", tunings),
    ("Drafts", drafts),
    ("Drafts", draft_steps),
    ("Drafts", draft_parts),
    ("Drafts", versions),
    ("Clock", clock),
):
    api.add_router("", noun.router, tags=[tag])
