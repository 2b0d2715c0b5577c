"""What a merge brought beside points: consents and places on lists."""

from django.db import migrations

from regulars.database.schema import append_only, run

BROUGHT = """
create table merges_brought (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    merge_id uuid not null,
    kind smallint not null,
    subject text not null,
    primary key (bucket, id),
    check (kind between 1 and 3)
);
create index merges_brought_merge on merges_brought (bucket, merge_id, id);
comment on table merges_brought is 'What a merge changed beside points, for taking it back. Bucket: of the merge.';
comment on column merges_brought.kind is '1 a consent of the kept member, 2 a list that the duplicate left, 3 one that the kept member joined.';
comment on column merges_brought.subject is 'The id of the consent, or the number of the audience.';
"""


class Migration(migrations.Migration):
    dependencies = [("merges", "0001_merges")]
    operations = [run(BROUGHT, "drop table merges_brought"), append_only("merges_brought")]
