"""By which entry a hold was settled, which may be that of an order; and that what it settled was given back."""

from django.db import migrations

from regulars.database.schema import run

COLUMNS = """
alter table ledger_hold
    add column settlement_id uuid,
    add column given_back_at timestamptz,
    add column given_back_by text,
    add column given_back_for text;
comment on column ledger_hold.state is '1 open, 2 settled, 3 released, 4 settled and given back.';
comment on column ledger_hold.settlement_id is 'The entry that spent the points; null: a reward, or not settled.';
comment on column ledger_hold.given_back_for is 'Why what was settled was given back, in the words of who did.';
"""
NO_COLUMNS = """
alter table ledger_hold
    drop column settlement_id, drop column given_back_at, drop column given_back_by, drop column given_back_for;
comment on column ledger_hold.state is '1 open, 2 settled, 3 released.';
"""
SETTLEMENTS = """
update ledger_hold h set settlement_id = t.id
from ledger_transfer t
where t.bucket = h.bucket and t.owner = h.owner and t.cause = h.id and t.cause_kind = 11
  and t.debit = 2 and t.credit = 12 and h.state = 2;
create unique index ledger_hold_settlement on ledger_hold (bucket, settlement_id) where settlement_id is not null;
"""
NO_SETTLEMENTS = "drop index ledger_hold_settlement"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_holds_of_points")]
    operations = [run(COLUMNS, NO_COLUMNS), run(SETTLEMENTS, NO_SETTLEMENTS)]
