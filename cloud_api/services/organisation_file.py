"""The file that describes an organisation: its shape, and what must hold beyond the shape.

Faults name where they are, such as ``sites[0].time_zone``, and say what to do in words.
"""

import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import msgspec

from cloud_api.errors import ConfigurationError
from cloud_api.services.file_shape import SAY, find_faults, quoted, read_json
from cloud_api.services.languages import language_fault
from sync.protocol.feed import Paragraph, Text, VisitorType

Key = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9.-]{0,62}\Z",
        extra={SAY: "use small letters, digits, hyphens and dots, 63 at most, a letter or digit first"},
    ),
]
Title = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]*\Z",
        extra={SAY: "must be one line, without control characters"},
    ),
]
Pin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z", extra={SAY: 'must be six digits in quotes, as "604213"'})]
Email = Annotated[str, msgspec.Meta(max_length=254)]
Language = Annotated[str, msgspec.Meta(min_length=1, max_length=35)]
_MOST_FAULTS = 20


class ZoneEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A zone of a site and its muster point."""

    key: Key
    name: Title
    muster_point: Title


class SiteEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A site. ``staff_pin``, six digits, opens the evacuation list on its kiosks; only its hash is kept."""

    key: Key
    name: Title
    time_zone: str
    languages: Annotated[tuple[Language, ...], msgspec.Meta(min_length=1, max_length=40)] = ("en",)
    badge_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 12
    staff_pin: Pin | None = None
    zones: Annotated[tuple[ZoneEntry, ...], msgspec.Meta(min_length=1, max_length=200)]


class HostEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who can be visited: at one site, or at all where ``site`` is absent."""

    key: Key
    name: Title
    email: Email = ""
    department: Text = ""
    site: Key | None = None


class DocumentEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of a document in one language."""

    id: Key
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    language: Language
    title: Title
    paragraphs: Annotated[tuple[Paragraph, ...], msgspec.Meta(min_length=1, max_length=200)]


class OrganisationFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file. What it does not name is retired: hosts become inactive, documents not current."""

    name: Title
    sites: Annotated[tuple[SiteEntry, ...], msgspec.Meta(min_length=1, max_length=500)]
    visitor_types: Annotated[tuple[VisitorType, ...], msgspec.Meta(min_length=1, max_length=50)]
    documents: Annotated[tuple[DocumentEntry, ...], msgspec.Meta(max_length=500)] = ()
    hosts: Annotated[tuple[HostEntry, ...], msgspec.Meta(max_length=50000)] = ()


def read_organisation_file(raw: bytes) -> OrganisationFile:
    """Read and check a file.

    Raises:
        ConfigurationError: names every fault of the shape, or every fault beyond it, by place.
    """
    value = read_json(raw)
    _require_none(list(find_faults(value, OrganisationFile)))
    try:
        read = msgspec.convert(value, type=OrganisationFile)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"the file cannot be used: {error}") from error
    _require_none([*_faults(read), *_language_faults(read)])
    return read


def _require_none(faults: Sequence[str]) -> None:
    if faults:
        rest = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise ConfigurationError("; ".join(faults[:_MOST_FAULTS]) + rest)


def _language_faults(read: OrganisationFile) -> Iterator[str]:
    named: list[tuple[str, str]] = []
    for index, site in enumerate(read.sites):
        named += [(f"sites[{index}].languages[{place}]", code) for place, code in enumerate(site.languages)]
    named += [(f"documents[{index}].language", text.language) for index, text in enumerate(read.documents)]
    for index, kind in enumerate(read.visitor_types):
        named += [(f"visitor_types[{index}].words", code) for code in kind.words]
    for where, code in named:
        fault = language_fault(code)
        if fault is not None:
            yield f"{where}: {quoted(code)} {fault}"


def _faults(read: OrganisationFile) -> Iterator[str]:
    yield from _doubles("sites", "key", [site.key for site in read.sites])
    yield from _doubles("visitor_types", "id", [kind.id for kind in read.visitor_types])
    yield from _doubles("hosts", "key", [host.key for host in read.hosts])
    texts = [f"{text.id} {text.version} {text.language}" for text in read.documents]
    yield from _doubles("documents", "id, version and language", texts)
    known_zones = zoneinfo.available_timezones()
    for index, site in enumerate(read.sites):
        if site.time_zone not in known_zones:
            yield f"sites[{index}].time_zone: {quoted(site.time_zone)} is not a time zone such as Europe/London"
        yield from _doubles(f"sites[{index}].zones", "key", [zone.key for zone in site.zones])
        yield from _doubles(f"sites[{index}].languages", "language", site.languages)
    sites = {site.key for site in read.sites}
    for index, host in enumerate(read.hosts):
        if host.site is not None and host.site not in sites:
            yield f"hosts[{index}].site: there is no site {quoted(host.site)}; there is {', '.join(sorted(sites))}"
        if host.email and not _is_address(host.email):
            yield f"hosts[{index}].email: this is not an e-mail address"


def _doubles(path: str, what: str, values: Sequence[str]) -> Iterable[str]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield f"{path}[{index}]: the {what} {quoted(value)} is there twice"
        seen.add(value)


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain) and text.isprintable() and not any(sign in text for sign in " ,;<>\"'()")
