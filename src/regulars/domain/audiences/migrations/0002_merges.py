"""A merge changes who is in an audience as well."""

from django.db import migrations

from regulars.database.schema import run

REASON = """
alter table audiences_run drop constraint audiences_run_reason_check;
alter table audiences_run add constraint audiences_run_reason_check
    check (reason in ('refresh', 'import', 'edit', 'merge', 'merge_undone')) not valid;
alter table audiences_run validate constraint audiences_run_reason_check;
"""
BACK = """
alter table audiences_run drop constraint audiences_run_reason_check;
alter table audiences_run add constraint audiences_run_reason_check check (reason in ('refresh', 'import', 'edit'));
"""


class Migration(migrations.Migration):
    dependencies = [("audiences", "0001_audiences")]
    operations = [run(REASON, BACK)]
