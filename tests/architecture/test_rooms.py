"""A room is entered by its contracts and its queries. Only flows command rooms: only they change several together."""

from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, FunctionNode, Module, assert_kept, found, house

# What everybody above may read whole: the vocabulary of effects, and the pure core of earning.
OPEN_ROOMS = frozenset({"effects", "earning"})
PUBLIC = frozenset({"contracts", "queries"})
COMMANDERS = ("regulars.flows",)
# What a query or command takes by position: the connection, and up to two things that it is about.
POSITIONS = 3

# Pure parts of a room that others use as well, each with its reason.
EXPORTED: dict[str, str] = {
    "rewards.reward_type": "pages say in words what a reward gives",
    "rewards.terms": "doors read and write on which terms a reward is offered",
    "rewards.gifts": "flows grant what reward types say, and pages show it",
    "programmes.adjustment_policy": "flows and doors ask how many points staff may move",
    "programmes.rulebook": "pages show what a published version says",
    "programmes.member_fields": "flows and forms keep to what the rulebook declares about members",
    "programmes.occasions": "a flow asks which events time makes on a day",
    "programmes.event_types": "pages say in words what members did, and forms ask for what belongs to it",
    "programmes.consents": "a flow asks which text of a consent is shown now",
    "programmes.households": "flows keep to what the rulebook says of households",
    "programmes.document": "doors check a rulebook file before a flow publishes it",
    "programmes.document_nodes": "the command line reads scenario files like rulebooks, with the line of every value",
    "programmes.findings": "what is wrong with a scenario file is told like what is wrong with a rulebook",
    "programmes.change_words": "doors say in words what differs between two rulebooks",
    "programmes.document_text": "flows and doors write a rulebook as a text",
    "programmes.change_names": "forms call fields and choices like the sentences that tell what changed",
    "programmes.parts": "a flow and forms change one rule or campaign of a draft",
    "programmes.reach": "a flow asks which rules no event reaches any more",
    "programmes.paused": "a flow lets rules rest",
    "programmes.three_ways": "a flow joins what two people changed in one draft",
    "programmes.schema": "the command line writes the JSON Schema of rulebook files",
    "programmes.badges": "pages show the badges that a rulebook declares",
    "programmes.template": "a flow reads ready-made programmes, and pages show them",
    "programmes.words_of_members": "pages say what a rule waits for",
    "programmes.words": "pages and the command line read a rulebook aloud",
    "ledger.book": "flows keep the books of a batch in memory",
    "ledger.holds": "flows, doors and pages read what is set aside, beside the room's other queries",
    "ledger.statement": "doors read the statement of members who are one person",
    "ledger.spent_shares": "back-tests take members to go on spending as they did",
    "ledger.origins": "flows ask which event had granted points, wherever they are by now",
    "ledger.frozen": "flows keep the books of blocked members",
    "ledger.stopped": "flows ask before they spend whether an account was stopped",
    "ledger.moving": "flows move all points of one member to another",
    "programmes.merging": "a flow asks which rules nobody should have twice",
    "audiences.checks": "the flow that proves the books runs all checks",
    "audiences.columns": "a flow puts statements over members together from what each room offers",
    "events.columns": "a flow puts statements over members together from what each room offers",
    "ledger.columns": "a flow puts statements over members together from what each room offers",
    "members.alike": "a flow looks for members who may be one person",
    "members.columns": "a flow puts statements over members together from what each room offers",
    "merges.columns": "a flow puts statements over members together from what each room offers",
    "tallies.columns": "a flow puts statements over members together from what each room offers",
    "tiers.columns": "a flow puts statements over members together from what each room offers",
    "events.intake": "flows work with events that are checked",
    "events.returned": "flows ask what is left of an order",
    "events.doings": "flows ask what members ever did, and when last",
    "events.on_record": "the library reads an accepted event as the rules saw it",
    "tiers.standing": "flows move standings event by event",
    "ledger.expiry_policy": "a rulebook states when points expire",
    "ledger.activation_policy": "a rulebook states how long points stay pending",
    "ledger.clawback_policy": "a rulebook states what a return takes back",
    "ledger.restore_policy": "a rulebook states until when points that come back can be spent",
    "ledger.transfer_expiry_policy": "a rulebook states until when points can be spent that a member sends",
    "stored_value.paying": "a flow asks how the price of an order is divided",
    "gift_cards.numbers": "flows draw numbers and PINs, and compare them",
    "programmes.stored_value": "flows ask the rulebook within which limits money is loaded and paid back",
    "stored_value.checks": "the flow that proves the books runs all checks",
    "programmes.transfer_terms": "a flow asks the rulebook what a member may send, and what it costs",
    "tiers.ladder": "a rulebook states the ladder",
    "tiers.rungs": "flows move standings on a ladder that is ready for the hot path",
    "tiers.metric": "flows ask what counted, and tell metrics what a return undid",
    "tiers.changeover": "flows bring members over to a ladder that took another's place",
    "tiers.projection": "the view of a member plays the reviews that are to come",
    "ledger.stated_period": "a rulebook states how long before expiry members are reminded",
    "programmes.reminders": "a flow asks of which last days members are told today",
    "messaging.message_kind": "doors say a stored message in the language of its reader",
    "notices.notice_kind": "doors say a stored notice in the language of its reader",
    "notices.kinds": "a flow says what there is to tell",
    "messaging.kinds": "flows say what there is to tell",
    "ledger.checks": "the flow that proves the books runs all checks",
    "events.checks": "the flow that proves the books runs all checks",
    "adjustments.checks": "the flow that proves the books runs all checks",
    "members.checks": "the flow that proves the books runs all checks",
    "rewards.checks": "the flow that proves the books runs all checks",
    "households.checks": "the flow that proves the books runs all checks",
    "households.debit_order": "a rulebook names the debit order of a pool, and pages say it in words",
    "tiers.checks": "the flow that proves the books runs all checks",
    "rewards.types": "forms, API schema and pages come from the parameter model of each reward type",
    "tiers.policies": "forms, API schema and pages come from the parameter model of each tier policy",
}


def intrusions(module: Module) -> Iterator[Finding]:
    """Imports that enter a room by anything but its doors."""
    for line, target in module.imports():
        parts = target.split(".")
        if parts[:2] != ["regulars", "domain"] or len(parts) < 3:
            continue
        room, inside = parts[2], ".".join(parts[2:4])
        entrance = parts[3] if len(parts) > 3 else ""
        if room in OPEN_ROOMS or module.lies_in(f"regulars.domain.{room}"):
            continue
        if entrance in PUBLIC or inside in EXPORTED or (entrance == "commands" and module.lies_in(*COMMANDERS)):
            continue
        if entrance == "commands":
            yield module.finding(line, f"{target} commands a room from outside the flows", "Call a flow")
        else:
            yield module.finding(line, f"{target} is private to its room", "Import its contracts or its queries")


def unusual_signatures(module: Module) -> Iterator[Finding]:
    """Queries and commands read alike everywhere: the connection, what it is about, everything else by name."""
    if not module.lies_in("regulars.domain") or not PUBLIC.union({"commands"}) & set(module.path.with_suffix("").parts):
        return
    if "contracts" in module.path.with_suffix("").parts:
        return
    for function in module.tree.body:
        if not isinstance(function, FunctionNode) or function.name.startswith("_"):
            continue
        positional = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        takes_connection = "conn" in positional + [argument.arg for argument in function.args.kwonlyargs]
        if takes_connection and (positional[:1] != ["conn"] or len(positional) > POSITIONS):
            yield module.finding(
                function,
                f"{function.name} takes {', '.join(positional) or 'nothing'} by position",
                "Take `conn` first, at most two subjects after it, and everything else by keyword",
            )


def test_rooms_are_entered_by_their_doors() -> None:
    assert_kept(intrusions, modules=house())


def test_queries_and_commands_read_alike() -> None:
    assert_kept(unusual_signatures, modules=house())


def test_what_is_exported_is_there() -> None:
    names = {module.name for module in house()}
    assert {name for name in EXPORTED if f"regulars.domain.{name}" not in names} == set()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("interfaces/console/members.py", "from regulars.domain.members import commands"),
        ("interfaces/console/members.py", "from regulars.domain.members.commands import enrol"),
        ("insight/reports/points.py", "import regulars.domain.ledger.commands"),
        ("flows/expire_points.py", "from regulars.domain.ledger import lots"),
        ("flows/expire_points.py", "from regulars.domain import ledger"),
        ("domain/rewards/commands.py", "from ..ledger import commands"),
    ],
)
def test_an_intrusion_is_found(path: str, text: str) -> None:
    assert len(found(intrusions, text, path=f"src/regulars/{path}")) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("flows/expire_points.py", "from regulars.domain.ledger import commands, contracts, queries"),
        ("interfaces/api/v1/members.py", "from regulars.domain.members.queries import member_by_id"),
        ("domain/ledger/commands.py", "from regulars.domain.ledger.lots import consume"),
        ("domain/ledger/commands.py", "from .lots import consume"),
        ("flows/process_events.py", "from regulars.domain.earning.evaluate import evaluate"),
    ],
)
def test_a_door_may_be_used(path: str, text: str) -> None:
    assert found(intrusions, text, path=f"src/regulars/{path}") == []


def test_an_unusual_signature_is_found() -> None:
    path = "src/regulars/domain/ledger/queries.py"
    text = (
        "def balance(conn, account, day, kind): pass\ndef lots(account, *, conn): pass\ndef fine(conn, *, now): pass\n"
    )
    assert [line for line, _ in found(unusual_signatures, text, path=path)] == [1, 2]
