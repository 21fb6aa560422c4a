"""What an organisation's file says beyond places and hosts: every fault by its path, all at once, and sizes."""

import copy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cloud_api.errors import ConfigurationError
from cloud_api.services.organisation_file import OrganisationFile, read_organisation_file
from workbench.demo import cloud

SAMPLE = Path(cloud.__file__).with_name("thistledown.json").read_bytes()
GOOD: dict[str, Any] = msgspec.json.decode(SAMPLE)


def read(value: object) -> OrganisationFile:
    return read_organisation_file(msgspec.json.encode(value))


def fault_of(value: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(value)
    return str(caught.value)


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    made: Any = copy.deepcopy(GOOD)
    place = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    found: dict[str, Any] = made
    return found


def test_the_sample_uses_every_part_of_the_file() -> None:
    """But for what a new organisation has none of: kiosks to revoke, visits to erase."""
    read_sample = read(GOOD)
    unused = [name for name in OrganisationFile.__struct_fields__ if not getattr(read_sample, name)]
    assert unused == ["revocations", "erasures"]
    assert [kiosk.zone for kiosk in read_sample.sites[0].kiosks] == ["lobby"]
    assert any(kind.fields for kind in read_sample.visitor_types)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (
            ("sites", 0, "kiosks"),
            [{"name": "Gate", "zone": "yard"}],
            'sites[0].kiosks[0].zone: there is no zone "yard"; there is lobby',
        ),
        (
            ("revocations",),
            [{"site": "nowhere", "kiosk": "Gate", "reason": "lost"}],
            'revocations[0].site: there is no site "nowhere"; there is mill-lane',
        ),
        (
            ("erasures",),
            [{"stay": "Ada", "reason": "asked"}],
            "erasures[0].stay: must be the id in the address of the visit's page, in small letters",
        ),
        (("commands", 0, "order"), "explode", 'commands[0].order: must be one of "allow_photos"'),
        (
            ("commands",),
            [{"name": "a", "site": "mill-lane", "order": "wipe", "reason": "stolen"}] * 2,
            'commands[1]: the name "a" is there twice; commands[0]: a wipe names the one kiosk that it is for',
        ),
        (
            ("visitor_types", 0, "rules"),
            {"screening": "yes"},
            "visitor_types[0].rules.screening: must be true or false",
        ),
        (
            ("visitor_types", 1, "steps"),
            ["details", "retina"],
            'visitor_types[1].steps[1]: must be one of "details", "document", "fields", "host", "photo"',
        ),
        (("visitor_types", 1, "steps"), ["host", "host"], 'visitor_types[1].steps[1]: the step "host" is there twice'),
        (
            ("visitor_types", 1, "documents"),
            ["nda"],
            'visitor_types[1].documents[0]: there is no document "nda"; there is induction, site-rules',
        ),
        (
            ("visitor_types", 1, "template"),
            "gold",
            'visitor_types[1].template: there is no badge template "gold"; there is contractor, escorted',
        ),
        (("visitor_types", 1, "fields", 0, "purpose"), "", "visitor_types[1].fields[0].purpose: must not be empty"),
        (
            ("visitor_types", 1, "fields", 0, "basis"),
            "curiosity",
            'visitor_types[1].fields[0].basis: must be one of "consent", "contract", "legal_obligation", "legi',
        ),
        (
            ("visitor_types", 1, "fields", 0, "kind"),
            "choice",
            "visitor_types[1].fields[0].choices: needs at least one",
        ),
        (
            ("visitor_types", 1, "fields", 0, "choices"),
            [{"id": "a", "words": {}}],
            "visitor_types[1].fields[0].choices: only a field of the kind choice has any",
        ),
        (
            ("visitor_types", 1, "fields", 1, "id"),
            "order",
            'visitor_types[1].fields[1]: the id "order" is there twice',
        ),
        (
            ("visitor_types", 1, "fields", 2, "when", "field"),
            "vehicle",
            'visitor_types[1].fields[2].when.field: there is no earlier field "vehicle"; there is order, car',
        ),
        (
            ("visitor_types", 1, "fields", 0, "when"),
            {"field": "car", "answers": ["yes"]},
            'visitor_types[1].fields[0].when.field: there is no earlier field "car"; there is none',
        ),
        (
            ("visitor_types", 1, "fields", 2, "when", "answers"),
            ["maybe"],
            'visitor_types[1].fields[2].when.answers[0]: "maybe" is no answer to "car"; there is "yes", "no"',
        ),
        (
            ("visitor_types", 1, "fields", 2, "notices"),
            {"tlh": "?"},
            'visitor_types[1].fields[2].notices: "tlh" is not a language that Lodge has',
        ),
        (
            ("visitor_types", 0, "steps"),
            ["details"],
            "",
        ),
        (
            ("visitor_types", 2, "steps"),
            ["details"],
            "visitor_types[2].rules.host_required: there is no step that asks for the host",
        ),
        (("document_rules", 0, "since"), "2026-02-30", "document_rules[0].since: there is no such day"),
        (("document_rules", 0, "since"), "spring", "document_rules[0].since: must be a day such as 2026-03-03"),
        (("document_rules", 0, "document"), "nda", 'document_rules[0].document: there is no document "nda"'),
        (("document_rules", 0, "pass_right"), 3, "document_rules[0].pass_right: there are only 2 questions"),
        (
            ("document_rules", 0, "quiz", 0, "choices", 0, "right"),
            False,
            "document_rules[0].quiz[0].choices: none of them is right",
        ),
        (("badge_templates", 0, "accent"), "green", "badge_templates[0].accent: must be a colour such as"),
        (("badge_templates", 0, "types"), ["spy"], 'badge_templates[0].types[0]: there is no type of visitor "spy"'),
        (("badge_templates", 0, "media"), ["77x1"], 'badge_templates[0].media[0]: there is no medium "77x1"'),
        (
            ("badge_templates", 0, "elements", 6, "size"),
            "small",
            'badge_templates[0].elements[6].size: "name" is "normal"',
        ),
        (("badge_templates", 0, "parts"), ["hologram"], "badge_templates[0].parts[0]: must be one of"),
        (("staff_pins", 0, "pin"), "12", "staff_pins[0].pin: must be six digits in quotes"),
        (
            ("staff_pins", 2, "pin"),
            "975310",
            'staff_pins[2].pin: these digits are "maintenance"\'s PIN already; give each its own',
        ),
        (("staff_pins", 1, "pin"), "246810", "staff_pins[1].pin: these digits are the site's own PIN already"),
        (("staff_pins", 0, "scopes"), [], "staff_pins[0].scopes: needs at least one"),
        (("staff_pins", 1, "site"), "moon", 'staff_pins[1].site: there is no site "moon"; there is mill-lane'),
        (("staff_pins", 0, "until"), "tomorrow", "staff_pins[0].until: must be a time with its offset"),
        (("staff_pins", 0, "until"), "2026-13-01T00:00Z", "staff_pins[0].until: there is no such time"),
        (("invitations", 0, "type"), "spy", 'invitations[0].type: there is no type of visitor "spy"'),
        (("invitations", 0, "host"), "nobody", 'invitations[0].host: there is no host "nobody"'),
        (("invitations", 0, "email"), "nowhere", "invitations[0].email: this is not an e-mail address"),
        (("invitations", 0, "email"), "", "invitations[0].code: is of use only with an e-mail address"),
        (("invitations", 0, "code"), "abc", "invitations[0].code: must be 6 to 16 digits and capital letters"),
        (("invitations", 0, "language"), "tlh", 'invitations[0].language: "tlh" is not a language that Lodge has'),
        (
            ("invitations", 1, "windows", 1, "ends"),
            "2026-12-14T07:00+00:00",
            "invitations[1].windows[1].ends: is not after the beginning",
        ),
        (("attestations", 0, "company"), "", "attestations[0]: needs a name, an e-mail address or a company"),
        (("attestations", 0, "company"), "---", "attestations[0].company: holds nothing that can be compared"),
        (("watchlist", 0, "name"), "", "watchlist[0]: needs a name"),
        (("watchlist", 0, "action"), "arrest", 'watchlist[0].action: must be one of "alert", "hold"'),
        (("watchlist", 1, "key"), "former-guard", 'watchlist[1]: the key "former-guard" is there twice'),
        (("sites", 0, "keep_days"), {"visits": -1}, "sites[0].keep_days.visits: must be 0 to 36500"),
        (("visitor_types", 1, "hints"), {"xx-Q": "?"}, 'visitor_types[1].hints: "xx-Q" is not a language code'),
    ],
)
def test_a_fault_is_named_by_its_path(path: tuple[str | int, ...], value: object, fault: str) -> None:
    if not fault:
        assert read(changed(path, value)).name
        return
    assert fault_of(changed(path, value)).startswith(fault)


def test_the_same_digits_may_serve_at_two_sites_but_not_at_one() -> None:
    """F24: no kiosk ever has to choose between two people; the digits are in no fault."""
    wanted: Any = copy.deepcopy(GOOD)
    wanted["sites"].append({**wanted["sites"][0], "key": "annexe", "kiosks": []})
    pin = {"pin": "551177", "scopes": ["departure"]}
    wanted["staff_pins"] = [{**pin, "id": "one", "site": "mill-lane"}, {**pin, "id": "two", "site": "annexe"}]
    assert len(read(wanted).staff_pins) == 2
    wanted["staff_pins"].append({**pin, "id": "three"})
    assert fault_of(wanted) == 'staff_pins[2].pin: these digits are "one"\'s PIN already; give each its own'


def test_all_faults_of_all_parts_are_named_at_once() -> None:
    wrong: Any = copy.deepcopy(GOOD)
    wrong["staff_pins"][1]["site"] = "moon"
    wrong["invitations"][0]["type"] = "spy"
    wrong["watchlist"][0]["name"] = "..."
    wrong["visitor_types"][1]["template"] = "gold"
    said = fault_of(wrong)
    for where in ("staff_pins[1].site", "invitations[0].type", "watchlist[0].name", "visitor_types[1].template"):
        assert where in said


def _with_hosts(count: int) -> OrganisationFile:
    wanted = copy.deepcopy(GOOD)
    wanted["invitations"] = []
    wanted["hosts"] = [
        {"key": f"h{number}", "name": f"Odalys Fernhollow {number:05}", "department": "Weaving and finishing"}
        for number in range(count)
    ]
    return read(wanted)


def test_as_many_hosts_as_a_kiosk_takes_are_taken_and_more_are_refused_by_name_and_number() -> None:
    """C25: 4 MiB a page."""
    assert len(_with_hosts(30_000).hosts) == 30_000
    with pytest.raises(ConfigurationError) as caught:
        _with_hosts(50_000)
    said = str(caught.value)
    assert said.startswith("hosts: the page for the site mill-lane would have 5.")
    assert "a kiosk takes 4 MiB at most" in said
    assert "of these 50000" in said


def test_fifty_thousand_hosts_with_short_names_fit() -> None:
    wanted = copy.deepcopy(GOOD)
    wanted["invitations"] = []
    wanted["hosts"] = [{"key": f"h{number}", "name": "Ada"} for number in range(50_000)]
    assert len(read(wanted).hosts) == 50_000
