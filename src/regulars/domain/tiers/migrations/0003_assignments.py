"""Tiers that staff gave: by hand, by invitation, or to match the status of another programme."""

from django.db import migrations

from regulars.database.schema import run

ASSIGNMENT = """
create table tiers_assignment (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    ladder text not null,
    tier text not null,
    kind smallint not null,
    reason text not null,
    proof text not null,
    until date,
    given_by text not null,
    given_at timestamptz not null,
    ended_how smallint,
    ended_by text not null default '',
    ended_at timestamptz,
    primary key (bucket, id),
    check (kind in (1, 2, 3)),
    check (reason <> '' and given_by <> ''),
    check (kind <> 3 or (proof <> '' and until is not null)),
    check ((ended_how is null) = (ended_at is null))
);
-- One at a time: the next one takes the place of the one before.
create unique index tiers_assignment_in_force on tiers_assignment (bucket, member_id, ladder) where ended_at is null;
create index tiers_assignment_due on tiers_assignment (programme_id, until) where ended_at is null;
comment on column tiers_assignment.kind is '1 by hand, 2 by invitation, 3 matched.';
comment on column tiers_assignment.until is 'The last local day; null: without an end.';
comment on column tiers_assignment.ended_how is '1 its time was over, 2 withdrawn by staff, 3 declined by the member, 4 replaced.';
"""


class Migration(migrations.Migration):
    dependencies = [("tiers", "0002_ways_to_hold")]
    operations = [run(ASSIGNMENT, "drop table tiers_assignment")]
