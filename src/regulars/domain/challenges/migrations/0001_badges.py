"""Badges that members have, and who wants to hear nothing of challenges."""

from django.db import migrations

from regulars.database.schema import run

BADGE = """
create table challenges_badge (
    bucket smallint not null,
    member_id uuid not null,
    badge text not null,
    organisation_id integer not null,
    programme_id integer not null,
    rule text not null,
    cause uuid not null,
    awarded_at timestamptz not null,
    by_whom text not null,
    reason text not null,
    taken_at timestamptz,
    primary key (bucket, member_id, badge),
    constraint challenges_badge_has_a_reason check ((rule = '') = (reason <> ''))
);
comment on table challenges_badge is 'One row for each badge that a member has, or had.';
comment on column challenges_badge.rule is 'The earn rule that gave it; empty: staff did, with a reason.';
comment on column challenges_badge.cause is 'The event that brought it, or the entry of the audit trail.';
comment on column challenges_badge.taken_at is 'When it was taken back; null: the member has it.';
"""

QUIET = """
create table challenges_quiet (
    bucket smallint not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    since timestamptz not null,
    primary key (bucket, member_id)
);
comment on table challenges_quiet is 'Members who want to see nothing of challenges. They earn as before.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [run(BADGE, "drop table challenges_badge"), run(QUIET, "drop table challenges_quiet")]
