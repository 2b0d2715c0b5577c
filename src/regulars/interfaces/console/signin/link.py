"""Coming in by a one-time link. Opening it only asks, so that a mail scanner or a preview does not use it up."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from regulars.database.pool import connection
from regulars.domain.access.contracts import LinkKind
from regulars.flows.sign_in import look_at_link, redeem_link
from regulars.interfaces.console.refusals import in_words
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Shows one button; pressing it uses the link up and signs in."""
    now = utc_now()
    try:
        with connection() as conn:
            if request.method != "POST":
                look_at_link(conn, token=token, kind=LinkKind.operator, now=now)
                return render(request, "console/signin/enter.html")
            link = redeem_link(conn, token=token, kind=LinkKind.operator, now=now)
    except Refusal as refusal:
        return _refused(request, in_words(refusal))
    operator = get_user_model().objects.filter(pk=link.subject, is_active=True).first()
    if operator is None:
        return redirect("account_inactive")
    login(request, operator, backend=_BACKEND)
    return redirect("console:dashboard")


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {
        "heading": refusal.title,
        "text": refusal.detail,
        "remedy": refusal.remedy,
        "action": gettext("Go to sign-in"),
        "action_url": reverse("account_login"),
    }
    return render(request, "web/notice.html", context, status=refusal.status)
