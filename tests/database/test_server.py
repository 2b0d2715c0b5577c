"""The choice of the server: the owner's by DATABASE_URL, checked and explained, or the embedded one, kept running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from regulars.database import postmaster, server
from regulars.database.account import account_for
from regulars.database.embedded import EmbeddedPostgres
from regulars.kernel.errors import Conflict, Refusal


@pytest.fixture(scope="module")
def owned(pattern: Path) -> Iterator[Path]:
    """The home of a running server that plays the owner's own."""
    home = pattern.with_name("owned")
    subprocess.run(["cp", "-a", str(pattern), str(home)], check=True)
    with EmbeddedPostgres(home, settings={"shared_buffers": "16MB"}):
        yield home


@pytest.fixture
def admin(owned: Path) -> str:
    return EmbeddedPostgres(owned).url()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """As in a process that has not asked for the database yet."""
    monkeypatch.setattr(server, "_url", None)
    monkeypatch.setattr(server, "_embedded", None)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return monkeypatch


def refused(monkeypatch: pytest.MonkeyPatch, url: str) -> tuple[str, str, str, str]:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(Refusal) as caught:
        server.database_url()
    assert caught.value.status == 503
    return caught.value.code, caught.value.title, caught.value.detail, caught.value.remedy


def test_the_module_knows_whose_server_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert server.own_server() is False
    monkeypatch.setenv("DATABASE_URL", "postgresql://shop@db.example/shop")
    assert server.own_server() is True


@pytest.mark.capability("K5")
def test_the_owners_server_is_taken_as_it_is(fresh: pytest.MonkeyPatch, admin: str) -> None:
    fresh.setenv("DATABASE_URL", admin)
    fresh.setenv("REGULARS_HOME", "/nowhere/at/all")
    assert server.database_url() == admin
    assert server.leave() is False, "a server of the owner is not ours to stop"
    with psycopg.connect(admin) as conn:
        assert conn.execute("select 1").fetchone() == (1,)


def test_an_owners_server_that_does_not_run(fresh: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:  # bound, not listening: nobody else gets this port, and it refuses
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        answer = refused(fresh, f"postgresql://shop:Geheim-7@127.0.0.1:{port}/shop")
    assert answer == (
        "database_unreachable",
        "The database server cannot be reached",
        f"No PostgreSQL answered at host 127.0.0.1, port {port}: Connection refused.",
        "Start that server or correct DATABASE_URL; remove DATABASE_URL to let Regulars run its own.",
    )


def test_a_port_where_something_else_answers(fresh: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = refused(fresh, f"postgresql://shop:Geheim-7@127.0.0.1:{port}/shop?connect_timeout=2")
    assert answer[:2] == ("database_unreachable", "The database server cannot be reached")
    assert answer[2] == f"No PostgreSQL answered at host 127.0.0.1, port {port}: connection timeout expired."


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql://shop:Ge@heim/7@db.example/shop",
        "postgresql://shop:Geheim@db.example:notaport/shop",
        "mysql://shop:Geheim@db.example/shop",
        "db.example",
    ],
)
def test_an_address_that_is_none(fresh: pytest.MonkeyPatch, wrong: str) -> None:
    answer = refused(fresh, wrong)
    assert answer == (
        "database_url_wrong",
        "DATABASE_URL is not an address",
        f"DATABASE_URL has {len(wrong)} characters and cannot be read as the address of a database.",
        "Write it as DATABASE_URL=postgresql://user:password@host:5432/database "
        "(in user and password, write @ as %40, / as %2F, : as %3A).",
    )


def test_a_wrong_password_is_refused_and_not_repeated(fresh: pytest.MonkeyPatch, admin: str, owned: Path) -> None:
    secret = (owned / "password").read_text().strip()
    answer = refused(fresh, admin.replace(secret, "Geheim-7"))
    assert answer == (
        "database_sign_in_refused",
        "The database server refuses the sign-in",
        f"The server at host {owned}/run, port 5432 does not let the user postgres in: "
        'password authentication failed for user "postgres".',
        "Correct user and password in DATABASE_URL, or allow this user in the server's pg_hba.conf.",
    )


def test_a_database_that_is_not_there(fresh: pytest.MonkeyPatch, admin: str, owned: Path) -> None:
    assert refused(fresh, server.with_database(admin, "shop")) == (
        "database_missing",
        "The database does not exist",
        f"The server at host {owned}/run, port 5432 has no database shop.",
        f"Create it with `createdb -h {owned}/run -p 5432 -U postgres shop`, or correct the name in DATABASE_URL.",
    )


def test_an_owners_server_that_is_too_old(fresh: pytest.MonkeyPatch, admin: str, owned: Path) -> None:
    with psycopg.connect(admin) as conn:
        version = f"{conn.info.server_version // 10_000}.{conn.info.server_version % 10_000}"
    fresh.setattr(server, "OLDEST", 99)
    assert refused(fresh, admin) == (
        "server_too_old",
        "The database server is too old",
        f"The server at host {owned}/run, port 5432 is PostgreSQL {version}; Regulars needs 99 or newer.",
        "Upgrade that server, name another in DATABASE_URL, or remove DATABASE_URL to let Regulars run its own.",
    )


def test_a_database_that_cannot_hold_every_name(fresh: pytest.MonkeyPatch, admin: str, owned: Path) -> None:
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("create database plain template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'")
    assert refused(fresh, server.with_database(admin, "plain")) == (
        "database_not_utf8",
        "The database does not store every letter",
        f"The database at host {owned}/run, port 5432 has the encoding SQL_ASCII; names of members need UTF8.",
        "Create one with `createdb -E UTF8 -T template0 NAME` and name it in DATABASE_URL.",
    )
    server.drop_database(admin, "plain")


def test_databases_for_tests_come_and_go(admin: str) -> None:
    url = server.create_database(admin, "tried out")
    with psycopg.connect(url) as conn:
        conn.execute("create table kept as select 42 as answer")
    copy = server.create_database(admin, "copied", template="tried out")
    with psycopg.connect(copy) as conn:
        assert conn.execute("select answer from kept").fetchone() == (42,)
    assert server.create_database(admin, "copied", exist_ok=True) == copy
    with pytest.raises(Conflict) as caught:
        server.create_database(admin, "copied")
    assert (caught.value.code, caught.value.detail, caught.value.remedy) == (
        "database_exists",
        "The server already has a database copied.",
        "Choose another name, or drop it first.",
    )
    connected = psycopg.connect(copy)
    for name in ("copied", "tried out", "never made"):
        server.drop_database(admin, name)
    connected.close()
    with psycopg.connect(admin) as conn:
        left = conn.execute("select datname from pg_database where datname in ('copied', 'tried out')").fetchall()
    assert left == []


def test_a_user_who_may_not_create(admin: str) -> None:
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("drop role if exists clerk")
        conn.execute("create role clerk login password 'Geheim-7'")
    host = admin.split("?")[1]
    with pytest.raises(Refusal) as caught:
        server.create_database(f"postgresql://clerk:Geheim-7@/postgres?{host}", "shop")
    assert (caught.value.code, caught.value.detail, caught.value.remedy) == (
        "database_not_creatable",
        "The user clerk may not create the database shop.",
        "Let an administrator run `alter role clerk createdb`, or create shop there.",
    )


def test_the_same_server_under_another_name() -> None:
    assert server.with_database("postgresql://u:p%40@/a?host=%2Frun", "b c") == "postgresql://u:p%40@/b%20c?host=%2Frun"
    assert server.with_database("host=db.example user=shop dbname=a", "b") == "user=shop dbname=b host=db.example"


def test_the_embedded_server_is_started_kept_running_and_stopped(fresh: pytest.MonkeyPatch, made: Path) -> None:
    fresh.setenv("REGULARS_HOME", str(made))
    fresh.setattr(server, "_SECONDS_BETWEEN_LOOKS", 0.1)
    url = server.database_url()
    assert server.database_url() == url
    with psycopg.connect(url) as conn:
        assert conn.execute("select current_database()").fetchone() == ("regulars",)
        conn.execute("create table kept as select 42 as answer")
    killed = postmaster.living(made / "data", account_for(made).uid)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 15
    while postmaster.living(made / "data", account_for(made).uid) in (None, killed):
        assert time.monotonic() < deadline, "nobody started it again"
        time.sleep(0.05)
    assert server.database_url() == url, "waits for the start that is under way"
    with psycopg.connect(url) as conn:
        assert conn.execute("select answer from kept").fetchone() == (42,)
    assert server.leave() is True
    assert EmbeddedPostgres(made).lives() is False


@pytest.mark.parametrize("ending", ["", "import os; os.kill(os.getpid(), 2)", "raise SystemExit(3)"])
def test_a_program_that_ends_takes_the_server_with_it(made: Path, ending: str) -> None:
    script = f"from regulars.database.server import database_url; print(database_url(), flush=True); {ending}"
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environ, "REGULARS_HOME": str(made)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.stdout.startswith("postgresql://postgres:")
    assert EmbeddedPostgres(made).lives() is False


def test_a_backup_is_made_and_restored_by_postgresqls_own_programs(made: Path, ground: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "regulars.database", *command],
            env={**environ, "REGULARS_HOME": str(made)},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.strip()

    with EmbeddedPostgres(made):  # they join a server that runs, and start one where none does
        run("psql", "-qc", "create table kept as select 42 as answer")
        run("pg_dump", "-Fc", "-f", str(ground / "today.dump"))
        run("psql", "-qc", "drop table kept")
        run("pg_restore", "--clean", "--if-exists", "-d", "regulars", str(ground / "today.dump"))
    assert run("psql", "-Atc", "select answer from kept") == "42"
    assert EmbeddedPostgres(made).lives() is False
