"""Locations; lists of the types of visitor and of the current documents."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from cloud_api.http.api.gate import ApiGate
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import Shape, example
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.places import Places


class VisitorTypeShape(Shape):
    """A type of visitor."""

    model_config = example(key="visitor", name="Visitor")

    key: str
    name: Annotated[str, Field(description="In English where it has that.")]


class VisitorTypes(Shape):
    """All of them, in the organisation's order."""

    items: list[VisitorTypeShape]


class DocumentShape(Shape):
    """A document's current version in one language; ``sha256`` is what consents name."""

    model_config = example(
        key="rules", version="1", language="en", title="Site rules", paragraphs=["Be kind."], sha256="9f" * 32
    )

    key: str
    version: str
    language: str
    title: str
    paragraphs: list[str]
    sha256: str


class Documents(Shape):
    """All current ones."""

    items: list[DocumentShape]


@dataclass(frozen=True, slots=True)
class PlacePorts:
    """What these routes work with."""

    gate: ApiGate
    places: Places


def places_router(ports: PlacePorts) -> APIRouter:
    """The routes."""
    router = api_router("locations")

    @router.get("/visitor-types", summary="List types of visitor", responses=refusals())
    async def list_visitor_types(
        caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)],
    ) -> VisitorTypes:
        found = await ports.places.types(caller.tenant)
        return VisitorTypes(items=[VisitorTypeShape(key=key, name=name) for key, name in found.items()])

    @router.get("/documents", summary="List current documents", responses=refusals())
    async def list_documents(caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)]) -> Documents:
        return Documents(
            items=[
                DocumentShape(
                    key=text.key,
                    version=text.version,
                    language=text.language,
                    title=text.title,
                    paragraphs=list(text.paragraphs),
                    sha256=text.sha256,
                )
                for text in await ports.places.documents(caller.tenant)
            ]
        )

    return router
