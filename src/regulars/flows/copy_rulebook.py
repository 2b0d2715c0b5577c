"""A rulebook from elsewhere becomes a draft: from a file, or from another programme of the same merchant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.commands import check_belongs
from regulars.domain.programmes.contracts import Draft, Programme
from regulars.domain.programmes.document import check_rulebook, require_valid
from regulars.domain.programmes.document_text import Origin, written
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.versions import latest_version, version_of
from regulars.kernel.errors import Refusal


def exported(conn: psycopg.Connection[Any], version: int, *, of: Programme) -> str:
    """A version as a file: programme as code. Imported again, it says the same. Raises NotFound."""
    return written(version_of(conn, version, of=of).rulebook.document(), origin=Origin(of.code, version))


def import_rulebook(
    conn: psycopg.Connection[Any],
    text: str,
    *,
    of: Programme,
    name: str,
    by: str,
    now: datetime,
    adopt: bool = False,
) -> Draft:
    """The file as a draft, brought to the format of today. Raises Refusal for what is wrong with it, line by line.

    A file of this programme is a change of the version that it was exported from. adopt: it may come from another one.
    """
    rulebook = require_valid(text)
    origin = check_rulebook(text).origin
    foreign = origin.programme not in ("", of.code)
    if foreign and not adopt:
        raise Refusal(
            "file_of_another_programme",
            "This file belongs to another programme",
            detail=f"It was exported from {origin.programme}, version {origin.version}, and this is {of.code}.",
            remedy="Import it there, or say that you want to take it over (adopt).",
            field="text",
        )
    check_belongs(rulebook, of=of)
    latest = latest_version(conn, of=of)
    known = 1 <= origin.version <= latest and not foreign
    based_on = origin.version if known else latest
    return open_draft(
        conn, of=of, name=name, text=written(rulebook.document()), based_on=based_on, by=by, now=now,
        note=f"From a file of {origin.programme}, version {origin.version}" if origin.programme else "From a file",
    )  # fmt: skip


def copy_rulebook(
    conn: psycopg.Connection[Any],
    *,
    source: Programme,
    of: Programme,
    name: str,
    by: str,
    now: datetime,
    version: int | None = None,
) -> Draft:
    """The version of another programme of the same merchant as a draft here; None: its latest. Raises Refusal.

    A sandbox's rulebook goes live in this way: as a draft, with everything that a draft has to pass.
    """
    if source.organisation_id != of.organisation_id or source.id == of.id:
        raise Refusal(
            "copy_from_elsewhere",
            "That programme cannot be copied from",
            detail=f"{source.code} is {'this programme' if source.id == of.id else 'of another merchant'}.",
            remedy="Name another programme of yours.",
            field="source",
        )
    number = latest_version(conn, of=source) if version is None else version
    rulebook = version_of(conn, number, of=source).rulebook
    check_belongs(rulebook, of=of)
    return open_draft(
        conn, of=of, name=name, text=written(rulebook.document()), based_on=latest_version(conn, of=of), by=by, now=now,
        note=f"Copied from {source.code}, version {number}",
    )  # fmt: skip
