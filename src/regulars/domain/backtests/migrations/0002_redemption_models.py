"""Back-tests say by which model members spend; what was asked before said only whether they do."""

from django.db import migrations

from regulars.database.schema import run

MODEL = """
alter table backtests_backtest add column redemption_model jsonb not null default '"as_they_were"';
alter table backtests_backtest alter column redemptions set default true;
update backtests_backtest set redemption_model = '"none"' where not redemptions;
comment on column backtests_backtest.redemption_model is
    'What members spend: a name, or an object with `by` and parameters (flows/backtests/redemptions).';
comment on column backtests_backtest.redemptions is 'Of versions before redemption_model; not read any more.';
"""
BACK = """
update backtests_backtest set redemptions = redemption_model <> '"none"';
alter table backtests_backtest alter column redemptions drop default, drop column redemption_model;
"""


class Migration(migrations.Migration):
    dependencies = [("backtests", "0001_backtests")]
    operations = [run(MODEL, BACK)]
