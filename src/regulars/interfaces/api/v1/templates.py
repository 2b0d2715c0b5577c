"""Ready-made programmes: what each promises, its rulebook, and what a typical member's year comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from ninja import Path, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.template import Template
from regulars.flows.live_a_year import TypicalYear, typical_year
from regulars.flows.read_templates import read_templates, template_of
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Output

router = Router()


class YearOfPoints(Output):
    """Points of one type that a typical member gets in a year."""

    point_type: str
    earned: int
    worth: Decimal | None = Field(description="To the member, in the template's currency; null: none is stated")


class YearShown(Output):
    """A typical member's year, played with the template's own rules."""

    spent: Decimal
    orders: int
    points: list[YearOfPoints]
    cost_percent: Decimal = Field(description="The worth of all points in percent of what was spent")
    tiers: dict[str, str] = Field(description="By ladder, the tier at the end of the year")


class TemplateShown(Output):
    """A ready-made programme in short."""

    code: str
    capability: str = Field(description="Which kind of programme it is, A1 to A12")
    title: dict[str, str] = Field(description="By language; English is always there")
    promise: dict[str, str]
    currency: str
    cost_percent: Decimal = Field(description="What the points of a typical year are worth, in percent of sales")
    waits_for: list[str] = Field(description="Capabilities that parts of it wait for; empty: it is complete")


class TemplateDetail(TemplateShown):
    """A ready-made programme as a whole."""

    known_from: dict[str, str]
    year: YearShown
    rewards: list[dict[str, Any]] = Field(description="The rewards it begins with")
    document: dict[str, Any] = Field(description="Its rulebook")


class TemplateList(Output):
    """Every ready-made programme."""

    items: list[TemplateShown]


@router.get(
    "/templates",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=TemplateList,
    summary="List programme templates",
    operation_id="list_templates",
)
def list_templates(request: ApiRequest) -> TemplateList:
    """Programmes of every kind that come with Regulars, each complete and proven by stories."""
    return TemplateList(
        items=[TemplateShown(**_short(each, typical_year(request.conn, each))) for each in read_templates()]
    )


@router.get(
    "/templates/{template}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=TemplateDetail,
    summary="Get a programme template",
    operation_id="get_template",
)
def get_template(
    request: ApiRequest, template: Annotated[str, Path(max_length=60, description="The short name of the template")]
) -> TemplateDetail:
    """One template with its rulebook, its rewards and a typical member's year."""
    found = template_of(template)
    year = typical_year(request.conn, found)
    return TemplateDetail(
        **_short(found, year),
        known_from=found.description.known_from,
        year=YearShown(
            spent=year.spent,
            orders=year.orders,
            points=[
                YearOfPoints(point_type=each.point_type.id, earned=each.earned, worth=each.worth)
                for each in year.earned
            ],
            cost_percent=year.percent,
            tiers=year.tiers,
        ),
        rewards=[each.model_dump(mode="json") for each in found.description.rewards],
        document=found.rulebook.document(),
    )


def _short(each: Template, year: TypicalYear) -> dict[str, Any]:
    return {
        "code": each.code,
        "capability": each.description.capability,
        "title": each.description.title,
        "promise": each.description.promise,
        "currency": each.rulebook.currency,
        "cost_percent": year.percent,
        "waits_for": sorted({part.for_ for part in each.description.waits}),
    }
