"""`regulars audiences`: list them, save one, refresh them, fill a list from a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click
import yaml
from msgspec import convert
from pydantic import ValidationError

from regulars.database.set_up import set_up_database
from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind, Mode
from regulars.domain.audiences.queries import audience, audiences
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.events.contracts import MemberReference
from regulars.domain.programmes.queries import programme_now, shelf
from regulars.flows.fill_audience import fill_audience
from regulars.flows.member_vocabulary import vocabulary_of
from regulars.flows.read_audience import sample_members
from regulars.flows.refresh_audiences import refresh_audience
from regulars.flows.save_audience import check_conditions, save_audience
from regulars.interfaces.commandline.at_work import at_work
from regulars.interfaces.commandline.audience_history import history, members, show, undo
from regulars.interfaces.commandline.imports.columns import ORDER_FIELDS, match
from regulars.interfaces.commandline.imports.reading import open_source
from regulars.interfaces.commandline.imports.rows import Problem, Row
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

BY = "command line"
NAMES = {"external_id": "external_id", "card": "card_number", "email": "email", "phone": "phone"}
"""What names a member -> the field whose column may hold it; the first one that a row has is used."""
_FIELDS = tuple(each for each in ORDER_FIELDS if each.name in NAMES.values())
_PROGRAMME = click.option("--programme", "code", required=True, metavar="CODE", help="Code of the programme.")
_NAME = click.argument("name")


@click.group("audiences")
def audiences_group() -> None:
    """Members who fulfil conditions, or whom you list."""


for _command in (show, members, history, undo):
    audiences_group.add_command(_command)


@audiences_group.command("list")
@_PROGRAMME
def list_audiences(code: str) -> None:
    """One line for each audience: its code, its name, its kind, how many members it has."""
    set_up_database()
    with at_work(code) as (conn, programme):
        found = audiences(conn, programme_id=programme.id)
    for each in found:
        click.echo(f"{each.code}\t{each.name}\t{each.kind}\t{each.members}{'	archived' if each.archived else ''}")
    if not found:
        click.echo(f"There is no audience yet: regulars audiences save CODE FILE --programme {code}")


@audiences_group.command("save")
@_NAME
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PROGRAMME
@click.option("--title", default="", help="How people call it; the code, when left out.")
@click.option("--archive", is_flag=True, help="Its members do not change any more.")
def save(name: str, file: Path | None, code: str, title: str, archive: bool) -> None:
    """Make the audience NAME, or change it. FILE holds its conditions in YAML; without it, it is a list."""
    set_up_database()
    conditions = None if file is None else _conditions(file)
    kind = Kind.static if conditions is None else Kind.dynamic
    with at_work(code) as (conn, programme):
        before = audience(conn, programme_id=programme.id, code=name)
        if before is not None and conditions is None:
            kind, conditions = before.kind, before.conditions
        draft = AudienceDraft(name, title or (before.name if before else name), kind, conditions, archive)
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        saved = save_audience(
            conn, draft, programme_id=programme.id, now=now, by=BY, replacing=name if before else None
        )
    click.echo(f"{saved.name} is saved, version {saved.version}: {saved.members} members")


@audiences_group.command("count")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PROGRAMME
def count(file: Path, code: str) -> None:
    """How many members fulfil the conditions in FILE now, and a few of them. Nothing is saved."""
    set_up_database()
    conditions = _conditions(file)
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        vocabulary = vocabulary_of(
            shelf(conn, programme_id=programme.id), audiences(conn, programme_id=programme.id), now=now
        )
        check_conditions(conditions, vocabulary)
        seen = sample_members(conn, conditions, vocabulary, programme=programme, now=now, by=BY)
    click.echo(f"{seen.members} of {seen.of} members: {condition_words(conditions, vocabulary.terms)}")
    for each in seen.sample:
        click.echo(str(each))


@audiences_group.command("refresh")
@_NAME
@_PROGRAMME
def refresh(name: str, code: str) -> None:
    """Compute anew who is in the audience NAME, and before it those that it names."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        moved = refresh_audience(conn, programme_id=programme.id, code=name, now=now, by=BY)
    click.echo(f"{moved.joined} joined, {moved.gone} left: {moved.members} members")


@audiences_group.command("import")
@_NAME
@click.argument("file", type=click.Path(path_type=Path))
@_PROGRAMME
@click.option("--mode", type=click.Choice([each.value for each in Mode]), default="add", show_default=True)
@click.option("--map", "maps", multiple=True, metavar="THEIRS=OURS", help="Read a column as a field of ours.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of the file, such as cp1252.")
@click.option("--dry-run", is_flag=True, help="Do everything but write.")
def import_list(
    name: str, file: Path, code: str, mode: str, maps: tuple[str, ...], encoding: str, dry_run: bool
) -> None:
    """Fill the list NAME from FILE: one member in each row, by external_id, card_number, email or phone.

    Ends with exit code 1 when some rows name nobody; the others are done.
    """
    source = open_source(file, encoding=encoding, delimiter=None)
    columns = match(_FIELDS, source.columns, maps).columns
    if not columns:
        raise Refusal(
            "list_without_names",
            "No column names members",
            detail=f"{file} has the columns {', '.join(source.columns)}.",
            remedy="Name one external_id, card_number, email or phone, or say which it is: --map club=external_id",
            field="file",
        )
    rows = list(_references(source.rows(), columns))
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        filled = fill_audience(
            conn, [each for _, each in rows], programme=programme, code=name, mode=Mode(mode), now=now, by=BY,
            dry_run=dry_run,
        )  # fmt: skip
    for position, refusal in sorted(filled.refused.items()):
        click.echo(f"{file}:{rows[position][0]}: {refusal.detail} {refusal.remedy}")
    done = "would join" if dry_run else "joined"
    click.echo(f"{filled.moved.joined} {done}, {filled.moved.gone} left, {len(filled.refused)} left out")
    if filled.run_id is not None:
        click.echo(f"To undo it: regulars audiences undo {name} {filled.run_id} --programme {code}")
    if filled.refused:
        raise SystemExit(1)


def _conditions(file: Path) -> Condition:
    try:
        read: Condition = CONDITIONS.validate_python(yaml.safe_load(file.read_bytes()))
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise Refusal(
            "bad_conditions",
            "The conditions cannot be asked of members",
            detail=f"{file}: {str(error).splitlines()[0]}.",
            remedy="Write them as in a rulebook: {field: member.orders, at_least: 3}",
            field="conditions",
        ) from None
    return read


def _references(rows: Iterable[Row | Problem], columns: Mapping[str, str]) -> Iterator[tuple[int, MemberReference]]:
    """Each row's line and the member that it names; empty rows are passed over."""
    for row in rows:
        if isinstance(row, Problem):
            raise Refusal(
                "list_unreadable", "The file cannot be read", detail=f"Line {row.line}: {row.what}", remedy=row.remedy,
                field="file",
            )  # fmt: skip
        for name, field in NAMES.items():
            value = row.values.get(columns.get(field, ""))
            if value:
                yield row.line, convert({name: value}, MemberReference)
                break
