"""The codes of redemptions move to the room of vouchers, where all codes are."""

from django.db import migrations

from regulars.database.schema import run

# Written codes had hyphens; in vouchers_code they have none, and the bucket is the hash of what is kept there. A code
# that was used has its use, with an id in the code's bucket. What it gives is what its reward gave.
MOVE = """
with moved as (
    insert into vouchers_code (bucket, programme_id, code, organisation_id, redemption_id, member_id, state, most_uses,
        uses, reserved, issued_at, ended_at, last_day, terms)
    select get_byte(sha256(convert_to(replace(v.code, '-', ''), 'UTF8')), 0), v.programme_id, replace(v.code, '-', ''),
        v.organisation_id, v.redemption_id, v.member_id, v.state, 1, (v.state = 2)::int, 0, v.issued_at, v.used_at,
        v.last_day, jsonb_strip_nulls(jsonb_build_object('percent', g.gift -> 'percent', 'amount', g.gift -> 'amount',
            'minimum_order', g.gift -> 'minimum_order', 'categories', g.gift -> 'categories',
            'most', g.gift -> 'at_most', 'free_shipping', g.gift -> 'free_shipping', 'item', g.gift -> 'item'))
    from rewards_voucher v
    join rewards_granted g on g.bucket = v.bucket and g.redemption_id = v.redemption_id and g.kind = 'voucher'
    returning bucket, organisation_id, programme_id, code, member_id, state, issued_at, ended_at
)
insert into vouchers_use (bucket, id, organisation_id, programme_id, code, member_id, amount_minor, state, at,
    changed_at)
select bucket, (left(gen_random_uuid()::text, 34) || lpad(to_hex(bucket::integer), 2, '0'))::uuid, organisation_id,
    programme_id, code, member_id, 0, 2, coalesce(ended_at, issued_at), coalesce(ended_at, issued_at)
from moved where state = 2;
drop table rewards_code_claim;
drop table rewards_voucher;
"""

BACK = """
create table rewards_voucher (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    redemption_id uuid not null,
    member_id uuid not null,
    code text not null,
    state smallint not null,
    issued_at timestamptz not null,
    last_day date,
    used_at timestamptz,
    primary key (bucket, id)
) with (fillfactor = 85);
create index rewards_voucher_redemption on rewards_voucher (bucket, redemption_id);
create table rewards_code_claim (
    bucket smallint not null,
    programme_id integer not null,
    code text not null,
    organisation_id integer not null,
    voucher_id uuid not null,
    primary key (bucket, programme_id, code)
);
insert into rewards_voucher (bucket, id, organisation_id, programme_id, redemption_id, member_id, code, state,
    issued_at, last_day, used_at)
select b.bucket, (left(gen_random_uuid()::text, 34) || lpad(to_hex(b.bucket::integer), 2, '0'))::uuid, c.organisation_id,
    c.programme_id, c.redemption_id, c.member_id, regexp_replace(c.code, '(....)(?=.)', '\\1-', 'g'), c.state,
    c.issued_at, c.last_day, case when c.state = 2 then c.ended_at end
from vouchers_code c
cross join lateral (select get_byte(uuid_send(c.member_id), 15)::smallint as bucket) b
where c.redemption_id is not null;
insert into rewards_code_claim (bucket, programme_id, code, organisation_id, voucher_id)
select get_byte(sha256(convert_to(code, 'UTF8')), 0), programme_id, code, organisation_id, id from rewards_voucher;
create trigger append_only before update or delete on rewards_code_claim
    for each row execute function public.regulars_refuse_change();
create trigger append_only_truncate before truncate on rewards_code_claim
    for each statement execute function public.regulars_refuse_change();
delete from vouchers_use u using vouchers_code c
where c.bucket = u.bucket and c.programme_id = u.programme_id and c.code = u.code and c.redemption_id is not null;
delete from vouchers_code where redemption_id is not null;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0004_terms"), ("vouchers", "0001_vouchers")]
    operations = [run(MOVE, BACK)]
