"""After every test of a flow the books are proved: a flow that answers well and books badly fails here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from regulars.database.pool import owning
from tests.books import findings, newest_organisation


@pytest.fixture(autouse=True)
def books_stay_right(database_url: str) -> Iterator[None]:
    """Runs every check for each organisation that the test founded."""
    before = newest_organisation()
    yield
    with owning() as conn:
        wrong = [each for number in range(before + 1, newest_organisation() + 1) for each in findings(conn, number)]
    assert not wrong, "\n".join(wrong)
