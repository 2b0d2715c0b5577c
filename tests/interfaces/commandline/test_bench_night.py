"""`regulars bench --nightly`: a small run does what is due that night, once, and proves the books."""

from __future__ import annotations

import json

from click.testing import CliRunner

from regulars.interfaces.commandline.bench import bench_command


def test_a_small_night_does_what_is_due_once(database_url: str) -> None:
    result = CliRunner().invoke(bench_command, ["--nightly", "100", "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    nights = json.loads(result.stdout)
    assert [each["due"] for each in nights] == [6, 0, 0]
    assert all(each["seconds"] > 0 for each in nights)
