"""What was given as a reward can be taken back with the reward: one more kind of act."""

from django.db import migrations

from regulars.database.schema import run

_KINDS = """
alter table stored_value_act
    drop constraint stored_value_act_kind_check,
    add constraint stored_value_act_kind_check check (kind between 1 and {last}){how};
comment on column stored_value_act.kind is
    '1 load, 2 spend, 3 given back, 4 paid back, 5 moved out, 6 moved in, 7 frozen, 8 thawed, 9 awarded{more}.';
"""


class Migration(migrations.Migration):
    dependencies = [("stored_value", "0002_payments")]
    operations = [
        # On the way back, what was taken back stays as it is: acts are never changed.
        run(
            _KINDS.format(last=10, how="", more=", 10 taken back"),
            _KINDS.format(last=9, how=" not valid", more=""),
        ),
    ]
