"""What a standing has to remember of staff, of grace and of changed ladders."""

from django.db import migrations

from regulars.database.schema import run

HELD = """
alter table tiers_standing
    add column earned text not null default '',
    add column assigned text not null default '',
    add column assigned_until date not null default '9999-12-31',
    add column fell_on date not null default '9999-12-31',
    add column kept_until date not null default '0001-01-01';
comment on column tiers_standing.earned is 'The tier of their own, where one that staff gave lies above it; else empty.';
comment on column tiers_standing.assigned is 'A tier that staff gave, in force until assigned_until; else empty.';
comment on column tiers_standing.fell_on is 'Since when the score no longer reaches their own tier: grace begins then.';
comment on column tiers_standing.kept_until is 'Their own tier is not lost by then: its ladder was changed.';
"""
BACK = """
alter table tiers_standing drop column earned, drop column assigned, drop column assigned_until, drop column fell_on,
    drop column kept_until
"""


class Migration(migrations.Migration):
    dependencies = [("tiers", "0001_tiers")]
    operations = [run(HELD, BACK)]
