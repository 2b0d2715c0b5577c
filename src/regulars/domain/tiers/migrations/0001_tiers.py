"""Where members stand on each ladder, and every change of standing."""

from django.db import migrations

from regulars.database.schema import append_only, run

STANDING = """
create table tiers_standing (
    bucket smallint not null,
    member_id uuid not null,
    ladder text not null,
    organisation_id integer not null,
    programme_id integer not null,
    tier text not null,
    since timestamptz not null,
    score bigint not null,
    counted_from date not null,
    review_on date not null,
    primary key (bucket, member_id, ladder)
) with (fillfactor = 70);
create index tiers_standing_review on tiers_standing (programme_id, review_on);
comment on column tiers_standing.score is 'What counts towards the tier, summed over the window: minor units or points.';
comment on column tiers_standing.counted_from is 'First local day that is still in score.';
comment on column tiers_standing.review_on is 'First local day on which the standing can change without an event.';
"""

CHANGE = """
create table tiers_change (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    ladder text not null,
    from_tier text not null,
    to_tier text not null,
    score bigint not null,
    changed_at timestamptz not null,
    cause_kind smallint not null,
    cause uuid not null,
    primary key (bucket, id)
);
create index tiers_change_member on tiers_change (bucket, member_id, changed_at);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(STANDING, "drop table tiers_standing"),
        run(CHANGE, "drop table tiers_change"),
        append_only("tiers_change"),
    ]
