"""A whole rulebook in plain words, as data: sections of sentences, for the console, the portal and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.limits_words import campaign_words, group_words, limits_words
from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.earning.strategy import Terms
from regulars.domain.programmes.adjustment_policy import AdjustmentPolicy
from regulars.domain.programmes.rulebook import PointType, Rulebook
from regulars.domain.programmes.transfer_terms import TransferFee
from regulars.domain.programmes.words_of_members import kept_words, once_words, when_words
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.kernel.words import Money, Sentence, listing

_SOME_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the rulebook's page. title: its heading; sentences: one line each."""

    title: Sentence
    sentences: tuple[Sentence, ...]


def rulebook_words(rulebook: Rulebook) -> list[Section]:
    """How one earns, what the tiers are, when points expire and what they are worth."""
    terms = rulebook.terms()
    sections = []
    if rulebook.earn_rules:
        sections.append(Section(Sentence("How you earn"), tuple(_earn_words(rulebook, terms))))
    groups = stacking_sentences(rulebook)
    if groups:
        sections.append(Section(Sentence("When several offers apply"), groups))
    if rulebook.campaigns:
        said = tuple(campaign_words(each, terms) for each in rulebook.campaigns)
        sections.append(Section(Sentence("Campaigns"), said))
    for ladder in rulebook.ladders:
        sections.append(Section(Sentence("{name}", {"name": ladder.name}), tuple(_ladder_words(ladder, terms))))
    pending = pending_words(rulebook)
    if pending:
        sections.append(Section(Sentence("When points can be spent"), pending))
    sections.append(Section(Sentence("When points expire"), _expiry_words(rulebook)))
    sections.append(Section(Sentence("When you return something"), return_words(rulebook)))
    sending = transfer_words(rulebook)
    if sending:
        sections.append(Section(Sentence("When you send points to others"), sending))
    stored = rulebook.stored_value.words(rulebook.currency)
    if stored:
        sections.append(Section(Sentence("Money that you pay in"), stored))
    if rulebook.households.allowed:
        sections.append(Section(Sentence("Households"), rulebook.households.words()))
    merging = rulebook.merging.words()
    if merging:
        sections.append(Section(Sentence("When two members turn out to be one person"), merging))
    if vouchers := rulebook.vouchers.words(rulebook.currency):
        sections.append(Section(Sentence("Voucher codes on an order"), vouchers))
    worth = tuple(
        _worth(each, each.worth, rulebook.currency) for each in rulebook.point_types if each.worth is not None
    )
    if worth:
        sections.append(Section(Sentence("What points are worth"), worth))
    occasions = (*rulebook.occasions.words(), *once_words(rulebook))
    if occasions:
        sections.append(Section(Sentence("Occasions and activities"), occasions))
    kept = kept_words(rulebook)
    if kept:
        sections.append(Section(Sentence("About members"), kept))
    publishing = rulebook.publishing.words()
    if publishing:
        sections.append(Section(Sentence("When the rulebook changes"), publishing))
    adjustments = tuple(_adjustments(rulebook.adjustments))
    if adjustments:
        sections.append(Section(Sentence("What staff may give and take"), adjustments))
    return sections


def _expiry_words(rulebook: Rulebook) -> tuple[Sentence, ...]:
    single = len(rulebook.point_types) == 1
    said = [_of(each, each.policy().words(), single=single) for each in rulebook.point_types]
    for each in rulebook.point_types:
        if each.reminders:
            values = {"periods": listing([Sentence("{period}", {"period": text}) for text in each.reminders])}
            said.append(_of(each, Sentence("you are reminded {periods} before that", values), single=single))
    return tuple(said)


def pending_words(rulebook: Rulebook) -> tuple[Sentence, ...]:
    """How long points stay pending, and what that means for their last day; nothing where all are spendable at once."""
    waiting = [each for each in rulebook.point_types if not each.spendable_at_once]
    single = len(rulebook.point_types) == 1
    said = [_of(each, each.activation().words(), single=single) for each in waiting]
    if any(each.policy().last_day(_SOME_DAY) is not None for each in waiting):
        said.append(Sentence("the time until points expire begins when they can be spent"))
    return tuple(said)


def return_words(rulebook: Rulebook) -> tuple[Sentence, ...]:
    """What is taken back of an order that is returned, and what comes back."""
    policies = rulebook.returns.policies()
    return policies.rounding.words(), policies.clawback.words(), policies.restore.words()


def transfer_words(rulebook: Rulebook) -> tuple[Sentence, ...]:
    """How members send points to one another; nothing where they cannot."""
    terms = rulebook.transfers
    names = [each.name for each in rulebook.point_types if terms.allows(each.id)]
    if not names:
        return ()
    said = [] if len(names) == len(rulebook.point_types) else [Sentence("{names} only", {"names": ", ".join(names)})]
    said.append(terms.expiry_policy().words())
    if terms.least > 1:
        said.append(Sentence("at least {points} points at once", {"points": terms.least}))
    if terms.most is not None:
        said.append(Sentence("at most {points} points at once", {"points": terms.most}))
    if terms.per_day is not None:
        said.append(Sentence("at most {points} points in one day", {"points": terms.per_day}))
    said.extend(_fee_words(terms.fee))
    if terms.cancel_within is not None:
        period = {"period": terms.cancel_within}
        said.append(Sentence("you can take back what is not spent for {period}", period))
    return tuple(said)


def _fee_words(fee: TransferFee) -> list[Sentence]:
    values = {"points": fee.points, "percent": fee.percent}
    if fee.points and fee.percent:
        return [Sentence("sending costs {points} points and {percent} % on top", values)]
    if fee.points:
        return [Sentence("sending costs {points} points on top", values)]
    return [Sentence("sending costs {percent} % on top", values)] if fee.percent else []


def _earn_words(rulebook: Rulebook, terms: Terms) -> list[Sentence]:
    resting = rulebook.paused.resting(rulebook.earn_rules)
    sentences = [*rulebook.paused.words()]
    for rule in rulebook.earn_rules:
        said = rule_words(rule, terms)
        sentences.append(Sentence("{rest}, paused at present", {"rest": said}) if rule.id in resting else said)
    if rulebook.orders.earn_on == "gross":
        sentences.append(Sentence("What you pay with points earns as well"))
    return sentences


def rule_words(rule: EarnRule, terms: Terms) -> Sentence:
    """One rule: 'Double coffee: 2 times the points of “Base”, for lines of which the category is Coffee, if ...'."""
    words = Sentence(
        "{name}: {gives}", {"name": rule.name, "gives": strategy_of(rule).words(terms.of(rule.point_type))}
    )
    if len(terms.point_names) > 1:
        point_type = terms.point_names.get(rule.point_type, rule.point_type)
        words = Sentence("{rest}, in {point_type}", {"rest": words, "point_type": point_type})
    if rule.on != "order":
        words = when_words(rule, terms, words)
    if rule.lines is not None:
        which = condition_words(rule.lines, terms)
        words = Sentence("{rest}, for what you buy where {which}", {"rest": words, "which": which})
    if rule.when is not None:
        words = Sentence("{rest}, if {when}", {"rest": words, "when": condition_words(rule.when, terms)})
    if rule.valid_from is not None:
        words = Sentence("{rest}, from {start}", {"rest": words, "start": rule.valid_from})
    if rule.valid_until is not None:
        words = Sentence("{rest}, until {end}", {"rest": words, "end": rule.valid_until})
    if rule.campaign is not None and rule.campaign in terms.campaigns:
        words = Sentence("{rest}, in “{campaign}”", {"rest": words, "campaign": terms.campaigns[rule.campaign].name})
    for limit in limits_words(rule.limits, terms):
        words = Sentence("{rest}, {limit}", {"rest": words, "limit": limit})
    if rule.at_once:
        words = Sentence("{rest}, to be spent at once", {"rest": words})
    return words


def stacking_sentences(rulebook: Rulebook) -> tuple[Sentence, ...]:
    """How groups choose; nothing of a group in which there is nothing."""
    said = []
    for group in rulebook.stacking:
        names = [rule.name for rule in rulebook.earn_rules if rule.group == group.id]
        names += [inner.name for inner in rulebook.stacking if inner.inside == group.id]
        if names:
            offers: list[Sentence | str] = [Sentence("“{name}”", {"name": name}) for name in names]
            said.append(group_words(group, listing(offers)))
    return tuple(said)


def _ladder_words(ladder: Ladder, terms: Terms) -> list[Sentence]:
    sentences = [tier_words(ladder, tier, terms) for tier in ladder.tiers]
    if len(ladder.tiers) > 1:
        sentences += down_words(ladder)
    return sentences


def down_words(ladder: Ladder) -> list[Sentence]:
    """When one moves up and down, the time before that, and what a return can do."""
    policy = {"policy": ladder.policy.words()}
    if ladder.up == "at_once":
        sentences = [Sentence("You move up at once. When your score falls, {policy}", policy)]
    else:
        sentences = [Sentence("You move up when the period is over. When your score falls, {policy}", policy)]
    if ladder.time_left is not None:
        sentences.append(Sentence("Before a tier is lost, {grace}", {"grace": ladder.time_left.words()}))
    if ladder.notice:
        periods = listing([Sentence("{period}", {"period": text}) for text in ladder.notice])
        sentences.append(Sentence("members are told {periods} before a tier is lost", {"periods": periods}))
    if ladder.downgrade_on_return:
        sentences.append(Sentence("A return can cost a tier that the order had helped to reach"))
    return sentences


def tier_words(ladder: Ladder, tier: Tier, terms: Terms) -> Sentence:
    """One tier: 'Gold: from 500.00 EUR spent in 12 months; gives: free shipping'."""
    values: dict[str, object] = {"tier": tier.name}
    if tier.from_score is None:
        words = Sentence("{tier}: by invitation", values)
    elif tier.from_score == 0:
        words = Sentence("{tier}: from the start", values)
    else:
        values |= {"score": score_words(ladder, tier.from_score, terms), "window": ladder.window}
        if ladder.span.name == "rolling":
            words = Sentence("{tier}: from {score} in {window}", values)
        elif ladder.span.name == "lifetime":
            words = Sentence("{tier}: from {score} in total", values)
        else:
            words = Sentence("{tier}: from {score} {within}", values | {"within": ladder.span.words()})
    if tier.for_life:
        words = Sentence("{tier}, for life once it is reached", {"tier": words})
    if tier.benefits:
        offers: list[Sentence | str] = [each.words(currency=terms.currency) for each in tier.offers]
        return Sentence("{tier}; gives: {benefits}", {"tier": words, "benefits": joined(offers)})
    return words


def joined(parts: list[Sentence | str]) -> Sentence | str:
    """Parts in a row, as benefits are told: 'a · b · c'."""
    row = parts[0]
    for part in parts[1:]:
        row = Sentence("{row} · {next}", {"row": row, "next": part})
    return row


def score_words(ladder: Ladder, score: Decimal, terms: Terms) -> Sentence:
    """So much of what the ladder counts."""
    if ladder.metric_name == "points":
        (point_type,) = ladder.measure.point_types()
        values = {"points": score, "point_type": terms.point_names.get(point_type, point_type)}
        return Sentence("{points} earned in {point_type}", values)
    return ladder.measure.amount(score, currency=terms.currency)


def _of(point_type: PointType, said: Sentence, *, single: bool) -> Sentence:
    """What is said of one point type, with its name where there are several."""
    return said if single else Sentence("{name}: {said}", {"name": point_type.name, "said": said})


def _worth(point_type: PointType, worth: Decimal, currency: str) -> Sentence:
    """Of a hundred points, because what one is worth is mostly less than a coin."""
    return Sentence("{name}: 100 are worth {amount}", {"name": point_type.name, "amount": Money(worth * 100, currency)})


def _adjustments(policy: AdjustmentPolicy) -> list[Sentence]:
    """What staff may do; nothing where it is the usual policy, which says nothing in particular."""
    if policy == AdjustmentPolicy():
        return []
    names: list[Sentence | str] = [each.name for each in policy.reasons]
    said = [Sentence("Points are given and taken for: {reasons}", {"reasons": listing(names, last="or")})]
    if policy.daily_limit is not None:
        text = "One operator gives and takes up to {points} points in a day"
        said.append(Sentence(text, {"points": policy.daily_limit}))
    if policy.approval_above is not None:
        text = "More than {points} points at once wait until a second person approves"
        said.append(Sentence(text, {"points": policy.approval_above}))
    if policy.may_overdraw:
        said.append(Sentence("Taking points may leave less than nothing; the next points make up for it"))
    else:
        said.append(Sentence("Taking points leaves at least nothing"))
    return said
