"""`regulars rulebook ...` about one programme: versions, files, drafts and their schedule, going back, pauses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from regulars.database.set_up import set_up_database
from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.document import LARGEST
from regulars.domain.programmes.queries import drafts, programme_by_code, programme_now, rulebook_versions
from regulars.flows.copy_rulebook import copy_rulebook, exported, import_rulebook
from regulars.flows.pause_rules import pause, resume
from regulars.flows.publish_draft import publish_draft, schedule_draft, unschedule_draft
from regulars.flows.roll_back import preview_roll_back, roll_back
from regulars.flows.versions import version_of
from regulars.interfaces.commandline.at_work import at_work
from regulars.kernel.clock import parse_instant, utc_now
from regulars.kernel.errors import NotFound, Refusal

_PROGRAMME = click.option("--programme", "code", required=True, help="Code of the programme.")
_BY = click.option("--by", default="command line", help="Who does it, for the record.")
_NOTE = click.option("--note", default="", help="Why, for those who come after.")


@click.command("versions")
@_PROGRAMME
def versions_command(code: str) -> None:
    """One line for each version, the latest first: from when on, who published it, why."""
    set_up_database()
    with at_work(code) as (conn, programme):
        for each in rulebook_versions(conn, programme_id=programme.id):
            click.echo(f"{each.version}\t{each.effective_from:%Y-%m-%d %H:%M} UTC\t{each.published_by}\t{each.note}")


@click.command("compare")
@click.argument("before", type=int)
@click.argument("after", type=int)
@_PROGRAMME
def compare_command(before: int, after: int, code: str) -> None:
    """Say in words what version AFTER changes in version BEFORE."""
    set_up_database()
    with at_work(code) as (conn, programme):
        one, other = (version_of(conn, each, of=programme).rulebook for each in (before, after))
    found = differences(one, other)
    for each in found:
        click.echo(f"- {each.words}")
    if not found:
        click.echo("Both say the same.")


@click.command("export")
@click.argument("version", type=int)
@_PROGRAMME
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file instead.")
def export_command(version: int, code: str, out: Path | None) -> None:
    """Print a version as YAML that says where it comes from: programme as code."""
    set_up_database()
    with at_work(code) as (conn, programme):
        text = exported(conn, version, of=programme)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"wrote {out}")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PROGRAMME
@click.option("--name", default="", help="How the draft is called; the file's name, when left out.")
@click.option("--adopt", is_flag=True, help="Take it over although it was exported from another programme.")
@_BY
def import_command(file: Path, code: str, name: str, adopt: bool, by: str) -> None:
    """Make a draft of FILE. Nothing is in force by it."""
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 4)
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        made = import_rulebook(
            conn, _decoded(content), of=programme, name=name or file.stem, by=by, now=now, adopt=adopt
        )
    click.echo(f"Draft {made.id}, {made.name}, changes version {made.based_on}.")


@click.command("copy")
@click.option("--from", "source_code", required=True, help="Code of the programme whose latest version is taken.")
@_PROGRAMME
@_BY
def copy_command(source_code: str, code: str, by: str) -> None:
    """Make a draft of another programme's rulebook, such as a sandbox's."""
    set_up_database()
    with at_work(code) as (conn, programme):
        source = programme_by_code(conn, code=source_code)
        if source is None:
            raise NotFound(
                "programme_not_found",
                "There is no such programme",
                detail=f"No programme has the code {source_code!r}.",
                remedy="Look it up with `regulars programmes list`.",
            )
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        made = copy_rulebook(conn, source=source, of=programme, name=f"From {source.name}", by=by, now=now)
    click.echo(f"Draft {made.id}, {made.name}, changes version {made.based_on}.")


@click.command("drafts")
@_PROGRAMME
def drafts_command(code: str) -> None:
    """One line for each draft that is not done: number, state, name, who changed it last."""
    set_up_database()
    with at_work(code) as (conn, programme):
        for each in drafts(conn, programme_id=programme.id):
            at = "" if each.scheduled_for is None else f" for {each.scheduled_for:%Y-%m-%d %H:%M} UTC"
            click.echo(f"{each.id}\t{each.state.name}{at}\t{each.name}\t{each.changed_by}")


@click.command("schedule")
@click.argument("draft", type=int)
@click.option("--at", help="The instant at which it comes into force, such as 2030-03-01T00:00:00+01:00.")
@click.option("--off", is_flag=True, help="Take it from the schedule instead.")
@_PROGRAMME
@_BY
def schedule_command(draft: int, at: str | None, off: bool, code: str, by: str) -> None:
    """Let DRAFT come into force by itself; without --at, at once."""
    set_up_database()
    with at_work(code) as (conn, programme):
        place: dict[str, Any] = {"of": programme, "by": by}
        place["now"] = programme_now(conn, programme_id=programme.id, at=utc_now())
        if off:
            done = unschedule_draft(conn, draft, **place)
        elif at is not None:
            done = schedule_draft(conn, draft, at=parse_instant(at, field="at"), **place)
        else:
            done = publish_draft(conn, draft, **place)
    click.echo(f"{done.name}: {done.state.name}{f' as version {done.version}' if done.version else ''}.")


@click.command("rollback")
@click.argument("version", type=int)
@_PROGRAMME
@_BY
@_NOTE
@click.option("--preview", is_flag=True, help="Only say what it would mean.")
def rollback_command(version: int, code: str, by: str, note: str, preview: bool) -> None:
    """Publish the words of VERSION again. What was earned stays; what is paused stays paused."""
    set_up_database()
    with at_work(code) as (conn, programme):
        now = programme_now(conn, programme_id=programme.id, at=utc_now())
        way = preview_roll_back(conn, version, of=programme, now=now)
        for line in [*(each.words for each in way.differences), *way.remarks]:
            click.echo(f"- {line}")
        for number in way.called_off:
            click.echo(f"- Version {number} is planned, and is called off")
        if preview:
            return
        done = roll_back(conn, version, of=programme, by=by, now=now, note=note)
    if done.draft is not None:
        click.echo(f"A second person has to approve it: draft {done.draft.id}.")
    else:
        click.echo(f"Version {done.version} says what version {version} said.")


def _resting(name: str, help_text: str, verb: Any) -> click.Command:
    @click.command(name, help=help_text)
    @_PROGRAMME
    @click.option("--rule", "rules", multiple=True, help="Id of an earn rule; may be given several times.")
    @click.option("--campaign", "campaigns", multiple=True, help="Id of a campaign; may be given several times.")
    @click.option("--everything", is_flag=True, help="All rules.")
    @click.option("--reason", required=True, help="Why, for those who come after.")
    @_BY
    def command(
        code: str, rules: tuple[str, ...], campaigns: tuple[str, ...], everything: bool, reason: str, by: str
    ) -> None:
        set_up_database()
        with at_work(code) as (conn, programme):
            now = programme_now(conn, programme_id=programme.id, at=utc_now())
            made = verb(
                conn, of=programme, rules=rules, campaigns=campaigns, everything=everything, reason=reason, by=by,
                now=now,
            )  # fmt: skip
        click.echo(f"Version {made} is in force.")

    return command


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(
            "draft_unreadable",
            "The text cannot be read",
            detail=f"Byte {error.start + 1} is not UTF-8.",
            remedy="Save the file as UTF-8.",
            field="file",
        ) from None


COMMANDS = (
    versions_command,
    compare_command,
    export_command,
    import_command,
    copy_command,
    drafts_command,
    schedule_command,
    rollback_command,
    _resting("pause", "Let rules rest: they give nothing from now on.", pause),
    _resting("resume", "Let rules go on that rest.", resume),
)
