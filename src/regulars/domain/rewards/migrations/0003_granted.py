"""What each redemption gave, so that fulfilling and undoing it concern exactly that; and what the member chose."""

from django.db import migrations

from regulars.database.schema import run

CHOICES = "alter table rewards_redemption add column choices jsonb not null default '{}'"

GRANTED = """
create table rewards_granted (
    bucket smallint not null,
    redemption_id uuid not null,
    part smallint not null,
    organisation_id integer not null,
    programme_id integer not null,
    member_id uuid not null,
    kind text not null,
    gift jsonb not null,
    due smallint not null,
    state smallint not null,
    quantity integer not null,
    fulfilled integer not null,
    reference uuid,
    last_day date,
    granted_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (bucket, redemption_id, part),
    check (quantity > 0),
    check (fulfilled between 0 and quantity)
) with (fillfactor = 85);
create index rewards_granted_queue on rewards_granted (programme_id, granted_at) where due = 2 and state = 1;
create index rewards_granted_member on rewards_granted (bucket, member_id);
comment on table rewards_granted is 'What a redemption gave, one row for each thing.';
comment on column rewards_granted.due is '0 nothing more to do, 1 the member uses it, 2 staff hand it over.';
comment on column rewards_granted.state is '1 granted, 2 fulfilled, 3 reversed.';
comment on column rewards_granted.reference is 'What was made for it: the lot of a credit.';
"""

# Until now every reward gave one voucher.
BEFORE = """
insert into rewards_granted (bucket, redemption_id, part, organisation_id, programme_id, member_id, kind, gift, due,
    state, quantity, fulfilled, last_day, granted_at, changed_at)
select r.bucket, r.id, 1, r.organisation_id, r.programme_id, r.member_id, 'voucher',
    jsonb_strip_nulls(jsonb_build_object('last_day', v.last_day, 'percent', r.parameters -> 'percent',
        'amount', r.parameters -> 'amount', 'minimum_order', r.parameters -> 'minimum_order')),
    1, case r.state when 2 then 1 when 3 then 2 else 3 end, 1, case r.state when 3 then 1 else 0 end, v.last_day,
    v.issued_at, r.changed_at
from rewards_redemption r join rewards_voucher v on v.bucket = r.bucket and v.redemption_id = r.id
where r.state in (2, 3, 5)
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0002_payments")]
    operations = [
        run(CHOICES, "alter table rewards_redemption drop column choices"),
        run(GRANTED, "drop table rewards_granted"),
        run(BEFORE),
    ]
