"""`regulars bench --audiences`: a small run of it moves whom it should, and says what each thing took."""

from __future__ import annotations

import json

from click.testing import CliRunner

from regulars.interfaces.commandline.bench import bench_command


def test_a_small_run_has_every_figure(database_url: str) -> None:
    result = CliRunner().invoke(bench_command, ["--audiences", "1000", "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    figures = {each["what"]: each for each in json.loads(result.stdout)}
    assert figures["an audience of 10 % is filled"]["moved"] == 100
    assert figures["an audience by a measure, 25 %, is filled"]["moved"] == 250
    assert figures["the night, nobody moves"]["moved"] == 0
    assert figures["a list of 500 rows is imported"]["moved"] == 500
    assert figures["the import is undone"]["moved"] == 500
    assert all(each["seconds"] > 0 for each in figures.values())
