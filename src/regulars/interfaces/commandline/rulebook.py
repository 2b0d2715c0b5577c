"""`regulars rulebook`: check a rulebook file, read it in plain words, write its JSON Schema; and its life."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.document import LARGEST, Checked, check_rulebook_file, require_valid
from regulars.domain.programmes.schema import rulebook_schema
from regulars.domain.programmes.words import rulebook_words
from regulars.interfaces.commandline.backtest import backtest_command
from regulars.interfaces.commandline.rulebook_life import COMMANDS
from regulars.interfaces.commandline.tune import tune_command

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("rulebook")
def rulebook_group() -> None:
    """Check a rulebook file, read it in plain words; versions, drafts, going back and pauses of a programme."""


for _command in COMMANDS:
    rulebook_group.add_command(_command)


@rulebook_group.command("validate")
@_FILE
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def validate(file: Path, as_json: bool) -> None:
    """Say everything that is wrong with FILE: line, value, remedy.

    Ends with exit code 1 when the rulebook cannot be published. Warnings alone end with 0.
    """
    checked = _checked(file)
    if as_json:
        document = {"valid": checked.rulebook is not None, "findings": [asdict(each) for each in checked.findings]}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print_findings(file, checked)
        if checked.rulebook is not None:
            book = checked.rulebook
            rules, ladders = len(book.earn_rules), len(book.ladders)
            click.echo(f"{file}: valid - {book.name}, earn rules: {rules}, ladders: {ladders}")
    if checked.rulebook is None:
        raise SystemExit(1)


@rulebook_group.command("show")
@_FILE
def show(file: Path) -> None:
    """Read FILE aloud: how members earn, the tiers, when points expire, what they are worth."""
    checked = _checked(file)
    if checked.rulebook is None:
        _print_findings(file, checked)
        raise SystemExit(1)
    click.secho(checked.rulebook.name, bold=True)
    for section in rulebook_words(checked.rulebook):
        click.echo()
        click.secho(str(section.title), bold=True)
        for sentence in section.sentences:
            click.echo(f"  - {sentence}")


@rulebook_group.command("diff")
@click.argument("before", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def diff(before: Path, after: Path) -> None:
    """Say in words what AFTER changes in BEFORE. Ends with exit code 1 where they differ."""
    found = differences(*(require_valid(each.read_bytes()) for each in (before, after)))
    for each in found:
        click.echo(f"- {each.words}")
    if found:
        raise SystemExit(1)
    click.echo("Both say the same.")


@rulebook_group.command("schema")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file instead.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of rulebooks, for editors that check while one writes."""
    text = json.dumps(rulebook_schema(), indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
    else:
        out.write_text(f"{text}\n", encoding="utf-8")
        click.echo(f"wrote {out}")


def _checked(file: Path) -> Checked:
    with file.open("rb") as opened:
        # A byte order mark has three bytes; more than that over the limit is too large whatever it is.
        return check_rulebook_file(opened.read(LARGEST + 4))


def _print_findings(file: Path, checked: Checked) -> None:
    for finding in checked.findings:
        mark = "" if finding.severity == "error" else "warning: "
        value = f" ({finding.value})" if finding.value else ""
        click.echo(f"{file}:{finding.line}: {mark}{finding.problem}{value} - {finding.remedy}")
    count = len(checked.errors)
    if count:
        click.echo(f"{count} {'thing' if count == 1 else 'things'} to correct")


rulebook_group.add_command(backtest_command)
rulebook_group.add_command(tune_command)
