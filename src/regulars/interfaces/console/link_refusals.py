"""Why a sign-in link does not let in, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

LINK_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "unknown_link": lambda: (
        gettext("This link does not work"),
        gettext("It may be mistyped or cut short."),
        gettext("Copy the whole link, or ask for a new one."),
    ),
    "used_link": lambda: (
        gettext("This link was used before"),
        gettext("A sign-in link lets in once."),
        gettext("Ask for a new one, or sign in with your password."),
    ),
    "expired_link": lambda: (
        gettext("This link is too old"),
        gettext("Sign-in links work for a short time only."),
        gettext("Ask for a new one, or sign in with your password."),
    ),
}
"""By code: title, detail, remedy."""
