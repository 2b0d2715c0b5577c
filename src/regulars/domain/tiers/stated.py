"""Metrics and windows as a rulebook states them, brought into the one form that versions store."""

from __future__ import annotations

from typing import Any

from regulars.domain.earning.plain import plain
from regulars.domain.tiers.metric import Metric, known_metrics
from regulars.domain.tiers.window import Window, known_windows
from regulars.kernel.validation import complaint, unknown_name

BY = "by"
"""The key that names the variant where it has parameters."""


def metric_in_form(value: object) -> str | dict[str, Any]:
    """The plain name where there are no parameters, else {by: name, ...}. Raises pydantic's errors."""
    name, parameters = _parts(value, "metric")
    if name not in known_metrics():
        raise unknown_name("metric", name, known_metrics())
    stated = _stated(known_metrics()[name].model_validate(parameters))
    return {BY: name, **stated} if stated else name


def metric_of(value: str | dict[str, Any]) -> Metric:
    """The metric that `metric_in_form` gave."""
    name, parameters = _parts(value, "metric")
    return known_metrics()[name].model_validate(parameters)


def window_in_form(value: object) -> str | dict[str, Any] | None:
    """'12 months' for a rolling window, None for a lifetime, {by: ...} for others. Raises pydantic's errors."""
    if value is None:
        return None
    if isinstance(value, str) and value not in known_windows():
        return str(known_windows()["rolling"].model_validate({"period": value}).model_dump()["period"])
    name, parameters = _parts(value, "window")
    if name not in known_windows():
        raise unknown_name("window", name, known_windows())
    stated = known_windows()[name].model_validate(parameters).model_dump()
    if name == "lifetime":
        return None
    return str(stated["period"]) if name == "rolling" else {BY: name, **stated}


def window_of(value: str | dict[str, Any] | None) -> Window:
    """The window that `window_in_form` gave."""
    if value is None:
        return known_windows()["lifetime"]()
    if isinstance(value, str):
        return known_windows()["rolling"].model_validate({"period": value})
    name, parameters = _parts(value, "window")
    return known_windows()[name].model_validate(parameters)


def _parts(value: object, what: str) -> tuple[str, dict[str, Any]]:
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and isinstance(value.get(BY), str):
        return value[BY], {key: each for key, each in value.items() if key != BY}
    names = known_metrics() if what == "metric" else known_windows()
    raise complaint(f"it does not say by which {what}", f"Write {BY}: one of {', '.join(sorted(names))}.")


def _stated(metric: Metric) -> dict[str, Any]:
    return {key: plain(value) for key, value in metric.model_dump().items()}
