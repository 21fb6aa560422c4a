"""Holds JSON values against the schemas of an OpenAPI 3.1 description. A keyword that it does not know is an error:
nothing passes because nobody looked.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SAYINGS = {"title", "description", "examples", "default"}
_KNOWN = _SAYINGS | {
    "$ref", "anyOf", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minimum",
    "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "format",
}  # fmt: skip


class Schemas:
    """The schemas of a description."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._components = described["components"]["schemas"]

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference leads to."""
        while "$ref" in schema:
            schema = self._components[schema["$ref"].rpartition("/")[2]]
        return schema

    def faults(self, value: object, schema: Mapping[str, Any], where: str = "$") -> Iterator[str]:
        """Where a value is not what the schema says."""
        schema = self.resolve(schema)
        unknown = set(schema) - _KNOWN
        if unknown:
            raise ValueError(f"{where}: nobody looks at {', '.join(sorted(unknown))}")
        if "anyOf" in schema and all(list(self.faults(value, item, where)) for item in schema["anyOf"]):
            yield f"{where}: {value!r} is none of the possible things"
        if "type" in schema and not _is(value, schema["type"]):
            yield f"{where}: {value!r} is no {schema['type']}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r} is not among {schema['enum']}"
        if "const" in schema and value != schema["const"]:
            yield f"{where}: {value!r} is not {schema['const']!r}"
        yield from _bounds(value, schema, where)
        if isinstance(value, dict):
            yield from self._members(value, schema, where)
        if isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                yield from self.faults(item, schema["items"], f"{where}[{index}]")

    def _members(self, value: dict[str, object], schema: Mapping[str, Any], where: str) -> Iterator[str]:
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        yield from (f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, item in value.items():
            if name in known:
                yield from self.faults(item, known[name], f"{where}.{name}")
            elif more is False:
                yield f"{where}: {name} is not described"
            elif isinstance(more, dict):
                yield from self.faults(item, more, f"{where}.{name}")


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _bounds(value: object, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9):
            yield f"{where}: {value!r} is too short or too long"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{where}: {value!r} does not match {schema['pattern']}"
        if "format" in schema and not _has_form(value, schema["format"]):
            yield f"{where}: {value!r} is no {schema['format']}"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{where}: {value!r} is out of bounds"
    if isinstance(value, list) and not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9):
        yield f"{where}: too few or too many"


def _has_form(value: str, form: str) -> bool:
    try:
        if form == "uuid":
            return str(UUID(value)) == value
        return form == "date-time" and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
