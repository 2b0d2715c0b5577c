"""Households, who is and was in them, and invitations."""

from django.db import migrations

from regulars.database.schema import run

HOUSEHOLD = """
create table households_household (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    name text not null,
    mode text not null,
    debit text not null,
    founded_at timestamptz not null,
    ended_at timestamptz,
    primary key (bucket, id),
    check (mode in ('pool', 'share'))
);
comment on table households_household is 'Members who live together. Bucket: that of the member who founded it.';
"""

MEMBERSHIP = """
create table households_membership (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    household_id uuid not null,
    member_id uuid not null,
    role smallint not null,
    monthly_limit bigint,
    joined_at timestamptz not null,
    left_at timestamptz,
    primary key (bucket, id),
    foreign key (bucket, household_id) references households_household (bucket, id),
    check (role in (1, 2, 3)),
    check (monthly_limit >= 0)
);
create unique index households_membership_once on households_membership (bucket, household_id, member_id)
    where left_at is null;
-- A household has one owner.
create unique index households_membership_owner on households_membership (bucket, household_id)
    where left_at is null and role = 1;
comment on table households_membership is 'Who is or was in a household. Bucket: that of the household.';
comment on column households_membership.role is '1 owner, 2 adult, 3 child.';
comment on column households_membership.monthly_limit is
    'Points that the member may spend within the pool in one calendar month; null: no limit.';
create table households_seat (
    bucket smallint not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    household_id uuid not null,
    primary key (bucket, member_id)
);
comment on table households_seat is 'Where a member is now: in one household at most. Bucket: that of the member.';
"""

INVITATION = """
create table households_invitation (
    bucket smallint not null,
    programme_id integer not null,
    code text not null,
    organisation_id integer not null,
    household_id uuid not null,
    role smallint not null,
    monthly_limit bigint,
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    member_id uuid,
    primary key (bucket, programme_id, code),
    check (role in (2, 3)),
    check (monthly_limit >= 0)
);
create index households_invitation_open on households_invitation (household_id) where ended_at is null;
comment on table households_invitation is
    'A code with which one member joins. Bucket: hash of the code. ended_at without member_id: it was withdrawn.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(HOUSEHOLD, "drop table households_household"),
        run(MEMBERSHIP, "drop table households_seat; drop table households_membership"),
        run(INVITATION, "drop table households_invitation"),
    ]
