"""The pages about check-in, joined."""

from fastapi import APIRouter

from cloud_api.http.console.agreed_list_pages import agreed_list_router
from cloud_api.http.console.agreed_pages import agreed_router
from cloud_api.http.console.agreed_text_pages import agreed_text_router
from cloud_api.http.console.check_in_pages import CheckInPorts
from cloud_api.http.console.field_pages import field_router
from cloud_api.http.console.type_list_pages import type_list_router
from cloud_api.http.console.type_pages import type_router


def check_in_routers(ports: CheckInPorts) -> tuple[APIRouter, ...]:
    """All of them."""
    return (
        type_list_router(ports),
        type_router(ports),
        field_router(ports),
        agreed_list_router(ports),
        agreed_router(ports),
        agreed_text_router(ports),
    )
