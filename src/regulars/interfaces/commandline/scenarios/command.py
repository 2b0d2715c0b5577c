"""`regulars scenario`: plays stories about a programme, and says precisely what came out otherwise."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from psycopg.conninfo import conninfo_to_dict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from regulars.database.pool import connection
from regulars.interfaces.commandline.scenarios.reading import ScenarioUnreadable
from regulars.interfaces.commandline.scenarios.running import Result, Story, play, read_all, scenario_files
from regulars.interfaces.commandline.scenarios.schema import schema_text
from regulars.interfaces.commandline.scenarios.showing import (
    document_of,
    lines_of,
    problems_of,
    reading_document,
    summary,
)
from regulars.interfaces.commandline.stopping import Pause, stopping_between
from regulars.interfaces.commandline.throw_away import throw_away_database

DIFFERS, UNREADABLE, STOPPED = 1, 2, 130
_FILES = click.argument("file", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


@click.group("scenario")
def scenario_group() -> None:
    """Play stories about your programme, and hear what came out otherwise."""


@scenario_group.command("run")
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Print what became of each file as JSON, and nothing else.")
@click.option("--keep", is_flag=True, help="Leave the database there, to look into it, also after Ctrl+C.")
def run(file: tuple[Path, ...], as_json: bool, keep: bool) -> None:
    """Play each FILE, or every scenario in a folder, and say what came out otherwise.

    Everything happens in a database of its own, which is dropped afterwards; your members are not touched. Ends with
    exit code 1 when something differs, and with 2 when a file cannot be read: nothing is played then.
    """
    began = time.perf_counter()
    stories, unreadable = read_all(scenario_files(file))
    if unreadable:
        _tell_unreadable(stories, unreadable, as_json=as_json)
    console = Console(stderr=as_json)
    try:
        with stopping_between() as pause, _progress(console) as bar:
            task = bar.add_task("Preparing a database", total=len(stories))
            with throw_away_database("scenario", keep=keep) as url:
                results = _play_all(stories, bar, task, pause, silent=as_json)
    except KeyboardInterrupt:
        click.echo("Stopped." if keep else "Stopped, and the database is dropped.", err=True)
        sys.exit(STOPPED)
    seconds = time.perf_counter() - began
    if as_json:
        _print_json(document_of(results, seconds=seconds))
    else:
        click.echo(summary(results, seconds=seconds))
    if keep:
        click.echo(f"The database stays: {_place_of_database(url)}", err=as_json)
    sys.exit(DIFFERS if any(each.state == "differs" for each in results) else 0)


@scenario_group.command("validate")
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def validate(file: tuple[Path, ...], as_json: bool) -> None:
    """Say everything that is wrong with each FILE: line, value, remedy. Plays nothing, and needs no database.

    Ends with exit code 2 when a file cannot be read.
    """
    stories, unreadable = read_all(scenario_files(file))
    if unreadable:
        _tell_unreadable(stories, unreadable, as_json=as_json)
    if as_json:
        _print_json(reading_document(stories, unreadable))
    for each in () if as_json else stories:
        state = "valid" if each.scenario else f"waiting for {each.heading.waits_for}"
        click.echo(f"{each.path}: {state} - {each.heading.title}")


@scenario_group.command("schema")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file instead.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of scenarios, for editors that complete and check while one writes."""
    if out is None:
        click.echo(schema_text(), nl=False)
    else:
        out.write_text(schema_text(), encoding="utf-8")
        click.echo(f"wrote {out}")


def _play_all(stories: Sequence[Story], bar: Progress, task: TaskID, pause: Pause, *, silent: bool) -> list[Result]:
    results = []
    bar.update(task, description="Playing")
    for story in stories:
        with connection() as conn:
            result = play(conn, story, pause=pause)
        results.append(result)
        bar.advance(task)
        for line in () if silent else lines_of(result):
            bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
    return results


def _tell_unreadable(stories: list[Story], unreadable: list[ScenarioUnreadable], *, as_json: bool) -> None:
    if as_json:
        _print_json(reading_document(stories, unreadable))
    else:
        click.echo("\n".join(problems_of(unreadable)))
    sys.exit(UNREADABLE)


def _progress(console: Console) -> Progress:
    """A bar that disappears when everything is played; none where nobody watches."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def _print_json(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _place_of_database(url: str) -> str:
    """Name and server, without the password."""
    parts = conninfo_to_dict(url)
    return " ".join(f"{key}={parts[key]}" for key in ("dbname", "host", "port", "user") if parts.get(key))
