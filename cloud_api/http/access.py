"""Who may ask a route, declared at the route; an application with a route that declares nothing does not start.

Usage::

    @router.get("/audit")
    async def audit(staff: Annotated[Staff, gate.needs(Permission.AUDIT_VIEW)]) -> Response: ...

    @router.get("/account")
    async def account(staff: Annotated[Staff, gate.signed_in()]) -> Response: ...

    @router.get("/healthz", tags=["public"])        # anybody
    router = APIRouter(tags=["device"])             # the gate of devices sees to each of its routes

A route of staff learns who asks by its declaration alone, so that none can read for somebody without having asked.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.requests import Request

from cloud_api.errors import ConfigurationError
from cloud_api.policy.permissions import Permission

Standing = Literal["public", "device", "signed-in"]
Access = Permission | Standing
_TAGS: tuple[Standing, ...] = ("public", "device")
_PUBLIC_FOLDERS = ("/static",)


class Asked(ABC):
    """A route's dependency that asks for a permission, or (``None``) that somebody is signed in."""

    def __init__(self, permission: Permission | None) -> None:
        self.permission = permission

    @abstractmethod
    async def __call__(self, request: Request) -> object:
        """Who asks; ends the request where they may not."""


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """A route of the application: one method of one path, and who may ask it."""

    method: str
    path: str
    access: Access


def declared_routes(app: FastAPI) -> list[DeclaredRoute]:
    """The whole route table.

    Raises:
        ConfigurationError: a route says nothing of who may ask it, or more than one thing; the message names it.
    """
    found: list[DeclaredRoute] = []
    for context in iter_route_contexts(app.routes):
        path = str(context.path)
        if not isinstance(context.original_route, APIRoute):
            if path not in _PUBLIC_FOLDERS:
                raise ConfigurationError(f"{path} does not declare who may ask it")
            found.append(DeclaredRoute("GET", path, "public"))
            continue
        said = [*(tag for tag in _TAGS if tag in context.tags), *_asked(context.dependant)]
        if len(said) != 1:
            names = f"says several things ({', '.join(said)})" if said else "does not declare"
            raise ConfigurationError(f"{' '.join(sorted(context.methods or ()))} {path} {names} who may ask it")
        found += [DeclaredRoute(method, path, said[0]) for method in sorted(context.methods or ())]
    return found


def _asked(dependant: Dependant) -> Iterator[Access]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Asked):
            yield inner.call.permission or "signed-in"
        yield from _asked(inner)
