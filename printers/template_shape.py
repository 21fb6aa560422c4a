"""The shape of a badge template as JSON, and all that is wrong with a value of another shape, by path.

    >>> list(template_faults({"name": "Plain", "parts": ["name", "hologram"]}))
    ['parts[1]: must be one of "photo", "name", ... "icon"']  # doctest: +SKIP

The JSON Schema that ``docs/schemas/badge-template.json`` publishes is what values are looked at by.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from printers.template import LONGEST_TEXT, MOST_ELEMENTS

Kind = Literal[
    "photo",
    "name",
    "company",
    "type",
    "host",
    "valid_until",
    "code",
    "escort",
    "organisation",
    "logo",
    "place",
    "zone",
    "muster_point",
    "readable_code",
    "text",
    "icon",
]
_Words = dict[Annotated[str, msgspec.Meta(max_length=35)], Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]]
_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Colour = Annotated[
    str,
    msgspec.Meta(
        pattern="^(#[0-9A-F]{6})?$",
        extra_json_schema={"errorMessage": 'must be a colour such as "#24683A", in capitals'},
    ),
]
_MOST = msgspec.Meta(max_length=MOST_ELEMENTS)


class ElementShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An element. ``words``: of a ``text``, by language. ``icon``: of an ``icon``. ``band``: of the ``type``."""

    kind: Kind
    size: Literal["small", "normal", "large"] = "normal"
    words: _Words = {}
    icon: Annotated[str, msgspec.Meta(max_length=40)] = ""
    band: Literal["style", "rules", "solid", "plain"] = "style"


class TemplateShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A badge template. ``parts``: the kinds of its elements, where no more is to be said of them; else ``elements``.

    ``orientation``: how it is read; ``portrait``: an older way to say so. ``media``: what it is meant for; none: any.
    ``types``: visitor types that have it wherever its media are loaded. ``accent``: the nearer one of black and red is
    the band's ink on two-colour paper. ``footer``: the last line, by language; empty: where to muster.
    """

    id: _Key = "template"
    name: Annotated[str, msgspec.Meta(max_length=400)] = ""
    orientation: Literal["auto", "portrait", "landscape"] = "auto"
    portrait: bool = False
    media: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=40)], ...], _MOST] = ()
    types: Annotated[tuple[_Key, ...], msgspec.Meta(max_length=100)] = ()
    parts: Annotated[tuple[Kind, ...], _MOST] = ()
    elements: Annotated[tuple[ElementShape, ...], _MOST] = ()
    accent: _Colour = ""
    footer: _Words = {}


def template_faults(value: object) -> Iterator[str]:
    """Everything that is wrong with the shape of a value that shall be a template, each by its path."""
    schema, parts = _schema()
    yield from _look(value, schema, parts, "")


@cache
def _schema() -> tuple[dict[str, Any], dict[str, Any]]:
    (root,), parts = msgspec.json.schema_components([TemplateShape], ref_template="{name}")
    return root, dict(parts)


def _look(value: object, schema: Mapping[str, Any], parts: Mapping[str, Any], path: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = parts[schema["$ref"]]
    where = path or "the template"
    if "enum" in schema:
        if value not in schema["enum"]:
            yield f"{where}: must be one of {', '.join(map(_quoted, _declared(schema['enum'])))}"
        return
    match schema["type"]:
        case "object":
            yield from _look_at_object(value, schema, parts, path)
        case "array":
            yield from _look_at_list(value, schema, parts, path)
        case "boolean":
            if not isinstance(value, bool):
                yield f"{where}: must be true or false"
        case _:
            yield from _look_at_text(value, schema, where)


def _look_at_object(value: object, schema: Mapping[str, Any], parts: Mapping[str, Any], path: str) -> Iterator[str]:
    where = path or "the template"
    if not isinstance(value, dict):
        yield f"{where}: must be an object, {{...}}"
        return
    known: Mapping[str, Any] = schema.get("properties", {})
    others = schema.get("additionalProperties", False)
    longest = schema.get("propertyNames", {}).get("maxLength")
    for name, item in value.items():
        step = name if name.isidentifier() else _quoted(name)
        below = f"{path}.{step}" if path else step
        if name in known:
            yield from _look(item, known[name], parts, below)
        elif longest is not None and len(name) > longest:
            yield f"{where}: has a name of {len(name)} characters; {longest} is the most"
        elif others is False:
            yield f"{where}: there is no {_quoted(name)} here; {_nearest(name, list(known))}"
        else:
            yield from _look(item, others, parts, below)
    yield from (f'{where}: "{name}" is missing' for name in schema.get("required", ()) if name not in value)


def _look_at_list(value: object, schema: Mapping[str, Any], parts: Mapping[str, Any], path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: must be a list, [...]"
        return
    most = schema.get("maxItems", len(value))
    if len(value) > most:
        yield f"{path}: has {len(value)}; {most} is the most"
    for index, item in enumerate(value):
        yield from _look(item, schema["items"], parts, f"{path}[{index}]")


def _look_at_text(value: object, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f'{where}: must be text, "..."'
    elif any("\ud800" <= sign <= "\udfff" for sign in value):
        yield f"{where}: holds half of a character"
    elif len(value) < schema.get("minLength", 0):
        yield f"{where}: must not be empty"
    elif len(value) > schema.get("maxLength", len(value)):
        yield f"{where}: is longer than {schema['maxLength']} characters"
    elif "pattern" in schema and re.fullmatch(schema["pattern"], value) is None:
        yield f"{where}: {schema['errorMessage']}"


def _declared(values: Sequence[str]) -> Sequence[str]:
    """The allowed values, told in one order whatever the schema's."""
    return sorted(values)


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    return f"did you mean {_quoted(near[0])}?" if near else f"there may be {', '.join(known)}"


def _quoted(text: str) -> str:
    return '"' + "".join(sign if sign.isprintable() else "?" for sign in text[:60]) + '"'
