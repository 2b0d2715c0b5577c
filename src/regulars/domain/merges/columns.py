"""Who is part of whom, for statements over all members (conditions_sql)."""

from __future__ import annotations

PARTS = "(select bucket, member_id, kept_id from merges_alias)"
"""One row for each member who is part of another: (bucket, member_id) of the part, kept_id of the other."""
