"""A form that edits one entry: shown, changed button by button, saved, and shown again with what is wrong.

Whoever saves later than somebody else is told, keeps what they wrote, and saves over the other's only knowingly.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud_api.http.console.check_in_pages import CheckInPorts, direction, first_words, save, spoken
from cloud_api.http.console.filled_forms import Act, Filled
from cloud_api.http.console.form_faults import Wrong, labelled, wrong_with
from cloud_api.http.console.forms import read_pairs
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.languages import LANGUAGES, language_name
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.settings_edits import Edit
from cloud_api.services.sign_in import Staff

SEEN = "seen"
_MOST_FIELDS = 1200
_MOST_BYTES = 4 * 1024 * 1024
W = TypeVar("W", bound=msgspec.Struct)


class Editing(Protocol, Generic[W]):
    """One entry as it is saved now, or a new one, and what its form is about."""

    @property
    def template(self) -> str:
        """The page."""
        ...

    @property
    def action(self) -> str:
        """Where the form is sent."""
        ...

    @property
    def labels(self) -> Mapping[str, str]:
        """What each part of the form is called."""
        ...

    @property
    def lists(self) -> Collection[str]:
        """The lists that buttons change."""
        ...

    @property
    def seen(self) -> str:
        """The version; nothing for a new one."""
        ...

    def written(self) -> Filled:
        """The form as it is opened."""
        ...

    def read(self, form: Filled) -> W | Faults:
        """What a form says."""
        ...

    def edit(self, wanted: W, form: Filled) -> Edit:
        """The change that saves it."""
        ...

    def inside(self, wanted: W, fault: str) -> str:
        """A fault of the organisation's file by its place in the form."""
        ...

    def facts(self, form: Filled) -> Mapping[str, Any]:
        """What else the page shows."""
        ...

    def after(self, wanted: W) -> str:
        """Where one is led when it is saved."""
        ...


Find = Callable[[OrganisationFile], Editing[W]]
"""Finds the entry; raises ``ProblemError`` (404) where there is none."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a form is to be shown. ``stale``: what of it is not as it is saved, where somebody saved meanwhile."""

    form: Filled
    seen: str
    wrong: Wrong = field(default_factory=Wrong)
    act: Act | None = None
    stale: tuple[str, ...] | None = None
    done: str = ""
    status: int = 200


async def open_form(ports: CheckInPorts, request: Request, staff: Staff, find: Find[W], *, done: str = "") -> Response:
    """The page with the entry as it is."""
    read = await ports.configuring.read(staff.tenant)
    editing = find(read)
    return _page(ports, request, staff, (read, editing), _Shown(editing.written(), editing.seen, done=done))


async def take_form(ports: CheckInPorts, request: Request, staff: Staff, find: Find[W]) -> Response:
    """Do what the form asks: change a list in it, or save it."""
    read = await ports.configuring.read(staff.tenant)
    editing = find(read)
    form = Filled.of(await read_pairs(request, most=_MOST_FIELDS, limit=_MOST_BYTES))
    shown = _Shown(form, form.text(SEEN))
    act = form.act(editing.lists)
    if act is not None:
        changed, done = form.after(act)
        return _page(ports, request, staff, (read, editing), replace(shown, form=changed, act=done))
    wanted = editing.read(form)
    if isinstance(wanted, Faults):
        wrong = wrong_with(wanted.said, form)
        return _page(ports, request, staff, (read, editing), replace(shown, wrong=wrong, status=422))
    made = await save(ports, request, staff, editing.edit(wanted, form))
    if isinstance(made, OrganisationFile):
        return RedirectResponse(editing.after(wanted), 303)
    read = await ports.configuring.read(staff.tenant)
    editing = find(read)
    return _page(ports, request, staff, (read, editing), _not_saved(editing, wanted, shown, made))


def _not_saved(editing: Editing[W], wanted: W, shown: _Shown, made: Faults | NotDone) -> _Shown:
    if made is NotDone.CHANGED:
        stale = differing(editing.written(), shown.form, editing.labels)
        return replace(shown, seen=editing.seen, stale=stale, status=409)
    if isinstance(made, Faults):
        wrong = wrong_with([editing.inside(wanted, fault) for fault in made.said], shown.form)
        return replace(shown, wrong=wrong, status=422)
    return replace(shown, wrong=Wrong((("id", "There is one of this key already."),)), status=409)


def differing(now: Filled, form: Filled, labels: Mapping[str, str]) -> tuple[str, ...]:
    """What of a form is not as it is saved, by its labels."""
    return tuple(dict.fromkeys(words for name, words in labels.items() if _told(now, name) != _told(form, name)))


def _told(form: Filled, name: str) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """A list in its order, and what stands under a name in whatever order the page has it."""
    below = sorted(pair for pair in form.pairs if pair[0].startswith(f"{name}.") and pair[1].strip())
    return tuple(value for value in form.all(name) if value.strip()), below


def _page(
    ports: CheckInPorts, request: Request, staff: Staff, about: tuple[OrganisationFile, Editing[W]], shown: _Shown
) -> Response:
    read, editing = about
    context = {
        "form": shown.form,
        "seen": shown.seen,
        "wrong": shown.wrong,
        "act": shown.act,
        "stale": shown.stale,
        "done": shown.done,
        "action": editing.action,
        "faults": labelled(shown.wrong, editing.labels, shown.form),
        "spoken": spoken(read),
        "all_languages": LANGUAGES,
        "tongue": language_name,
        "direction": direction,
        "first_words": first_words,
        **editing.facts(shown.form),
    }
    return ports.pages.page(request, editing.template, context, staff=staff, status=shown.status)
