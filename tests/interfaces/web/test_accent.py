"""Any colour of a merchant can be read in both themes."""

from __future__ import annotations

import re

import pytest
from django.test import RequestFactory

from regulars.interfaces.web.accent import DARK_SURFACE, LIGHT_SURFACE, Rgb, accent_css, accent_style, contrast

COLOURS = ("5a35c4", "ffcc00", "ffffff", "000000", "00ff88", "e11d48", "7f7f7f")
AA = 4.5


def colours(css: str) -> list[Rgb]:
    found = re.findall(r"--color-primary(?:-content)?:#([0-9a-f]{6})", css)
    return [(int(each[:2], 16), int(each[2:4], 16), int(each[4:], 16)) for each in found]


@pytest.mark.parametrize("colour", COLOURS)
def test_text_on_and_in_the_accent_is_readable(colour: str) -> None:
    light, on_light, dark, on_dark, *_ = colours(accent_css(colour))
    assert contrast(light, LIGHT_SURFACE) >= AA
    assert contrast(light, on_light) >= AA
    assert contrast(dark, DARK_SURFACE) >= AA
    assert contrast(dark, on_dark) >= AA


def test_a_readable_colour_stays_as_it_is() -> None:
    assert "--color-primary:#5a35c4;" in accent_css("#5A35C4")


@pytest.mark.parametrize("colour", ["red", "12345", "1234567", "zzzzzz", "};body{}"])
def test_what_is_no_colour_is_not_found(colour: str) -> None:
    assert accent_style(RequestFactory().get("/"), colour).status_code == 404
