"""What was done with stored value: paid in, spent, given back, paid back, moved, frozen."""

from django.db import migrations

from regulars.database.schema import append_only, run

ACT = """
create table stored_value_act (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    owner uuid not null,
    point_type integer not null,
    kind smallint not null,
    amount bigint not null,
    bonus bigint not null,
    paid_out bigint not null,
    reference text not null,
    of_act uuid,
    note text not null,
    day date not null,
    entry_id uuid,
    bonus_entry_id uuid,
    created_at timestamptz not null,
    by_whom text not null,
    primary key (bucket, id),
    check (kind between 1 and 9),
    check ((amount > 0) = (kind not in (7, 8))),
    check (bonus >= 0),
    check ((entry_id is null) = (kind in (7, 8))),
    check ((kind = 4) = (paid_out > 0)),
    check (paid_out <= amount)
);
create index stored_value_act_owner on stored_value_act (bucket, owner, created_at);
create index stored_value_act_of on stored_value_act (bucket, of_act) where of_act is not null;
comment on table stored_value_act is 'What somebody did with an account of stored value; amounts in minor units.';
comment on column stored_value_act.owner is 'A member, or a gift card.';
comment on column stored_value_act.kind is
    '1 load, 2 spend, 3 given back, 4 paid back, 5 moved out, 6 moved in, 7 frozen, 8 thawed, 9 awarded.';
comment on column stored_value_act.reference is 'Of the payment, or of what was paid for.';
"""

REFERENCE = """
create table stored_value_reference (
    bucket smallint not null,
    key uuid not null,
    organisation_id integer not null,
    act_id uuid not null,
    primary key (bucket, key)
);
comment on table stored_value_reference is 'One load for each payment, one spending for each receipt. Key: its hash.';
"""

STAFF_DAY = """
create table stored_value_staff_day (
    programme_id integer not null,
    by_whom text not null,
    day date not null,
    organisation_id integer not null,
    amount bigint not null,
    primary key (programme_id, by_whom, day),
    check (amount > 0)
);
comment on table stored_value_staff_day is 'What one operator loaded on a local day, in minor units.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [
        run(ACT, "drop table stored_value_act"),
        run(REFERENCE, "drop table stored_value_reference"),
        run(STAFF_DAY, "drop table stored_value_staff_day"),
        append_only("stored_value_act", "stored_value_reference"),
    ]
