"""One real PostgreSQL for all tests; every test founds its own programme and so needs no cleaning up."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before anything of Django or ours is imported: tests never touch the data of the person who runs them.
_ROOT = Path(tempfile.gettempdir()) / f"regulars-tests-{os.getuid()}"
os.environ.setdefault("REGULARS_HOME", str(_ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "regulars.settings.test"

import django
from hypothesis import HealthCheck, settings

from regulars.database import pool, server
from regulars.database.pool import Connection, connection, owning
from regulars.database.set_up import set_up_database
from tests.factories import Shop, open_shop

django.setup()

# The suite says the same twice: its random examples are the same ones each time. `make search` looks for new ones.
# No test fails by the clock: a busy machine is no defect.
settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The address of a freshly migrated database that is dropped afterwards."""
    base = server.database_url()
    name = f"regulars_test_{os.getpid()}"
    admin = server.with_database(base, "postgres")
    server.drop_database(admin, name)
    url = server.create_database(admin, name)
    server.use(url)
    set_up_database()
    yield url
    pool.close_pools()
    django.db.connections.close_all()
    server.drop_database(admin, name)


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    """A connection as the product uses it."""
    with connection() as conn:
        yield conn


@pytest.fixture
def owner_conn(database_url: str) -> Iterator[Connection]:
    """A connection as the owner of the tables: for proving that triggers stop even the owner."""
    with owning() as conn:
        yield conn


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """A programme of its own for this test, with a simple rulebook."""
    return open_shop(conn)
