"""An audience is made or changed, and its members follow at once; who did it is recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.audiences import commands
from regulars.domain.audiences.contracts import Audience, AudienceDraft, AudienceNotFound, Kind, Reason, audiences_in
from regulars.domain.audiences.queries import audience, audiences
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.facts import AUDIENCE
from regulars.domain.earning.measures import HISTORY
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.audiences_in_rulebooks import asked_by_rulebooks, live_rulebooks, uses_in_rulebooks
from regulars.flows.audiences_named import asked_by_audiences, asked_in, way_round
from regulars.flows.member_vocabulary import Trouble, Vocabulary, troubles_of, vocabulary_of
from regulars.flows.refresh_audiences import refresh_audience
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

_NAMED = 3
"""Rules that a refusal names; the page of the audience lists them all."""
_CODE = re.compile(r"[a-z][a-z0-9-]{0,59}")


def save_audience(
    conn: psycopg.Connection[Any],
    draft: AudienceDraft,
    *,
    programme_id: int,
    now: datetime,
    by: str,
    replacing: str | None = None,
    version: int | None = None,
) -> Audience:
    """Adds the audience, or changes the one of the code `replacing`; then its members are those of its conditions.

    version: that the change was made from; None: whatever it is. Raises Refusal for conditions that cannot be asked of
    members, for a circle of audiences, for archiving what a rulebook asks for, and for a change of code or kind;
    nothing is written then.
    """
    rules = shelf(conn, programme_id=programme_id)
    organisation_id = rules.programme.organisation_id
    with conn.transaction():
        known = {each.code: each for each in audiences(conn, programme_id=programme_id, lock=True)}
        before = None if replacing is None else known.get(replacing)
        if replacing is not None and before is None:
            raise AudienceNotFound(replacing)
        _check_form(draft, before, version)
        _check_unused(draft, before, rules, now=now)
        _check_references(draft, before, known, rules, now=now)
        name, purpose = clean(draft.name, longest=120, field="name"), draft.description
        purpose = None if purpose is None else clean(purpose, longest=500, field="description")
        clean_draft = AudienceDraft(draft.code, name, draft.kind, draft.conditions, draft.archived, purpose)
        commands.save_audience(
            conn, clean_draft, organisation_id=organisation_id, programme_id=programme_id, now=now, by=by,
            replacing=before,
        )  # fmt: skip
        record_act(
            conn,
            entry_id=new_id(0),
            organisation_id=organisation_id,
            programme_id=programme_id,
            now=now,
            by=by,
            action="audience.saved",
            subject=programme_subject(programme_id),
            details={"audience": draft.code, "name": clean_draft.name, "archived": draft.archived},
        )
    if draft.kind is Kind.dynamic and not draft.archived:
        refresh_audience(conn, programme_id=programme_id, code=draft.code, now=now, by=by, reason=Reason.edit)
    saved = audience(conn, programme_id=programme_id, code=draft.code)
    if saved is None:
        raise AudienceNotFound(draft.code)
    return saved


def check_conditions(conditions: Condition, vocabulary: Vocabulary) -> None:
    """Raises Refusal for the first thing that keeps conditions from being asked of members."""
    for each in troubles_of(conditions, vocabulary):
        raise refusal_of(each)


def refusal_of(trouble: Trouble) -> Refusal:
    """The trouble as a refusal, with the place in the tree."""
    place = f"conditions.{trouble.path}" if trouble.path else "conditions"
    return Refusal(
        "bad_conditions",
        "The conditions cannot be asked of members",
        detail=trouble.problem,
        remedy=trouble.remedy,
        field=place,
    )


def _check_form(draft: AudienceDraft, before: Audience | None, version: int | None) -> None:
    if not _CODE.fullmatch(draft.code):
        raise Refusal(
            "bad_audience_code",
            "The code cannot be used",
            detail=f"{draft.code[:60]!r} is no short name.",
            remedy="Begin with a letter, and use small letters, digits and hyphens: big-spenders.",
            field="code",
        )
    if (draft.conditions is not None) is not (draft.kind is Kind.dynamic):
        raise Refusal(
            "audience_form",
            "Conditions and kind do not belong together",
            detail=f"The audience is {draft.kind}, and has {'conditions' if draft.conditions else 'no conditions'}.",
            remedy="A dynamic audience has conditions; a static one is a list, and has none.",
            field="conditions",
        )
    if before is None:
        return
    for field, was, wanted in (("code", before.code, draft.code), ("kind", before.kind, draft.kind)):
        if was != wanted:
            raise Conflict(
                "audience_fixed",
                "This cannot be changed any more",
                detail=f"The {field} of {before.name} is {was}, and other rules may go by it.",
                remedy="Make another audience, and archive this one.",
                field=field,
            )
    if version is not None and version != before.version:
        raise Conflict(
            "audience_changed",
            "Somebody else changed it meanwhile",
            detail=f"{before.changed_by} saved version {before.version} of {before.name}; yours began from {version}.",
            remedy="Load it again, and make your change there.",
            field="version",
        )


def _check_references(
    draft: AudienceDraft, before: Audience | None, known: Mapping[str, Audience], rules: Shelf, *, now: datetime
) -> None:
    """What its conditions name: only what there is, no archived audience that was not named before, and no circle."""
    if draft.conditions is None:
        return
    check_conditions(draft.conditions, vocabulary_of(rules, known.values(), now=now))
    for code in sorted(audiences_in(draft.conditions) - {draft.code}):
        if known[code].archived and (before is None or code not in before.refers_to):
            raise Refusal(
                "audience_archived",
                "This audience is archived",
                detail=f"{known[code].name} is archived, and its members do not change any more.",
                remedy="Choose another audience, or take this one out of the archive first.",
                field="conditions",
            )
    mine = f"{AUDIENCE}{draft.code}"
    asked = asked_by_audiences(known.values()) | asked_by_rulebooks(rules, now=now)
    way = way_round(mine, asked | {mine: asked_in(draft.conditions)})
    if way:
        names = {f"{AUDIENCE}{code}": each.name for code, each in known.items()} | {mine: draft.name}
        names |= {f"{HISTORY}{each.id}": each.name for book in live_rulebooks(rules, now=now) for each in book.measures}
        raise Refusal(
            "audience_circle",
            "The audiences go round in a circle",
            detail=f"Nobody could say who is in them: {' → '.join(names[each] for each in way)}.",
            remedy="Take one of them out of the conditions of another.",
            field="conditions",
        )


def _check_unused(draft: AudienceDraft, before: Audience | None, rules: Shelf, *, now: datetime) -> None:
    """An audience that the rulebook in force or a later one names is not archived."""
    if before is None or before.archived or not draft.archived:
        return
    uses = uses_in_rulebooks(rules, now=now).get(draft.code, [])
    if uses:
        named = ", ".join(f"“{each.name}”" for each in uses[:_NAMED])
        more = f" and {len(uses) - _NAMED} more" if len(uses) > _NAMED else ""
        raise Conflict(
            "audience_in_use",
            "The rulebook asks for this audience",
            detail=f"{before.name} is asked for by {named}{more}, who would go by members that no longer change.",
            remedy="Take it out of the rulebook, publish that, and archive it then.",
            field="archived",
        )
