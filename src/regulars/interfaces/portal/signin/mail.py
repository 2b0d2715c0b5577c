"""Sign-in links by mail. Sent behind the answer's back, so that its speed tells nobody who is a member."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import profile, resolve_claims
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import programmes
from regulars.flows.sign_in import MEMBER_LINK_LASTS, issue_member_link
from regulars.interfaces.portal.labels import isolated
from regulars.kernel.clock import utc_now

LOG = logging.getLogger(__name__)
POSTMAN = ThreadPoolExecutor(max_workers=1, thread_name_prefix="portal-mail")


def mail_links(kind: str, address: str, *, site: str, language: str) -> None:
    """Mails a link for every programme in which the address is known; says nothing where it is not.

    kind: email or phone; address: in canonical form; site: 'https://club.example'.
    """
    try:
        with connection() as conn, translation.override(language):
            claim = (kind, address)
            for programme in programmes(conn):
                with scoped(conn, programme.organisation_id):
                    found = resolve_claims(conn, programme_id=programme.id, claims=[claim]).get(claim)
                    if found is not None:
                        _mail(conn, programme, UUID(bytes=found), site, to=address if kind == "email" else "")
    except Exception:
        LOG.exception("a sign-in link could not be mailed")


def _mail(conn: Connection, programme: Programme, member_id: UUID, site: str, *, to: str) -> None:
    """to: the address that was given; "": that of the member. A member may have several, from duplicates."""
    person = profile(conn, programme_id=programme.id, member_id=member_id)
    if person is None or not (to or person.email) or person.status is MemberStatus.closed:
        return
    token = issue_member_link(conn, programme=programme, member_id=member_id, now=utc_now())
    values = {
        "name": person.name.split()[0] if person.name.split() else "",
        "programme": isolated(programme.name),
        "link": site + reverse("portal:enter", args=[token]),
        "minutes": int(MEMBER_LINK_LASTS.total_seconds() // 60),
    }
    hello = gettext("Hello %(name)s,") % values if values["name"] else gettext("Hello,")
    body = gettext(
        "open this link to see your points and rewards at %(programme)s:\n\n%(link)s\n\n"
        "It works once, for %(minutes)s minutes. If you did not ask for it, you need to do nothing."
    )
    subject = gettext("Your way in to %(programme)s") % values
    send_mail(" ".join(subject.split()), f"{hello}\n\n{body % values}\n", None, [to or person.email])
