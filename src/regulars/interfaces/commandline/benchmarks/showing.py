"""The result as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from regulars.interfaces.commandline.benchmarks.audiences import AudienceFigure
from regulars.interfaces.commandline.benchmarks.checkout import CheckOutFigure
from regulars.interfaces.commandline.benchmarks.evaluating import Evaluated
from regulars.interfaces.commandline.benchmarks.histories import MILLION, Played
from regulars.interfaces.commandline.benchmarks.measuring import Figure, Report
from regulars.interfaces.commandline.benchmarks.night import Night

_COUNTED = (
    ("statements", "SQL", "{:.3f}"),
    ("wal_bytes", "WAL bytes", "{:,.0f}"),
    ("flushes", "fsyncs", "{:.4f}"),
    ("cpu_ms_python", "ours", "{:.3f}"),
    ("cpu_ms_postgres", "PostgreSQL", "{:.3f}"),
    ("cpu_ms", "CPU-ms", "{:.3f}"),
)


def show(report: Report, terminal: Console) -> None:
    """Rates beside pgbench, then what one event costs."""
    rates = Table("", "per second", "of pgbench", "p50 ms", "p99 ms", "failed", title="Events per second")
    for column in rates.columns[1:]:
        column.justify = "right"
    for figure in report.figures:
        rates.add_row(
            figure.what,
            f"{figure.per_second:,.0f}",
            f"{figure.ratio:.2f}",
            _millis(figure.p50),
            _millis(figure.p99),
            str(figure.failed) if figure.failed else "",
        )
    costs = Table("", *(title for _, title, _ in _COUNTED), title="Counted costs of one event")
    for column in costs.columns[1:]:
        column.justify = "right"
    for figure in report.figures:
        if figure.costs:
            costs.add_row(figure.what, *(_cost(figure, name, form) for name, _, form in _COUNTED))
    terminal.print(rates)
    terminal.print(costs)
    terminal.print(f"One transfer takes {report.bytes_per_transfer:,.0f} bytes on disk, indexes included.")
    terminal.print("; ".join(f"{name.replace('_', ' ')} {value}" for name, value in report.conditions.items()))


def show_evaluations(evaluated: Sequence[Evaluated], terminal: Console) -> None:
    """How fast rules are asked, without any database."""
    table = Table("rules", "asked of an order", "orders per CPU second", title="Evaluations of one core")
    for column in table.columns:
        column.justify = "right"
    for each in evaluated:
        table.add_row(f"{each.rules:,}", f"{each.asked:,.0f}", f"{each.per_second:,.0f}")
    terminal.print(table)


def show_nights(nights: Sequence[Night], terminal: Console) -> None:
    """What each night took, and how much of it was due."""
    table = Table("", "seconds", "members/s", "due rows", "due rows/s", "SQL", "WAL MB", title="The night")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in nights:
        table.add_row(
            each.what, f"{each.seconds:,.2f}", f"{each.members_per_second:,.0f}", f"{each.due:,}",
            f"{each.due_per_second:,.0f}", f"{each.statements:,}", f"{each.wal_bytes / 1e6:,.1f}",
        )  # fmt: skip
    terminal.print(table)


def show_audiences(figures: Sequence[AudienceFigure], terminal: Console) -> None:
    """What each thing took, and how many members it moved."""
    members = figures[0].members if figures else 0
    table = Table("", "seconds", "moved", "SQL", "WAL MB", title=f"Audiences of {members:,} members")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in figures:
        table.add_row(
            each.what, f"{each.seconds:,.3f}", f"{each.moved:,}", f"{each.statements:,}", f"{each.wal_bytes / 1e6:,.1f}"
        )
    terminal.print(table)


def show_checkouts(figure: CheckOutFigure, terminal: Console) -> None:
    """What a quote took, and what of it was ours."""
    table = Table("offered", "CPU ms", "p50 ms", "p99 ms", "p99 with waiting", title=f"{figure.quotes:,} quotes")
    for column in table.columns:
        column.justify = "right"
    figures = (figure.cpu, figure.p50, figure.p99, figure.waited_p99)
    table.add_row(f"{figure.offered:,}/s", *(f"{each:.1f}" for each in figures))
    terminal.print(table)


def show_histories(played: Sequence[Played], terminal: Console) -> None:
    """What each back-test took, scaled to a million events, and what an event costs."""
    table = Table(
        "", "rules", "events", "seconds", "seconds a million", "CPU-us an event", "a side", "PostgreSQL",
        title="Back-tests",
    )  # fmt: skip
    for column in table.columns[1:]:
        column.justify = "right"
    for each in played:
        server = "" if each.cpu_postgres is None else f"{each.cpu_postgres / each.events * MILLION:,.1f}"
        table.add_row(
            each.what, str(each.rules), f"{each.events:,}", f"{each.seconds:,.1f}", f"{each.seconds_a_million:,.1f}",
            f"{each.cpu_us:,.1f}", f"{each.cpu_us / each.sides:,.1f}", server,
        )  # fmt: skip
    terminal.print(table)
    for each in played[1:2]:
        alone = f"{each.cpu_us / each.cores:,.0f} seconds on {each.cores} cores that do nothing else"
        terminal.print(f"A million past events {each.what}: {each.cpu_us:,.0f} CPU seconds, {alone}.")
        terminal.print(f"The load was {each.load:.1f}.")


def _millis(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _cost(figure: Figure, name: str, form: str) -> str:
    value = figure.costs.get(name)
    return "" if value is None else form.format(value)
