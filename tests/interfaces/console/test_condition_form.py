"""The form of conditions: every field with every comparison, what is wrong said at its row, and what the buttons do."""

from __future__ import annotations

import html
import re
from typing import Any, get_args

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from regulars.domain.audiences.contracts import CONDITIONS
from regulars.domain.earning.conditions import OPERATORS
from regulars.domain.earning.facts import Kind
from regulars.domain.earning.fitting import FITTING
from regulars.flows.member_vocabulary import troubles_of
from regulars.interfaces.console.conditions.acts import act_on
from regulars.interfaces.console.conditions.checking import check
from regulars.interfaces.console.conditions.condition_form import ConditionForm, part_of, sent_or
from regulars.interfaces.console.conditions.nodes import DEEPEST, FRESH, MOST_ROWS, Group, Row, height
from regulars.interfaces.console.conditions.operators import FORMS
from regulars.interfaces.console.conditions.reading import PREFIX, form_in
from regulars.interfaces.console.conditions.writing import form_of
from regulars.kernel.errors import Refusal
from tests.interfaces.console.browser_form import as_data, as_query, sent_by
from tests.interfaces.console.offered import WHICH, Which, offers_of, vocabulary

pytestmark = pytest.mark.capability("B3")
A, B, C, D = (Row(f"member.{name}", "at_least", ("1",)) for name in ("orders", "days", "age", "spent"))


def drawn(root: Group, which: Which = "members", *, live: bool = False, act: str = "") -> str:
    """The page's part that shows the tree."""
    form = ConditionForm(offers_of(which), root, url="/here", act=act)
    return render_to_string("console/conditions/builder.html", {"builder": form.shown(live=live)})


def words_in(page: str | bytes) -> str:
    text = page if isinstance(page, str) else page.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def row_after(root: Group, which: Which, path: str, changed: str, value: str) -> Group:
    """What the form holds after somebody chose another value of a list in a row, and htmx brought the row anew."""
    sent = [(name, each) for name, each in sent_by(drawn(root, which)) if name != changed] + [(changed, value)]
    headers: Any = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TRIGGER_NAME": changed, "HTTP_HX_TARGET": f"c-{path}"}
    request = RequestFactory().post("/here", as_data([*sent, ("row", path)]), **headers)
    offers = offers_of(which)
    part = part_of(request, ConditionForm(offers, sent_or(request, offers, None), url="/here"))
    assert part is not None
    assert part["HX-Trigger-After-Swap"] == "conditions-changed"
    others = [pair for pair in sent if not pair[0].startswith(f"c.{path}.")]
    found = form_in(as_query([*others, *sent_by(part.content)]), PREFIX)
    assert found is not None
    return found


def test_what_makes_no_sense_is_not_in_the_list() -> None:
    """A yes has no more, and nobody's orders are unknown; where such a thing is asked already, it is shown."""
    photo, orders = offers_of("when").fields["data.photo"], offers_of("members").fields["member.orders"]
    assert set(photo.usual_forms) == {"is", "is_not", "is_known", "is_not_known"}
    assert orders.forms.keys() - orders.usual_forms.keys() == {"is_known", "is_not_known"}
    assert offers_of("when").fields["event.store"].usual_forms == offers_of("when").fields["event.store"].forms
    assert '<option value="is_known">' not in drawn(Group("all", (Row("member.orders", "is"),)))
    assert '<option value="is_known" selected>' in drawn(Group("all", (Row("member.orders", "is_known"),)))


def test_a_comparison_without_a_form_fails_here() -> None:
    assert {form.operator for form in FORMS.values()} == set(OPERATORS)
    assert set(FITTING) == set(get_args(Kind))
    for kind, operators in FITTING.items():
        every = [offer for which in WHICH for offer in offers_of(which).fields.values() if offer.fact.kind == kind]
        offered = {form.operator for offer in every for form in offer.forms.values()}
        assert offered == operators or (kind == "declared" and not offered)


_TYPED = {
    "text": ("Oat milk", "Oat milk"), "number": ("12", 12), "money": ("2.50", 2.5), "weekday": ("monday", "monday"),
    "date": ("2026-11-27", "2026-11-27"), "clock": ("14:30", "14:30"), "flag": ("true", True), "any": ("7", 7),
}  # fmt: skip
EVERY = [
    pytest.param(which, field, name, id=f"{which}-{field}-{name}")
    for which in WHICH
    for field, offer in offers_of(which).fields.items()
    for name in offer.forms
]


@pytest.mark.parametrize(("which", "field", "name"), EVERY)
def test_every_field_is_asked_with_every_comparison(which: Which, field: str, name: str) -> None:
    """A person chooses the field, then the comparison, then fills in a value; the tree says just that."""
    root = row_after(FRESH, which, "0", "c.0.field", field)
    root = row_after(root, which, "0", "c.0.operator", name)
    offer = offers_of(which).fields[field]
    form = offer.forms[name]
    page = drawn(root, which)
    typed, value = _TYPED[offer.fact.kind] if name not in ("starts_with", "contains") else ("Oat", "Oat")
    if offer.choices and form.takes != "nothing" and name not in ("starts_with", "contains"):
        typed = list(offer.choices)[len(offer.choices) // 2]
        value = {"true": True, "false": False}.get(typed, int(typed) if typed.isdecimal() else typed)
        assert f'value="{typed}"' in page
        assert html.escape(offer.choices[typed]) in page
        if name not in offer.usual_forms and field.startswith("data."):
            return
    if form.takes == "nothing":
        assert 'name="c.0.value"' not in page
        expected: object = form.holds
        found = root
    else:
        assert 'name="c.0.value"' in page
        expected = [value] if form.takes == "several" else value
        found = Group("all", (Row(field, name, (typed,)),), implied=True)
    checked = check(found, offers_of(which))
    assert checked.so_far == CONDITIONS.validate_python({"field": field, form.operator: expected})
    assert ConditionForm(offers_of(which), found, url="/").words
    never = name == "is_not_known" and name not in offer.usual_forms
    assert (checked.condition is None, bool(checked.problems)) == (never, never)
    if which == "members":
        assert bool(troubles_of(checked.so_far, vocabulary())) is never


WRONG: list[tuple[Row, str, str]] = [
    (Row("member.orders", "at_least", ("many",)), "value", "“many” is not a number. Write it like 1500 or 2.50."),
    (Row("member.spent", "at_least", ("1,000",)), "value", "“1,000” is not a number. Write it like 1500 or 2.50."),
    (Row("member.orders", "at_least", ("1" * 20,)), "value", "has too many digits."),
    (Row("member.joined", "at_least", ("yesterday",)), "value", "“yesterday” is not a date. Write it like 2026-11-27."),
    (Row("member.shoes", "at_least", ("42",)), "field", "“member.shoes” cannot be asked here any more."),
    (Row("member.orders", "contains", ("4",)), "operator", "This comparison does not fit. Choose another."),
    (Row("member.tier.status", "one_of", ("silver", "diamond")), "value", "“diamond” is not there any more."),
    (Row("member.dog", "", ()), "field", "cannot be asked here any more."),
    (Row("member.field.dog", "is", ("maybe",)), "value", "Choose yes or no."),
]
UNFINISHED: list[tuple[Row, str]] = [
    (Row(), "Choose what is asked."),
    (Row("member.language", "one_of", ()), "Write at least one value."),
    (Row("member.tier.status", "one_of", ()), "Choose at least one."),
    (Row("member.tier.status", "is", ()), "Choose a value."),
    (Row("member.orders", "at_least", ()), "Fill in a value."),
]


@pytest.mark.parametrize(("row", "part", "text"), WRONG)
def test_what_is_wrong_stands_at_its_row_and_what_was_typed_stays(row: Row, part: str, text: str) -> None:
    root = Group("all", (A, row))
    checked = check(root, offers_of("members"))
    assert checked.condition is None
    (problem,) = checked.problems.items()
    assert (problem[0], problem[1].part) == ((1,), part)
    assert text in problem[1].text
    page = drawn(root, live=True)
    place = page[page.index('id="c-1-problem"') :]
    assert text in words_in(place)
    assert 'id="c-0-problem"></div>' in re.sub(r">\s+<", "><", page)
    assert form_in(as_query(sent_by(page)), PREFIX) == root


@pytest.mark.parametrize(("row", "text"), UNFINISHED)
def test_what_is_not_filled_in_yet_is_told_when_it_is_sent(row: Row, text: str) -> None:
    root = Group("all", (row, A))
    assert text not in drawn(root, live=True)
    assert text in words_in(drawn(root))
    form = ConditionForm(offers_of("members"), root, url="/")
    assert (form.condition, form.unfinished) == (None, 1)
    assert form.words == "The number of earlier orders is at least 1."


def test_a_list_without_an_article_number_is_refused_in_rules_too() -> None:
    found = check(Group("all", (Row("line.sku", "one_of", ("", " ")),)), offers_of("lines"))
    assert [each.text for each in found.problems.values()] == ["Write at least one value."]


def test_a_range_that_goes_backwards_is_told_at_its_second_row() -> None:
    low, high = Row("member.orders", "at_least", ("10",)), Row("member.orders", "at_most", ("5",))
    checked = check(Group("all", (A, Group("all", (low, high)))), offers_of("members"))
    assert checked.condition is None
    assert list(checked.problems) == [(1, 1)]
    assert "Nobody can fulfil this together with what is asked above." in checked.problems[1, 1].text
    assert check(Group("any", (A, Group("all", (low, high)))), offers_of("members")).condition is not None


def test_one_value_that_nothing_has_is_told() -> None:
    checked = check(Group("all", (Row("time.hour", "is", ("25",)),)), offers_of("when"))
    assert [each.text for each in checked.problems.values()] == ["This can never be fulfilled. Change the value."]


def test_a_group_without_conditions_is_told() -> None:
    checked = check(Group("all", (A, Group("any", ()))), offers_of("members"))
    assert checked.problems[1,].text == "The group is empty. Add a condition, or remove it."


def test_a_decimal_comma_is_read_where_people_write_one() -> None:
    row = Group("all", (Row("member.spent", "at_least", ("2,50",)),), implied=True)
    with translation.override("tr"):
        found = check(row, offers_of("members")).condition
        assert found is not None
        assert found.model_dump() == {"field": "member.spent", "at_least": 2.5}
        assert form_of(found, offers_of("members")) == row
        assert check(Group("all", (Row("member.spent", "at_least", ("1.000",)),)), offers_of("members")).problems


def test_another_field_keeps_what_still_makes_sense() -> None:
    root = Group("all", (Row("member.orders", "more_than", ("3",)),))
    assert row_after(root, "members", "0", "c.0.field", "member.days").children == (
        Row("member.days", "more_than", ("3",)),
    )
    assert row_after(root, "members", "0", "c.0.field", "member.tier.club").children == (
        Row("member.tier.club", "is", ()),
    )
    assert row_after(root, "members", "0", "c.0.operator", "one_of").children == (
        Row("member.orders", "one_of", ("3",)),
    )


def test_data_is_asked_by_the_name_that_the_sender_gives_it() -> None:
    root = row_after(FRESH, "when", "0", "c.0.field", "data.")
    assert 'name="c.0.key"' in drawn(root, "when")
    assert [each.text for each in check(root, offers_of("when")).problems.values()] == ["Say which one."]
    sent = [(name, "own_bag" if name == "c.0.key" else each) for name, each in sent_by(drawn(root, "when"))]
    found = form_in(as_query(sent), PREFIX)
    assert found is not None
    assert found.children == (Row("data.own_bag", ""),)


def test_buttons_add_move_wrap_and_remove() -> None:
    root = Group("all", (A, Group("any", (B, C)), D))
    assert act_on(root, "add:").root.children == (A, Group("any", (B, C)), D, Row())
    assert act_on(root, "add-group:1").root.children[1] == Group("any", (B, C, Group("all")))
    assert act_on(root, "down:0").root.children == (Group("any", (A, B, C)), D)
    assert act_on(root, "up:2").root.children == (A, Group("any", (B, C, D)))
    assert act_on(root, "up:1.0").root.children == (A, B, Group("any", (C,)), D)
    assert act_on(root, "down:1.1").root.children == (A, Group("any", (B,)), C, D)
    assert act_on(root, "down:1.0").root.children == (A, Group("any", (C, B)), D)
    assert act_on(root, "up:1").root.children == (Group("any", (B, C)), A, D)
    assert act_on(root, "wrap:0").root.children[0] == Group("any", (A, Row()))
    assert act_on(root, "wrap:").root == Group("all", (root, Row()), implied=True)
    assert act_on(root, "dissolve:1").root.children == (A, B, C, D)
    assert act_on(root, "remove:1.0").root.children == (A, Group("any", (C,)), D)
    assert act_on(Group("all", (A, Group("any", (B,)))), "remove:1.0").root.children == (A,)
    assert act_on(Group("all", (A,)), "remove:0").root == FRESH
    assert act_on(Group("all", (A, Group("any", (B,)))), "up:1.0").root.children == (A, B)


@pytest.mark.parametrize(
    "act", ["", "up:0", "down:1.1.1", "burn:0", "remove:7", "up", "wrap:1.x", "dissolve:0", "add:0"]
)
def test_a_button_that_is_not_there_changes_nothing(act: str) -> None:
    root = Group("all", (A, Group("any", (B, C))))
    assert act_on(root, act).root == root


def test_the_focus_stays_with_what_was_moved() -> None:
    root = Group("all", (A, B, C))
    assert act_on(root, "down:0").focus == ((1,), "down")
    assert (
        'id="c-1-down" formnovalidate hx-post="/here" class="btn btn-ghost btn-xs btn-square size-7" autofocus'
        in drawn(root, act="down:0")
    )
    assert act_on(root, "remove:2").focus == ((1,), "field")
    assert act_on(root, "add:").focus == ((3,), "field")
    assert 'name="c.3.field"' in drawn(root, act="add:").partition(" autofocus")[0][-400:]


def test_groups_are_refused_when_they_are_too_deep_and_nothing_changes() -> None:
    root = Group("all", (A,))
    for depth in range(DEEPEST - 1):
        root = act_on(root, f"wrap:{'.'.join(['0'] * (depth + 1))}").root
    assert height(root) == DEEPEST
    deepest = ".".join(["0"] * DEEPEST)
    for act in (f"wrap:{deepest}", f"add-group:{deepest[:-2]}", "wrap:"):
        acted = act_on(root, act)
        assert acted.root == root
        assert acted.refused.startswith("Groups stand up to 5 deep inside each other.")
        assert acted.refused in words_in(drawn(root, act=act))
    assert act_on(root, f"add:{deepest[:-2]}").root != root


def test_a_form_takes_so_many_conditions_and_no_more() -> None:
    root = Group("all", (A,) * MOST_ROWS)
    acted = act_on(root, "add:")
    assert acted.root == root
    assert acted.refused.startswith("A form takes up to 100 conditions.")
    assert act_on(Group("all", (A,) * (MOST_ROWS - 1)), "add:").root != root


def test_what_no_form_holds_is_refused() -> None:
    deep = [(f"c{'.0' * depth}.kind", "all") for depth in range(60)]
    many = [("c.kind", "all"), *((f"c.{number}.field", "member.age") for number in range(500))]
    for sent in (deep, many):
        with pytest.raises(Refusal, match="There are too many conditions for one form"):
            form_in(as_query(sent), PREFIX)
    assert form_in(as_query([("name", "Gold"), ("c.0.field", "member.age")]), PREFIX) is None


def test_a_tree_that_is_deeper_than_the_form_makes_them_stays_as_it_is() -> None:
    document: Any = {"field": "member.age", "at_least": 18}
    for _ in range(DEEPEST + 4):
        document = {"not": {"all": [document]}}
    condition = CONDITIONS.validate_python(document)
    root = form_of(condition, offers_of("members"))
    assert form_in(as_query(sent_by(drawn(root))), PREFIX) == root
    assert check(root, offers_of("members")).condition == condition


def test_every_control_has_a_name_that_is_read_aloud() -> None:
    every = (
        A,
        Group("none", (Row("member.tier.status", "one_of", ("gold",)), Row("member.language", "one_of", ("tr",)))),
    )
    page = drawn(Group("all", every))
    ids = re.findall(r'<(?:select|input|textarea) id="([^"]+)"', page)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    assert len(ids) > 8
    assert set(ids) <= labelled
    assert len(re.findall(r'\bid="([^"]+)"', page)) == len(set(re.findall(r'\bid="([^"]+)"', page)))
    assert page.count("<fieldset") == page.count("<legend") == 5


def test_choices_come_back_in_the_order_in_which_they_were() -> None:
    """Checked in another order than the list has, they would come back changed."""
    chosen = Row("member.tier.status", "one_of", ("gold", "silver"))
    page = drawn(Group("all", (chosen,)))
    assert [value for name, value in sent_by(page) if name == "c.0.value"] == ["gold", "silver"]
