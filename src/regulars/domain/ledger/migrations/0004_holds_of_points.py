"""Holds that stand for themselves, not for a reward: what they are for, and who placed and ended them."""

from django.db import migrations

from regulars.database.schema import run

COLUMNS = """
alter table ledger_hold
    add column purpose text not null default '',
    add column by_whom text not null default '',
    add column closed_by text;
create index ledger_hold_owner on ledger_hold (bucket, owner, created_at);
comment on column ledger_hold.settled is 'Points that were spent in the end; the rest went back to the lots.';
comment on column ledger_hold.purpose is 'What the points were set aside for, in the words of who did; empty: a reward.';
"""
NO_COLUMNS = """
drop index ledger_hold_owner;
alter table ledger_hold drop column purpose, drop column by_whom, drop column closed_by;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_frozen")]
    operations = [run(COLUMNS, NO_COLUMNS)]
