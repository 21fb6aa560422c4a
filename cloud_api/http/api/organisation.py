"""The organisation, and its logo: what staff upload (R22)."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request

from cloud_api.errors import PictureRefusedError
from cloud_api.http.api.gate import ApiGate, actor_of
from cloud_api.http.api.refusals import refusals
from cloud_api.http.api.routing import api_router
from cloud_api.http.api.shapes import Shape, example
from cloud_api.http.bodies import read_body
from cloud_api.http.logo_intake import MOST_BYTES, UPLOAD_SECONDS, LogoIntake
from cloud_api.http.problems import ProblemError
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import Caller
from cloud_api.services.logos import Logos, address_of
from cloud_api.store.logos import LogoFacts

_BINARY = {"type": "string", "format": "binary"}
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of a PNG, JPEG or WebP of at most 50 MiB and 24 million pixels, without transparent"
        " margins at most 8 times as wide as high, and twice as high as wide. What it is, they say themselves; no name"
        " and no type is read. A refusal's `detail` says what is wrong with it.",
        "content": {"application/octet-stream": {"schema": _BINARY}, "image/*": {"schema": _BINARY}},
    }
}


class LogoShape(Shape):
    """A logo. ``path``: where a browser finds it, without a token; another one for each picture. ``on_kiosks``: it is
    shown on welcome screens and badges, too, in one colour; ``false`` where nothing is left of it so.
    """

    model_config = example(
        path="/files/0a6a5c1e7f0e5a7b8f5e3c1d2b4a6f70c21c7e5a903b2d4f4e8a6c0d9b8e7f6a",
        size=9120,
        uploaded_at="2026-11-29T09:12:04+00:00",
        on_kiosks=True,
    )

    path: str
    size: Annotated[int, Field(description="Bytes of the PNG that was made of it.")]
    uploaded_at: datetime
    on_kiosks: bool

    @classmethod
    def of(cls, tenant: UUID, facts: LogoFacts) -> "LogoShape":
        """The shape of an organisation's logo."""
        return cls(
            path=address_of(tenant, facts),
            size=facts.size,
            uploaded_at=facts.uploaded_at,
            on_kiosks=facts.on_kiosks,
        )


class OrganisationShape(Shape):
    """The organisation."""

    model_config = example(id="0a6a5c1e-7f0e-5a7b-8f5e-3c1d2b4a6f70", name="Thistledown Works", logo=None)

    id: UUID
    name: str
    logo: LogoShape | None


@dataclass(frozen=True, slots=True)
class OrganisationPorts:
    """What these routes work with."""

    gate: ApiGate
    logos: Logos
    intake: LogoIntake


def organisation_router(ports: OrganisationPorts) -> APIRouter:
    """The routes."""
    router = api_router("organisation", uploads=True)

    @router.get("/organisation", summary="Read the organisation", responses=refusals())
    async def read_organisation(
        caller: Annotated[Caller, ports.gate.needs(Permission.DIRECTORY_VIEW)],
    ) -> OrganisationShape:
        found = await ports.logos.find(caller.tenant)
        logo = None if found is None else LogoShape.of(caller.tenant, found)
        return OrganisationShape(id=caller.tenant, name=caller.organisation, logo=logo)

    @router.post(
        "/organisation/logo",
        status_code=201,
        summary="Upload the organisation's logo",
        description="A picture that looks the same is made of it, a PNG of at most 512 pixels, and takes the place of"
        " the one before. Within a minute kiosks show it in one colour, and print it on badges. One upload of an"
        " organisation at a time; thirty in a row, then one each ten seconds.",
        responses=refusals(408, 413, 422),
        openapi_extra=_UPLOAD,
    )
    async def upload_logo(
        request: Request, caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> LogoShape:
        try:
            made = await ports.intake.take(
                request,
                caller.tenant,
                caller.user_id,
                actor_of(request, caller),
                partial(read_body, limit=MOST_BYTES, seconds=UPLOAD_SECONDS),
            )
        except PictureRefusedError as error:
            title = "This is no picture that can be taken"
            raise ProblemError(422, "not-a-picture", title, detail=str(error)) from error
        return LogoShape.of(caller.tenant, made)

    @router.delete("/organisation/logo", status_code=204, summary="Remove the logo", responses=refusals())
    async def remove_logo(
        request: Request, caller: Annotated[Caller, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> None:
        await ports.logos.remove(caller.tenant, actor_of(request, caller))

    return router
