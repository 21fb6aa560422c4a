"""Files that staff uploaded: by an address that nobody guesses, without a session, and as attachments (R22)."""

from fastapi import APIRouter
from starlette.responses import Response

from cloud_api.http.problems import ProblemError
from cloud_api.services.logos import FILES, Logos

_HEADERS = {
    "Content-Disposition": 'attachment; filename="logo.png"',
    "Cache-Control": "private, max-age=31536000, immutable",  # another picture has another address
}


def files_router(logos: Logos) -> APIRouter:
    """The route. It looks at no cookie and sets none."""
    router = APIRouter(include_in_schema=False, tags=["public"], default_response_class=Response)

    @router.get(FILES + "{name}")
    async def file(name: str) -> Response:
        picture = await logos.picture(name)
        if picture is None:
            raise ProblemError(404, "not-found", "There is no such file")
        return Response(picture, media_type="image/png", headers=_HEADERS)

    return router
