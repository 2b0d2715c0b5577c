"""What an operator is told: the list, reading, and which kinds they want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from regulars.domain.notices.contracts import Choice, Notice
from regulars.domain.notices.notice_kind import NoticeKind, notice_kind, notice_kinds
from regulars.domain.notices.queries import choices, notices
from regulars.flows.read_notices import choose_notices, read_notices
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.web import words

_PAGE = 30
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A notice in the list. url: of the form that marks it as read and goes to its page."""

    text: str
    when: str
    is_new: bool
    url: str


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind in the settings."""

    name: str
    label: str
    shown: bool
    by_mail: bool


@operator_page("notices")
def notice_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The latest notices; ?before= a number shows those that came earlier."""
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) <= _LONGEST_NUMBER else None
    place: dict[str, Any] = {"programme_id": desk.programme.id, "recipient": desk.by}
    found = notices(desk.conn, before=before, limit=_PAGE + 1, **place)
    page = found[:_PAGE]
    wanted = choices(desk.conn, programme_id=desk.programme.id, operator=desk.by)
    context = {
        "rows": [_shown(each) for each in page],
        "any_new": any(each.read_at is None for each in page),
        "earlier": f"{reverse('console:notices')}?before={page[-1].id}" if len(found) > _PAGE else "",
        "kinds": [_kind(each, wanted.get(name, Choice())) for name, each in notice_kinds().items()],
    }
    return desk.page(request, "console/notices/list.html", context)


@require_POST
@operator_page("notices")
def read_one(request: HttpRequest, desk: Desk, notice: int) -> HttpResponse:
    """It is read, and its page is shown."""
    found = read_notices(desk.conn, of=desk.programme, recipient=desk.by, now=desk.now, notice=notice)
    return redirect(_page_of(notice_kind(found[0].kind, found[0].details)))


@require_POST
@operator_page("notices")
def read_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All of them are read."""
    read_notices(desk.conn, of=desk.programme, recipient=desk.by, now=desk.now)
    return redirect("console:notices")


@require_POST
@operator_page("notices")
def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which kinds the operator wants from now on."""
    shown, mailed = request.POST.getlist("shown"), request.POST.getlist("by_mail")
    chosen = {name: Choice(name in shown, name in mailed) for name in notice_kinds()}
    choose_notices(desk.conn, chosen, of=desk.programme, operator=desk.by)
    messages.success(request, gettext("That is how it is from now on."))
    return redirect("console:notices")


def _shown(each: Notice) -> NoticeShown:
    kind = notice_kind(each.kind, each.details)
    return NoticeShown(
        text=words.said(kind.text()),
        when=words.moment(each.at),
        is_new=each.read_at is None,
        url=reverse("console:read-notice", args=[each.id]),
    )


def _kind(kind: type[NoticeKind], chosen: Choice) -> KindShown:
    return KindShown(kind.name, words.said(kind.label), chosen.shown, chosen.by_mail)


def _page_of(kind: NoticeKind) -> str:
    """Where more is to be seen."""
    if kind.place == "draft":
        return reverse("console:draft", args=[kind.about])
    if kind.place == "backtest":
        return reverse("console:backtest", args=[kind.about])
    if kind.place == "version":
        return reverse("console:rulebook-version", args=[kind.about]) if kind.about else reverse("console:versions")
    return reverse("console:campaigns")
