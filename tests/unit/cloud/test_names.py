"""One rule for names, wherever they are given (F21, R26)."""

import pytest
from pydantic import ValidationError

from cloud_api.http.api.deliveries import CollectedBy
from cloud_api.http.api.hosts import HostChange
from cloud_api.http.api.kiosks import NewKiosk
from cloud_api.services.file_people import HostEntry, InvitationEntry, WindowEntry
from cloud_api.services.file_places import SiteEntry, ZoneEntry
from cloud_api.services.file_rules import invitation_faults, rule_faults
from cloud_api.services.mail_addresses import is_mailable
from cloud_api.services.names import name_fault
from tests.fakes.cloud_server import sample_file

PERSIAN, JAPANESE = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647", "\u5c71\u7530\u3000\u82b1"
SITE = "3d9a1f42-6a53-4f0c-8b6a-0f4f1f7a2f10"


@pytest.mark.parametrize(
    "name", ["", "   ", "\u3000", "\u200c", "\u3164", "Ann\u202eenna", "An\u200bn", "A\u200dnn", "A\nB", "Ann\ud800"]
)
def test_f21_blank_names_and_unseen_signs_are_refused_everywhere_by_their_place(name: str) -> None:
    """F21, R26: on badges, lists and in the log a name is what it looks like."""
    assert name_fault(name)
    for model, given in ((HostChange, {"name": name}), (NewKiosk, {"name": name, "site_id": SITE})):
        with pytest.raises(ValidationError) as refused:
            model.model_validate(given)
        assert refused.value.errors()[0]["loc"] == ("name",)
    with pytest.raises(ValidationError):
        CollectedBy(by=name)
    zone = ZoneEntry(key="lobby", name=name, muster_point=name)
    site = SiteEntry(key="mill-lane", name=name, time_zone="Europe/London", zones=(zone,))
    faults = list(rule_faults(sample_file(sites=(site,), hosts=(HostEntry(key="grace", name=name),))))
    assert [fault.partition(": ")[0] for fault in rule_faults(sample_file(name=name))] == ["name"]
    places = ("sites[0].name", "sites[0].zones[0].name", "sites[0].zones[0].muster_point", "hosts[0].name")
    assert [fault.partition(": ")[0] for fault in faults] == list(places)
    window = WindowEntry(begins="2026-12-01T09:00Z", ends="2026-12-01T17:00Z")
    guest = InvitationEntry(key="ada", type="visitor", name=name, windows=(window,))
    assert [fault.partition(": ")[0] for fault in invitation_faults("invitation", guest)] == ["invitation.name"]


@pytest.mark.parametrize("name", ["Grace Example", "Zo\u00eb O\u2019Fictional", PERSIAN, JAPANESE])
def test_names_of_every_script_are_taken(name: str) -> None:
    assert name_fault(name) is None


def test_no_more_stands_before_the_at_than_mail_servers_take() -> None:
    """RFC 5321, 4.5.3.1.1: of hosts and of those who sign in alike."""
    assert [is_mailable(f"{'a' * length}@example.org") for length in (64, 65)] == [True, False]
