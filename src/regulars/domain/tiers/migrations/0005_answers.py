"""What a member said to an invitation."""

from django.db import migrations

from regulars.database.schema import run

ACCEPTED = """
alter table tiers_assignment add column accepted_at timestamptz;
comment on column tiers_assignment.accepted_at is 'When the member accepted an invitation; null: not answered.';
"""


class Migration(migrations.Migration):
    dependencies = [("tiers", "0004_changeovers")]
    operations = [run(ACCEPTED, "alter table tiers_assignment drop column accepted_at")]
