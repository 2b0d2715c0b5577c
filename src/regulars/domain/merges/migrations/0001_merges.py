"""Members who turned out to be one person: who is part of whom, and what moved because of it."""

from django.db import migrations

from regulars.database.schema import append_only, run

MERGE = """
create table merges_merge (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    duplicate_id uuid not null,
    kept_id uuid not null,
    note text not null,
    standings text not null,
    undo_until date not null,
    merged_at timestamptz not null,
    by_whom text not null,
    undone_at timestamptz,
    undone_by text,
    primary key (bucket, id),
    check (duplicate_id <> kept_id),
    check ((undone_at is null) = (undone_by is null))
);
-- A member is part of one other at most.
create unique index merges_merge_open on merges_merge (bucket, duplicate_id) where undone_at is null;
create index merges_merge_kept on merges_merge (kept_id, id);
create index merges_merge_duplicate on merges_merge (bucket, duplicate_id, id);
comment on table merges_merge is 'A member became part of another. Bucket: of the duplicate.';
comment on column merges_merge.standings is 'The tiers of both just before, as JSON.';
comment on column merges_merge.undo_until is 'The last local day on which it can be undone.';
"""

ALIAS = """
create table merges_alias (
    bucket smallint not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    kept_id uuid not null,
    primary key (bucket, member_id),
    check (member_id <> kept_id)
);
create index merges_alias_kept on merges_alias (kept_id);
comment on table merges_alias is 'Whoever is meant when a merged member is named: the end of the chain of merges.';
"""

MOVE = """
create table merges_move (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    merge_id uuid not null,
    point_type integer not null,
    lot_id uuid,
    entry_id uuid not null,
    points bigint not null,
    absorbed bigint not null,
    primary key (bucket, id),
    check (points > 0),
    check (absorbed between 0 and points)
);
create index merges_move_merge on merges_move (bucket, merge_id, id);
create index merges_move_lot on merges_move (bucket, lot_id);
comment on table merges_move is 'Points that a merge brought to the kept member. Bucket: of the duplicate.';
comment on column merges_move.id is 'The cause of the postings of both members.';
comment on column merges_move.lot_id is 'The lot of the duplicate; null: a deficit moved.';
comment on column merges_move.entry_id is 'The entry of the kept member; where a lot moved, the id of its lot as well.';
comment on column merges_move.absorbed is 'Of the points, those that paid off the deficit of the kept member.';
"""

TAKEN = """
create table merges_taken (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    merge_id uuid not null,
    point_type integer not null,
    rule text not null,
    lot_id uuid not null,
    due bigint not null,
    points bigint not null,
    primary key (bucket, id),
    check (due > 0),
    check (points between 0 and due)
);
create index merges_taken_merge on merges_taken (bucket, merge_id, id);
comment on table merges_taken is 'A bonus for once in a life that both members had: the newer one is taken back.';
comment on column merges_taken.id is 'The cause of the postings.';
comment on column merges_taken.lot_id is 'The lot of the grant, with whoever got it.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(MERGE, "drop table merges_merge"),
        run(ALIAS, "drop table merges_alias"),
        run(MOVE, "drop table merges_move"),
        run(TAKEN, "drop table merges_taken"),
        append_only("merges_move", "merges_taken"),
    ]
