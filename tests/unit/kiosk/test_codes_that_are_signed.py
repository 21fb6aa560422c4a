"""C33, F03, F13: real codes of this organisation and of others, scanned in a lobby over the kiosk's own records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.composition.desks import build_desks
from kiosk.navigation import Screen
from kiosk.ports import Arrived
from kiosk.presenters.cast import LobbyCraft
from kiosk.presenters.lobby import Lobby
from sync.protocol.codes import Purpose, sign_code
from sync.protocol.feed import Invitation, Invitations, Window
from tests.fakes.kiosk_lobby import LobbyUnderTest
from tests.fakes.lone_station import draft, lone_station
from workbench.lone_kiosk import first_page

LATER_S = 4_000_000_000
MINE = UUID(int=7, version=4)
OTTILIE = Invitation(
    id=MINE,
    type="visitor",
    host=None,
    name="Ottilie Marchbanks",
    company="",
    language="en",
    windows=(Window(from_ms=0, until_ms=2**52),),
)


def test_c33_each_code_does_what_it_is_for_or_says_what_it_is_whatever_screen_it_is_shown_to(tmp_path: Path) -> None:
    """A badge, one of somebody who left, one of another organisation, an invitation, an id that nobody signed."""
    with lone_station(tmp_path) as (lone, station):
        keys = station.settings.keys_page()
        assert keys is not None
        station.feed.take(first_page(lone, Invitations(key="cd" * 32, invitations=(OTTILIE,))), keys[1])
        desks = build_desks(station)
        arrived = desks.check_in.arrive(draft(station))
        assert isinstance(arrived, Arrived)
        tenant, key = station.enrolment.tenant, station.settings.epoch_key(station.enrolment.epoch)
        stay, foreign = UUID(arrived.stay_id), Ed25519PrivateKey.generate()
        badge = sign_code(Purpose.DEPARTURE, stay, tenant=tenant, expires_s=LATER_S, key=key)
        other = sign_code(Purpose.DEPARTURE, stay, tenant=uuid4(), expires_s=LATER_S, key=foreign)
        invitation = sign_code(Purpose.INVITATION, MINE, tenant=tenant, expires_s=LATER_S, key=lone.token)
        bench = LobbyUnderTest()
        ports = replace(bench.kiosk.ports, departure=desks.departure, invitations=desks.invitations)
        lobby = Lobby(ports, LobbyCraft(bench.seen.read, lambda _frame: b"", lambda _frame: bench.framing))
        lobby.welcome.leave()
        for text, words in ((other, "belongs to another place"), (str(stay), "do not know this code")):
            lobby.scanned(text)
            assert words in lobby.leaving.view().problem
        lobby.scanned(invitation)
        lobby.choose("accept")
        assert lobby.details.view().fields[0].entry.text == "Ottilie Marchbanks"
        lobby.reset()
        lobby.welcome.visit()
        lobby.type.by_code()
        lobby.scanned(badge)
        assert station.evacuation.on_site().count == 1
        lobby.choose("accept")
        assert lobby.screen is Screen.GOODBYE
        assert station.evacuation.on_site().count == 0
        lobby.finish()
        lobby.scanned(badge)
        sheet = lobby.view().sheet
        assert sheet is not None
        assert sheet.sentence == "You are already signed out. There is nothing more to do."
        lobby.scanned(invitation)
        assert lobby.turn.given.name == "Ottilie Marchbanks"
