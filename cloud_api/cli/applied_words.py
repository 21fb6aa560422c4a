"""What ``org apply`` says of what it did, for people and for programs."""

from cloud_api.counting import counted
from cloud_api.services.accents import shown_accent
from cloud_api.services.organisation_file import OrganisationFile
from cloud_api.services.organisations import Applied

_TAKEN_BACK = {
    "documents": ("document",),
    "visitor_types": ("type of visitor", "types of visitor"),
    "badge_templates": ("badge template",),
    "staff_pins": ("staff PIN",),
    "invitations": ("invitation",),
    "attestations": ("attestation",),
    "watchlist": ("entry on the watchlist", "entries on the watchlist"),
}


def facts_of(done: Applied) -> dict[str, object]:
    """For programs."""
    return {
        "sites": done.sites,
        "zones": done.zones,
        "hosts": done.hosts,
        "hosts_retired": done.hosts_retired,
        "documents": done.documents,
        "visitor_types": done.visitor_types,
        "badge_templates": done.badge_templates,
        "staff_pins": done.staff_pins,
        "invitations": done.invitations,
        "attestations": done.attestations,
        "watchlist": done.watchlist,
        "taken_back": done.taken_back,
        "renamed_from": done.renamed_from,
        "kiosks_created": done.fleet.kiosks,
        "kiosks_revoked": done.fleet.revoked,
        "visits_erased": done.fleet.erased,
        "commands_given": done.fleet.commands,
    }


def detail_of(done: Applied) -> dict[str, str]:
    """For the operator's log: counts alone, which outlive the organisation."""
    return {
        "sites": str(done.sites),
        "hosts": str(done.hosts),
        "retired_hosts": str(done.hosts_retired),
        "taken_back": str(sum(done.taken_back.values())),
        "renamed": "no" if done.renamed_from is None else "yes",
    }


def words_of(done: Applied, wanted: OrganisationFile) -> str:
    """For people; ``wanted`` is what was applied."""
    name = wanted.name
    shown = [
        counted(done.sites, "site"),
        counted(done.zones, "zone"),
        counted(done.hosts, "host"),
        counted(done.documents, "document"),
        counted(done.visitor_types, "type of visitor", "types of visitor"),
    ]
    shown += _some(
        counted(done.badge_templates, "badge template"),
        counted(done.staff_pins, "staff PIN"),
        counted(done.invitations, "invitation"),
        counted(done.attestations, "attestation"),
        counted(done.watchlist, "entry on the watchlist", "entries on the watchlist"),
    )
    acts = _some(
        f"{counted(done.hosts_retired, 'host')} retired.",
        f"{counted(done.fleet.kiosks, 'kiosk')} created: lodge-cloud kiosk code enrols it.",
        f"{counted(done.fleet.revoked, 'kiosk')} revoked.",
        f"{counted(done.fleet.erased, 'visit')} erased.",
        f"{counted(done.fleet.commands, 'command')} given.",
    )
    gone = _some(*(counted(done.taken_back[kind], *words) for kind, words in _TAKEN_BACK.items()))
    said = [f"{name} has {', '.join(shown)}.", *acts]
    if gone:
        said.append(f"Taken back, for the file does not name them: {', '.join(gone)}.")
    if done.renamed_from is not None:
        said.insert(0, f"{done.renamed_from} is called {name} now.")
    said += [
        f"The accent {site.accent} of {site.name} is too light for text: kiosks show {shown_accent(site.accent)}."
        for site in wanted.sites
        if shown_accent(site.accent) != site.accent
    ]
    return " ".join(said)


def _some(*words: str) -> list[str]:
    return [item for item in words if not item.startswith("0 ")]
