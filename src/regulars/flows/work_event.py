"""One event at the open desk: what the rules say of it, and what that moves. Live, dry and in a back-test."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import psycopg

from regulars.domain.earning.contracts import Evaluation, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.kept_state import kept_state
from regulars.domain.events.intake import Checked
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.flows.activate_waiting import activate_by_earlier, activate_waiting
from regulars.flows.apply_effects import Applied, apply_effects
from regulars.flows.count_once import counted_before, once_key
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.remember import remember

_log = logging.getLogger(__name__)


class Worked(NamedTuple):
    """What came of an event. kept: the member as the rules saw it, for asking them again; None where nobody will."""

    applied: Applied
    evaluation: Evaluation
    kept: bytes | None


def work_event(
    conn: psycopg.Connection[Any],
    desk: Desk,
    file: MemberFile,
    event: Checked,
    rulebook: CompiledRulebook,
    occurrence: Occurrence,
    *,
    bare: bool = False,
) -> Worked:
    """Asks the rules and applies what they say. The member has entered the day; what refuses was asked before.

    occurrence: what is evaluated, without what points paid where the rulebook says so. bare: only what moves, where
    nobody will ask why, or for the answer: it shows no points then, and nothing is kept for asking again.
    """
    state = file.state(rulebook, occurrence)
    once = once_key(rulebook, event, file.id)
    state.is_repeat = once is not None and (once in desk.counted or once in desk.firsts)
    state.left = desk.budgets.left(rulebook, occurrence)
    evaluation = evaluate(rulebook.rules, state, occurrence, bare=bare)
    if state.left and not evaluation.scarce:
        state.left = {}  # whatever was left, it was enough
    kept = None if bare else kept_state(state)
    remember(desk, file, evaluation.counts)
    desk.budgets.draw(evaluation.draws, rulebook)
    for rule, defect in evaluation.defects:
        _log.error("Rule %r of rulebook %s gave nothing: it broke.", rule, rulebook.id, exc_info=defect)
    applied = apply_effects(desk, file, event, evaluation, rulebook, occurrence=occurrence, bare=bare)
    if state.is_repeat:
        applied.shown.append(counted_before())
    elif once is not None:
        desk.firsts[once] = applied.event_id
    if event.event.type in desk.rules.awaited:
        applied.shown += activate_waiting(conn, desk, file, event)
    if event.event.order is not None and desk.rules.awaited:
        applied.shown += activate_by_earlier(conn, desk, file, event, applied.event_id)
    return Worked(applied, evaluation, kept)
