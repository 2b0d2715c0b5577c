"""The rulebook: everything a programme promises, as one versioned, immutable document."""

from __future__ import annotations

import copy
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.measures import Measure, by_id
from regulars.domain.earning.plain import plain
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.domain.earning.stacking import StackingGroup, around
from regulars.domain.earning.strategy import Terms
from regulars.domain.ledger.activation_policy import ActivationPolicy, activation_policy
from regulars.domain.ledger.expiry_policy import ExpiryPolicy, expiry_policy
from regulars.domain.programmes.adjustment_policy import AdjustmentPolicy
from regulars.domain.programmes.badges import Badge
from regulars.domain.programmes.consents import Consent
from regulars.domain.programmes.event_types import EventType
from regulars.domain.programmes.households import Households
from regulars.domain.programmes.member_fields import MemberField
from regulars.domain.programmes.merging import Merging
from regulars.domain.programmes.occasions import Occasions
from regulars.domain.programmes.paused import Paused
from regulars.domain.programmes.publishing import Publishing
from regulars.domain.programmes.reminders import Reminders
from regulars.domain.programmes.returns import Returns
from regulars.domain.programmes.stated_policies import POLICY_FIELDS
from regulars.domain.programmes.stored_value import StoredValue
from regulars.domain.programmes.tier_splits import check_splits
from regulars.domain.programmes.transfer_terms import Transfers
from regulars.domain.programmes.translations import Translations, in_other_words
from regulars.domain.programmes.vouchers import Vouchers
from regulars.domain.tiers.ladder import Ladder
from regulars.domain.tiers.rungs import Rungs
from regulars.kernel.clock import zone
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.validation import complaint, nearest, refused

_IMMEDIATE = {"mode": "immediate"}


class PointType(BaseModel):
    """A currency of points. worth: what one point is worth to the member in the programme's currency, for display.

    unit: `points`, or `money`: each is the smallest unit of the programme's currency (a cent), they are shown as money,
    and what they are worth follows from that.

    expiry: {policy: never} or {policy: after, period: 6 months, round_up: month}.
    pending: {mode: immediate} or {mode: after, period: 14 days}. reminders: [30 days, 7 days].
    on_expiry_change: what a version with another expiry means for points that are there. `grandfather`: they keep their
    last day; `restart_clock`: they get the term of the new expiry from the day on which the version comes into force.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="Stable short name, such as points")
    name: str = Field(min_length=1, max_length=60, description="How members call these points")
    unit: Literal["points", "money"] = Field(
        default="points",
        exclude_if=lambda value: value == "points",
        description="What is counted: points, or money in the smallest unit of the programme's currency",
    )
    worth: Decimal | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        max_digits=12,
        description="What one point is worth to the member, in the programme's currency",
    )
    expiry: dict[str, Any] = Field(
        default_factory=lambda: {"policy": "never"}, description="When points stop being spendable"
    )

    pending: dict[str, Any] = Field(
        default_factory=lambda: dict(_IMMEDIATE),
        exclude_if=lambda value: value == _IMMEDIATE,
        description="When points that were earned can be spent",
    )
    reminders: Reminders = Field(default=(), exclude_if=lambda value: not value)
    on_expiry_change: Literal["grandfather", "restart_clock"] = Field(
        default="grandfather",
        exclude_if=lambda value: value == "grandfather",
        description="Whether points that are there keep their last day when the expiry changes (grandfather), or get"
        " the new term from the day of the change (restart_clock)",
    )

    @field_validator("expiry", mode="before")
    @classmethod
    def _expiry_in_its_form(cls, value: object) -> dict[str, object]:
        return POLICY_FIELDS["expiry"].in_form(value)

    @field_validator("pending", mode="before")
    @classmethod
    def _pending_in_its_form(cls, value: object) -> dict[str, object]:
        return POLICY_FIELDS["pending"].in_form(value)

    @model_validator(mode="after")
    def _money_is_worth_itself(self) -> Self:
        if self.unit == "money" and self.worth is not None:
            raise complaint("points that count money are worth what they say", "Remove worth.")
        return self

    def policy(self) -> ExpiryPolicy:
        """The expiry policy that the document states."""
        return expiry_policy(self.expiry)

    @property
    def spendable_at_once(self) -> bool:
        """Whether these points are never pending."""
        return self.pending == _IMMEDIATE

    def activation(self) -> ActivationPolicy:
        """The activation policy that the document states."""
        return activation_policy(self.pending)


class OrderTerms(BaseModel):
    """earn_on: what of a mixed payment earns. `net`: the money that was paid; `gross`: points paid on the order too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    earn_on: Literal["net", "gross"] = Field(
        default="net", description="Whether what was paid in points earns as well: gross, or net if it does not"
    )


class Rulebook(BaseModel):
    """One version of a programme's rules. `rulebook: 1` is the version of this format.

    A field that is younger than the format is stored only where it says something else than its default, so that the
    documents of older versions, and their digests, stay what they were.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    rulebook: Literal[1] = Field(description="The version of this format")
    name: str = Field(min_length=1, max_length=120, description="The name of the programme")
    currency: str = Field(description="The currency of orders, as three capital letters (ISO 4217)")
    time_zone: str = Field(description="The time zone in which days begin and end, such as Europe/Istanbul")
    point_types: tuple[PointType, ...] = Field(min_length=1, max_length=20, description="The kinds of points")
    earn_rules: tuple[EarnRule, ...] = Field(default=(), max_length=10_000, description="How members earn")
    measures: tuple[Measure, ...] = Field(
        default=(),
        max_length=100,
        exclude_if=lambda value: not value,
        description="What is counted of a member's past, for conditions on history.<measure>",
    )
    ladders: tuple[Ladder, ...] = Field(default=(), max_length=20, description="Tiers that members climb")
    stacking: tuple[StackingGroup, ...] = Field(
        default=(),
        max_length=200,
        exclude_if=lambda value: not value,
        description="Which rules count when several could",
    )
    campaigns: tuple[Campaign, ...] = Field(
        default=(),
        max_length=1_000,
        exclude_if=lambda value: not value,
        description="Rules that share dates, conditions and a budget",
    )
    returns: Returns = Field(
        default_factory=Returns,
        exclude_if=lambda value: value == Returns(),
        description="What happens to points when an order is returned",
    )
    orders: OrderTerms = Field(
        default_factory=OrderTerms,
        exclude_if=lambda value: value == OrderTerms(),
        description="What of an order earns",
    )
    adjustments: AdjustmentPolicy = Field(
        default_factory=AdjustmentPolicy,
        exclude_if=lambda value: value == AdjustmentPolicy(),
        description="What staff may change in a member's balance",
    )
    transfers: Transfers = Field(
        default_factory=Transfers,
        exclude_if=lambda value: value == Transfers(),
        description="Whether and how members send points to one another",
    )
    stored_value: StoredValue = Field(
        default_factory=StoredValue,
        exclude_if=lambda value: value == StoredValue(),
        description="Whether members can pay money in and spend it later, and within which limits",
    )
    households: Households = Field(
        default_factory=Households,
        exclude_if=lambda value: value == Households(),
        description="Whether members can share or pool their points",
    )
    merging: Merging = Field(
        default_factory=Merging,
        exclude_if=lambda value: value == Merging(),
        description="What happens when two members turn out to be one person",
    )
    vouchers: Vouchers = Field(
        default_factory=Vouchers, exclude_if=lambda value: value == Vouchers(), description="Several codes on one order"
    )
    paused: Paused = Field(
        default_factory=Paused,
        exclude_if=lambda value: value == Paused(),
        description="What rests for a while: rules that give nothing",
    )
    publishing: Publishing = Field(
        default_factory=Publishing,
        exclude_if=lambda value: value == Publishing(),
        description="How the next versions come about",
    )
    badges: tuple[Badge, ...] = Field(
        default=(),
        max_length=200,
        exclude_if=lambda value: not value,
        description="Badges that members can get",
    )
    translations: Translations = Field(default_factory=dict, exclude_if=lambda value: not value)
    member_fields: tuple[MemberField, ...] = Field(
        default=(),
        max_length=200,
        exclude_if=lambda value: not value,
        description="What is kept about members besides name and address",
    )
    consents: tuple[Consent, ...] = Field(
        default=(),
        max_length=50,
        exclude_if=lambda value: not value,
        description="What members are asked to allow, such as news by e-mail",
    )
    occasions: Occasions = Field(
        default_factory=Occasions,
        exclude_if=lambda value: value == Occasions(),
        description="Which events time makes: birthdays, anniversaries of joining, long silence",
    )
    event_types: tuple[EventType, ...] = Field(
        default=(),
        max_length=500,
        exclude_if=lambda value: not value,
        description="What members do besides buying: names, fields, and how often it counts",
    )

    @field_validator("currency")
    @classmethod
    def _currency_exists(cls, value: str) -> str:
        try:
            decimals_of(value)
        except Refusal as refusal:
            raise refused(refusal) from None
        return value

    @field_validator("time_zone")
    @classmethod
    def _time_zone_exists(cls, value: str) -> str:
        try:
            zone(value)
        except Refusal as refusal:
            raise refused(refusal, close=nearest(value, available_timezones())) from None
        return value

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for what, ids in (
            ("point type", [each.id for each in self.point_types]),
            ("earn rule", [each.id for each in self.earn_rules]),
            ("measure", [each.id for each in self.measures]),
            ("ladder", [each.id for each in self.ladders]),
            ("field", [each.id for each in self.member_fields]),
            ("consent", [each.id for each in self.consents]),
            ("event type", [each.id for each in self.event_types]),
            ("stacking group", [each.id for each in self.stacking]),
            ("campaign", [each.id for each in self.campaigns]),
            ("badge", [each.id for each in self.badges]),
        ):
            twice = [each for each, count in Counter(ids).items() if count > 1]
            if twice:
                raise PydanticCustomError("twice", "the {what} {id} is there twice", {"what": what, "id": twice[0]})
        return self

    @model_validator(mode="after")
    def _groups_and_campaigns_exist(self) -> Self:
        groups, campaigns = {each.id: each.inside for each in self.stacking}, {each.id for each in self.campaigns}
        for rule in self.earn_rules:
            for what, given, known in (("stacking group", rule.group, groups), ("campaign", rule.campaign, campaigns)):
                if given is not None and given not in known:
                    raise PydanticCustomError("astray", "there is no {what} {id}", {"what": what, "id": given})
        check_splits(self.earn_rules, self.ladders)
        if any(around(groups, each) is None for each in groups):
            raise PydanticCustomError("astray", "a stacking group lies in one that is not there, or within itself")
        return self

    def document(self) -> dict[str, Any]:
        """The rulebook as JSON values, for a version to store; `Rulebook.model_validate` gives the same one back."""
        document = plain(self.model_dump())
        assert isinstance(document, dict)
        return document

    def texts_in(self, language: str) -> dict[str, str]:
        """What texts are called in a language ("tr", "pt-br"), or in its general form; empty: nothing is translated."""
        return self.translations.get(language) or self.translations.get(language.partition("-")[0]) or {}

    def in_language(self, language: str) -> Rulebook:
        """The same rulebook as members of that language read it; itself where it has no texts in it."""
        texts = self.texts_in(language)
        return Rulebook.model_validate(in_other_words(self.document(), texts)) if texts else self

    def over_on(self, day: date) -> list[PointType]:
        """The point types of which what becomes active on that day has no last day left: a fixed date that is over."""
        last_days = [(each, each.policy().last_day(day)) for each in self.point_types]
        return [each for each, last_day in last_days if last_day is not None and last_day < day]

    def money_points(self) -> frozenset[str]:
        """Ids of the point types that count money."""
        return frozenset(each.id for each in self.point_types if each.unit == "money")

    def counted_in(self, code: str) -> str:
        """The currency whose smallest unit the points of this type are; "" where they are points."""
        return self.currency if code in self.money_points() else ""

    def worth_of(self, point_type: PointType) -> Decimal | None:
        """What one point is worth to the member, in the programme's currency; None: nothing is said about it."""
        return Decimal(1).scaleb(-decimals_of(self.currency)) if point_type.unit == "money" else point_type.worth

    def terms(self) -> Terms:
        """The names that sentences about these rules use."""
        return Terms(
            currency=self.currency,
            point_names={each.id: each.name for each in self.point_types},
            rule_names={each.id: each.name for each in self.earn_rules},
            tier_names={each.id: {tier.id: tier.name for tier in each.tiers} for each in self.ladders},
            money_points=self.money_points(),
            measures=by_id(self.measures),
            fields={each.id: each.terms() for each in self.member_fields},
            consent_names={each.id: each.name for each in self.consents},
            event_names={each.id: each.name for each in self.event_types if each.name},
            campaigns={each.id: each for each in self.campaigns},
            groups={each.id: each for each in self.stacking},
        )


class CompiledRulebook:
    """A published version ready for the hot path. point_type_ids: code -> id of the ledger's point type.

    expiry, activation: by point type code. renewing: the expiry policies whose clock activities start again.
    waiting: codes of point types whose points are pending at first.
    at_once: ids of the rules whose points are never pending. awaited: event types that make pending points active.
    earn_on: `net` or `gross`. event_types: those that the rulebook declares, by id.
    """

    def __init__(self, rulebook_id: int, version: int, rulebook: Rulebook, point_type_ids: dict[str, int]) -> None:
        places = decimals_of(rulebook.currency)
        self.id = rulebook_id
        self.version = version
        self.rulebook = rulebook
        self.places = places
        self.rules = CompiledRules(
            rulebook.earn_rules,
            places=places,
            groups=rulebook.stacking,
            campaigns=rulebook.campaigns,
            worths={each.id: worth for each in rulebook.point_types if (worth := rulebook.worth_of(each)) is not None},
            measures=rulebook.measures,
            factors={each.id: {tier.id: tier.earn_factor for tier in each.tiers} for each in rulebook.ladders},
            resting=rulebook.paused.resting(rulebook.earn_rules),
        )
        self.rungs = [Rungs(ladder, places=places) for ladder in rulebook.ladders]
        self.point_type_ids = point_type_ids
        self.rule_names = {rule.id: rule.name for rule in rulebook.earn_rules}
        self.expiry = {each.id: each.policy() for each in rulebook.point_types}
        self.expiry_texts = {each.id: json.dumps(each.expiry) for each in rulebook.point_types}
        self.renewing = {name: policy for name, policy in self.expiry.items() if policy.renews}
        self.activation = {each.id: each.activation() for each in rulebook.point_types}
        self.waiting = frozenset(each.id for each in rulebook.point_types if not each.spendable_at_once)
        self.awaited = frozenset(event for each in self.activation.values() for event in each.event_types())
        self.at_once = frozenset(rule.id for rule in rulebook.earn_rules if rule.at_once)
        self.badges = {each.id: each for each in rulebook.badges}
        self.returns = rulebook.returns.policies()
        self.earn_on = rulebook.orders.earn_on
        self.transfers = rulebook.transfers
        self.households = rulebook.households
        self.event_types = {each.id: each for each in rulebook.event_types}

    def in_language(self, language: str) -> CompiledRulebook:
        """The same version with the texts of that language, for pages; rules and numbers are the very same."""
        rulebook = self.rulebook.in_language(language)
        if rulebook is self.rulebook:
            return self
        told = copy.copy(self)
        told.rulebook = rulebook
        told.rungs = [rungs.told(ladder) for rungs, ladder in zip(self.rungs, rulebook.ladders, strict=True)]
        told.rule_names = {rule.id: rule.name for rule in rulebook.earn_rules}
        return told
