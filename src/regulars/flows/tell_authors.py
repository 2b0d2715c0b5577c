"""Operators are told what became of what they wrote or asked for: drafts, back-tests, campaigns and their budgets.

What is to be told is read from what the rooms keep anyway, so that no other flow has to think of it; nobody is told of
the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.access.queries import operator_of_email
from regulars.domain.backtests.contracts import BacktestState
from regulars.domain.backtests.queries import backtests
from regulars.domain.campaigns.queries import budget_uses
from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.limits import period_start
from regulars.domain.notices.commands import give_notices
from regulars.domain.notices.contracts import NewNotice
from regulars.domain.notices.kinds.backtest_done import BacktestDone
from regulars.domain.notices.kinds.backtest_failed import BacktestFailed
from regulars.domain.notices.kinds.budget_used import BudgetUsed
from regulars.domain.notices.kinds.campaign_ended import CampaignEnded
from regulars.domain.notices.kinds.campaign_ends import CampaignEnds
from regulars.domain.notices.kinds.draft_approved import DraftApproved
from regulars.domain.notices.kinds.draft_called_off import DraftCalledOff
from regulars.domain.notices.kinds.draft_changed import DraftChanged
from regulars.domain.notices.kinds.draft_declined import DraftDeclined
from regulars.domain.notices.kinds.draft_published import DraftPublished
from regulars.domain.notices.kinds.draft_stopped import DraftStopped
from regulars.domain.notices.kinds.proposal_decided import ProposalDecided
from regulars.domain.notices.notice_kind import NoticeKind
from regulars.domain.programmes.contracts import Draft, DraftStep, ProposalState, StepKind
from regulars.domain.programmes.queries import (
    Shelf,
    draft,
    draft_of_version,
    draft_steps,
    drafts_touched,
    proposals_decided,
    rulebook_versions,
    shelf,
)
from regulars.kernel.clock import local_day

_BACK = timedelta(days=7)
"""How far back is looked: a worker that was away for longer tells nothing about before."""
_SOON = timedelta(days=3)
_WARNED = (80, 100)
"""Percent of a budget."""
_WRITING = (StepKind.opened, StepKind.saved, StepKind.joined, StepKind.renewed)
_CALLED_OFF = (StepKind.unscheduled, StepKind.withdrawn, StepKind.discarded)
Told = tuple[str, str, NoticeKind]
"""Who is told, about which occasion, what."""


def tell_authors(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Gives every notice that is due and was not given yet; how many. Running it again changes nothing."""
    rules = shelf(conn, programme_id=programme_id)
    told = [
        *_of_drafts(conn, programme_id, now=now),
        *_of_proposals(conn, programme_id, now=now),
        *_of_backtests(conn, programme_id, now=now),
        *_of_campaigns(conn, rules, now=now),
    ]
    here = {who: _works_here(conn, who, programme_id) for who in {who for who, _, _ in told}}
    new = [NewNotice(who, what.name, occasion, what.details()) for who, occasion, what in told if here[who]]
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
    return give_notices(conn, new, now=now, **place) if new else 0


def _works_here(conn: psycopg.Connection[Any], who: str, programme_id: int) -> bool:
    """API keys and the command line write drafts as well, and read no notices."""
    home = operator_of_email(conn, email=who) if "@" in who else None
    return home is not None and home.programme_id == programme_id


def _of_drafts(conn: psycopg.Connection[Any], programme_id: int, *, now: datetime) -> Iterator[Told]:
    for number in drafts_touched(conn, programme_id=programme_id, since=now - _BACK):
        found = draft(conn, programme_id=programme_id, draft_id=number)
        steps = draft_steps(conn, draft_id=number)
        for at, step in enumerate(steps):
            if step.at >= now - _BACK:
                yield from _of_step(found, steps[:at], step)


def _of_step(found: Draft, before: list[DraftStep], step: DraftStep) -> Iterator[Told]:
    """Whoever had a hand in the draft before, except who does it; of what a worker did, all of them."""
    authors = {each.by for each in before if each.kind in (*_WRITING, StepKind.submitted, StepKind.scheduled)}
    by_worker = step.kind is StepKind.stopped or (
        step.kind is StepKind.published and bool(before) and before[-1].kind is StepKind.scheduled
    )
    what = _said(found, step)
    if what is not None:
        for who in sorted(authors if by_worker else authors - {step.by}):
            yield who, f"{found.id}:{step.number}", what


def _said(found: Draft, step: DraftStep) -> NoticeKind | None:
    about: dict[str, Any] = {"about": found.id, "title": found.name}
    if step.kind is StepKind.approved:
        return DraftApproved(by=step.by, **about)
    if step.kind is StepKind.declined:
        return DraftDeclined(by=step.by, note=step.note, **about)
    if step.kind in _WRITING:
        return DraftChanged(by=step.by, **about)
    if step.kind in _CALLED_OFF:
        return DraftCalledOff(by=step.by, **about)
    if step.kind is StepKind.stopped:
        return DraftStopped(**about)
    if step.kind is StepKind.published:
        return DraftPublished(version=found.version or 0, **about)
    return None


def _of_proposals(conn: psycopg.Connection[Any], programme_id: int, *, now: datetime) -> Iterator[Told]:
    for each in proposals_decided(conn, programme_id=programme_id, since=now - _BACK):
        if each.decided_by is not None and each.decided_by != each.proposed_by:
            version = (each.version or 0) if each.state is ProposalState.published else 0
            yield each.proposed_by, str(each.id), ProposalDecided(about=version, by=each.decided_by, version=version)


def _of_backtests(conn: psycopg.Connection[Any], programme_id: int, *, now: datetime) -> Iterator[Told]:
    for each in backtests(conn, programme_id=programme_id):
        if each.finished_at is not None and each.finished_at >= now - _BACK:
            if each.state is BacktestState.done:
                yield each.asked_by, str(each.id), BacktestDone(about=each.id, title=each.label)
            elif each.state is BacktestState.failed:
                yield each.asked_by, str(each.id), BacktestFailed(about=each.id, title=each.label)


def _of_campaigns(conn: psycopg.Connection[Any], rules: Shelf, *, now: datetime) -> Iterator[Told]:
    if not rules.rulebooks or rules.starts[0] > now:
        return
    told: list[tuple[Campaign, str, NoticeKind]] = []
    campaigns = rules.in_force(now).rulebook.campaigns
    uses = budget_uses(conn, programme_id=rules.programme.id) if any(each.budget for each in campaigns) else []
    today = local_day(now, rules.programme.time_zone)
    for each in campaigns:
        end = each.valid_until
        if end is not None and now < end <= now + _SOON:
            told.append((each, f"{each.id}:{end.isoformat()}", CampaignEnds(title=each.name, ends=end)))
        elif end is not None and now - _BACK <= end <= now:
            told.append((each, f"{each.id}:{end.isoformat()}", CampaignEnded(title=each.name, ended=end)))
        if each.budget is not None:
            period = period_start(each.budget.each, today)
            taken = sum(
                (one.taken for one in uses if one.key == f"campaign:{each.id}" and one.period == period), Decimal(0)
            )
            most = each.budget.money if each.budget.money is not None else Decimal(each.budget.points or 0)
            for percent in _WARNED:
                if taken * 100 >= most * percent:
                    occasion = f"{each.id}:{period.isoformat()}:{most}:{percent}"
                    told.append((each, occasion, BudgetUsed(title=each.name, percent=percent)))
    for campaign, occasion, what in told:
        for who in sorted(_authors(conn, rules, campaign.id)):
            yield who, occasion, what


def _authors(conn: psycopg.Connection[Any], rules: Shelf, campaign: str) -> set[str]:
    """Who wrote or published the version with which the campaign began, and those that changed it."""
    published = {each.version: each.published_by for each in rulebook_versions(conn, programme_id=rules.programme.id)}
    found: set[str] = set()
    before: Campaign | None = None
    for each in rules.rulebooks:
        there = next((one for one in each.rulebook.campaigns if one.id == campaign), None)
        if there is not None and there != before:
            found.add(published.get(each.version, ""))
            source = draft_of_version(conn, programme_id=rules.programme.id, version=each.version)
            if source is not None:
                found |= {step.by for step in draft_steps(conn, draft_id=source.id) if step.kind in _WRITING}
        before = there
    return found
