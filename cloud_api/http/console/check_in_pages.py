"""What the pages about check-in have in common: types of visitor and documents, changed by the rules of the
organisation's file.
"""

from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request

from cloud_api.clock import Clock
from cloud_api.http.console.gate import ConsoleGate, actor_of
from cloud_api.http.console.pages import Pages
from cloud_api.http.problems import ProblemError
from cloud_api.services.configuring import Configuring
from cloud_api.services.file_visits import FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.not_done import Faults, NotDone
from cloud_api.services.settings_edits import Edit, WholeDocument
from cloud_api.services.sign_in import Staff
from sync.protocol.feed import Question

TYPES = "/types"
DOCUMENTS = "/documents"
NEW = "_new"
"""In the place of a key: something that is still to be made. No key begins so."""
_FROM_THE_RIGHT = frozenset({"ar", "he"})
E = TypeVar("E", VisitorTypeEntry, WholeDocument, FieldEntry, Question)


@dataclass(frozen=True, slots=True)
class CheckInPorts:
    """What these pages work with."""

    pages: Pages
    gate: ConsoleGate
    configuring: Configuring
    clock: Clock


async def save(ports: CheckInPorts, request: Request, staff: Staff, edit: Edit) -> OrganisationFile | Faults | NotDone:
    """Make a change, in the name of whoever asks.

    Raises:
        ProblemError: 404, what is to be changed is not there any more.
    """
    made = await ports.configuring.edit(staff.tenant, edit, actor_of(request, staff))
    if made is NotDone.ABSENT:
        raise absent()
    return made


def of(entries: tuple[E, ...], key: str) -> E:
    """The entry of a key.

    Raises:
        ProblemError: 404, there is none.
    """
    found = next((entry for entry in entries if entry.id == key), None)
    if found is None:
        raise absent()
    return found


def absent() -> ProblemError:
    """The refusal of what is not there."""
    return ProblemError(404, "not-found", "There is nothing of this kind here", detail="It may have been removed.")


def first_words(words: dict[str, str]) -> str:
    """A text in the console's language, or in another one that there is."""
    return next((words[code] for code in ("en", *sorted(words)) if words.get(code, "").strip()), "")


def title_of(read: OrganisationFile, document: str) -> str:
    """A document's title in the console's language, or in another one."""
    titles = {text.language: text.title for text in read.documents if text.id == document}
    return first_words(titles) or document


def spoken(read: OrganisationFile) -> tuple[str, ...]:
    """The languages of the kiosks, of the first site first; English before there is a site."""
    return tuple(dict.fromkeys(code for site in read.sites for code in site.languages)) or ("en",)


def direction(language: str) -> str:
    """Where reading begins: ``ltr`` or ``rtl``."""
    return "rtl" if language.partition("-")[0] in _FROM_THE_RIGHT else "ltr"
