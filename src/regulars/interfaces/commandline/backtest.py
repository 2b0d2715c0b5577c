"""`regulars rulebook backtest`: a draft over the whole history, beside the live version, on the terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from regulars.database.pool import Connection
from regulars.database.set_up import set_up_database
from regulars.domain.backtests.contracts import Backtest
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import programme_now, shelf
from regulars.flows.backtests.asking import ask_backtest, found_backtest, run_backtest
from regulars.flows.backtests.on_dask import on_dask
from regulars.flows.backtests.redemption_model import redemption_model
from regulars.flows.backtests.running import Mapped, on_cores
from regulars.flows.read_templates import template_of
from regulars.flows.try_template import backtest_template
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.clock import parse_instant, utc_now
from regulars.kernel.errors import Refusal

_LEFT_OUT = {
    "merged": "they were merged with other members",
    "unknown": "something moved their points that back-tests do not know",
}
_CAVEATS = {
    "people_as_now": "Rules that ask about people saw them as they are now.",
    "versions_backdated": "Published after events that they cover, which the books worked by the version before:"
    " version {versions}. Figures can differ from the books.",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    since: datetime | None
    until: datetime | None
    share: Decimal
    seed: int
    redemptions: str | dict[str, Any]
    label: str
    template: str | None = None


@click.command("backtest")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--programme", "code", required=True, help="Code of the programme.")
@click.option("--since", help="Instant from which the draft is in force; since ever, when left out.")
@click.option("--until", help="Instant after which events are left out; now, when left out.")
@click.option("--share", default="1", help="A sample of the members: 0.1 is a tenth of them.")
@click.option("--seed", default=0, help="Which sample: the same number draws the same members.")
@click.option(
    "--redemptions",
    default="as_they_were",
    help="What members spend: as_they_were, none, as_soon_as_reachable or share_of_earned; with parameters as JSON,"
    ' {"by": "share_of_earned", "rate": "0.4", "days": 30}.',
)
@click.option("--template", help="A template by its short name in place of FILE, in the programme's currency.")
@click.option("--label", default="", help="What to call it in the list of back-tests.")
@click.option("--cluster", metavar="ADDRESS", help="Play on Dask: local, or where its scheduler is: tcp://host:8786.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that was found as JSON.")
def backtest_command(
    file: Path | None,
    code: str,
    since: str | None,
    until: str | None,
    share: str,
    seed: int,
    redemptions: str,
    template: str | None,
    label: str,
    cluster: str | None,
    as_json: bool,
) -> None:
    """Play the history of a programme again under the rulebook in FILE, beside the versions that were in force.

    Without FILE it is the latest version, as if it had always been in force. What is found is kept with the programme.
    """
    asked = _Asked(
        None if since is None else parse_instant(since, field="since"),
        None if until is None else parse_instant(until, field="until"),
        _share(share),
        seed,
        _model(redemptions),
        label,
        template,
    )
    if file is not None and template is not None:
        raise click.UsageError("Name a FILE or a template, and not both.")
    mapped = on_cores if cluster is None else on_dask(cluster)
    set_up_database()
    with at_work(code) as (conn, programme):
        done = _run(conn, programme, file, asked, quiet=as_json, mapped=mapped)
    if done.result is None:
        raise click.ClickException(done.problem or "The back-test was cancelled.")
    if as_json:
        click.echo(json.dumps(done.result, indent=2))
    else:
        _show(done.result, Console())


def _run(
    conn: Connection, programme: Programme, file: Path | None, asked: _Asked, *, quiet: bool, mapped: Mapped
) -> Backtest:
    now = programme_now(conn, programme_id=programme.id, at=utc_now())
    wanted: dict[str, Any] = {
        "now": now, "by": "command line", "label": asked.label, "since": asked.since, "until": asked.until,
        "share": asked.share, "seed": asked.seed, "redemptions": asked.redemptions,
    }  # fmt: skip
    if asked.template is not None:
        wish = backtest_template(conn, template_of(asked.template), of=programme, **wanted)
    else:
        latest = shelf(conn, programme_id=programme.id).latest.rulebook
        draft = latest if file is None else require_valid(file.read_bytes())
        wish = ask_backtest(conn, draft, programme_id=programme.id, **wanted)
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("Playing the history", total=None)

        def seen(done: int, parts: int) -> None:
            progress.update(task, completed=done, total=parts)

        run_backtest(conn, wish, clock=utc_now, mapped=mapped, seen=seen)
    return found_backtest(conn, programme_id=programme.id, backtest_id=wish.id)


def _model(text: str) -> str | dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return text
    return read if isinstance(read, dict) else text


def _share(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Refusal(
            "bad_share",
            "The share is no number",
            detail=f"{text!r} was given as the share of members.",
            remedy="Give 0.1 for a tenth of the members.",
            field="share",
        ) from None


def _show(result: dict[str, Any], terminal: Console) -> None:
    sides = result["sides"]
    terminal.print(
        f"{result['played']:,} of {result['members']:,} members, {result['events']:,} events"
        + ("" if not result["in_order"] else ", played in order because a budget ran out")
    )
    spending = str(redemption_model(result["redemptions"]).words())
    terminal.print(f"{spending[0].upper()}{spending[1:]}.", highlight=False)
    for reason, count in result["left_out"].items():
        terminal.print(f"[yellow]{count:,} members left out: {_LEFT_OUT.get(reason, reason)}[/yellow]")
    for each in result["caveats"]:
        numbers = ", ".join(str(version) for version in result["backdated"])
        terminal.print(f"[yellow]{_CAVEATS[each].format(versions=numbers)}[/yellow]", highlight=False)
    table = Table("", *sides, title="Points")
    for index, each in enumerate(sides["live"]["points"]):
        for name in ("earned", "redeemed", "expired", "taken_back", "cost"):
            values = [_point(side, index, name) for side in sides.values()]
            table.add_row(f"{each['point_type']}: {name.replace('_', ' ')}", *values)
    reached = [f"{Decimal(side['first_reward']['share']):.1%}" for side in sides.values()]
    table.add_row("members who reach a reward", *reached)
    table.add_row(
        "days until then, half of them", *[str(side["first_reward"]["median_days"]) for side in sides.values()]
    )
    terminal.print(table)
    change = result["change"]["earned"]
    sure = f", give or take {change['half_width']:,} (95 %)" if change["half_width"] else ""
    terminal.print(f"Points that the draft gives more: {change['total']:+,}{sure}")
    segments = Table("members", "how many", "earn more", "earn less", "points each", title="Who earns more, who less")
    for each in result["segments"]:
        shares = [f"{Decimal(each[name]):.0%}" for name in ("winners_share", "losers_share")]
        kind = each["kind"].partition(":")[0]
        segments.add_row(f"{kind} {each['name']}".strip(), f"{each['members']:,}", *shares, each["average"])
    terminal.print(segments)
    rules = Table("rule", "points", "times", title="By rule, under the draft")
    for each in sides.get("draft", sides["live"])["rules"]:
        rules.add_row(each["name"], f"{each['points']:,}", f"{each['times']:,}")
    terminal.print(rules)


def _point(side: dict[str, Any], index: int, name: str) -> str:
    if index >= len(side["points"]):
        return ""
    value = side["points"][index][name]
    return f"{value:,}" if isinstance(value, int) else str(value or "")
