"""Redemptions that several members of a household pay for."""

from django.db import migrations

from regulars.database.schema import append_only, run

PAYMENT = """
create table rewards_payment (
    bucket smallint not null,
    redemption_id uuid not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    household_id uuid not null,
    points bigint not null,
    transfer_id uuid not null,
    hold_id uuid,
    primary key (bucket, redemption_id, member_id),
    check (points > 0)
);
comment on table rewards_payment is
    'Whose points paid a redemption out of a household''s pool. None for a redemption: its member paid alone.';
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0001_rewards")]
    operations = [run(PAYMENT, "drop table rewards_payment"), append_only("rewards_payment")]
