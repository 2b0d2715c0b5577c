"""What is stored about me, and how the pages look."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from regulars.domain.members.contracts import Profile
from regulars.interfaces.portal.labels import isolated, spaced
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import words


@dataclass(frozen=True, slots=True)
class Stored:
    """One thing that is stored. text: empty where it is not known."""

    label: str
    text: str


@member_page("profile")
def profile(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything, and nothing hidden."""
    context = {"stored": _stored(visit.person), "shop": isolated(visit.programme.name)}
    return visit.page(request, "portal/profile.html", context)


def _stored(person: Profile) -> list[Stored]:
    kept = [
        Stored(gettext("Name"), person.name),
        Stored(gettext("E-mail"), person.email),
        Stored(gettext("Phone"), person.phone),
        Stored(gettext("Card number"), spaced(person.card_number)),
        Stored(gettext("Date of birth"), words.day(person.birth_date) if person.birth_date else ""),
        Stored(gettext("Member since"), words.day(person.enrolled_at)),
        Stored(gettext("Number at the shop"), ", ".join(person.external_ids)),
    ]
    more = [
        Stored(str(name).replace("_", " ").capitalize(), _written(value)) for name, value in person.attributes.items()
    ]
    return kept + more


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return words.write(value) if value is not None else ""
