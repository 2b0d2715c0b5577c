"""The import contracts of `.importlinter` have teeth: each refuses an example of what it forbids.

The contracts are run on a small model of the house, once as it should be and once per forbidden import.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

MODEL = """
    kernel/ids kernel/errors database/pool settings/base
    flows/expire_points insight/reports/points integrations/shopify
    domain/effects
    domain/earning/evaluate domain/earning/contracts domain/earning/strategies/first domain/earning/strategies/second
    domain/earning/returning/first domain/earning/returning/second
    domain/earning/winning/first domain/earning/winning/second
    insight/objectives/measures/first insight/objectives/measures/second
    flows/tuning/levers/first flows/tuning/levers/second flows/tuning/goals/first flows/tuning/goals/second
    domain/messaging/kinds/first domain/messaging/kinds/second
    domain/notices/kinds/first domain/notices/kinds/second
    domain/ledger/contracts domain/ledger/queries domain/ledger/commands domain/ledger/checks/first
    domain/ledger/checks/second domain/ledger/expiry/first domain/ledger/expiry/second domain/ledger/activation/first
    domain/ledger/activation/second domain/ledger/clawback/first domain/ledger/clawback/second
    domain/ledger/restoring/first domain/ledger/restoring/second
    flows/backtests/redemptions/first flows/backtests/redemptions/second
    domain/ledger/transfer_expiry/first domain/ledger/transfer_expiry/second
    domain/households/debit/first domain/households/debit/second
    domain/members/contracts domain/members/queries domain/members/commands
    domain/tiers/contracts domain/tiers/queries domain/tiers/policies/first domain/tiers/policies/second
    domain/tiers/metrics/first domain/tiers/metrics/second domain/tiers/windows/first domain/tiers/windows/second
    domain/tiers/benefits/first domain/tiers/benefits/second
    domain/rewards/contracts domain/rewards/types/first domain/rewards/types/second domain/programmes/contracts
    domain/rewards/gifts flows/granting/effects/first flows/granting/effects/second
    interfaces/asgi interfaces/api/app interfaces/ingest/app interfaces/console/urls interfaces/portal/urls
    interfaces/jobs/tasks interfaces/commandline/main
    interfaces/commandline/scenarios/steps/first interfaces/commandline/scenarios/steps/second
    interfaces/commandline/scenarios/expectations/first interfaces/commandline/scenarios/expectations/second
"""

# What a house that keeps the contracts may import: every floor is used, so that a contract has something to judge.
SOUND = {
    "interfaces/commandline/main": "import regulars.interfaces.asgi, granian, regulars.settings.base",
    "interfaces/asgi": "import regulars.interfaces.api.app, regulars.interfaces.ingest.app",
    "interfaces/api/app": "import ninja, regulars.flows.expire_points, regulars.domain.members.queries",
    "interfaces/jobs/tasks": "import procrastinate, regulars.flows.expire_points",
    "flows/expire_points": "import psycopg, regulars.domain.ledger.commands, regulars.database.pool",
    "domain/programmes/contracts": "import regulars.domain.tiers.contracts, regulars.domain.effects",
    "domain/ledger/queries": "import psycopg, regulars.domain.ledger.contracts",
    "domain/ledger/commands": "import psycopg, regulars.domain.ledger.contracts",
    "database/pool": "import psycopg_pool, regulars.kernel.errors",
}

# Contract, the module that breaks it, and how.
FORBIDDEN = [
    ("Imports point down", "kernel/errors", "import regulars.domain.effects"),
    ("Imports point down", "domain/ledger/queries", "import regulars.flows.expire_points"),
    ("Imports point down", "insight/reports/points", "import regulars.flows.expire_points"),
    ("Imports point down", "database/pool", "import regulars.domain.ledger.queries"),
    ("Rooms see the storeys below", "domain/ledger/queries", "import regulars.domain.members.queries"),
    ("Rooms see the storeys below", "domain/ledger/queries", "import regulars.domain.tiers.queries"),
    ("Rooms see the storeys below", "domain/gossip", "topic = 1"),
    ("Doors are unaware", "interfaces/console/urls", "import regulars.interfaces.portal.urls"),
    ("Doors are unaware", "interfaces/api/app", "import regulars.interfaces.commandline.main"),
    ("Settings are read at the doors", "flows/expire_points", "import regulars.settings.base"),
    ("are pure", "kernel/errors", "import django.conf"),
    ("are pure", "domain/earning/evaluate", "import time"),
    ("are pure", "domain/members/contracts", "import psycopg"),
    ("are pure", "domain/tiers/policies/first", "import regulars.domain.ledger.queries"),
    ("are pure", "domain/rewards/gifts", "import psycopg"),
    ("are pure", "domain/rewards/types/first", "import time"),
    ("are pure", "domain/tiers/windows/first", "import time"),
    ("are pure", "domain/tiers/benefits/first", "import regulars.domain.ledger.queries"),
    ("are pure", "domain/ledger/expiry/first", "import regulars.domain.ledger.queries"),
    ("are pure", "domain/ledger/activation/first", "import regulars.domain.ledger.queries"),
    ("are pure", "domain/ledger/clawback/first", "import django.conf"),
    ("are pure", "domain/ledger/restoring/first", "import time"),
    ("are pure", "domain/ledger/transfer_expiry/first", "import time"),
    ("are pure", "domain/households/debit/first", "import time"),
    ("speak SQL", "domain/members/queries", "import django.http"),
    ("API framework stays", "interfaces/ingest/app", "import ninja"),
    ("job library stays", "flows/expire_points", "import procrastinate"),
    ("server process", "flows/expire_points", "import granian"),
    ("Earn strategies", "domain/earning/strategies/first", "import regulars.domain.earning.strategies.second"),
    ("Reward types", "domain/rewards/types/first", "import regulars.domain.rewards.types.second"),
    ("Kinds of gifts", "flows/granting/effects/first", "import regulars.flows.granting.effects.second"),
    ("Tier policies", "domain/tiers/policies/first", "import regulars.domain.tiers.policies.second"),
    ("What ladders count", "domain/tiers/metrics/first", "import regulars.domain.tiers.metrics.second"),
    ("Windows of ladders", "domain/tiers/windows/first", "import regulars.domain.tiers.windows.second"),
    ("Kinds of benefits", "domain/tiers/benefits/first", "import regulars.domain.tiers.benefits.second"),
    ("Verbs of scenarios", "interfaces/commandline/scenarios/steps/first", "from . import second"),
    ("Expectations of scenarios", "interfaces/commandline/scenarios/expectations/first", "from . import second"),
    ("Ledger checks", "domain/ledger/checks/first", "import regulars.domain.ledger.checks.second"),
    ("Expiry policies", "domain/ledger/expiry/first", "import regulars.domain.ledger.expiry.second"),
    ("Activation policies", "domain/ledger/activation/first", "import regulars.domain.ledger.activation.second"),
    ("Clawback policies", "domain/ledger/clawback/first", "import regulars.domain.ledger.clawback.second"),
    ("Restore policies", "domain/ledger/restoring/first", "import regulars.domain.ledger.restoring.second"),
    ("Redemption models", "flows/backtests/redemptions/first", "import regulars.flows.backtests.redemptions.second"),
    ("Transfer expiry", "domain/ledger/transfer_expiry/first", "import regulars.domain.ledger.transfer_expiry.second"),
    ("Kinds of messages", "domain/messaging/kinds/first", "import regulars.domain.messaging.kinds.second"),
    ("Kinds of notices", "domain/notices/kinds/first", "import regulars.domain.notices.kinds.second"),
    ("Debit orders", "domain/households/debit/first", "import regulars.domain.households.debit.second"),
    (
        "Figures for objectives",
        "insight/objectives/measures/first",
        "import regulars.insight.objectives.measures.second",
    ),
    ("Levers of tunings", "flows/tuning/levers/first", "import regulars.flows.tuning.levers.second"),
    ("Goals of tunings", "flows/tuning/goals/first", "import regulars.flows.tuning.goals.second"),
    ("Policies of wins", "domain/earning/winning/first", "import regulars.domain.earning.winning.second"),
    ("Return roundings", "domain/earning/returning/first", "import regulars.domain.earning.returning.second"),
]


# Judges every folder that it is given, in one process. The linter puts the working folder first on the import path.
JUDGE = """
import contextlib, importlib, io, json, os, re, sys
from importlinter.cli import lint_imports
verdicts, before = {}, list(sys.path[1:])
for folder in sys.argv[2:]:
    os.chdir(folder)
    sys.path[:] = [folder, *before]
    importlib.invalidate_caches()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = lint_imports(config_filename=sys.argv[1], no_cache=True)
    broken = re.findall(r"^(.+) BROKEN", output.getvalue(), flags=re.MULTILINE)
    verdicts[folder] = broken if status == bool(broken) else [output.getvalue()]
print(json.dumps(verdicts))
"""


def build(folder: Path, imports: dict[str, str]) -> str:
    for module in {*MODEL.split(), *imports}:
        path = folder / "regulars" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(imports.get(module, "") + "\n")
    for directory in [folder / "regulars", *(path for path in (folder / "regulars").rglob("*") if path.is_dir())]:
        (directory / "__init__.py").touch()
    return str(folder)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Names of the broken contracts: of the sound house, then of each example."""
    models = [SOUND, *(SOUND | {module: f"{SOUND.get(module, '')}\n{text}"} for _, module, text in FORBIDDEN)]
    folders = [build(tmp_path_factory.mktemp("house"), model) for model in models]
    command = [sys.executable, "-c", JUDGE, str(ROOT / ".importlinter"), *folders]
    wide = os.environ | {"COLUMNS": "400"}  # names of contracts stay on one line
    done = subprocess.run(command, cwd=folders[0], env=wide, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    broken = json.loads(done.stdout)
    return [broken[folder] for folder in folders]


def test_a_sound_house_breaks_no_contract(verdicts: list[list[str]]) -> None:
    assert verdicts[0] == []


@pytest.mark.parametrize(("index", "contract"), list(enumerate((names[0] for names in FORBIDDEN), start=1)))
def test_a_forbidden_import_breaks_its_contract(verdicts: list[list[str]], index: int, contract: str) -> None:
    assert any(contract in name for name in verdicts[index]), (FORBIDDEN[index - 1], verdicts[index])


def test_every_contract_has_an_example() -> None:
    names = re.findall(r"^name = (.+)$", (ROOT / ".importlinter").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [name for name in names if not any(contract in name for contract, _, _ in FORBIDDEN)] == []
