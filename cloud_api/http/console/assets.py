"""Static files: kept for a year where the address names the content, else asked for again each time."""

from os import PathLike, stat_result

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from cloud_api.http.console.pages import STATIC_FOLDER

_KEPT = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "public, no-cache"


class Assets(StaticFiles):
    """Files of ``cloud_api/static``; folders are not listed, and links out of it are not followed."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC_FOLDER, html=False, follow_symlink=False)

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file, with how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        named = b"v=" in bytes(scope.get("query_string", b""))
        response.headers["cache-control"] = _KEPT if named else _ASKED_AGAIN
        if response.headers.get("content-type", "").endswith("+xml"):  # of text/* Starlette says it by itself
            response.headers["content-type"] += "; charset=utf-8"
        return response
