"""One pool: what became of its codes, how they were used, its batches; and codes are made, exported, made void."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.vouchers.contracts import Pool, PoolCounts
from regulars.domain.vouchers.queries import batches_of, counts_of, pool_by_code, uses_by_day
from regulars.flows.vouchers.export import lines_of
from regulars.flows.vouchers.pools import MOST_CODES, generate_codes, void_unused
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.vouchers.showing import batch_kind, gives, pool_state
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal

DAYS = 30
"""Shown of the uses."""


class GenerateForm(KitForm):
    """How many codes, and of which length."""

    count = forms.IntegerField(label=gettext_lazy("How many codes"), min_value=1, max_value=MOST_CODES, initial=100)
    short = forms.BooleanField(label=gettext_lazy("Short, for typing at the till"), required=False)


@operator_page("vouchers")
def pool_page(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The pool; a POST draws codes."""
    found = pool_by_code(desk.conn, programme_id=desk.programme.id, code=code)
    form = GenerateForm(request.POST) if request.method == "POST" else GenerateForm()
    if form.is_bound and form.is_valid():
        try:
            done = generate_codes(
                desk.conn, code, count=form.cleaned_data["count"], short=form.cleaned_data["short"],
                programme=desk.programme, now=desk.now, by=desk.by,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, made_words(done.codes))
            return redirect("console:voucher-pool", code)
    counts = counts_of(desk.conn, programme_id=desk.programme.id).get(found.id, PoolCounts())
    context = {
        "pool": found,
        "gives": gives(desk, found),
        "state": pool_state(found),
        "counts": counts,
        "chart": _chart(desk, found),
        "batches": [(each, batch_kind(each)) for each in batches_of(desk.conn, pool_id=found.id)],
        "form": form,
        "is_partners": bool(found.terms.get("elsewhere")),
    }
    return desk.page(request, "console/vouchers/page.html", context, status=422 if form.is_bound else 200)


@require_POST
@operator_page("vouchers")
def void_batch(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Every code that nobody used becomes void, of the pool or of one batch."""
    batch = request.POST.get("batch", "")
    done = void_unused(
        desk.conn, code, batch_id=int(batch) if batch.isdecimal() else None, programme=desk.programme, now=desk.now,
        by=desk.by,
    )  # fmt: skip
    said = ngettext("%(codes)s code is void.", "%(codes)s codes are void.", done)
    messages.success(request, said % {"codes": words.number(done)})
    return redirect("console:voucher-pool", code)


@operator_page("vouchers")
def export(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The codes as a CSV file, sent while it is read. ?batch= for one batch."""
    found = pool_by_code(desk.conn, programme_id=desk.programme.id, code=code)
    asked = request.GET.get("batch", "")
    batch = int(asked) if asked.isdecimal() else None
    answer: HttpResponseBase = StreamingHttpResponse(
        _lines(desk.programme.organisation_id, found.id, batch), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return answer  # type: ignore[return-value]  # a streamed answer is an answer


def made_words(codes: int) -> str:
    """100,000 codes are there."""
    return ngettext("%(codes)s code is there.", "%(codes)s codes are there.", codes) % {"codes": words.number(codes)}


def _lines(organisation_id: int, pool_id: int, batch: int | None) -> Iterator[str]:
    """On a connection of its own: the view's is given back before the last line is sent."""
    with connection() as conn, scoped(conn, organisation_id):
        yield from lines_of(conn, pool_id=pool_id, batch_id=batch)


def _chart(desk: Desk, found: Pool) -> Chart:
    zone = desk.programme.time_zone
    today = local_day(desk.now, zone)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    used = uses_by_day(
        desk.conn, pool_id=found.id, since=desk.now - timedelta(days=DAYS + 1), until=desk.now + timedelta(days=1),
        time_zone=str(zone),
    )  # fmt: skip
    if not any(used.get(day) for day in days):
        days = []
    return over_time(
        key=f"voucher-uses-{found.id}",
        summary=gettext("Uses of codes on each of the last 30 days"),
        heading=gettext("Day"),
        labels=[words.day(day) for day in days],
        series=[Series(gettext("Uses"), [used.get(day, 0) for day in days], 1)],
        unit="number",
    )
