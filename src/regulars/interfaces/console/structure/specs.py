"""What there is to fill in, from a parameter model: for every field its kind, its words, its bounds and its choices."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from django.utils.translation import gettext
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.plain import plain
from regulars.domain.programmes.change_names import LABELS, SAID
from regulars.interfaces.web import words

Kind = Literal[
    "number", "text", "choice", "flag", "day", "moment", "lines", "table", "measure", "group", "rows", "tree", "kept"
]
_MONEY = frozenset({"per", "amount", "money", "from_amount"})
_POINTS = frozenset({"points", "per_event"})
NOTHING: Any = object()
"""There is no such field in the document."""


@dataclass(frozen=True, slots=True)
class Names:
    """What of a rulebook parameters may name: rules and ladders by id. currency: of its money."""

    currency: str
    rules: Mapping[str, str]
    ladders: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spec:
    """A field. step: its name in the document. default: what holds where it is left out, as a document has it.

    stated: that is only proposed, and is written where it stays. needed: it cannot be left out.
    choices: values with their words; of a measure the fields one of which holds its number. whole: no decimals.
    inside: of a group or a row. tree: what its conditions are about. spare: where there is no row, an empty one is.
    """

    step: str
    kind: Kind
    label: str
    hint: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    default: Any = NOTHING
    needed: bool = False
    stated: bool = False
    whole: bool = False
    inside: tuple[Spec, ...] = ()
    tree: Literal["when", "lines"] = "when"
    spare: bool = False


def specs_of(model: type[BaseModel], names: Names) -> tuple[Spec, ...]:
    """Every field of the model, in its order."""
    return tuple(_spec(name, field, model, names) for name, field in model.model_fields.items())


def _spec(name: str, field: FieldInfo, model: type[BaseModel], names: Names) -> Spec:
    needed = field.is_required()
    default = NOTHING if needed else plain(field.get_default(call_default_factory=True))
    annotation = _without_none(field.annotation)
    step = field.alias or name
    choices = _choices(name, field, annotation, names)
    kind: Kind = "choice" if choices or (annotation is str and name in ("of", "ladder")) else _kind(annotation)
    return Spec(
        step=step,
        kind=kind,
        label=_label(name, field, kind),
        hint=_hint(kind, annotation, field),
        unit=_unit(name, model, names) if kind == "number" else "",
        choices=choices,
        default=NOTHING if default is None else default,
        needed=needed,
        whole=annotation is int,
        inside=specs_of(inner, names) if kind in ("rows", "group") and (inner := _model_in(annotation)) else (),
        tree="lines" if name in ("lines", "items") else "when",
        spare=kind == "rows" and needed,
    )


def _label(name: str, field: FieldInfo, kind: Kind) -> str:
    """As the field describes itself; a choice whose description lists the choices by a name of its own."""
    listed = (LABELS.get(f"earn.{name}") or LABELS.get(name)) if kind == "choice" else None
    text = gettext(listed or field.description or name.replace("_", " "))
    return text[:1].upper() + text[1:]


def _kind(annotation: Any) -> Kind:
    """By the type of the values; what has no form of its own is kept as it is."""
    simple: dict[Any, Kind] = {
        bool: "flag", int: "number", Decimal: "number", float: "number", date: "day", datetime: "moment", str: "text"
    }  # fmt: skip
    if annotation in simple:
        return simple[annotation]
    if _is_condition(annotation):
        return "tree"
    if get_origin(annotation) is tuple:
        item = get_args(annotation)[0]
        if item is str:
            return "lines"
        return "rows" if _model_in(annotation) or _is_condition(item) else "kept"
    if get_origin(annotation) is dict and get_args(annotation) == (str, Decimal):
        return "table"
    return "group" if _model_in(annotation) else "kept"


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        return inner[0] if len(inner) == 1 else annotation
    return annotation


def _is_condition(annotation: Any) -> bool:
    return annotation == Condition or _parts(annotation) == _parts(Condition) != ()


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The models of a union, whatever is said about it besides."""
    union = get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    if get_origin(union) not in (Union, types.UnionType):
        return ()
    return tuple(get_args(each)[0] if hasattr(each, "__metadata__") else each for each in get_args(union))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a field or of the items of its list."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def _choices(name: str, field: FieldInfo, annotation: Any, names: Names) -> tuple[tuple[str, str], ...]:
    if get_origin(annotation) is Literal:
        return tuple((str(each), choice_words(name, str(each))) for each in get_args(annotation))
    if name == "of" and annotation is str:
        return tuple(names.rules.items())
    if name == "ladder" and annotation is str:
        return tuple(names.ladders.items())
    listed = _listed(field)
    return tuple((each, choice_words(name, each)) for each in listed)


def _listed(field: FieldInfo) -> list[str]:
    """Values that are listed in the schema alone."""
    extra = field.json_schema_extra
    if not callable(extra):
        return []
    schema: dict[str, Any] = {}
    extra(schema)
    return [str(each) for each in schema.get("enum", [])]


def choice_words(name: str, value: str) -> str:
    """One of a few choices, as pages call it."""
    said = SAID.get(f"{name}.{value}")
    text = gettext(said) if said else value.replace("_", " ")
    return text[:1].upper() + text[1:]


def _unit(name: str, model: type[BaseModel], names: Names) -> str:
    if name in _MONEY or (name == "target" and "counts" not in model.model_fields):
        return names.currency
    if name == "percent":
        return "%"
    if name == "factor":
        return "×"
    return gettext("points") if name in _POINTS else ""


def _hint(kind: Kind, annotation: Any, field: FieldInfo) -> str:
    if kind == "lines":
        return gettext("One on each line.")
    if kind == "table":
        return gettext("One on each line, such as: Coffee: 2")
    if kind == "text" and not field.is_required():
        return ""
    return " ".join(_bounds(field)) if kind == "number" else ""


def _bounds(field: FieldInfo) -> Iterator[str]:
    """What is too little and what too much, where somebody could come near it."""
    for each in field.metadata:
        if isinstance(each, Gt) and each.gt != 0:
            yield gettext("More than %(bound)s.") % {"bound": words.number(Decimal(str(each.gt)))}
        if isinstance(each, Ge) and each.ge not in (0, 1):
            yield gettext("At least %(bound)s.") % {"bound": words.number(Decimal(str(each.ge)))}
        if isinstance(each, Le) and Decimal(str(each.le)) <= 1_000:
            yield gettext("At most %(bound)s.") % {"bound": words.number(Decimal(str(each.le)))}
        if isinstance(each, Lt):
            yield gettext("Less than %(bound)s.") % {"bound": words.number(Decimal(str(each.lt)))}


def is_left_out(value: object) -> bool:
    """Whether a document has no such field, or nothing in it."""
    return value is NOTHING or value is None or value is PydanticUndefined
