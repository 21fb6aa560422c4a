"""Entries of the organisation's file as bodies: read by the file's own shapes, so that both say the same of a fault,
and described by them.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from pydantic import RootModel
from starlette.requests import Request

from cloud_api.errors import ConfigurationError
from cloud_api.http.api.shapes import not_valid
from cloud_api.services.entry_reading import read_entry_value
from cloud_api.services.file_shape import read_json
from cloud_api.services.file_visits import VisitorTypeEntry
from cloud_api.services.not_done import Faults
from cloud_api.services.settings_edits import WholeDocument

_TEXT = {"language": "en", "version": "2", "title": "Site rules", "paragraphs": ["Wear your badge."]}
_EXAMPLES: Mapping[type[msgspec.Struct], dict[str, Any]] = {
    VisitorTypeEntry: {"id": "courier", "words": {"en": "Courier", "de": "Kurier"}, "badge": "visitor"},
    WholeDocument: {"id": "rules", "signature": True, "texts": [_TEXT]},
}
"""Whatever may be an entry, each with an example."""
_JSON = "application/json"
S = TypeVar("S", bound=msgspec.Struct)


class Entry(RootModel[dict[str, Any]]):
    """An entry in an answer."""


async def read_entry(request: Request, shape: type[S]) -> S:
    """The body of a request.

    Raises:
        ProblemError: 422, with every fault by its place.
    """
    try:
        value = read_json(await request.body())
    except ConfigurationError as error:
        raise not_valid(Faults((str(error),))) from error
    read = read_entry_value(value, shape)
    if isinstance(read, Faults):
        raise not_valid(read)
    return read


def written(entry: msgspec.Struct) -> Entry:
    """An entry as an answer says it."""
    return Entry(msgspec.to_builtins(entry))


def body(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The description of a request's body."""
    return {"requestBody": {"required": True, "content": content(shape)}}


def content(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The description of an answer's."""
    return {_JSON: {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def entry_schemas() -> dict[str, Any]:
    """The schemas of all of them, for the description."""
    _, found = msgspec.json.schema_components(_EXAMPLES, ref_template="#/components/schemas/{name}")
    for shape, given in _EXAMPLES.items():
        found[shape.__name__]["examples"] = [given]
    return {name: _as_ecma(schema) for name, schema in found.items()}


def _as_ecma(schema: Any) -> Any:  # noqa: ANN401  JSON of any form
    r"""Patterns of JSON Schema are those of ECMA 262, which has no ``\Z``."""
    if isinstance(schema, dict):
        return {name: _as_ecma(value) for name, value in schema.items()}
    if isinstance(schema, list):
        return [_as_ecma(value) for value in schema]
    return schema.replace("\\Z", "$") if isinstance(schema, str) else schema
