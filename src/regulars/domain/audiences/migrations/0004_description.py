"""What an audience is for, in a sentence or two."""

from django.db import migrations

from regulars.database.schema import run

DESCRIPTION = """
alter table audiences_audience add column description text not null default '';
comment on column audiences_audience.description is 'What it is for, as somebody wrote it for colleagues.';
"""


class Migration(migrations.Migration):
    dependencies = [("audiences", "0003_imports")]
    operations = [run(DESCRIPTION, "alter table audiences_audience drop column description")]
