"""Runs one of PostgreSQL's programs on the house's database: `python -m regulars.database psql`.

The embedded server runs meanwhile, whether Regulars does or not; with DATABASE_URL it is the owner's server. The
program finds it by the usual PG* variables, so `pg_dump -Fc -f today.dump` needs no address and no password.
"""

from __future__ import annotations

import os
import subprocess
import sys

from psycopg import conninfo

from regulars.database.binaries import find_binaries
from regulars.database.server import database_url
from regulars.kernel.errors import Refusal

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
}


def run(command: list[str]) -> int:
    """Runs the command with the database at hand; its exit code, 127 when there is no such program."""
    address = conninfo.conninfo_to_dict(database_url())
    known = {_VARIABLES[key]: str(value) for key, value in address.items() if key in _VARIABLES}
    path = f"{find_binaries().folder}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        return subprocess.call(["/usr/bin/env", *command], env={**os.environ, **known, "PATH": path})
    except KeyboardInterrupt:
        return 130


def main() -> int:
    """The command line: everything after the module's name is the command."""
    if not sys.argv[1:]:
        sys.stderr.write("Say which program: python -m regulars.database psql, or pg_dump -Fc -f today.dump\n")
        return 2
    try:
        return run(sys.argv[1:])
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
