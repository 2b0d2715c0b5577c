"""What a browser would send of a page's form, by the rules of HTML: no scripts, nothing touched."""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import QueryDict


class _Controls(HTMLParser):
    """Collects the successful controls, in the order in which they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._select: str | None = None
        self._chosen: list[str] = []
        self._options: list[str] = []
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in given:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given:
                self.sent.append((given["name"], given.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._select, self._chosen, self._options = given["name"], [], []
        elif tag == "option" and self._select is not None:
            self._options.append(given["value"])
            if "selected" in given:
                self._chosen.append(given["value"])
        elif tag == "textarea":
            self._area, self._text = given["name"], ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            self.sent.append((self._select, (self._chosen or self._options)[-1 if self._chosen else 0]))
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self.sent.append((self._area, self._text.removeprefix("\n").replace("\n", "\r\n")))
            self._area = None


def sent_by(page: str | bytes) -> list[tuple[str, str]]:
    """Names and values of all controls of the page, buttons apart."""
    controls = _Controls()
    controls.feed(page if isinstance(page, str) else page.decode())
    return controls.sent


def as_data(sent: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The same for Django's test client."""
    data: dict[str, list[str]] = {}
    for name, value in sent:
        data.setdefault(name, []).append(value)
    return data


def as_query(sent: list[tuple[str, str]]) -> QueryDict:
    """The same as a view sees it."""
    query = QueryDict(mutable=True)
    for name, value in sent:
        query.appendlist(name, value)
    return query
