"""A list of codes from a file: looked at, every wrong row told, and taken."""

from __future__ import annotations

import csv
from io import StringIO

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.vouchers.contracts import RowProblem
from regulars.domain.vouchers.queries import pool_by_code
from regulars.flows.vouchers.pools import import_codes
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.vouchers.page import made_words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

LARGEST = 8_000_000
SHOWN = 50
HEADS = ("code", "codes", "voucher")
WRITES = [
    ("nothing", gettext_lazy("Only look at it")),
    ("all", gettext_lazy("Take it, if every row is good")),
    ("good", gettext_lazy("Take what is good of it")),
]


class ImportForm(KitForm):
    """The file, and what shall happen with it."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("One code in each row, in the first column. Up to 100,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,.txt", "class": "file-input w-full"}),
    )
    write = forms.ChoiceField(label=gettext_lazy("What happens with it"), choices=WRITES)


@operator_page("vouchers")
def import_list(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The form, and below it what is in the file."""
    found = pool_by_code(desk.conn, programme_id=desk.programme.id, code=code)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    report = None
    if form.is_bound and form.is_valid():
        try:
            done = import_codes(
                desk.conn, code, rows_of(form.cleaned_data["file"].read(LARGEST)), write=form.cleaned_data["write"],
                programme=desk.programme, now=desk.now, by=desk.by,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            if done.batch is not None:
                messages.success(request, made_words(done.batch.codes))
                return redirect("console:voucher-pool", code)
            report = {
                "good": done.good,
                "bad": len(done.problems),
                "rows": [(each.row, each.value, problem_words(each)) for each in done.problems[:SHOWN]],
                "more": max(len(done.problems) - SHOWN, 0),
            }
    context = {
        "back_url": reverse("console:voucher-pool", args=[code]),
        "back_label": found.name,
        "heading": gettext("Import codes"),
        "subtitle": gettext("You see what is wrong with the file before anything is taken."),
        "form_template": "console/vouchers/import_form.html",
        "form": form,
        "report": report,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.errors else 200)


def rows_of(content: bytes) -> list[str]:
    """The first column of a CSV file, without a head that names it, and without empty rows at its end."""
    text = content.decode("utf-8-sig", errors="replace")
    rows = [row[0] if row else "" for row in csv.reader(StringIO(text))]
    if rows and rows[0].strip().casefold() in HEADS:
        rows[0:1] = []
    while rows and not rows[-1].strip():
        rows.pop()
    return rows


def problem_words(problem: RowProblem) -> str:
    """What is wrong with a row."""
    return {
        "blank": gettext("The row is empty."),
        "characters": gettext("This cannot be a code: letters, digits, hyphens, dots, 4 to 60 of them."),
        "double": gettext("The code stands in the file before."),
        "known": gettext("The programme has this code already."),
    }[problem.why]
