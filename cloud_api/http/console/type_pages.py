"""One type of visitor: its words, badge, steps, documents and rules, and its fields in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.console.check_in_pages import NEW, TYPES, CheckInPorts, first_words, of, title_of
from cloud_api.http.console.editing import SEEN, open_form, take_form
from cloud_api.http.console.field_forms import KINDS, possible_answers
from cloud_api.http.console.filled_forms import Filled
from cloud_api.http.console.type_forms import ICONS, LABELS, LISTS, USUAL, fields_of, read_type, write_type
from cloud_api.http.console.type_list_pages import BADGES
from cloud_api.policy.permissions import Permission
from cloud_api.services.entry_reading import version_of
from cloud_api.services.file_visits import FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.not_done import Faults
from cloud_api.services.part_edits import change_type, sketch_of_type
from cloud_api.services.settings_edits import Edit, put_type
from cloud_api.services.sign_in import Staff

STEPS = {
    "details": ("Who they are", "Name, company, e-mail and telephone: asked of everybody, first where no step says"),
    "fields": ("Fields", "What you ask further down: right after who they are where no step says"),
    "host": ("Whom they visit", "Somebody of your list of hosts"),
    "document": ("Documents", "The texts further down"),
    "photo": ("Photo", "At kiosks with a camera"),
}
_EMPTY = VisitorTypeEntry(id="new", words={}, badge="visitor")


@dataclass(frozen=True, slots=True)
class TypeEditing:
    """A type, or (``before`` is ``None``) a new one."""

    template: ClassVar = "type.html"
    labels: ClassVar = LABELS
    lists: ClassVar = LISTS

    whole: OrganisationFile
    key: str
    before: VisitorTypeEntry | None

    @classmethod
    def find(cls, whole: OrganisationFile, key: str) -> "TypeEditing":
        """Find it."""
        return cls(whole, key, None if key == NEW else of(whole.visitor_types, key))

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"{TYPES}/{self.key}"

    @property
    def seen(self) -> str:
        """The version of everything but what its fields say."""
        return "" if self.before is None else version_of(sketch_of_type(self.before))

    def written(self) -> Filled:
        """The form as it is opened."""
        return write_type(_EMPTY) if self.before is None else write_type(self.before)

    def read(self, form: Filled) -> VisitorTypeEntry | Faults:
        """What a form says."""
        return read_type(form, self.before, frozenset(kind.id for kind in self.whole.visitor_types))

    def edit(self, wanted: VisitorTypeEntry, form: Filled) -> Edit:
        """The change that saves it."""
        if self.before is None:
            return put_type(wanted, None)
        return change_type(wanted, form.all("fields"), form.all("gone.fields"), form.text(SEEN))

    def inside(self, wanted: VisitorTypeEntry, fault: str) -> str:
        """A fault by its place in the form."""
        keys = [kind.id for kind in self.whole.visitor_types]
        return fault.removeprefix(f"visitor_types[{keys.index(wanted.id) if wanted.id in keys else len(keys)}].")

    def facts(self, form: Filled) -> Mapping[str, Any]:
        """What else the page shows."""
        fields = fields_of(form, self.before)
        return {
            "kind": self.before,
            "name": "" if self.before is None else first_words(self.before.words) or self.before.id,
            "steps": STEPS,
            "badges": BADGES,
            "icons": ICONS,
            "usual_icon": USUAL,
            "templates": {template.id: template.name for template in self.whole.badge_templates},
            "documents": {text.id: title_of(self.whole, text.id) for text in self.whole.documents},
            "fields": [(field, KINDS.get(field.kind, field.kind), condition_of(field, fields)) for field in fields],
        }

    def after(self, wanted: VisitorTypeEntry) -> str:
        """Where one is led when it is saved."""
        return f"{TYPES}/{wanted.id}?done={'made' if self.before is None else 'saved'}"


def type_router(ports: CheckInPorts) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    @router.get(TYPES + "/{key}")
    async def one(
        request: Request,
        key: str,
        *,
        done: str = "",
        staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)],
    ) -> Response:
        return await open_form(ports, request, staff, lambda read: TypeEditing.find(read, key), done=done)

    @router.post(TYPES + "/{key}")
    async def change(
        request: Request, key: str, staff: Annotated[Staff, ports.gate.needs(Permission.ORGANISATION_CONFIGURE)]
    ) -> Response:
        return await take_form(ports, request, staff, lambda read: TypeEditing.find(read, key))

    return router


def condition_of(field: FieldEntry, fields: tuple[FieldEntry, ...]) -> tuple[str, str] | None:
    """After which question and which answers a field is asked, in words; ``None`` where it always is."""
    when = field.when
    if isinstance(when, msgspec.UnsetType):
        return None
    named = next((one for one in fields if one.id == when.field), None)
    possible = (possible_answers(named) if named is not None else None) or {}
    asked = when.field if named is None else first_words(named.words) or named.id
    return asked, " or ".join(possible.get(answer, answer) for answer in when.answers)
