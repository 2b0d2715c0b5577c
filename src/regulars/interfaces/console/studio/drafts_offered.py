"""Where something new can go: a draft of its own, or one that is being written."""

from __future__ import annotations

from django.utils.translation import gettext

from regulars.domain.programmes.contracts import Draft, DraftState
from regulars.domain.programmes.queries import drafts
from regulars.interfaces.console.conditions.showing import Choice
from regulars.interfaces.console.desk import Desk


def drafts_offered(desk: Desk, found: Draft | None) -> list[Choice]:
    """found: the one that is chosen. Nothing to choose where nothing is being written."""
    known = [
        Choice(str(each.id), each.name, found is not None and each.id == found.id)
        for each in drafts(desk.conn, programme_id=desk.programme.id)
        if each.state in (DraftState.open, DraftState.approved)
    ]
    return [Choice("", gettext("A new draft"), found is None), *known] if known else []
