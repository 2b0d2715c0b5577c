"""What the member pages read together: who it is, the point type that counts, tier names."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import phonenumbers
from django.utils.translation import gettext

from regulars.domain.members.contracts import Member
from regulars.domain.members.queries import member, names_of
from regulars.domain.merges.queries import parts_of
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.web import words
from regulars.kernel.errors import NotFound


def known_member(desk: Desk, identifier: UUID) -> Member:
    """The member of this programme, without anything personal. Raises NotFound."""
    found = member(desk.conn, programme_id=desk.programme.id, member_id=identifier)
    if found is None:
        raise no_member()
    return found


def merged_from(desk: Desk, member: UUID, whose: Iterable[UUID]) -> dict[UUID, str]:
    """What a line says that belongs to somebody who is part of the member; nothing of the member's own lines."""
    others = sorted(set(whose) - {member})
    names = names_of(desk.conn, member_ids=others) if others else {}
    said = gettext("from the merged account of %(name)s")
    return {each: said % {"name": words.named(names.get(each) or gettext("Member"))} for each in others}


def is_of_member(desk: Desk, member: UUID, whose: UUID) -> bool:
    """Whether something belongs to the member, or to somebody who is part of it."""
    return whose == member or whose in parts_of(desk.conn, member_id=member)


def no_member() -> NotFound:
    """The refusal for an address that names nobody."""
    return NotFound(
        "member_not_found",
        gettext("There is no such member"),
        detail=gettext("The address names nobody in this programme."),
        remedy=gettext("Look the member up by name, e-mail, phone or card."),
    )


def main_point_type(desk: Desk) -> int:
    """The ledger's id of the points that members spend: the first point type of the rulebook."""
    return desk.shelf.point_types[desk.shelf.latest.rulebook.point_types[0].id]


def unit_of(desk: Desk, point_type: int) -> tuple[str, str]:
    """Of a point type by its number: its name where it is not the main one, and the currency that it counts, if any."""
    code = next(code for code, number in desk.shelf.point_types.items() if number == point_type)
    rulebook = desk.shelf.latest.rulebook
    main, names = rulebook.point_types[0].id, {each.id: each.name for each in rulebook.point_types}
    return ("" if code == main else names.get(code, code)), rulebook.counted_in(code)


def spaced_card(number: str) -> str:
    """Groups of four, as people read card numbers aloud."""
    return words.isolated(" ".join(number[at : at + 4] for at in range(0, len(number), 4)))


def spaced_phone(number: str) -> str:
    """+905321234567 -> +90 532 123 45 67."""
    parsed = phonenumbers.parse(number)
    return words.isolated(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
