"""`regulars verify`: proves the books, and names what is wrong with them."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from regulars.database.pool import Connection, owning
from regulars.database.set_up import require_set_up
from regulars.domain.programmes.queries import programme_by_code
from regulars.flows.verify_books import Report, Result, all_checks, verify_books

ALL_WELL, FOUND = 0, 1


@click.command("verify")
@click.option(
    "--check",
    "names",
    multiple=True,
    metavar="NAME",
    help="Run only this check; may be given several times. The report shows the names.",
)
@click.option("--programme", "code", metavar="CODE", help="Only the books of this programme's organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else.")
def verify_command(names: tuple[str, ...], code: str | None, as_json: bool) -> None:
    """Prove the books: balances, lots, events, vouchers and tiers must agree to the point.

    Reads one moment and changes nothing; it may run while everything else does. Ends with exit code 1 when something is
    found.
    """
    _check_names(names)
    require_set_up()
    began = time.perf_counter()
    with owning() as conn, _progress(hidden=as_json or not sys.stderr.isatty()) as bar:
        task = bar.add_task("Checking the books", total=len(names or all_checks()), asked="")
        bar.update(task, completed=-1)
        report = verify_books(
            conn,
            organisation_id=None if code is None else _organisation_of(conn, code),
            names=names,
            announce=lambda check: bar.update(task, advance=1, asked=check.title),
        )
    seconds = time.perf_counter() - began
    if as_json:
        click.echo(json.dumps(_document(report, seconds=seconds), indent=2, ensure_ascii=False))
    else:
        _show(Console(), report, seconds=seconds)
    sys.exit(FOUND if report.findings else ALL_WELL)


def _check_names(names: tuple[str, ...]) -> None:
    for name in names:
        if name not in all_checks():
            known = ", ".join(sorted(all_checks()))
            raise click.BadParameter(f"There is no check {name!r}. There are: {known}.", param_hint="--check")


def _organisation_of(conn: Connection, code: str) -> int:
    found = programme_by_code(conn, code=code)
    if found is None:
        raise click.BadParameter(f"There is no programme {code!r}.", param_hint="--programme")
    return found.organisation_id


def _progress(*, hidden: bool) -> Progress:
    """A bar on standard error that disappears when the report is there."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[asked]}"),
        console=Console(stderr=True),
        disable=hidden,
        transient=True,
    )


def _show(console: Console, report: Report, *, seconds: float) -> None:
    table = Table(header_style="bold", title="The books", title_justify="left")
    table.add_column("Check", overflow="fold")
    table.add_column("What is promised", overflow="fold")
    table.add_column("Found", justify="right")
    for result in report.results:
        found = f"[bold red]{result.count:,}[/bold red]" if result.count else "[green]none[/green]"
        table.add_row(f"{escape(result.title)}\n[dim]{result.name} · {result.invariant}[/dim]", result.sentence, found)
    console.print(table)
    for result in report.results:
        _show_details(console, result)
    checks = f"{len(report.results)} check{'' if len(report.results) == 1 else 's'}"
    if report.findings:
        console.print(f"[bold red]{report.findings:,} found by {checks} in {seconds:.1f} s.[/bold red]")
        console.print("Change nothing in the tables. Keep a copy of the database, and open an issue with this report.")
    else:
        console.print(f"[bold green]The books are right: {checks} in {seconds:.1f} s, nothing found.[/bold green]")


def _show_details(console: Console, result: Result) -> None:
    if result.count:
        console.print(f"[bold]{escape(result.title)}[/bold] ({result.name}): {result.count:,} found")
        for example in result.examples:
            console.print(f"  {escape(example)}", highlight=False)
        if result.count > len(result.examples):
            console.print(f"  and {result.count - len(result.examples):,} more")
    if result.note:
        console.print(f"[yellow]{escape(result.note)}[/yellow]")


def _document(report: Report, *, seconds: float) -> dict[str, object]:
    return {
        "right": report.findings == 0,
        "findings": report.findings,
        "seconds": round(seconds, 3),
        "checks": [asdict(result) for result in report.results],
    }
