"""What every model of the API has in common, pages of lists, and versions of things that can be changed."""

import hashlib
import re
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Header, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from cloud_api.http.problems import ProblemError
from cloud_api.services.api_callers import Caller
from cloud_api.services.cursors import Cursors
from cloud_api.services.names import name_fault
from cloud_api.services.not_done import Faults

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DEFAULT_LIMIT = 50
MOST = 200


class Shape(BaseModel):
    """A model: members that it does not name are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(**members: object) -> ConfigDict:
    """The configuration of a model with an example of it."""
    extra: dict[str, Any] = {"examples": [members]}
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra=extra)


def _written_out(value: object) -> object:
    """Pydantic would take seconds since 1970 too, which the description does not name."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE.match(value)):
        return value
    raise ValueError("this is not a time such as 2026-12-01T09:00:00Z")


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
"""A time with its zone, as RFC 3339 writes it."""


def _shown(name: str) -> str:
    fault = name_fault(name)
    if fault is not None:
        raise ValueError(fault)
    return name


Shown = AfterValidator(_shown)
"""A text that is a name: it shows something, and holds nothing unseen."""


def _day_written_out(value: object) -> object:
    """The same of days, which Pydantic would count as well."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise ValueError("this is not a day such as 2026-12-01")


Day = Annotated[date, BeforeValidator(_day_written_out)]
"""A day, as RFC 3339 writes it."""

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class Page(Shape, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: Annotated[str | None, Field(description="The cursor of the next page; null at the end.")]


Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=400, description="Where to go on: `next` of the page before, with the same filters.")
]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=100, description="The ETag of the version that is to be changed.")
]


class Pager:
    """Cuts lists into pages."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    async def position(self, caller: Caller, query: str, cursor: str | None) -> list[str] | None:
        """Where a list goes on; ``None`` for its beginning.

        Raises:
            ProblemError: 422, the cursor is of no such list.
        """
        if cursor is None:
            return None
        found = await self._cursors.open(caller.tenant, query, cursor)
        if found is None:
            raise ProblemError(422, "cursor-refused", "This cursor is not of this list with these filters")
        return found

    async def next_of(self, caller: Caller, query: str, position: list[str] | None) -> str | None:
        """The cursor that goes on after a position."""
        return None if position is None else await self._cursors.seal(caller.tenant, query, position)

    async def by_id(
        self, caller: Caller, query: str, items: list[M], cursor: str | None, limit: int
    ) -> tuple[list[M], str | None]:
        """A page of a whole list that is small, in the order of ids: what is added meanwhile moves nothing."""
        after = (await self.position(caller, query, cursor) or [""])[0]
        rest = [item for item in sorted(items, key=_id_of) if _id_of(item) > after]
        shown = rest[:limit]
        more = [_id_of(shown[-1])] if len(rest) > limit else None
        return shown, await self.next_of(caller, query, more)


def _id_of(item: BaseModel) -> str:
    return str(getattr(item, "id"))  # noqa: B009  a model of any list


def etag_of(shape: BaseModel) -> str:
    """The version of a thing: it changes with what it holds."""
    return f'"{hashlib.sha256(shape.model_dump_json().encode()).hexdigest()[:32]}"'


def require_match(given: str | None) -> str:
    """The version that a change names.

    Raises:
        ProblemError: 428, none was named.
    """
    if given is None:
        raise ProblemError(428, "if-match-needed", "Name the version that you change in If-Match")
    return given


def changed() -> ProblemError:
    """The refusal of a change to something that was changed meanwhile."""
    return ProblemError(412, "changed", "It was changed since you read it", detail="Read it again.")


def not_valid(found: Faults) -> ProblemError:
    """The refusal of what does not hold beyond its shape, each fault by its place."""
    faults = [dict(zip(("at", "fault"), said.split(": ", 1), strict=False)) for said in found.said]
    return ProblemError(422, "invalid", "The request is not valid", members={"faults": faults})
