"""Members who are blocked for a while: why, by whom, since when."""

from django.db import migrations

from regulars.database.schema import run

BLOCK = """
create table members_block (
    bucket smallint not null,
    member_id uuid not null,
    organisation_id integer not null,
    programme_id integer not null,
    reason text not null,
    by_whom text not null,
    since timestamptz not null,
    primary key (bucket, member_id),
    foreign key (bucket, member_id) references members_member (bucket, id)
);
comment on table members_block is 'One row for each blocked member, as long as the block lasts; the audit trail has all.';
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_members")]
    operations = [run(BLOCK, "drop table members_block")]
