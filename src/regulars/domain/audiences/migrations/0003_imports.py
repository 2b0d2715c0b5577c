"""Lists from files: what was read of one, before it is decided; and what undoes an import."""

from django.db import migrations

from regulars.database.schema import run

UNDO = """
alter table audiences_run drop constraint audiences_run_reason_check;
alter table audiences_run
    add constraint audiences_run_reason_check
    check (reason in ('refresh', 'import', 'edit', 'merge', 'merge_undone', 'undo')) not valid;
alter table audiences_run validate constraint audiences_run_reason_check;
alter table audiences_run add column undoes uuid check ((undoes is not null) = (reason = 'undo'));
create unique index audiences_run_undoes on audiences_run (undoes) where undoes is not null;
comment on column audiences_run.undoes is 'Of an undoing: the import that it takes back.';
alter table audiences_change add column since timestamptz;
comment on column audiences_change.since is
    'Since when the member is in the audience, where an undoing brought them back; null: since the change itself.';
create index audiences_change_run on audiences_change (audience_id, run_id, member_id);
"""
NO_UNDO = """
drop index audiences_change_run;
alter table audiences_change drop column since;
alter table audiences_run drop column undoes;
alter table audiences_run drop constraint audiences_run_reason_check;
alter table audiences_run
    add constraint audiences_run_reason_check
    check (reason in ('refresh', 'import', 'edit', 'merge', 'merge_undone'));
"""

IMPORT = """
create table audiences_import (
    id uuid primary key,
    organisation_id integer not null,
    programme_id integer not null,
    audience_id integer not null,
    file_name text not null,
    content text not null,
    rows integer not null,
    column_name text not null,
    named_by text not null,
    mode text not null,
    rows_read integer not null default 0,
    unknown integer not null default 0,
    empty integer not null default 0,
    problems jsonb not null default '[]',
    at timestamptz not null,
    by_whom text not null,
    check (named_by in ('external_id', 'card', 'email', 'phone', 'id')),
    check (mode in ('add', 'replace', 'remove'))
);
create index audiences_import_at on audiences_import (programme_id, at);
comment on table audiences_import is 'Files that were uploaded and are not decided yet; gone after it, or after a day.';
comment on column audiences_import.rows_read is 'How many rows were looked at; the rest waits.';
"""

IMPORT_MEMBER = """
create table audiences_import_member (
    bucket smallint not null,
    member_id uuid not null,
    import_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    rows integer not null,
    merged boolean not null,
    primary key (bucket, member_id, import_id)
);
create index audiences_import_member_import on audiences_import_member (import_id);
comment on table audiences_import_member is 'Whom the rows of an undecided file name, and how often.';
comment on column audiences_import_member.merged is 'Some row names a member who is part of this one.';
"""


class Migration(migrations.Migration):
    dependencies = [("audiences", "0002_merges")]
    operations = [
        run(UNDO, NO_UNDO),
        run(IMPORT, "drop table audiences_import"),
        run(IMPORT_MEMBER, "drop table audiences_import_member"),
    ]
