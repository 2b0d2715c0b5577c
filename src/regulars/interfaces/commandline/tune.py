"""`regulars rulebook tune`: settings of a rulebook compared on the history, on the terminal."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from regulars.database.pool import Connection
from regulars.database.set_up import set_up_database
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import programme_now, shelf
from regulars.domain.tunings.contracts import Tuning
from regulars.flows.tuning.asking import Question, ask_tuning, found_tuning, ground_of, run_tuning
from regulars.flows.tuning.lever import lever_of, levers_by_name, sensible, target_of
from regulars.flows.tuning.running import on_cores
from regulars.flows.tuning.terms import Terms, terms_of
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

_PLACES = {"on": "frontier", "near": "perhaps", "behind": "", "unknown": "unknown"}


@click.command("tune")
@click.option("--programme", "code", required=True, help="Code of the programme.")
@click.option("--lever", "levers", multiple=True, help="earn_rate:base=1,1.5,2 - without steps, the sensible ones.")
@click.option("--goal", "goals", multiple=True, help="cost_per_order:at_most=0.50 or first_reward_in_time:days=90,...")
@click.option("--figure", "figures", multiple=True, help="What is compared, twice: cost_of_sales, points_expired ...")
@click.option("--margin", help="What is left of a unit of sales before points: 0.30 for 30 %.")
@click.option("--share", help="A sample of the members; when left out, so many that it takes about a minute.")
@click.option("--seed", default=0, help="Which sample: the same number draws the same members.")
@click.option("--label", default="", help="What to call it in the list of tunings.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that was found as JSON.")
def tune_command(
    code: str,
    levers: tuple[str, ...],
    goals: tuple[str, ...],
    figures: tuple[str, ...],
    margin: str | None,
    share: str | None,
    seed: int,
    label: str,
    as_json: bool,
) -> None:
    """Play every combination of the levers' steps over the history, and show which of them no other one beats.

    Without --lever it lists what can be turned. What is found is kept with the programme.
    """
    set_up_database()
    with at_work(code) as (conn, programme):
        if not levers:
            _list_levers(conn, programme)
            return
        question = Question(
            levers=[_lever(each) for each in levers],
            margin=_number(margin, "margin"),
            goals=[_stated(each) for each in goals],
            figures=[_stated(each) for each in figures],
            label=label,
            share=None if share is None else _number(share, "share"),
            seed=seed,
        )
        done = _run(conn, programme, question, quiet=as_json)
    if done.result is None:
        raise click.ClickException(done.problem or "The tuning was cancelled.")
    if as_json:
        click.echo(json.dumps(done.result, indent=2))
    else:
        _show(done.result, terms_of(done), Console())


def _run(conn: Connection, programme: Programme, question: Question, *, quiet: bool) -> Tuning:
    now = programme_now(conn, programme_id=programme.id, at=utc_now())
    asked = ask_tuning(conn, question, programme_id=programme.id, now=now, by="command line")
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("Playing the history", total=None)

        def seen(done: int, parts: int) -> None:
            progress.update(task, completed=done, total=parts)

        run_tuning(conn, asked, clock=utc_now, mapped=on_cores, seen=seen)
    return found_tuning(conn, programme_id=programme.id, tuning_id=asked.id)


def _list_levers(conn: Connection, programme: Programme) -> None:
    ground = ground_of(conn, shelf(conn, programme_id=programme.id))
    for lever in levers_by_name().values():
        for target in lever.targets(ground):
            steps = ",".join(sensible(lever, ground, target.key))
            present = lever.present(ground, target.key)
            click.echo(f"{lever.name}:{target.key}={steps}\t{target.words} {present}")


def _lever(text: str) -> dict[str, Any]:
    place, _, steps = text.partition("=")
    name, _, target = place.partition(":")
    return {"lever": name, "target": target, "steps": [each for each in steps.split(",") if each]}


def _stated(text: str) -> dict[str, Any]:
    name, _, fields = text.partition(":")
    return {"goal": name, **dict(each.partition("=")[::2] for each in fields.split(",") if each)}


def _number(text: str | None, field: str) -> Decimal:
    try:
        return Decimal(text or "")
    except InvalidOperation:
        raise Refusal(
            f"bad_{field}",
            f"The {field} is no number",
            detail=f"{text!r} was given as the {field}.",
            remedy=f"Give --{field} 0.3 for 30 %.",
            field=field,
        ) from None


def _show(result: dict[str, Any], terms: Terms, terminal: Console) -> None:
    terminal.print(f"{result['played']:,} of {result['members']:,} members, {result['events']:,} events")
    for reason, count in result["left_out"].items():
        terminal.print(f"[yellow]{count:,} members left out: {reason}[/yellow]")
    names = [str(target_of(lever_of(each.lever), terms.ground, each.key).words) for each in terms.turns]
    table = Table(*names, *(str(each.figure_words(terms.ground)) for each in terms.axes), "", "goals", "pays from")
    for row in result["candidates"]:
        figures = [_figure(row[axis], terms, at) for at, axis in enumerate(("x", "y"))]
        needed = row["break_even"] and row["break_even"]["needed"]
        pays = "never" if needed is None else f"{Decimal(needed):+.1%}"
        place = " ".join(each for each in (_PLACES[row["place"]], "as it is" if row["as_it_is"] else "") if each)
        table.add_row(*row["values"], *figures, place, row["met"] or "", pays)
    terminal.print(table)
    if result["nearest"] is not None:
        values = " ".join(result["candidates"][result["nearest"]]["values"])
        terminal.print(f"[yellow]No combination meets the goals; {values} comes nearest.[/yellow]")
    terminal.print(
        "Pays from: how much more members must buy than without a programme, c / (m - c) with the margin that you"
        " stated. How much more they do buy was never measured here, so nothing is called the best."
    )


def _figure(figure: dict[str, str] | None, terms: Terms, at: int) -> str:
    if figure is None:
        return "-"
    currency = str(terms.ground.document["currency"])
    shown = {name: str(terms.axes[at].shown(Decimal(text), currency)) for name, text in figure.items()}
    return shown["value"] if shown["low"] == shown["high"] else f"{shown['value']} ({shown['low']} to {shown['high']})"
