"""The description of the HTTP interface (OpenAPI 3.1), whole."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from cloud_api.http.api.entries import entry_schemas
from cloud_api.http.problems import PROBLEM_SCHEMA, TYPE_PREFIX

_TAGS = {
    "public": "Asked by anybody.",
    "device": "Asked by kiosks, whose keys sign each request (docs/protocol.md).",
    "tokens": "Access tokens of programs that people connect in the console.",
    "visits": "Visits, and who is on site.",
    "organisation": "The organisation and its logo.",
    "locations": "Locations, types of visitor and documents.",
    "hosts": "Whoever can be visited.",
    "invitations": "Announced visitors.",
    "deliveries": "Parcels and letters that wait for a host.",
    "watchlist": "People to be held or announced.",
    "kiosks": "Kiosks, their codes and commands.",
    "users": "The team and its roles.",
    "api keys": "Keys of programs.",
    "webhooks": "Programs of yours that are told of what happens (docs/operate/webhooks.md).",
    "audit log": "Entries, checkpoints and proofs.",
}
_PROBLEM: dict[str, Any] = {
    **PROBLEM_SCHEMA,
    "description": "Problem details (RFC 9457). `type` is stable and names what happened; more members may follow.",
    "examples": [{"type": f"{TYPE_PREFIX}not-found", "title": "There is no such visit", "status": 404}],
}


def describe(app: FastAPI) -> dict[str, Any]:
    """What ``lodge-cloud openapi`` prints."""
    described = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        openapi_version="3.1.0",
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    schemas.update(entry_schemas())
    for path in described["paths"].values():
        for operation in path.values():
            _leave_out_what_cannot_be(operation)
            _say_what_is_needed(operation)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for schema in schemas.values():
        for given in schema.get("examples", ()):
            _put_nulls_back(given, schema, schemas)
    return described


def _put_nulls_back(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:  # noqa: ANN401  JSON of any form
    """FastAPI leaves members that are null out of everything, of examples too: where one must be there, it was null."""
    schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    if isinstance(value, list):
        for item in value:
            _put_nulls_back(item, schema.get("items", {}), schemas)
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            value.setdefault(name, None)
        for name, member in schema.get("properties", {}).items():
            _put_nulls_back(value.get(name), member, schemas)


def _leave_out_what_cannot_be(operation: dict[str, Any]) -> None:
    """FastAPI names a form of 422 that this server never sends: an id that cannot be one is not there (404)."""
    if "application/json" in operation["responses"].get("422", {}).get("content", {}):
        del operation["responses"]["422"]


def _say_what_is_needed(operation: dict[str, Any]) -> None:
    """A version is optional to FastAPI, so that its absence has an answer of its own (428); to programs it is not."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "maxLength": 100, "title": "If-Match"}
