"""Who did what, who read whose personal data, and why."""

from django.db import migrations

from regulars.database.schema import append_only, run

ENTRY = """
create table audit_entry (
    bucket smallint not null,
    id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    at timestamptz not null,
    by_whom text not null,
    action text not null,
    subject uuid not null,
    details jsonb not null,
    primary key (bucket, id)
);
create index audit_entry_subject on audit_entry (bucket, subject, at);
create index audit_entry_time on audit_entry (programme_id, at);
comment on column audit_entry.subject is 'The member it is about, or an id in bucket 0 for the programme itself.';
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("database", "0001_append_only")]
    operations = [run(ENTRY, "drop table audit_entry"), append_only("audit_entry")]
