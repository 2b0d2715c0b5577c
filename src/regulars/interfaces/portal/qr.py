"""QR codes as plain SVG: no script, no inline style, dark on light in both themes so that every scanner reads them."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr(text: str) -> SafeString:
    """The code for `text`; the page gives it a light ground, a size and a name."""
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, svgclass="block size-full", lineclass=None, dark="#14141c", border=0
    )
    return mark_safe(drawn)  # noqa: S308  # drawn by segno from squares; the text itself is not in it
