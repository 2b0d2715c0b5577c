"""Who changed what in the rulebook, when and why: the audit trail of the programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.audit.contracts import AuditEntry, programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.programmes.contracts import StepKind
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import who
from regulars.interfaces.console.rulebook.shown import step_said

ROWS = 100


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act. about: the draft or version, in words; url: of its page, "" where it has none."""

    text: str
    about: str
    url: str
    by: str
    at: datetime
    note: str


@operator_page("rulebook")
def history(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The latest acts first."""
    acts = acts_about(desk.conn, subject=programme_subject(desk.programme.id), limit=ROWS)
    rows = [row for each in acts if (row := _row(each)) is not None]
    return desk.page(request, "console/rulebook/history.html", {"rows": rows})


def _row(entry: AuditEntry) -> ActRow | None:
    room, _, verb = entry.action.partition(".")
    details: dict[str, Any] = entry.details
    note = str(details.get("note", ""))
    if room == "draft" and verb in StepKind.__members__:
        url = reverse("console:draft", args=[details["draft"]])
        return ActRow(step_said(StepKind[verb]), f"“{details['name']}”", url, who(entry.by), entry.at, note)
    said = _said(verb) if room == "rulebook" else ""
    if not said:
        return None
    version = details.get("version")
    about = gettext("Version %(version)s") % {"version": version} if version else ""
    url = reverse("console:rulebook-changes", args=[version]) if version else ""
    return ActRow(said, about, url, who(entry.by), entry.at, note)


def _said(verb: str) -> str:
    return {
        "published": gettext("Published a version"),
        "rolled_back": gettext("Went back to an earlier version"),
        "paused": gettext("Paused rules"),
        "resumed": gettext("Let rules go on"),
        "proposed": gettext("Proposed a version to a second person"),
        "declined": gettext("Declined a proposal"),
    }.get(verb, "")
