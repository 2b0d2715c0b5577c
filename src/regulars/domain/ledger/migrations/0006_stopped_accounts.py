"""Accounts that somebody stopped: nothing goes out of them."""

from django.db import migrations

from regulars.database.schema import run

FROZEN = """
alter table ledger_balance add column frozen boolean not null default false;
comment on column ledger_balance.frozen is 'Somebody stopped the account: the book refuses whatever would spend.';
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_holds_that_pay")]
    operations = [run(FROZEN, "alter table ledger_balance drop column frozen")]
