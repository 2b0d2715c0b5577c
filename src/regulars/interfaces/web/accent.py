"""A merchant's own colour, made readable: the same hue, moved towards black or white until contrast is AA."""

import re
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

Rgb = tuple[int, int, int]
BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
LIGHT_SURFACE: Rgb = (247, 247, 251)
DARK_SURFACE: Rgb = (32, 33, 43)
INK: Rgb = (24, 20, 40)
READABLE = 4.6
TINT_PERCENT = 12
_HEX = re.compile(r"^#?([0-9a-fA-F]{6})$")


def _luminance(colour: Rgb) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _mixed(one: Rgb, other: Rgb, percent: int) -> Rgb:
    parts = tuple(round(part + (aim - part) * percent / 100) for part, aim in zip(one, other, strict=True))
    return (parts[0], parts[1], parts[2])


def _towards(colour: Rgb, goal: Rgb, surface: Rgb) -> Rgb:
    """The first step from `colour` to `goal` that is readable on `surface`, and where that is tinted by it (badges)."""
    for step in range(101):
        candidate = _mixed(colour, goal, step)
        if contrast(candidate, _mixed(surface, candidate, TINT_PERCENT)) >= READABLE:
            return candidate
    return goal


def _written(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


@lru_cache(maxsize=256)
def accent_css(text: str) -> str:
    """Style rules that put the accent '#5a35c4' in place of ours in both themes. Raises ValueError for no colour."""
    found = _HEX.match(text)
    if not found:
        raise ValueError(f"{text!r} is not a colour of six hexadecimal digits")
    digits = found.group(1)
    chosen: Rgb = (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
    light = _towards(chosen, BLACK, LIGHT_SURFACE)
    dark = _towards(chosen, WHITE, DARK_SURFACE)
    on_dark = INK if contrast(INK, dark) >= contrast(WHITE, dark) else WHITE

    def rule(accent: Rgb, content: Rgb) -> str:
        colour = _written(accent)
        return f"{{--color-primary:{colour};--color-primary-content:{_written(content)};--color-accent:{colour}}}"

    for_dark = rule(dark, on_dark)
    return (
        f":root{rule(light, WHITE)}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){for_dark}}}\n"
        f':root[data-theme="dark"]{for_dark}\n'
    )


def accent_style(request: HttpRequest, colour: str) -> HttpResponse:
    """The rules as a style sheet of our own origin; the colour is in the address, so it may be kept for ever."""
    try:
        rules = accent_css(colour)
    except ValueError:
        return HttpResponseNotFound()
    response = HttpResponse(rules, content_type="text/css")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
