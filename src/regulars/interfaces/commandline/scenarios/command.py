"""`regulars scenario`: plays stories about a programme, and says precisely what came out otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from regulars.interfaces.commandline.scenarios.schema import schema_text


@click.group("scenario")
def scenario_group() -> None:
    """Play stories about your programme, and hear what came out otherwise."""


@scenario_group.command("schema")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file instead.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of scenarios, for editors that complete and check while one writes."""
    if out is None:
        click.echo(schema_text(), nl=False)
    else:
        out.write_text(schema_text(), encoding="utf-8")
        click.echo(f"wrote {out}")
