"""Asking once more who somebody is, before an act that could not be taken back."""

from typing import Protocol

from starlette.requests import Request

from cloud_api.services.sign_in import Staff


class StepUp(Protocol):
    """Stands before dangerous acts: handing on the ownership, changing what people may do, removing somebody."""

    async def require(self, staff: Staff, request: Request) -> None:
        """Return when this person has shown lately enough who they are; else end the request by an exception that
        leads them there and back.
        """
        ...
