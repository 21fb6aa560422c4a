"""Grants as forms carry them: ``receptionist``, or ``receptionist@`` and a location's id."""

from uuid import UUID

from cloud_api.http.problems import ProblemError
from cloud_api.policy.roles import Grant, Role

MOST_GRANTS = 200


def write_grant(grant: Grant) -> str:
    """A grant as a form carries it."""
    return grant.role.value if grant.site is None else f"{grant.role.value}@{grant.site}"


def read_grants(values: list[str]) -> tuple[Grant, ...]:
    """The grants of a form.

    Raises:
        ProblemError: 422, one is none.
    """
    try:
        return tuple(_read_grant(value) for value in values)
    except ValueError as error:
        raise ProblemError(422, "invalid", "The form is not filled in as it must be") from error


def _read_grant(value: str) -> Grant:
    role, at, site = value.partition("@")
    return Grant(Role(role), UUID(site) if at else None)
