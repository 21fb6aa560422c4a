"""One field of a type of visitor: what is asked, what for, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.console.check_in_pages import NEW, TYPES, CheckInPorts, first_words, of
from cloud_api.http.console.editing import SEEN, open_form, take_form
from cloud_api.http.console.field_forms import BASES, KINDS, LABELS, LISTS, possible_answers, read_field, write_field
from cloud_api.http.console.filled_forms import Filled
from cloud_api.policy.permissions import Permission
from cloud_api.services.entry_reading import version_of
from cloud_api.services.file_visits import FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.not_done import Faults
from cloud_api.services.part_edits import put_field
from cloud_api.services.settings_edits import Edit
from cloud_api.services.sign_in import Staff

FIELD = TYPES + "/{key}/fields/{field_id}"
_EMPTY = Filled((("kind", "line"), ("basis", "legitimate_interests"), ("when", "")))


@dataclass(frozen=True, slots=True)
class FieldEditing:
    """A field, or (``before`` is ``None``) a new one; ``earlier``: what stands above it, and can be a condition."""

    template: ClassVar = "type_field.html"
    labels: ClassVar = LABELS
    lists: ClassVar = LISTS

    kind: VisitorTypeEntry
    place: int
    before: FieldEntry | None
    earlier: tuple[FieldEntry, ...]

    @classmethod
    def find(cls, whole: OrganisationFile, key: str, field_id: str) -> "FieldEditing":
        """Find it; a new one stands at the end."""
        kind = of(whole.visitor_types, key)
        place = whole.visitor_types.index(kind)
        if field_id == NEW:
            return cls(kind, place, None, kind.fields)
        before = of(kind.fields, field_id)
        return cls(kind, place, before, kind.fields[: kind.fields.index(before)])

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"{TYPES}/{self.kind.id}/fields/{NEW if self.before is None else self.before.id}"

    @property
    def seen(self) -> str:
        """The version of the field."""
        return "" if self.before is None else version_of(self.before)

    def written(self) -> Filled:
        """The form as it is opened."""
        return _EMPTY if self.before is None else write_field(self.before, self.earlier)

    def read(self, form: Filled) -> FieldEntry | Faults:
        """What a form says."""
        return read_field(form, self.before, self.earlier, frozenset(field.id for field in self.kind.fields))

    def edit(self, wanted: FieldEntry, form: Filled) -> Edit:
        """The change that saves it."""
        return put_field(self.kind.id, wanted, form.text(SEEN))

    def inside(self, wanted: FieldEntry, fault: str) -> str:
        """A fault of this field by its place in the form, one of a field that depends on it as a sentence."""
        start = f"visitor_types[{self.place}]."
        for place, field in enumerate((*self.kind.fields, wanted)):
            inside = fault.removeprefix(f"{start}fields[{place}].")
            if inside != fault:
                name, said = first_words(field.words) or field.id, inside.partition(": ")[2]
                return inside if field.id == wanted.id else f"The field “{name}” depends on this one: {said}"
        return fault.removeprefix(start)

    def facts(self, form: Filled) -> Mapping[str, Any]:
        """What else the page shows."""
        entries = {entry: form.under(f"choices.{entry}") for entry in form.all("choices")}
        return {
            "kind": self.kind,
            "type_name": first_words(self.kind.words) or self.kind.id,
            "field": self.before,
            "name": "" if self.before is None else first_words(self.before.words) or self.before.id,
            "kinds": KINDS,
            "bases": BASES,
            "earlier": [(one, first_words(one.words) or one.id, possible_answers(one)) for one in self.earlier],
            "called": {entry: first_words(told.words("words")) or told.text("id") for entry, told in entries.items()},
        }

    def after(self, wanted: FieldEntry) -> str:  # noqa: ARG002  what every form is asked
        """Where one is led when it is saved."""
        return f"{TYPES}/{self.kind.id}?done=saved#fields"


def field_router(ports: CheckInPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(FIELD)
    async def one(
        request: Request,
        key: str,
        field_id: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await open_form(ports, request, staff, lambda read: FieldEditing.find(read, key, field_id))

    @router.post(FIELD)
    async def change(
        request: Request,
        key: str,
        field_id: str,
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await take_form(ports, request, staff, lambda read: FieldEditing.find(read, key, field_id))

    return router
