"""Deny by default: a server with a route that says nothing of who may ask it does not start (R11)."""

import pytest
from fastapi import APIRouter

from cloud_api import serving
from cloud_api.errors import ConfigurationError
from cloud_api.http.access import declared_routes
from cloud_api.policy.permissions import Permission
from cloud_api.policy.reach import Reach
from cloud_api.policy.roles import Grant, Role
from cloud_api.policy.table import RULES, may, reach_of


def planted(*, tags: list[str]) -> APIRouter:
    router = APIRouter()

    @router.get("/planted", tags=list(tags))
    async def answer() -> dict[str, str]:
        return {}

    return router


@pytest.mark.parametrize(
    ("tags", "said"),
    [([], "GET /planted does not declare who may ask it"), (["public", "device"], "says several things")],
)
def test_c29_a_route_that_does_not_say_who_may_ask_it_fails_the_start(
    monkeypatch: pytest.MonkeyPatch, tags: list[str], said: str
) -> None:
    """R11, C29."""
    monkeypatch.setattr(serving, "device_router", lambda _ports: planted(tags=tags))
    with pytest.raises(ConfigurationError, match=said):
        serving.describe_http()


def test_a_folder_of_files_that_nobody_declared_fails_the_start_too() -> None:
    app = serving.describe_http()
    app.mount("/more", app)
    with pytest.raises(ConfigurationError, match="/more does not declare"):
        declared_routes(app)


def test_every_permission_has_one_rule_and_the_owner_may_everything() -> None:
    """R11, R12: no permission without a rule, and none that no owner has."""
    assert [rule.permission for rule in RULES] == list(Permission)
    for permission in Permission:
        assert reach_of([Grant(Role.OWNER)], permission) == Reach(None)
        assert not may([], permission)
    owners_alone = {rule.permission for rule in RULES if rule.roles == {Role.OWNER}}
    assert owners_alone == {Permission.TEAM_MANAGE_OWNERS, Permission.BILLING_MANAGE}
