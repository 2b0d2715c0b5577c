"""`regulars bench`: events per second beside pgbench, as ratios of one run, and what one event costs."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.progress import Progress

from regulars.interfaces.commandline.benchmarks.audiences import measure_audiences
from regulars.interfaces.commandline.benchmarks.checkout import measure_checkouts
from regulars.interfaces.commandline.benchmarks.evaluating import measure_evaluation
from regulars.interfaces.commandline.benchmarks.ground import ground
from regulars.interfaces.commandline.benchmarks.histories import measure_histories
from regulars.interfaces.commandline.benchmarks.measuring import FULL, QUICK, measure
from regulars.interfaces.commandline.benchmarks.night import measure_nights
from regulars.interfaces.commandline.benchmarks.showing import (
    show,
    show_audiences,
    show_checkouts,
    show_evaluations,
    show_histories,
    show_nights,
)


@click.command("bench")
@click.option("--quick", is_flag=True, help="A tenth of the members, a third of the time.")
@click.option(
    "--nightly", type=click.IntRange(min=100), metavar="MEMBERS", help="Measure the night of so many members."
)
@click.option(
    "--audiences", type=click.IntRange(min=100), metavar="MEMBERS", help="Measure audiences of so many members."
)
@click.option("--checkout", type=click.IntRange(min=100), metavar="QUOTES", help="Measure so many check-out quotes.")
@click.option(
    "--backtest", type=click.IntRange(min=1_000), metavar="EVENTS", help="Measure back-tests of so many past events."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench_command(
    quick: bool,
    nightly: int | None,
    audiences: int | None,
    backtest: int | None,
    checkout: int | None,
    as_json: bool,
) -> None:
    """Measure events per second beside pgbench on this machine.

    Everything happens in a database of its own, which is dropped afterwards. Leave the machine alone meanwhile.
    """
    terminal = Console(stderr=as_json)
    if nightly is not None:
        _nights(nightly, terminal, as_json=as_json)
        return
    if audiences is not None:
        _audiences(audiences, terminal, as_json=as_json)
        return
    if checkout is not None:
        _checkouts(checkout, terminal, as_json=as_json)
        return
    if backtest is not None:
        _histories(backtest, terminal, as_json=as_json)
        return
    size = QUICK if quick else FULL
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task(f"Enrolling {size.members:,} members", total=size.members)
        with ground(size.members, step=lambda done: progress.update(task, completed=done)) as base:
            report = measure(size, base, say=lambda what: progress.update(task, description=what, total=None))
        progress.update(task, description="Evaluating with many rules", total=None)
        evaluated = measure_evaluation()
    if as_json:
        click.echo(json.dumps(asdict(report) | {"evaluations": [asdict(each) for each in evaluated]}, indent=2))
    else:
        show(report, terminal)
        show_evaluations(evaluated, terminal)


def _nights(members: int, terminal: Console, *, as_json: bool) -> None:
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task("Making a database", total=None)
        nights = measure_nights(members, say=lambda what: progress.update(task, description=what))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in nights], indent=2))
    else:
        show_nights(nights, terminal)


def _histories(events: int, terminal: Console, *, as_json: bool) -> None:
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task("Making a database", total=None)
        played = measure_histories(events, say=lambda what: progress.update(task, description=what))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in played], indent=2))
    else:
        show_histories(played, terminal)


def _audiences(members: int, terminal: Console, *, as_json: bool) -> None:
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task("Making a database", total=None)
        figures = measure_audiences(members, say=lambda what: progress.update(task, description=what))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in figures], indent=2))
    else:
        show_audiences(figures, terminal)


def _checkouts(quotes: int, terminal: Console, *, as_json: bool) -> None:
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task("Making a database", total=None)
        figure = measure_checkouts(quotes=quotes, say=lambda what: progress.update(task, description=what))
    if as_json:
        click.echo(json.dumps(asdict(figure), indent=2))
    else:
        show_checkouts(figure, terminal)
