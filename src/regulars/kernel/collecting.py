"""How often Python looks for objects that refer to one another in a circle."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """For programs that work batches off: called once, when everything is loaded.

    What is loaded by now stays for ever, and a batch makes thousands of objects that live for milliseconds: looking
    through them every 700 costs a sixth of the time of an event.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
