"""Members who are part of another member, and from whom what identifies them came."""

from django.db import migrations

from regulars.database.schema import run

MEMBER = """
alter table members_member add column has_merged boolean not null default false;
comment on column members_member.has_merged is 'Other members are part of this one.';
comment on column members_member.status is '1 active, 2 blocked, 3 closed, 4 merged.';
"""

CLAIM = """
alter table members_claim add column came_from uuid;
comment on column members_claim.came_from is 'The member that it first identified; null: the same as now.';
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0004_birthday")]
    operations = [
        run(MEMBER, "alter table members_member drop column has_merged"),
        run(CLAIM, "alter table members_claim drop column came_from"),
    ]
