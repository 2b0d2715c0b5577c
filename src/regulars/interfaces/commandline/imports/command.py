"""`regulars import`: members, orders and returns from CSV, Parquet or JSON lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import programme_now
from regulars.interfaces.commandline.imports import members, orders, returns, showing
from regulars.interfaces.commandline.imports.columns import MEMBER_FIELDS, ORDER_FIELDS, RETURN_FIELDS, Match, match
from regulars.interfaces.commandline.imports.errors_file import ErrorsFile
from regulars.interfaces.commandline.imports.reading import Source, open_source
from regulars.interfaces.commandline.imports.rows import Problem
from regulars.interfaces.commandline.imports.running import Answer, Run, Tally
from regulars.interfaces.commandline.imports.submitting import choose_programme, submit_members, submit_orders
from regulars.interfaces.commandline.imports.values import Habits
from regulars.kernel.clock import utc_now, zone
from regulars.kernel.collecting import collect_rarely
from regulars.kernel.errors import Refusal

ALL_WELL, SOME_LEFT_OUT, NOTHING_DONE, STOPPED = 0, 1, 2, 130

Submit = Callable[[Sequence[Any]], Sequence[Answer | Problem]]
FIELDS = {"members": MEMBER_FIELDS, "orders": ORDER_FIELDS, "returns": RETURN_FIELDS}
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for."""

    noun: str
    file: Path
    maps: tuple[str, ...]
    preview: bool
    dry_run: bool
    as_json: bool
    errors: Path | None
    encoding: str
    delimiter: str | None
    programme: str | None
    habits: Habits


@click.group("import")
def import_group() -> None:
    """Bring members, orders and returns in from CSV, Parquet or JSON lines.

    A second import of the same file adds nothing twice: what is there already is left as it is.
    """


def _shared(command: F) -> F:
    """The options that all commands have."""
    for option in reversed(
        (
            click.argument("file", type=click.Path(path_type=Path)),
            click.option(
                "--map", "maps", multiple=True, metavar="THEIRS=OURS", help="Read a column as a field of ours."
            ),
            click.option("--preview", is_flag=True, help="Show the mapping and the first rows; write nothing."),
            click.option("--dry-run", is_flag=True, help="Do everything but write."),
            click.option("--programme", metavar="CODE", help="Which programme; needed where there are several."),
            click.option("--errors", type=click.Path(path_type=Path), help="Where rows with problems are written."),
            click.option("--encoding", default="utf-8", show_default=True, help="Of a text file, such as cp1252."),
            click.option("--delimiter", metavar="CHARACTER", help="Of a CSV file; found by itself in most cases."),
            click.option(
                "--time-zone", default="", metavar="NAME", help="Of times without one, such as Europe/Berlin."
            ),
            click.option("--time-format", default="", metavar="FORMAT", help="Of times, such as '%d.%m.%Y %H:%M'."),
            click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
        )
    ):
        command = option(command)
    return command


@import_group.command("members")
@_shared
@click.option("--region", metavar="COUNTRY", help="Of phone numbers without a country code, such as TR.")
def import_members(region: str | None, time_zone: str, time_format: str, **options: Any) -> None:
    """Enrol the members of FILE, one in each row."""
    habits = Habits(time_zone=time_zone, time_format=time_format, region=region)
    _answer(Request(noun="members", habits=habits, **options))


@import_group.command("orders")
@_shared
@click.option("--currency", default="", metavar="CODE", help="Of orders that name none; else the programme's.")
@click.option("--source", default="import", show_default=True, help="The system that the order numbers come from.")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="Decimal mark.")
@click.option("--round-amounts", is_flag=True, help="Round amounts that have too many decimals.")
@click.option("--region", metavar="COUNTRY", help="Of phone numbers without a country code, such as TR.")
def import_orders(
    currency: str,
    source: str,
    decimal: str,
    round_amounts: bool,
    region: str | None,
    time_zone: str,
    time_format: str,
    **options: Any,
) -> None:
    """Import the orders of FILE: one in each row, or one row for each of their lines."""
    habits = Habits(
        source=source,
        currency=currency.upper(),
        decimal=decimal,
        round_amounts=round_amounts,
        region=region,
        time_zone=time_zone,
        time_format=time_format,
    )
    _answer(Request(noun="orders", habits=habits, **options))


@import_group.command("returns")
@_shared
@click.option("--source", default="import", show_default=True, help="The system that the order numbers come from.")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="Decimal mark.")
@click.option("--round-amounts", is_flag=True, help="Round amounts that have too many decimals.")
@click.option("--region", metavar="COUNTRY", help="Of phone numbers without a country code, such as TR.")
def import_returns(
    source: str,
    decimal: str,
    round_amounts: bool,
    region: str | None,
    time_zone: str,
    time_format: str,
    **options: Any,
) -> None:
    """Import the returns of FILE: one in each row, or one row for each line that comes back.

    A row without line, article and amount returns the whole order. One whose order is not known yet waits for it.
    """
    habits = Habits(
        source=source,
        decimal=decimal,
        round_amounts=round_amounts,
        region=region,
        time_zone=time_zone,
        time_format=time_format,
    )
    _answer(Request(noun="returns", habits=habits, **options))


def _answer(request: Request) -> None:
    try:
        status = _run(request)
    except Refusal as refusal:
        showing.show_refusal(refusal, as_json=request.as_json)
        status = NOTHING_DONE
    sys.exit(status)


def _run(request: Request) -> int:
    source = open_source(request.file, encoding=request.encoding, delimiter=request.delimiter)
    fields = FIELDS[request.noun]
    found = match(fields, source.columns, request.maps)
    if request.habits.time_zone:
        zone(request.habits.time_zone)
    console = Console()
    with ExitStack() as stack:
        conn = stack.enter_context(connection())
        programme = choose_programme(conn, request.programme)
        stack.enter_context(scoped(conn, programme.organisation_id))
        habits = replace(
            request.habits, currency=request.habits.currency or programme.currency, likely_zone=programme.time_zone
        )
        if not request.as_json:
            showing.show_mapping(console, source, found, fields)
        drafts = _drafts(request.noun, source, found, habits)
        if request.preview:
            return _preview(console, request, source, found, drafts)
        collect_rarely()
        submit = _submit(conn, request, found, programme)
        return _import(console, request, source, found, drafts, submit)


def _drafts(noun: str, source: Source, found: Match, habits: Habits) -> Iterator[showing.Draft | Problem]:
    if noun == "members":
        members.require_columns(found)
        return members.read_members(source.rows(), found, habits)
    if noun == "returns":
        returns.require_columns(found)
        return returns.read_returns(source.rows(), found, habits)
    orders.require_columns(found, habits)
    scattered = orders.find_scattered(source, found)
    return orders.read_orders(source.rows(), found, habits, scattered)


def _submit(conn: Connection, request: Request, found: Match, programme: Programme) -> Submit:
    flow: Callable[..., Sequence[Answer | Problem]] = submit_members if request.noun == "members" else submit_orders
    now = programme_now(conn, programme_id=programme.id, at=utc_now())
    return partial(flow, conn, match=found, programme_id=programme.id, now=now, dry_run=request.dry_run)


def _preview(
    console: Console, request: Request, source: Source, found: Match, drafts: Iterator[showing.Draft | Problem]
) -> int:
    shown = list(islice(drafts, showing.PREVIEWED))
    if not request.as_json:
        showing.show_preview(console, shown)
        return ALL_WELL
    first = [showing.as_data(each) if isinstance(each, Problem) else showing.described(each) for each in shown]
    console.print_json(
        data={"file": str(source.path), "columns": dict(found.columns), "not_read": list(found.unread), "first": first}
    )
    return ALL_WELL


def _import(
    console: Console,
    request: Request,
    source: Source,
    found: Match,
    drafts: Iterator[showing.Draft | Problem],
    submit: Submit,
) -> int:
    began = time.perf_counter()
    path = request.errors or request.file.with_name(f"{request.file.name}.errors.csv")
    hidden = request.as_json or not sys.stderr.isatty()
    with ErrorsFile(path, source.columns) as errors, showing.progress_bar(source, hidden=hidden) as bar:
        task = bar.add_task(f"Importing {request.noun}", total=source.size, done="")
        run: Run[showing.Draft] = Run(
            submit=submit,
            report=errors.add,
            advance=lambda item: bar.update(task, completed=_reached(item), done=f"{run.tally.read:,}"),
        )
        tally = run.take(drafts)
        if not tally.stopped:
            bar.update(task, completed=source.size)
    report = showing.Report(
        noun=request.noun,
        source=source,
        match=found,
        tally=tally,
        dry_run=request.dry_run,
        errors=path if errors.rows else None,
        seconds=time.perf_counter() - began,
    )
    if request.as_json:
        console.print_json(data=showing.summary(report))
    else:
        showing.show_summary(console, report)
    return _status(tally)


def _reached(item: showing.Draft | Problem) -> int:
    if isinstance(item, members.MemberDraft):
        return item.row.reached
    return item.rows[-1].reached if item.rows else 0


def _status(tally: Tally) -> int:
    if tally.stopped:
        return STOPPED
    return SOME_LEFT_OUT if tally.left_out else ALL_WELL
