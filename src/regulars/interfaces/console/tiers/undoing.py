"""Taking back the last change of a ladder: first seen on today's members, then done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from regulars.flows.undo_ladder_change import preview_undo, undo_ladder_change
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.tiers.consequences import change_shown


@operator_page("tiers")
def undo_change(request: HttpRequest, desk: Desk, ladder: str) -> HttpResponse:
    """Shows who would go where, and goes back."""
    if request.method == "POST":
        undo_ladder_change(desk.conn, of=desk.programme, ladder=ladder, by=desk.by, now=desk.now)
        messages.success(request, gettext("Everybody stands as before the change, with what they did since."))
        return redirect("console:tiers")
    change = preview_undo(desk.conn, of=desk.programme, ladder=ladder, now=desk.now)
    return desk.page(request, "console/tiers/undo.html", {"ladder": change.name, "preview": [change_shown(change)]})
