"""Pure rooms take time, chance and identity as arguments, so that live run, dry run and back-test are the same call.

`.importlinter` forbids their imports; this check finds the calls. Two kernel modules are the only sources:
`clock` reads the clock for the doors, and `ids` draws ids.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, Module, assert_kept, dotted, found, house

CLOCK = "regulars.kernel.clock"
IDS = "regulars.kernel.ids"

READS_THE_CLOCK = frozenset({"now", "utcnow", "today", "time", "time_ns", "monotonic", "localtime", "gmtime"})
CLOCKS = frozenset({"datetime", "date", "time", "timezone"})
CHANCE = frozenset({"random", "secrets"})
IDENTITY = frozenset({"uuid1", "uuid4", "uuid6", "uuid7"})
WORLD = frozenset({"open", "print", "input"})

# Below the doors nobody asks what time it is.
BELOW_THE_DOORS = ("regulars.kernel", "regulars.domain", "regulars.flows", "regulars.insight")


def is_pure(module: Module) -> bool:
    return (
        module.lies_in("regulars.kernel", "regulars.domain.effects", "regulars.domain.earning")
        or (module.lies_in("regulars.domain") and module.path.stem == "contracts")
        or (module.lies_in("regulars.domain") and "policies" in module.path.parts)
    )


def clock_readings(module: Module) -> Iterator[Finding]:
    if not module.lies_in(*BELOW_THE_DOORS) or module.name == CLOCK:
        return
    for line, target in module.imports():
        if target == f"{CLOCK}.utc_now":
            yield module.finding(line, "the clock is read below the doors", "Take `now` as an argument")
    if module.name == IDS:  # ids are ordered by the time at which they were drawn
        return
    for call in calls(module):
        start, _, last = dotted(call.func).rpartition(".")
        if last in READS_THE_CLOCK and start.rpartition(".")[2] in CLOCKS:
            yield module.finding(call, f"{start}.{last} reads the clock", "Take `now` as an argument")


def chance(module: Module) -> Iterator[Finding]:
    if not module.lies_in(*BELOW_THE_DOORS) or module.name == IDS:
        return
    for call in calls(module):
        name = dotted(call.func)
        if name.rpartition(".")[2] in IDENTITY:
            yield module.finding(call, f"{name} draws an id", "Take the id as an argument, made by regulars.kernel.ids")
        elif is_pure(module) and name.partition(".")[0] in CHANCE:
            yield module.finding(call, f"{name} draws by chance", "Take what was drawn as an argument")


def world(module: Module) -> Iterator[Finding]:
    if not is_pure(module):
        return
    for call in calls(module):
        if isinstance(call.func, ast.Name) and call.func.id in WORLD:
            yield module.finding(call, f"{call.func.id} reaches outside", "Take what was read as an argument")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in ("os.environ", "os.getenv"):
            yield module.finding(node, f"{dotted(node)} reads a setting", "Take the setting as an argument")


def calls(module: Module) -> Iterator[ast.Call]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node


def test_nobody_below_the_doors_reads_the_clock() -> None:
    assert_kept(clock_readings, modules=house())


def test_ids_and_chance_are_arguments() -> None:
    assert_kept(chance, modules=house())


def test_pure_rooms_do_not_reach_outside() -> None:
    assert_kept(world, modules=house())


@pytest.mark.parametrize(
    "text",
    [
        "now = datetime.now(UTC)",
        "today = datetime.date.today()",
        "start = time.monotonic()",
        "now = timezone.now()",
        "from regulars.kernel.clock import utc_now",
    ],
)
def test_a_reading_of_the_clock_is_found_below_the_doors_only(text: str) -> None:
    assert len(found(clock_readings, text, path="src/regulars/domain/ledger/commands.py")) == 1
    assert found(clock_readings, text, path="src/regulars/interfaces/jobs/tasks.py") == []


def test_a_field_named_like_a_clock_is_not_a_reading() -> None:
    assert found(clock_readings, "moment = event.time()\nself.now()", path="src/regulars/kernel/periods.py") == []


def test_chance_is_found_in_pure_rooms() -> None:
    path = "src/regulars/domain/earning/evaluate.py"
    assert len(found(chance, "a = random.random()\nb = uuid.uuid4()\nc = secrets.token_hex(8)", path=path)) == 3
    assert len(found(chance, "a = uuid4()", path="src/regulars/flows/enrol_member.py")) == 1


def test_reaching_outside_is_found_in_pure_rooms() -> None:
    path = "src/regulars/domain/members/contracts.py"
    assert len(found(world, "a = open('x')\nb = os.environ['HOME']", path=path)) == 2
    assert found(world, "a = open('x')", path="src/regulars/interfaces/commandline/main.py") == []
