"""Two real kiosks of one site and a real server, over TLS: each lists the other's visitors when the network is gone."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader

from kiosk.composition.desks import build_desks
from kiosk.evacuation_list.roster_export import list_as_csv
from kiosk.ports import Departed, Freshness
from sync.device.stepping import LinkState
from sync.protocol.chain import Act
from sync.protocol.codes import Purpose, readable_code, sign_code
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, Kind
from tests.fakes.cloud_site import Site
from tests.fakes.commands import lodge_kiosk
from tests.fakes.kiosk_on_site import KioskFolder, KioskOnSite, new_kiosk

pytestmark = pytest.mark.timeout(600)  # real processes

Pair = tuple[KioskFolder, KioskFolder]


@pytest.fixture
def names(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    """Names of one test's own: the pair's lists go on from test to test."""
    number = sum(map(ord, request.node.name))
    return (f"Odalys Fernhollow {number}", f"Bram Oakentide {number}", f"Sunniva Larkmead {number}")


@contextmanager
def serving(site: Site) -> Iterator[None]:
    with site.process("serve"):
        site.wait_until_ready()
        yield


def arrive(kiosk: KioskOnSite, name: str) -> UUID:
    muster = ArrivedMuster(name=name, company="Pebble", host="Grace Example", zone="Front lobby", assistance=False)
    full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
    stay = UUID(bytes=os.urandom(16), version=4)
    kiosk.station.log.append([Act(Kind.VISITOR_ARRIVED, stay, muster, full)])
    kiosk.station.log.settle()
    return stay


def listed(kiosk: KioskOnSite, names: tuple[str, ...]) -> list[str]:
    """Those of the names that its evacuation list has, in their order."""
    found = [person.name for person in kiosk.station.evacuation.on_site().entries]
    return [name for name in names if name in found]


def knows_both(kiosk: KioskOnSite) -> bool:
    roster = kiosk.station.directory.roster()
    return roster is not None and len(roster.kiosks) == 2 and all(entry.keys for entry in roster.kiosks)


def hear(kiosk: KioskOnSite, condition: Callable[[], bool]) -> None:
    kiosk.until(condition, kiosk.lines.asker.step)


def printed(configuration_folder: Path, pdf: Path) -> dict[str, object]:
    done = lodge_kiosk("roster", "--pdf", str(pdf), "--json", "--data", str(configuration_folder))
    assert done.returncode == 0, done
    facts: dict[str, object] = json.loads(done.stdout)
    return facts


@pytest.fixture(scope="module")
def pair(own_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both enrolled, and both by a roster that names the other."""
    tmp_path = tmp_path_factory.mktemp("pair")
    with serving(own_site):
        front, back = (new_kiosk(own_site, tmp_path, name)[0] for name in ("Front door", "Back door"))
        for folder in (front, back):
            with folder.open() as kiosk:
                kiosk.until(lambda kiosk=kiosk: knows_both(kiosk), kiosk.lines.feed.step)  # type: ignore[misc]
    return front, back


def test_f14_c21_each_kiosk_lists_the_others_visitors_with_the_network_gone(
    own_site: Site, pair: Pair, names: tuple[str, str, str], tmp_path: Path
) -> None:
    """F14, C21: arrivals at the front are on the back's list, screen, paper and facts, when nothing can be asked."""
    front, back = pair
    with serving(own_site):
        with front.open() as kiosk:
            for name in names[:2]:
                arrive(kiosk, name)
            kiosk.drain()
        with back.open() as kiosk:
            arrive(kiosk, names[2])
            kiosk.drain()
            hear(kiosk, lambda: listed(kiosk, names) == list(names))
            shown = kiosk.station.evacuation.on_site()
            assert (shown.freshness, [other.name for other in shown.heard]) == (Freshness.COMPLETE, ["Front door"])
    with back.open() as kiosk:
        assert kiosk.lines.asker.step().state is LinkState.OFFLINE
        assert listed(kiosk, names) == list(names)
    facts = printed(back.folder, tmp_path / "list.pdf")
    people = facts["people"]
    assert isinstance(people, list)
    assert set(names) <= {person["name"] for person in people}
    paper = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / "list.pdf").pages)
    assert all(name in paper for name in names)
    assert "Front door last heard" in paper
    others = facts["kiosks"]
    assert isinstance(others, list)
    assert [(other["name"], other["last_heard"] is None) for other in others] == [("Front door", False)]


def test_c21_who_leaves_at_another_kiosk_is_off_the_first_ones_list_once_both_are_back(
    own_site: Site, pair: Pair, names: tuple[str, str, str]
) -> None:
    """F13, C21: by the signed code and by the readable one, with the network gone in between."""
    front, back = pair
    with ExitStack() as open_kiosks:
        ours, theirs = (open_kiosks.enter_context(folder.open()) for folder in (front, back))
        with serving(own_site):
            stays = [arrive(ours, name) for name in names]
            ours.drain()
            hear(theirs, lambda: listed(theirs, names) == list(names))
        enrolment = ours.station.enrolment
        code = sign_code(
            Purpose.DEPARTURE,
            stays[0],
            tenant=enrolment.tenant,
            expires_s=ours.station.clock.wall_ms() // 1000 + 3600,
            key=ours.station.log.epochs.current_key(),
        )
        desk = build_desks(theirs.station).departure
        gone = [desk.by_code(code), desk.by_code(readable_code(stays[1]))]
        assert [left.display_name for left in gone if isinstance(left, Departed)] == list(names[:2])
        assert (listed(theirs, names), listed(ours, names)) == ([names[2]], list(names))
        with serving(own_site):
            theirs.drain()
            hear(ours, lambda: listed(ours, names) == [names[2]])


def test_an_idle_site_wears_out_no_card(own_site: Site, pair: Pair, names: tuple[str, str, str]) -> None:
    """R31, F14: asking writes nothing when nothing is new."""
    front, back = pair
    with serving(own_site), front.open() as ours, back.open() as theirs:
        arrive(ours, names[0])
        ours.drain()
        hear(theirs, lambda: listed(theirs, names) == [names[0]])
        theirs.station.log.settle()
        theirs.lines.asker.step()
        database = theirs.station.database
        written = database.read("pragma data_version"), database.read("select total_changes() as many")
        for _ in range(5):
            assert theirs.lines.asker.step().state is LinkState.ONLINE
        assert written == (database.read("pragma data_version"), database.read("select total_changes() as many"))


def test_the_csv_of_a_heard_list_has_a_line_for_each(own_site: Site, pair: Pair, names: tuple[str, str, str]) -> None:
    """F14."""
    front, back = pair
    with serving(own_site), front.open() as ours, back.open() as theirs:
        for name in names:
            arrive(ours, name)
        ours.drain()
        hear(theirs, lambda: listed(theirs, names) == list(names))
        rows = list(csv.reader(io.StringIO(list_as_csv(theirs.station.evacuation.on_site()))))
    assert set(names) <= {row[0] for row in rows[1:]}
