"""Messages of the device routes: how they are read, written and described."""

from typing import Any, TypeVar

import msgspec
from starlette.responses import Response

from cloud_api.http.problems import ProblemError, problem_responses
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError

S = TypeVar("S", bound=msgspec.Struct)


def read_message(raw: bytes, kind: type[S], what: str) -> S:
    """A message of this shape; members that came later are ignored.

    Raises:
        ProblemError: 400 when it is none.
    """
    try:
        return exact_json.read(raw, kind, what=what)
    except ProtocolError as error:
        raise ProblemError(400, "malformed", str(error).capitalize()) from error


def json_answer(value: msgspec.Struct) -> Response:
    """The answer that holds this."""
    return Response(exact_json.encode(value), media_type="application/json")


def described(asked: type[msgspec.Struct] | None, given: type[msgspec.Struct], *problems: int) -> dict[str, Any]:
    """The OpenAPI description of a route for plain messages."""
    found: dict[str, Any] = {
        "responses": {
            200: {"content": {"application/json": {"schema": _schema(given)}}, "description": "Done"},
            **problem_responses(400, *problems, 408, 413, 429, 503),
        }
    }
    if asked is not None:
        content = {"application/json": {"schema": _schema(asked)}}
        found["openapi_extra"] = {"requestBody": {"required": True, "content": content}}
    return found


def described_upload(media_type: str, answer_type: str, *problems: int) -> dict[str, Any]:
    """The OpenAPI description of a route that takes bytes and answers with signed text."""
    body = {"schema": {"type": "string", "format": "binary"}}
    return {
        "openapi_extra": {"requestBody": {"required": True, "content": {media_type: body}}},
        "responses": {
            200: {"content": {answer_type: {"schema": {"type": "string"}}}, "description": "A signed receipt"},
            **problem_responses(400, 401, 403, 408, 409, 413, *problems, 429, 503),
        },
    }


def signed_or(given: type[msgspec.Struct], signed_type: str, *problems: int) -> dict[str, Any]:
    """The OpenAPI description of a route that answers with a plain message or with signed text."""
    content = {"application/json": {"schema": _schema(given)}, signed_type: {"schema": {"type": "string"}}}
    return {
        "responses": {
            200: {"content": content, "description": "How far it is, or a signed receipt"},
            **problem_responses(400, *problems, 408, 413, 429, 503),
        }
    }


def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema with what it refers to put in its place: our messages do not hold themselves."""
    (schema,), definitions = msgspec.json.schema_components([kind])
    whole: dict[str, Any] = _put_in_place(schema, definitions)
    return whole


def _put_in_place(value: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401  JSON of any kind
    if isinstance(value, list):
        return [_put_in_place(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _put_in_place(definitions[str(value["$ref"]).rpartition("/")[2]], definitions)
    return {name: _put_in_place(item, definitions) for name, item in value.items()}
