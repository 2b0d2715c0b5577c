"""Members who look like one person and are not."""

from django.db import migrations

from regulars.database.schema import run

DISTINCTION = """
create table merges_distinction (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    first_id uuid not null,
    second_id uuid not null,
    note text not null,
    decided_at timestamptz not null,
    by_whom text not null,
    undone_at timestamptz,
    undone_by text,
    primary key (bucket, id),
    check (first_id < second_id),
    check ((undone_at is null) = (undone_by is null))
);
create unique index merges_distinction_open on merges_distinction (bucket, first_id, second_id)
    where undone_at is null;
create index merges_distinction_latest on merges_distinction (programme_id, id) where undone_at is null;
comment on table merges_distinction is 'Two members were told apart: nobody asks again. Bucket: of the first.';
"""


class Migration(migrations.Migration):
    dependencies = [("merges", "0002_brought")]
    operations = [run(DISTINCTION, "drop table merges_distinction")]
