"""What the owner reads when the disk, the folder, the version or the address is the problem: word for word."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import pwd
import re
import subprocess
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest

from regulars.database import postmaster, troubles
from regulars.database.account import Account, account_for, default_home, prepare_home
from regulars.database.binaries import Binaries, carry, find_binaries
from regulars.database.embedded import EmbeddedPostgres
from regulars.kernel.errors import Refusal

SMALL = {"shared_buffers": "16MB"}
NOBODY = 65534

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user or mount a small disk")


def words(refusal: Refusal) -> tuple[str, str, str, str]:
    assert refusal.status == 503
    return refusal.code, refusal.title, refusal.detail, refusal.remedy


def refused(home: Path, *, patience: float = 60.0) -> tuple[str, str, str, str]:
    with pytest.raises(Refusal) as caught:
        EmbeddedPostgres(home, settings=SMALL, patience=patience).start()
    return words(caught.value)


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def as_user(uid: int, act: Callable[[], object]) -> object:
    """What `act` returns, or the words of its refusal, in a process of an ordinary user."""

    def ordinary(answer: Connection) -> None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        try:
            answer.send(act())
        except Refusal as refusal:
            answer.send(words(refusal))

    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=ordinary, args=[there])
    child.start()
    assert here.poll(30), "no answer"
    answer = here.recv()
    child.join(30)
    return answer


@pytest.fixture(scope="module")
def open_binaries(pattern: Path) -> Binaries:
    """The programs at a place that every user can enter, wherever the clone is."""
    found = find_binaries()
    return carry(found, pattern.parent) or found


@pytest.fixture
def small_disk(ground: Path) -> Iterator[Path]:
    folder = ground / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=70m,mode=0711", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"this machine lets us mount no small disk: {mounted.stderr.decode().strip()}")
    yield folder
    for home in folder.glob("*"):
        if (home / "data").exists():
            EmbeddedPostgres(home, patience=10).stop()
    subprocess.run(["umount", str(folder)], check=True)


# The folder


@only_root
def test_an_ordinary_user_has_a_server_too(ground: Path, open_binaries: Binaries) -> None:
    (ground / "theirs").mkdir()
    os.chown(ground / "theirs", NOBODY, NOBODY)
    home = ground / "theirs" / "home"

    def round_trip() -> object:
        with EmbeddedPostgres(home, settings=SMALL, find=lambda: open_binaries) as mine:
            with psycopg.connect(mine.url()) as conn:
                row = conn.execute("select current_user, 6 * 7").fetchone()
            owner = (home / "data").stat().st_uid
            lives = postmaster.living(home / "data", NOBODY) is not None
        return row, owner, lives, mine.lives(), home.stat().st_mode & 0o777

    assert as_user(NOBODY, round_trip) == (("postgres", 42), NOBODY, True, False, 0o700)
    # root in a home of somebody else works as that user, and takes nothing away from them
    with EmbeddedPostgres(home, settings=SMALL, find=lambda: open_binaries) as roots:
        assert postmaster.living(home / "data", NOBODY) is not None
        assert roots.lives()
    assert {path.stat().st_uid for path in home.iterdir()} == {NOBODY}
    assert as_user(NOBODY, round_trip) == (("postgres", 42), NOBODY, True, False, 0o700)


@only_root
def test_a_folder_that_may_not_be_written(ground: Path, open_binaries: Binaries) -> None:
    name = pwd.getpwuid(NOBODY).pw_name
    home = ground / "closed" / "home"
    (ground / "closed").mkdir(mode=0o755)

    def start() -> object:
        return EmbeddedPostgres(home, find=lambda: open_binaries).start()

    assert as_user(NOBODY, start) == (
        "folder_not_writable",
        "The data folder cannot be written",
        f"{home} cannot be written by the user {name}: permission is denied.",
        "Run as a user who may write there, or set REGULARS_HOME to a folder of your own.",
    )
    assert tree(ground / "closed") == set()


@only_root
def test_a_folder_of_someone_else(ground: Path, open_binaries: Binaries) -> None:
    name = pwd.getpwuid(NOBODY).pw_name
    home = ground / "home"
    home.mkdir(mode=0o755)

    def start() -> object:
        return EmbeddedPostgres(home, find=lambda: open_binaries).start()

    assert as_user(NOBODY, start) == (
        "folder_of_someone_else",
        "The data folder belongs to someone else",
        f"{home} belongs to root, and this program runs as {name}.",
        "Run as root, or set REGULARS_HOME to a folder of your own.",
    )
    assert tree(home) == set()


@only_root
def test_a_user_without_a_name(ground: Path, open_binaries: Binaries) -> None:
    (ground / "theirs").mkdir()
    os.chown(ground / "theirs", 54321, 54321)
    home = ground / "theirs" / "home"

    def start() -> object:
        return EmbeddedPostgres(home, find=lambda: open_binaries).start()

    assert as_user(54321, start) == (
        "user_without_name",
        "PostgreSQL needs a user with a name",
        "This program runs as user id 54321, which has no name on this machine; PostgreSQL refuses that.",
        "Add the user to /etc/passwd, run as another user, or set DATABASE_URL to a server of your own.",
    )
    assert tree(home) == {"password", "start.lock"}


@only_root
def test_a_folder_that_the_account_cannot_enter(ground: Path) -> None:
    gate = ground / "gate"
    gate.mkdir(mode=0o700)
    name = account_for(gate / "below" / "home").name
    assert refused(gate / "below" / "home") == (
        "folder_closed",
        "The data folder is out of reach",
        f"PostgreSQL runs as {name}, and {gate} is closed to that user, so it cannot reach {gate}/below/home.",
        f"Set REGULARS_HOME to a folder that is not below {gate}, for example /var/lib/regulars.",
    )
    assert gate.stat().st_mode & 0o777 == 0o700


@only_root
def test_root_without_an_account_to_lend(ground: Path) -> None:
    with pytest.raises(Refusal) as caught:
        account_for(ground / "home", accounts=("nobody-of-that-name", "nor-of-this"))
    assert words(caught.value) == (
        "no_account",
        "PostgreSQL needs an account of its own",
        "This program runs as root, PostgreSQL refuses to, and there is no user nobody-of-that-name or nor-of-this "
        "to run it as.",
        "Run `useradd --system --no-create-home --shell /usr/sbin/nologin nobody-of-that-name`, then start again.",
    )


def test_a_folder_that_everyone_can_write(home: Path) -> None:
    home.mkdir()
    home.chmod(0o777)
    assert refused(home) == (
        "folder_open_to_everyone",
        "The data folder is open to everyone",
        f"Every user of this machine can write in {home}, so the data would not be safe there.",
        f"Run `chmod o-w {home}`, or set REGULARS_HOME to a folder of your own.",
    )
    assert tree(home) == set()
    assert home.stat().st_mode & 0o777 == 0o777


def test_a_file_where_the_folder_should_be(home: Path) -> None:
    home.write_text("mine")
    for wrong in (home, home / "below"):
        assert refused(wrong) == (
            "folder_not_usable",
            "The data folder cannot be used",
            f"{wrong} cannot be a folder: a file of that name is in the way.",
            "Move the file away, or set REGULARS_HOME to another folder.",
        )
    assert home.read_text() == "mine"


def test_a_data_folder_that_is_not_postgresqls(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "holiday.jpg").write_text("sun")
    assert refused(home) == (
        "not_a_data_folder",
        "The data folder is not PostgreSQL's",
        f"{home}/data holds files, and the file PG_VERSION, which every PostgreSQL has, is not among them.",
        f"Restore it from your backup, or move {home}/data away to begin with an empty database.",
    )
    assert (home / "data" / "holiday.jpg").read_text() == "sun"


def test_data_of_another_version(made: Path) -> None:
    found = find_binaries()
    (made / "data" / "PG_VERSION").write_text("15\n")
    before = tree(made)
    assert refused(made) == (
        "data_of_other_version",
        "The data were written by another PostgreSQL",
        f"{made}/data was written by PostgreSQL 15, and the one at {found.folder} is {found.version}: "
        "a major version cannot read the files of another.",
        "Set REGULARS_PG_BIN to the bin folder of PostgreSQL 15, or move the data over with pg_dump as "
        "docs/operations/database.md shows.",
    )
    assert tree(made) == before


def test_a_lost_password(made: Path) -> None:
    (made / "password").unlink()
    assert refused(made) == (
        "password_missing",
        "The password of the database is missing",
        f"{made}/password is not there, and without it nobody can sign in to {made}/data.",
        "Restore that file from your backup, or set a new password as docs/operations/database.md shows.",
    )


def test_a_password_that_does_not_fit(made: Path) -> None:
    (made / "password").write_text("from another machine\n")
    assert refused(made) == (
        "password_wrong",
        "The password of the database does not fit",
        f"The server in {made} does not accept what {made}/password holds.",
        "Restore that file from your backup, or set a new password as docs/operations/database.md shows.",
    )
    assert EmbeddedPostgres(made).lives() is False


def test_a_wrong_setting_of_the_owner(made: Path) -> None:
    (made / "own.conf").write_text("work_mem = '7MB'\nshared_bufers = '1GB'\n")
    account_for(made).give(made / "own.conf", 0o600)
    assert refused(made) == (
        "settings_wrong",
        "A database setting is wrong",
        'PostgreSQL does not accept its settings: unrecognized configuration parameter "shared_bufers" in file '
        f'"{made}/own.conf" line 2.',
        f"Correct or remove that line (your own settings are in {made}/own.conf), then start again.",
    )


def test_a_program_that_hangs_while_it_starts(home: Path) -> None:
    home.mkdir(mode=0o711)
    with (home / "start.lock").open("w") as lock:
        lock.write("4711\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(home, patience=0.2) == (
            "server_busy",
            "Another program is busy with the database server",
            f"Process 4711 has been starting or stopping the server in {home} for more than 0.2 seconds.",
            "Look at that process (`ps -p 4711`), end it if it hangs, and start again.",
        )
    with EmbeddedPostgres(home, settings=SMALL) as freed:  # the number in the file is stale: only the lock counts
        assert freed.lives()


def test_a_socket_folder_that_somebody_else_took(ground: Path, made: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.rename(made / "run", ground / "away")
    (made / "run").mkdir()
    os.chown(made / "run", NOBODY, NOBODY)
    assert refused(made) == (
        "socket_not_usable",
        "The database server has no place to listen",
        f"The folder for its socket, {made}/run, cannot be used: it belongs to {pwd.getpwuid(NOBODY).pw_name}, "
        f"not to {account_for(made).name}.",
        f"Remove {made}/run if it is not yours to keep, or set REGULARS_HOME to a folder with a shorter path.",
    )


# The disk


def full(folder: Path) -> tuple[str, str, str, str]:
    return (
        "disk_full",
        "The disk is full",
        f"PostgreSQL could not write in {folder}: N MB free on that disk. Nothing that was saved is lost.",
        "Make room on the disk, then start again; or set REGULARS_HOME to a folder on a larger one.",
    )


def without_number(text: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    code, title, detail, remedy = text
    return code, title, re.sub(r"\d+ MB free", "N MB free", detail), remedy


@only_root
def test_a_disk_too_small_for_a_first_start(small_disk: Path) -> None:
    (small_disk / "filling").write_bytes(b"\0" * 50 * 2**20)
    home = small_disk / "home"
    assert without_number(refused(home)) == full(home)
    assert tree(home) == {"password", "start.lock"}, "the half-made data are removed"
    (small_disk / "filling").unlink()
    with EmbeddedPostgres(home, settings=SMALL) as later:
        assert later.lives()


@only_root
def test_a_disk_that_is_full_at_a_later_start(small_disk: Path, pattern: Path) -> None:
    home = small_disk / "home"
    subprocess.run(["cp", "-a", str(pattern), str(home)], check=True)
    with EmbeddedPostgres(home, settings=SMALL) as first, psycopg.connect(first.url()) as conn:
        conn.execute("create table kept as select 42 as answer")
    filling = small_disk / "filling"
    with filling.open("wb", buffering=0) as file:
        while os.statvfs(small_disk).f_bavail:
            file.write(b"\0" * 4096)
    assert without_number(refused(home)) == full(home)
    filling.unlink()
    with EmbeddedPostgres(home, settings=SMALL) as later, psycopg.connect(later.url()) as conn:
        assert conn.execute("select answer from kept").fetchall() == [(42,)]


# Where the home is


def test_the_home_is_where_the_owner_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home({}) == Path("/var/lib/regulars")
    assert default_home({"REGULARS_HOME": "/srv/shop"}) == Path("/srv/shop")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_home({}) == Path.home() / ".local/share/regulars"
    assert default_home({"XDG_DATA_HOME": "/data"}) == Path("/data/regulars")
    assert default_home({"XDG_DATA_HOME": "not/absolute"}) == Path.home() / ".local/share/regulars"


def test_folders_on_the_way_keep_their_permissions(ground: Path) -> None:
    (ground / "older").mkdir()
    (ground / "older").chmod(0o751)
    mine = Account("me", os.geteuid(), os.getegid(), lent=False)
    before = os.umask(0o077)
    try:
        prepare_home(ground / "older" / "new" / "home", mine)
    finally:
        os.umask(before)
    assert [(ground / path).stat().st_mode & 0o777 for path in ("older", "older/new", "older/new/home")] == [
        0o751,
        0o700,
        0o700,
    ]


# What remains


def test_what_is_not_known_is_passed_on_with_the_log() -> None:
    home = Path("/srv/shop")
    text = "LOG:  starting\nPANIC:  could not locate a valid checkpoint record at 0/1\nLOG:  shut down\n"
    assert words(troubles.of_server(text, home, home / "postgres.log")) == (
        "server_not_starting",
        "The database server does not start",
        "PostgreSQL said: could not locate a valid checkpoint record at 0/1.",
        "Read /srv/shop/postgres.log for more, then start again; docs/operations/database.md lists what helps. "
        "Do not delete /srv/shop/data.",
    )
