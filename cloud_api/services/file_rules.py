"""What must hold of an organisation's file beyond its shape: names that are unique, and names that lead somewhere."""

import zoneinfo
from collections.abc import Iterable, Iterator, Sequence

from cloud_api.services.file_badges import template_faults
from cloud_api.services.file_journey import condition_faults, day_faults, signature_faults
from cloud_api.services.file_people import AttestationEntry, InvitationEntry, WatchEntry
from cloud_api.services.file_shape import quoted
from cloud_api.services.file_texts import could_be_address, is_address, is_moment, moment_ms
from cloud_api.services.file_visits import FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile
from cloud_api.services.file_words import all_words, word_faults
from cloud_api.services.languages import language_fault
from cloud_api.services.names import name_fault
from cloud_api.services.zone_names import double_zone_names
from sync.protocol.matching import folded_words

NO_WIPE_FOR_ALL = "a wipe names the one kiosk that it is for"

_NO_ADDRESS = "this is not an e-mail address"
_NO_MOMENT = "there is no such time"


def rule_faults(read: OrganisationFile) -> Iterator[str]:
    """Every fault, by place."""
    yield from _name_faults(read)
    yield from _double_faults(read)
    yield from _site_faults(read)
    yield from _pin_faults(read)
    for index, kind in enumerate(read.visitor_types):
        yield from _type_faults(f"visitor_types[{index}]", kind, read)
    yield from _document_faults(read)
    yield from _badge_faults(read)
    yield from _people_faults(read)
    yield from _language_faults(read)
    yield from word_faults(read)
    yield from _fleet_faults(read)


def _name_faults(read: OrganisationFile) -> Iterator[str]:
    yield from _named("name", read.name)
    for index, site in enumerate(read.sites):
        where = f"sites[{index}]"
        yield from _named(f"{where}.name", site.name)
        for place, zone in enumerate(site.zones):
            yield from _named(f"{where}.zones[{place}].name", zone.name)
            yield from _named(f"{where}.zones[{place}].muster_point", zone.muster_point)
        for place, kiosk in enumerate(site.kiosks):
            yield from _named(f"{where}.kiosks[{place}].name", kiosk.name)
    for index, host in enumerate(read.hosts):
        yield from _named(f"hosts[{index}].name", host.name)
        if host.department:
            yield from _named(f"hosts[{index}].department", host.department)
    for index, template in enumerate(read.badge_templates):
        yield from _named(f"badge_templates[{index}].name", template.name)


def _named(where: str, name: str) -> Iterator[str]:
    fault = name_fault(name)
    if fault is not None:
        yield f"{where}: {fault}"


def _fleet_faults(read: OrganisationFile) -> Iterator[str]:
    for index, site in enumerate(read.sites):
        yield from _doubles(f"sites[{index}].kiosks", "name", [kiosk.name for kiosk in site.kiosks])
        zones = {zone.key for zone in site.zones}
        for place, kiosk in enumerate(site.kiosks):
            yield from _unknown(f"sites[{index}].kiosks[{place}].zone", "zone", kiosk.zone, zones)
    yield from _doubles("revocations", "kiosk", [f"{entry.site} {entry.kiosk}" for entry in read.revocations])
    yield from _doubles("erasures", "stay", [entry.stay for entry in read.erasures])
    yield from _doubles("commands", "name", [entry.name for entry in read.commands])
    sites = {site.key for site in read.sites}
    named = [
        *((f"revocations[{index}]", entry.site) for index, entry in enumerate(read.revocations)),
        *((f"commands[{index}]", entry.site) for index, entry in enumerate(read.commands)),
    ]
    for where, key in named:
        yield from _unknown(f"{where}.site", "site", key, sites)
    for index, entry in enumerate(read.commands):
        if entry.order == "wipe" and entry.kiosk is None:
            yield f"commands[{index}]: {NO_WIPE_FOR_ALL}"


def _double_faults(read: OrganisationFile) -> Iterator[str]:
    yield from _doubles("sites", "key", [site.key for site in read.sites])
    yield from _doubles("visitor_types", "id", [kind.id for kind in read.visitor_types])
    yield from _doubles("hosts", "key", [host.key for host in read.hosts])
    texts = [f"{text.id} {text.version} {text.language}" for text in read.documents]
    yield from _doubles("documents", "id, version and language", texts)
    yield from _doubles("documents", "id and language", [f"{text.id} {text.language}" for text in read.documents])
    yield from _doubles("document_rules", "document", [rule.document for rule in read.document_rules])
    yield from _doubles("badge_templates", "id", [template.id for template in read.badge_templates])
    yield from _doubles("staff_pins", "id", [pin.id for pin in read.staff_pins])
    yield from _doubles("invitations", "key", [item.key for item in read.invitations])
    yield from _doubles("attestations", "key", [item.key for item in read.attestations])
    yield from _doubles("watchlist", "key", [item.key for item in read.watchlist])


def _site_faults(read: OrganisationFile) -> Iterator[str]:
    known_zones = zoneinfo.available_timezones()
    for index, site in enumerate(read.sites):
        if site.time_zone not in known_zones:
            yield f"sites[{index}].time_zone: {quoted(site.time_zone)} is not a time zone such as Europe/London"
        yield from _doubles(f"sites[{index}].zones", "key", [zone.key for zone in site.zones])
        yield from double_zone_names(f"sites[{index}]", site)
        yield from _doubles(f"sites[{index}].languages", "language", site.languages)
    named = [
        *((f"staff_pins[{index}]", pin.site) for index, pin in enumerate(read.staff_pins)),
        *((f"hosts[{index}]", host.site) for index, host in enumerate(read.hosts)),
        *((f"invitations[{index}]", item.site) for index, item in enumerate(read.invitations)),
    ]
    sites = {site.key for site in read.sites}
    for where, key in named:
        yield from _unknown(f"{where}.site", "site", key, sites)
    for index, pin in enumerate(read.staff_pins):
        if pin.until is not None and not is_moment(pin.until):
            yield f"staff_pins[{index}].until: {_NO_MOMENT}"


def _pin_faults(read: OrganisationFile) -> Iterator[str]:
    """The same digits twice at one site: a kiosk knows people by them alone, so it would take one for the other."""
    here: dict[str, dict[str, str]] = {site.key: {} for site in read.sites}
    for site in read.sites:
        if site.staff_pin is not None:
            here[site.key][site.staff_pin] = "the site's own"
    for index, pin in enumerate(read.staff_pins):
        sites = [key for key in here if pin.site in (None, key)]
        taken = next((here[key][pin.pin] for key in sites if pin.pin in here[key]), None)
        if taken is not None:
            yield f"staff_pins[{index}].pin: these digits are {taken} PIN already; give each its own"
        for key in sites:
            here[key].setdefault(pin.pin, f"{quoted(pin.id)}'s")


def _type_faults(where: str, kind: VisitorTypeEntry, read: OrganisationFile) -> Iterator[str]:
    documents = {text.id for text in read.documents}
    for place, key in enumerate(kind.documents):
        yield from _unknown(f"{where}.documents[{place}]", "document", key, documents)
    yield from _unknown(f"{where}.template", "badge template", kind.template, {t.id for t in read.badge_templates})
    yield from _doubles(f"{where}.fields", "id", [field.id for field in kind.fields])
    yield from _doubles(f"{where}.steps", "step", kind.steps)
    for place, field in enumerate(kind.fields):
        yield from _choice_faults(f"{where}.fields[{place}].choices", field)
        yield from condition_faults(f"{where}.fields[{place}].when", field, kind.fields[:place])
    yield from signature_faults(f"{where}.documents", kind, read.document_rules)
    if kind.rules.photo_required and "photo" not in kind.steps:
        yield f"{where}.rules.photo_required: there is no step that takes a photo"
    if kind.rules.host_required and "host" not in kind.steps:
        yield f"{where}.rules.host_required: there is no step that asks for the host"


def _choice_faults(where: str, field: FieldEntry) -> Iterator[str]:
    if field.kind == "choice" and not field.choices:
        yield f"{where}: needs at least one"
    elif field.choices and field.kind != "choice":
        yield f"{where}: only a field of the kind choice has any"
    yield from _doubles(where, "id", [choice.id for choice in field.choices])


def _document_faults(read: OrganisationFile) -> Iterator[str]:
    documents = {text.id for text in read.documents}
    for index, rule in enumerate(read.document_rules):
        where = f"document_rules[{index}]"
        yield from _unknown(f"{where}.document", "document", rule.document, documents)
        yield from day_faults(f"{where}.since", rule.since)
        if rule.pass_right > len(rule.quiz):
            yield f"{where}.pass_right: there are only {len(rule.quiz)} questions"
        yield from _doubles(f"{where}.quiz", "id", [question.id for question in rule.quiz])
        for place, question in enumerate(rule.quiz):
            if not any(choice.right for choice in question.choices):
                yield f"{where}.quiz[{place}].choices: none of them is right"


def _badge_faults(read: OrganisationFile) -> Iterator[str]:
    types = {kind.id for kind in read.visitor_types}
    for index, template in enumerate(read.badge_templates):
        where = f"badge_templates[{index}]"
        yield from (f"{where}.{fault}" for fault in template_faults(template))
        for place, key in enumerate(template.types):
            yield from _unknown(f"{where}.types[{place}]", "type of visitor", key, types)


def _people_faults(read: OrganisationFile) -> Iterator[str]:
    types, hosts = {kind.id for kind in read.visitor_types}, {host.key for host in read.hosts}
    for index, host in enumerate(read.hosts):
        if host.email and not is_address(host.email):
            yield f"hosts[{index}].email: {_NO_ADDRESS}"
    for index, invited in enumerate(read.invitations):
        where = f"invitations[{index}]"
        yield from _unknown(f"{where}.type", "type of visitor", invited.type, types)
        yield from _unknown(f"{where}.host", "host", invited.host, hosts)
        yield from invitation_faults(where, invited)
    for index, item in enumerate(read.attestations):
        where = f"attestations[{index}]"
        if item.email and not could_be_address(item.email):
            yield f"{where}.email: {_NO_ADDRESS}"
        if not (item.name or item.email or item.company):
            yield f"{where}: needs a name, an e-mail address or a company"
        yield from _empty_faults(where, item)
        yield from _window_faults(where, item.begins, item.ends)
    for index, entry in enumerate(read.watchlist):
        yield from watch_faults(f"watchlist[{index}]", entry)


def watch_faults(where: str, entry: WatchEntry) -> Iterator[str]:
    """What must hold of an entry of the watchlist by itself."""
    if not (entry.name or entry.email or entry.phone or entry.company or entry.document):
        yield f"{where}: needs a name, an e-mail address, a phone number, a company or a document"
    if entry.until is not None and not is_moment(entry.until):
        yield f"{where}.until: {_NO_MOMENT}"
    yield from _empty_faults(where, entry)


def _empty_faults(where: str, entry: AttestationEntry | WatchEntry) -> Iterator[str]:
    """What would never be met by anybody, though somebody thinks that it is on the list."""
    for field in ("name", "email", "phone", "company", "document"):
        text = getattr(entry, field, "")
        if text and not folded_words(field, text):
            yield f"{where}.{field}: holds nothing that can be compared"


def invitation_faults(where: str, invited: InvitationEntry) -> Iterator[str]:
    """What must hold of an invitation by itself."""
    yield from _named(f"{where}.name", invited.name)
    if invited.email and not could_be_address(invited.email):
        yield f"{where}.email: {_NO_ADDRESS}"
    if invited.code is not None and not invited.email:
        yield f"{where}.code: is of use only with an e-mail address"
    for place, window in enumerate(invited.windows):
        yield from _window_faults(f"{where}.windows[{place}]", window.begins, window.ends)


def _window_faults(where: str, begins: str, ends: str) -> Iterator[str]:
    wrong = [name for name, text in (("begins", begins), ("ends", ends)) if not is_moment(text)]
    yield from (f"{where}.{name}: {_NO_MOMENT}" for name in wrong)
    if not wrong and moment_ms(ends) <= moment_ms(begins):
        yield f"{where}.ends: is not after the beginning"


def _language_faults(read: OrganisationFile) -> Iterator[str]:
    named: list[tuple[str, str]] = []
    for index, site in enumerate(read.sites):
        named += [(f"sites[{index}].languages[{place}]", code) for place, code in enumerate(site.languages)]
    named += [(f"documents[{index}].language", text.language) for index, text in enumerate(read.documents)]
    named += [
        (f"invitations[{index}].language", item.language)
        for index, item in enumerate(read.invitations)
        if item.language
    ]
    for words in all_words(read):
        named += [(words.where, code) for code in words.said]
    for where, code in named:
        fault = language_fault(code)
        if fault is not None:
            yield f"{where}: {quoted(code)} {fault}"


def _unknown(where: str, what: str, key: str | None, known: Iterable[str]) -> Iterator[str]:
    names = sorted(known)
    if key is not None and key not in names:
        there = f"there is {', '.join(names[:20])}" if names else "there is none"
        yield f"{where}: there is no {what} {quoted(key)}; {there}"


def _doubles(path: str, what: str, values: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield f"{path}[{index}]: the {what} {quoted(value)} is there twice"
        seen.add(value)
