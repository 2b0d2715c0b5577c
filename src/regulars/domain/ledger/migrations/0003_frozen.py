"""Pending points of owners who are blocked: they stay pending until the owner is released."""

from django.db import migrations

from regulars.database.schema import run

FROZEN = """
alter table ledger_pending add column frozen boolean not null default false;
comment on column ledger_pending.frozen is 'The owner is blocked: the points stay pending, whatever day it is.';
"""

DUE = """
drop index ledger_pending_due;
create index ledger_pending_due on ledger_pending (activates_on)
    where waiting > 0 and activates_on is not null and not frozen;
"""

DUE_BEFORE = """
drop index ledger_pending_due;
create index ledger_pending_due on ledger_pending (activates_on) where waiting > 0 and activates_on is not null;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_life_of_points")]
    operations = [
        run(FROZEN, "alter table ledger_pending drop column frozen"),
        run(DUE, DUE_BEFORE),
    ]
