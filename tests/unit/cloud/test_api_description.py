"""The description of the HTTP interface: whole, and its examples are what it says (F21)."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from cloud_api.http.access import Asked, declared_routes
from cloud_api.http.api.description import describe
from cloud_api.http.api.gate import Entrance
from cloud_api.http.console.key_pages import DANGEROUS, OFFERED
from cloud_api.serving import describe_http
from tests.fakes.openapi_schema import Schemas

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return describe(describe_http())


def operations(described: dict[str, Any], prefix: str = "/api/") -> Iterator[Operation]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if path.startswith(prefix):
                yield method.upper(), path, operation


def test_every_operation_says_what_it_does_who_may_and_what_it_refuses(described: dict[str, Any]) -> None:
    """F21, R23: summary, tag, security, and a problem for each refusal; public ones are tagged so."""
    assert described["openapi"] == "3.1.0"
    ids = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(ids) == len(set(ids)) >= 35
    for method, path, operation in operations(described):
        where, public = f"{method} {path}", "public" in operation["tags"]
        assert operation["summary"], where
        assert public or operation["security"] == [{"token": []}], where
        wanted = {"429", "503"} | (set() if public else {"401", "403"})
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"408", "413", "422"} if "requestBody" in operation else set()
        wanted |= {"422"} if any(item["in"] == "query" for item in operation.get("parameters", ())) else set()
        wanted |= {"412", "428"} if method == "PUT" else set()
        needed = [item["required"] for item in operation.get("parameters", ()) if item["name"] == "If-Match"]
        assert needed == ([True] if "428" in operation["responses"] else []), where
        assert wanted <= set(operation["responses"]), where
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer["content"]["application/problem+json"]["schema"] == {
                    "$ref": "#/components/schemas/Problem"
                }


def test_the_description_names_every_route_of_the_api_and_no_page(described: dict[str, Any]) -> None:
    """F21."""
    routes = {(route.method, route.path) for route in declared_routes(describe_http())}
    named = {(method, path) for method, path, _ in operations(described)}
    assert named == {(method, path) for method, path in routes if path.startswith("/api/")}
    assert {path for _, path, _ in operations(described, "/")} & {"/board", "/team", "/account"} == set()


def test_every_operation_has_an_example_and_each_example_fits_its_own_schema(described: dict[str, Any]) -> None:
    """F21: of requests and answers alike."""
    schemas = Schemas(described)
    for method, path, operation in operations(described):
        shapes = [
            answer["content"]["application/json"]["schema"]
            for status, answer in operation["responses"].items()
            if status < "300" and "application/json" in answer.get("content", {})
        ]
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]
            shapes += [media["schema"] for media in content.values() if media["schema"].get("format") != "binary"]
        for shape in shapes:
            whole = schemas.resolve(shape)
            items = whole.get("properties", {}).get("items")
            held = schemas.resolve(items["items"]) if items else whole
            assert held.get("examples"), f"{method} {path}"
    for name, schema in described["components"]["schemas"].items():
        for given in schema.get("examples", ()):
            assert list(schemas.faults(given, schema)) == [], name


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"id": "x"}, "is no uuid"),
        ({}, "id is missing"),
        ({"id": "2b8e6a30-9f5d-4f0e-8f61-0d4c5b7a9e12", "more": 1}, "is not described"),
        ({"id": "2b8e6a30-9f5d-4f0e-8f61-0d4c5b7a9e12", "on": True, "list": [None]}, "is no string"),
    ],
)
def test_what_does_not_fit_is_found(value: object, fault: str) -> None:
    """The positive control of all that is held against the description."""
    schema = {
        "type": "object",
        "required": ["id"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "on": {"type": "boolean"},
            "list": {"type": "array", "items": {"type": "string"}},
        },
    }
    assert fault in "".join(Schemas({"components": {"schemas": {}}}).faults(value, schema))
    with pytest.raises(ValueError, match="nobody looks at maximal"):
        list(Schemas({"components": {"schemas": {}}}).faults(1, {"maximal": 3}))


def test_the_console_offers_what_the_api_asks_for_and_names_what_is_dangerous() -> None:
    """R02: a permission that opens nothing by a key is not offered for one; dangerous ones are named."""
    asked = {route.access for route in declared_routes(describe_http()) if route.path.startswith("/api/")}
    assert set(OFFERED) == asked - {"public", "signed-in"}
    assert set(OFFERED) >= DANGEROUS


UNPROVED = {
    "/api/v1/user-invitations/{invitation_id}",  # withdrawing: the console asks for no proof either
    "/api/v1/webhooks/{webhook_id}/test",
    "/api/v1/webhooks/{webhook_id}/messages/{message_id}/again",
}


def acts() -> Iterator[tuple[str, APIRoute, Asked]]:
    """Every act that declares who may ask for it, with that declaration."""
    for context in iter_route_contexts(describe_http().routes):
        route = context.original_route
        if isinstance(route, APIRoute) and not {"GET", "HEAD"} & set(route.methods or ()):
            for inner in context.dependant.dependencies:
                if isinstance(inner.call, Asked):
                    yield str(context.path), route, inner.call


def test_r07_what_the_console_proves_before_it_acts_is_dangerous_by_the_api_too() -> None:
    """R07: a stolen token must not do by the API what a stolen session cannot do in the console."""
    proved = {asked.permission for _, route, asked in acts() if "require" in route.endpoint.__code__.co_names} - {None}
    by_api = [(path, asked) for path, _, asked in acts() if isinstance(asked, Entrance)]
    assert len(proved) >= 6
    assert {asked.permission for _, asked in by_api if asked.permission in proved | DANGEROUS} == DANGEROUS
    open_to_all = {path for path, asked in by_api if asked.permission in DANGEROUS and not asked.dangerous}
    assert open_to_all == UNPROVED
