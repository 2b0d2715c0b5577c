"""`regulars demo`: a grocer's real year goes in, a loyalty programme comes out."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.database.set_up import refresh_statistics, set_up_database
from regulars.flows.sign_in import issue_member_link, issue_operator_link
from regulars.interfaces.commandline.demo_run import DemoSummary, demo_programme, run_demo, summary_of
from regulars.interfaces.commandline.serve import address_of, check_address, end_quietly, serve
from regulars.kernel.clock import utc_now
from regulars.kernel.collecting import collect_rarely
from regulars.settings.env import read_environment

_LINK_LASTS = timedelta(hours=12)


@click.command("demo")
@click.option("--headless", is_flag=True, help="Stop after the summary; serve nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON, and nothing else.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def demo_command(headless: bool, as_json: bool, host: str, port: int) -> None:
    """Fill a programme with a real grocer's year, and show it.

    2,469 households become members, their 155,848 baskets become orders. A second run adds nothing and starts at once.
    """
    terminal = Console(stderr=as_json)
    serving = not headless and not as_json
    if serving:
        check_address(host, port)
    with terminal.status("Preparing the database"):
        set_up_database()
    started = time.monotonic()
    collect_rarely()
    with connection() as conn, _progress(terminal) as progress:
        run = run_demo(conn, progress, now=utc_now())
    if run.orders_new:
        refresh_statistics()
    with connection(run.programme.organisation_id) as conn, terminal.status("Checking the books"):
        summary = summary_of(conn, run, seconds=time.monotonic() - started)
    if as_json:
        click.echo(json.dumps(asdict(summary), indent=2, default=str))
    else:
        _show(terminal, summary)
    if summary.findings:
        sys.exit(1)
    if serving:
        _serve(terminal, host, port)


def _progress(terminal: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
        console=terminal,
    )


def _show(terminal: Console, summary: DemoSummary) -> None:
    tiers = ", ".join(f"{name} {count:,}" for name, count in summary.members_by_tier.items())
    speed = f"{summary.orders_per_second:,.0f} orders per second" if summary.orders_per_second else "were there already"
    lines = (
        f"[bold]{summary.programme}[/bold]: {summary.members:,} members, {summary.orders:,} orders ({speed})",
        f"  Sales        {summary.sales:,} {summary.currency}",
        f"  Points       {summary.points_issued:,} issued, {summary.points_redeemed:,} redeemed, "
        f"{summary.points_expired:,} expired, {summary.points_outstanding:,} outstanding",
        f"  Tiers        {tiers}",
        f"  Rewards      {summary.redemptions:,} redeemed",
        f"  Books        {_books(summary)}",
        f"  [dim]Dates are moved forward by {summary.weeks_moved} weeks, so that the year ends now; names are invented."
        f" This took {summary.seconds:.0f} s.[/dim]",
    )
    terminal.print()
    for line in lines:
        terminal.print(line, soft_wrap=True)


def _books(summary: DemoSummary) -> str:
    if summary.findings:
        return f"[red]{'; '.join(summary.findings)}[/red]"
    if summary.checks:
        return f"all {summary.checks} checks passed"
    return "checked when the year came in; `regulars verify` checks them again"


def _serve(terminal: Console, host: str, port: int) -> None:
    environment = read_environment()
    address = address_of(host, port)
    with connection() as conn:
        programme = demo_programme(conn)
        if programme is None:
            raise RuntimeError("the demo's programme is gone")
        with scoped(conn, programme.organisation_id):
            operator = issue_operator_link(
                conn, programme=programme, email="owner@example.com", name="Demo Owner", now=utc_now(),
                lasts=_LINK_LASTS,
            )  # fmt: skip
            member = issue_member_link(conn, programme=programme, external_id="1", now=utc_now(), lasts=_LINK_LASTS)
    terminal.print()
    terminal.print("[bold]Open[/bold]")
    terminal.print(f"  Console      {address}/console/enter/{operator}", soft_wrap=True)
    terminal.print(f"  Portal       {address}/me/sign-in/{member}/", soft_wrap=True)
    terminal.print(f"  API          {address}/api/docs")
    terminal.print(
        f"  [dim]Links sign in once. `make demo` prints new ones. Ctrl+C stops. Data: {environment.home}[/dim]"
    )
    worker = subprocess.Popen([sys.executable, "-m", "regulars", "worker"])  # our own program
    try:
        serve(host=host, port=port)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    end_quietly()
