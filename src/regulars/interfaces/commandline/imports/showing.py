"""What an import shows: the mapping, a preview, progress, the summary; and the same summary for programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from regulars.interfaces.commandline.imports.columns import Field, Match
from regulars.interfaces.commandline.imports.members import MemberDraft
from regulars.interfaces.commandline.imports.orders import OrderDraft
from regulars.interfaces.commandline.imports.reading import Source
from regulars.interfaces.commandline.imports.rows import Problem
from regulars.interfaces.commandline.imports.running import Tally
from regulars.kernel.errors import Refusal

Draft = MemberDraft | OrderDraft
PREVIEWED = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """An import that has ended. noun: members, orders or returns; errors: the errors file, where there is one."""

    noun: str
    source: Source
    match: Match
    tally: Tally
    dry_run: bool
    errors: Path | None
    seconds: float


def show_mapping(console: Console, source: Source, match: Match, fields: Sequence[Field]) -> None:
    """Which column of the file is read as what, and which ones are not read."""
    meanings = {entry.name: entry.meaning for entry in fields}
    table = Table(title=f"{source.path.name} ({source.kind})", title_justify="left", header_style="bold")
    for heading in ("Column in the file", "is read as", "meaning"):
        table.add_column(heading, overflow="fold")
    for name in match.columns:
        asked = " (--map)" if name in match.asked else ""
        table.add_row(escape(match.columns[name]), f"{escape(name)}{asked}", meanings.get(name, "kept as it is"))
    for column in match.unread:
        table.add_row(escape(column), "[dim]not read[/dim]", "")
    console.print(table)


def show_preview(console: Console, drafts: Iterable[Draft | Problem]) -> None:
    """The first members or orders as they would be read, problems among them."""
    table = Table(title="As they would be read", title_justify="left", header_style="bold")
    table.add_column("Line", justify="right")
    table.add_column("Reading", overflow="fold")
    for draft in drafts:
        if isinstance(draft, Problem):
            table.add_row(str(draft.line), f"[red]{_sentence(draft)}[/red]")
        else:
            line = draft.row.line if isinstance(draft, MemberDraft) else draft.rows[0].line
            table.add_row(str(line), escape(" · ".join(f"{name} {value}" for name, value in described(draft).items())))
    console.print(table)


def described(draft: Draft) -> dict[str, Any]:
    """A draft in plain values, empty ones left out."""
    if isinstance(draft, MemberDraft):
        found = {each.name: getattr(draft.member, each.name) for each in dataclasses.fields(draft.member)}
        return {name: _plain(value) for name, value in found.items() if value}
    event, order = draft.event, draft.event.order
    member = {name: getattr(event.member, name) for name in event.member.__struct_fields__}
    found = {
        **{name: value for name, value in member.items() if value},
        "occurred_at": event.occurred_at.isoformat(),
    }
    if order is not None:
        lines = [f"{line.quantity} x {line.name or line.sku or line.category} {line.amount}" for line in order.lines]
        found |= {
            "order": order.number,
            "total": f"{order.total} {order.currency}",
            "store": order.store,
            "channel": order.channel,
            "lines": "; ".join(lines),
        }
    if event.return_ is not None:
        back = [
            f"{'all' if each.quantity is None else each.quantity} x {each.sku or each.line}"
            for each in event.return_.lines
        ]
        found |= {
            "returns": event.return_.order_number,
            "amount": str(event.return_.amount or ""),
            "lines": "; ".join(back) or ("" if event.return_.amount else "the whole order"),
        }
    return {name: value for name, value in found.items() if value}


def _plain(value: Any) -> Any:
    return value if isinstance(value, dict) else str(value)


def progress_bar(source: Source, *, hidden: bool) -> Progress:
    """A bar on standard error: bytes of a text file as a share, rows of a Parquet file as a number."""
    count = MofNCompleteColumn() if source.kind == "Parquet" else TaskProgressColumn()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        count,
        TimeRemainingColumn(),
        TextColumn("{task.fields[done]}"),
        console=Console(stderr=True),
        disable=hidden,
    )


def show_summary(console: Console, report: Report) -> None:
    """What happened, the first problems, and where the others are."""
    tally, seconds = report.tally, report.seconds
    speed = f" in {seconds:.1f} s ({tally.read / seconds:,.0f} a second)" if seconds > 0 else ""
    console.print(f"[bold]{tally.read:,} {report.noun} read{speed}[/bold]")
    console.print(f"  {tally.added:,} {'would be added' if report.dry_run else 'added'}")
    console.print(f"  {tally.there:,} already there, left as they are")
    console.print(f"  {tally.left_out:,} left out because of a problem")
    if tally.problems:
        table = Table(header_style="bold")
        table.add_column("Line", justify="right")
        for heading in ("Column", "Value", "Problem", "What to do"):
            table.add_column(heading, overflow="fold")
        for each in tally.problems:
            cells = (each.column, each.value[:60], each.what, each.remedy)
            table.add_row(str(each.line), *(escape(cell) for cell in cells))
        console.print(table)
    if report.errors:
        console.print(f"All rows with problems are in {escape(str(report.errors))}: mend them and import that file.")
    if tally.stopped:
        console.print("Stopped. Run the same command again to go on: what is there already is left as it is.")
    if report.dry_run:
        console.print("This was a dry run: nothing was written.")


def summary(report: Report) -> dict[str, Any]:
    """The summary for programs."""
    tally = report.tally
    return {
        "file": str(report.source.path),
        "kind": report.source.kind,
        "what": report.noun,
        "dry_run": report.dry_run,
        "stopped": tally.stopped,
        "columns": dict(report.match.columns),
        "not_read": list(report.match.unread),
        "read": tally.read,
        "added": tally.added,
        "already_there": tally.there,
        "left_out": tally.left_out,
        "errors_file": str(report.errors) if report.errors else None,
        "seconds": round(report.seconds, 3),
        "problems": [as_data(problem) for problem in tally.problems],
    }


def as_data(problem: Problem) -> dict[str, Any]:
    """A problem for programs."""
    return {
        "line": problem.line,
        "column": problem.column,
        "value": problem.value,
        "problem": problem.what,
        "remedy": problem.remedy,
    }


def show_refusal(refusal: Refusal, *, as_json: bool) -> None:
    """Why nothing could be imported, on standard error; for programs on standard output."""
    if as_json:
        Console(soft_wrap=True, highlight=False).print_json(data={"error": refusal.as_problem()})
        return
    console = Console(stderr=True)
    # Not wrapped: a remedy may be a command to copy.
    said = f"[bold red]{escape(refusal.title)}.[/bold red] {escape(refusal.detail)}\n{escape(refusal.remedy)}"
    console.print(said, highlight=False, soft_wrap=True)


def _sentence(problem: Problem) -> str:
    where = f"{problem.column}: " if problem.column else ""
    return escape(f"{where}{problem.what} {problem.remedy}")
