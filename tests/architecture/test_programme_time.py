"""What happens in a programme happens at the programme's own now: doors ask `programme_now`, never the clock alone.

The world's time has a name of its own, `at`; it may be handed on under that name only. Where it is meant for good, the
place is listed with its reason (docs/adr/0020).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import Finding, Module, assert_kept, dotted, found, house

DOORS = "regulars.interfaces"
REAL: dict[str, str] = {
    "api.door": "an answer is stored, and a key is checked, in real time; endpoints get the programme's now",
    "commandline.benchmarks": "its programmes are live, and it measures real time",
    "commandline.clock": "shows a clock, which is asked with the world's time",
    "commandline.demo": "its programme is live",
    "commandline.keys": "keys guard the door",
    "commandline.operators": "sign-in guards the door",
    "commandline.programmes": "a programme is founded before it has a clock",
    "console.signin": "sign-in guards the door",
    "portal.signin": "sign-in guards the door",
}


def world_time(module: Module) -> Iterator[Finding]:
    """Readings of the clock that are not handed on as `at=`."""
    if not module.lies_in(DOORS) or module.lies_in(*(f"{DOORS}.{place}" for place in REAL)):
        return
    fine = {
        id(word.value)
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "at"
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and dotted(node.func).endswith("utc_now") and id(node) not in fine:
            yield module.finding(
                node, "the world's time is used as the programme's", "Ask programme_now(..., at=utc_now())"
            )


def test_doors_ask_the_programme_what_time_it_is() -> None:
    assert_kept(world_time, modules=house())


def test_no_exception_outlives_its_reason() -> None:
    unused = [
        place
        for place in REAL
        if not any(
            module.lies_in(f"{DOORS}.{place}") and any(name.endswith(".utc_now") for _, name in module.imports())
            for module in house()
        )
    ]
    assert unused == []


def test_the_worlds_time_in_a_flow_is_found() -> None:
    path = "src/regulars/interfaces/jobs/tasks.py"
    assert len(found(world_time, "nightly_work(conn, programme_id=1, now=utc_now())", path=path)) == 1
    assert len(found(world_time, "now = utc_now()\nnightly_work(conn, now=now)", path=path)) == 1
    assert found(world_time, "now = programme_now(conn, programme_id=1, at=utc_now())", path=path) == []
    assert found(world_time, "now = utc_now()", path="src/regulars/interfaces/portal/signin/pages.py") == []
