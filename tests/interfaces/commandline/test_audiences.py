"""`regulars audiences`: made from a file, filled from a list, refreshed, listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from regulars.interfaces.commandline.audiences import audiences_group
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop


def run(shop: Shop, *words: str, status: int = 0) -> str:
    result = CliRunner().invoke(audiences_group, [*words, "--programme", shop.programme.code], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


def test_an_audience_from_a_file(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "buyers.yaml"
    file.write_text("{field: member.orders, at_least: 1}", "utf-8")
    ada = shop.enrol("ada")

    assert "There is no audience yet" in run(shop, "list")
    assert (
        run(shop, "save", "buyers", str(file), "--title", "Who bought") == "Who bought is saved, version 1: 0 members\n"
    )
    shop.buy(ada, "5.00")
    assert run(shop, "refresh", "buyers") == "1 joined, 0 left: 1 members\n"
    assert run(shop, "list") == "buyers\tWho bought\tdynamic\t1\n"
    assert run(shop, "save", "buyers", "--archive") == "Who bought is saved, version 2: 1 members\n"
    assert run(shop, "list") == "buyers\tWho bought\tdynamic\t1\tarchived\n"


def test_a_list_from_a_file(shop: Shop, tmp_path: Path) -> None:
    shop.enrol("ada")
    shop.enrol("ben", email="ben@example.com")
    file = tmp_path / "list.csv"
    file.write_text("club,email\nada,\n,ben@example.com\n,nobody@example.com\n", "utf-8")
    run(shop, "save", "friends")
    words = ("import", "friends", str(file), "--map", "club=external_id")

    with nothing_changes(shop):
        dry = run(shop, *words, "--dry-run", status=1)
    done = run(shop, *words, status=1)

    assert "2 would join, 0 left, 1 left out" in dry
    assert "list.csv:4: No member of this programme has the email 'nobody@example.com'." in done
    assert "2 joined, 0 left, 1 left out" in done
    assert run(shop, "list") == "friends\tfriends\tstatic\t2\n"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("tree.yaml", "{field: member.orders, at_least: many}", "bad_conditions"),
        ("tree.yaml", "{field: member.orders, at_least: 1", "bad_conditions"),
        ("tree.yaml", "{field: member.nothing, is: 1}", "bad_conditions"),
    ],
)
def test_conditions_that_cannot_be_read_change_nothing(
    shop: Shop, tmp_path: Path, name: str, text: str, code: str
) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    with nothing_changes(shop), pytest.raises(Refusal) as raised:
        run(shop, "save", "x", str(file))
    assert raised.value.code == code


def test_a_file_without_names_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("shoe,hat\n42,57\n", "utf-8")
    run(shop, "save", "friends")
    with nothing_changes(shop), pytest.raises(Refusal) as raised:
        run(shop, "import", "friends", str(file))
    assert raised.value.code == "list_without_names"


def test_what_became_of_an_audience(shop: Shop, tmp_path: Path) -> None:
    ada = shop.enrol("ada", email="ada@example.com", name="=Ada")
    ben = shop.enrol("ben", phone="+4915112345678")
    file = tmp_path / "list.csv"
    run(shop, "save", "friends")
    file.write_text("external_id\nada\n", "utf-8")
    run(shop, "import", "friends", str(file))
    file.write_text("external_id\nben\n", "utf-8")
    done = run(shop, "import", "friends", str(file), "--mode", "replace")
    undo = done.splitlines()[-1].partition("undo friends ")[2].split()[0]

    exported = run(shop, "members", "friends").splitlines()
    assert exported[0] == "member_id,card,name,email,phone,since"
    assert [line.split(",")[0] for line in exported[1:]] == [str(ben)]
    assert "+4915112345678" in exported[1]
    told = run(shop, "show", "friends").splitlines()
    assert told[:3] == ["friends: 1 members", "a list", "asked for by: nothing"]
    assert told[3].startswith(undo)
    assert told[3].endswith("import\tcommand line\t1 joined\t1 left\t1 members")

    assert run(shop, "undo", "friends", undo) == "1 came back, 1 left: 1 members\n"
    assert "'=Ada,ada@example.com" in run(shop, "members", "friends")
    assert run(shop, "show", "friends").splitlines()[4].endswith("\tundone")
    moves = [line.split("\t")[1:4] for line in run(shop, "history", "friends", "--limit", "2").splitlines()]
    assert sorted(moves) == sorted([[str(ada), "joined", "undo"], [str(ben), "left", "undo"]])
    with nothing_changes(shop), pytest.raises(Refusal) as raised:
        run(shop, "undo", "friends", undo)
    assert raised.value.code == "run_not_undoable"


def test_conditions_are_counted_and_nothing_is_saved(shop: Shop, tmp_path: Path) -> None:
    ada = shop.enrol("ada")
    shop.enrol("ben")
    shop.buy(ada, "5.00")
    file = tmp_path / "buyers.yaml"
    file.write_text("{field: member.orders, at_least: 1}", "utf-8")
    said = run(shop, "count", str(file)).splitlines()
    assert said == ["1 of 2 members: the number of earlier orders is at least 1", str(ada)]
    assert "There is no audience yet" in run(shop, "list")


@pytest.mark.parametrize("command", ["show", "members", "history"])
def test_an_audience_of_nobodys_is_refused(shop: Shop, command: str) -> None:
    with nothing_changes(shop), pytest.raises(Refusal) as raised:
        run(shop, command, "nobodys")
    assert raised.value.code == "audience_not_found"
