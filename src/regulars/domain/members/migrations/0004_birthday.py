"""Members by their date of birth, and since when it is known."""

from django.db import migrations

from regulars.database.schema import run

SINCE = "alter table members_person add column birth_date_since timestamptz"
SINCE_COMMENT = """
comment on column members_person.birth_date_since is 'When the date was last changed; null: known since the member joined.';
"""

# A birthday is found as one date of each year since 1900: plain comparisons, which row-level security lets an index do.
BORN = """
create index members_person_born on members_person (programme_id, birth_date) where birth_date is not null;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0003_consent")]
    operations = [
        run(SINCE + ";" + SINCE_COMMENT, "alter table members_person drop column birth_date_since"),
        run(BORN, "drop index members_person_born"),
    ]
