"""Worked examples with exact answers, as data: what other programs in this field publish, replayed on ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOTS: dict[str, dict[str, Any]] = {
    each["id"].partition("_")[0]: each for each in json.loads((Path(__file__).parent / "lots.json").read_text("utf-8"))
}
"""The examples about lots by their number, L01 to L19."""
