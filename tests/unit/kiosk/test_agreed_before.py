"""Whoever comes by an invitation again is not asked for what they agreed to, and is asked wherever that is in doubt
(F05, ADR 98).
"""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from kiosk.admission_values import Invited
from kiosk.composition.desks import build_desks
from kiosk.flows.agreed_before import agreed_versions
from kiosk.navigation import Screen
from kiosk.ports import Step
from sync.device.clock import SystemClock
from sync.protocol.codes import readable_code
from sync.protocol.feed import (
    Agreed,
    Document,
    Documents,
    DocumentText,
    Invitation,
    Invitations,
    PageKind,
    Window,
    document_hash,
)
from sync.protocol.hlc import ClockQuality
from tests.fakes.kiosk_lobby import LobbyUnderTest
from tests.fakes.lone_station import lone_station, publish
from workbench.sample_types import thistledown

CODE = "K7QF2M9D"
MINE = UUID(int=7, version=4)
DAY_MS = 86_400_000
THEN_MS = 1_800_000_000_000


def text(language: str, version: str = "3") -> DocumentText:
    title, lines = f"Rules ({language}, {version})", ("Be kind.",)
    return DocumentText(
        version=version, language=language, title=title, paragraphs=lines, sha256=document_hash(title, lines)
    )


RULES = Document(id="rules", again_after_days=30, texts=(text("en"), text("de")))
CHANGED = msgspec.structs.replace(text("de"), paragraphs=("Be very kind.",))
AGREED = Agreed(document="rules", sha256=text("de").sha256, at_ms=THEN_MS)
PASS = Invitation(
    id=MINE,
    type="visitor",
    host=None,
    name="Ada Sample",
    company="",
    language="en",
    windows=(Window(from_ms=0, until_ms=2**52),),
    uses=0,
    agreed=(AGREED,),
)


def versions(
    invitation: Invitation = PASS, document: Document = RULES, now_ms: int | None = THEN_MS + DAY_MS
) -> dict[str, str]:
    return agreed_versions(invitation, (document,), now_ms)


def test_f05_what_was_agreed_to_in_one_language_holds_until_its_days_are_over() -> None:
    assert versions() == {"rules": "3"}
    assert versions(now_ms=THEN_MS + 30 * DAY_MS - 1) == {"rules": "3"}
    assert versions(now_ms=THEN_MS + 30 * DAY_MS) == {}


@pytest.mark.parametrize(
    "doubt",
    [
        {"now_ms": None},
        {"now_ms": THEN_MS - 1},
        {"document": msgspec.structs.replace(RULES, again_after_days=0)},
        {"document": msgspec.structs.replace(RULES, texts=(text("en", "4"), text("de", "4")))},
        {"document": msgspec.structs.replace(RULES, texts=(CHANGED,))},
        {"document": msgspec.structs.replace(RULES, id="others")},
        {"document": msgspec.structs.replace(RULES, signature=True)},
        {"document": msgspec.structs.replace(RULES, pass_right=1)},
        {"invitation": msgspec.structs.replace(PASS, uses=2)},
        {"invitation": msgspec.structs.replace(PASS, agreed=msgspec.UNSET)},
    ],
    ids=["clock", "past", "every-visit", "version", "text", "other", "unsigned", "quiz", "several", "never"],
)
def test_f05_what_is_in_doubt_is_asked_again(doubt: dict[str, object]) -> None:
    """F05: no believed clock, another version or text, a signature or answers that were not asked for then."""
    assert versions(**doubt) == {}  # type: ignore[arg-type]  # by name


def test_f05_the_desk_tells_it_of_the_pages_by_a_clock_that_it_believes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lone_station(tmp_path) as (lone, station):
        publish(lone, station, Documents(documents=(RULES,)))
        agreed = msgspec.structs.replace(AGREED, at_ms=station.clock.wall_ms() - DAY_MS)
        page = Invitations(key="cd" * 32, invitations=(msgspec.structs.replace(PASS, agreed=(agreed,)),))
        publish(lone, station, page)
        assert station.feed.held()[PageKind.INVITATIONS].version == 1
        desk = build_desks(station).invitations
        for quality, told in ((ClockQuality.NTP, {"rules": "3"}), (ClockQuality.UNSYNCED, {})):
            monkeypatch.setattr(SystemClock, "quality", lambda _self, found=quality: found)
            found = desk.by_code(readable_code(MINE))
            assert isinstance(found, Invited)
            assert found.agreed == told


@pytest.fixture
def bench() -> LobbyUnderTest:
    """A contractor, who has two documents, invited; what they agreed to is left to the test."""
    made = LobbyUnderTest()
    kind = replace(thistledown().one("contractor"), fields=())
    made.kiosk.directory.types = (kind,)
    made.kiosk.directory.documents = thistledown().documents
    made.lobby.reset()
    return made


def come(bench: LobbyUnderTest, name: str = "Ada Sample", **agreed: str) -> list[str]:
    """Type the code, confirm who comes, and return the documents that are still to be agreed to."""
    invited = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "contractor", "Ada Sample", "", "en")
    told = {key.replace("_", "-"): version for key, version in agreed.items()}
    bench.kiosk.invitations.by_text = {CODE: replace(invited, agreed=told)}
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.type.by_code()
    lobby.invited.type_code()
    lobby.invited_code.type(CODE)
    lobby.invited_code.submit()
    assert bench.on(Screen.DETAILS)
    lobby.details.press("delete")
    lobby.details.type(name[-1])
    for _ in range(3):
        lobby.details.next()
    return [stop.part for stop in lobby.turn.steps if stop.screen is Screen.DOCUMENT]


def test_f05_only_what_is_new_is_asked_of_somebody_who_comes_again(bench: LobbyUnderTest) -> None:
    """F05: by the version of the text that would be shown; both are gone from the journey and the record."""
    assert come(bench) == ["site-rules", "induction"]
    bench.lobby.reset()
    assert come(bench, site_rules="3", induction="1") == ["induction"]
    bench.lobby.reset()
    assert come(bench, site_rules="3", induction="2") == []
    bench.lobby.host.go_without()
    bench.lobby.photo.decline()
    (draft,) = bench.kiosk.desk.drafts
    assert (draft.invitation != "", draft.consents) == (True, ())


def test_f05_whoever_corrects_the_name_is_asked_everything(bench: LobbyUnderTest) -> None:
    assert come(bench, name="Ada Samplf", site_rules="3", induction="2") == ["site-rules", "induction"]


def test_f05_documents_that_come_before_the_name_are_always_asked(bench: LobbyUnderTest) -> None:
    (kind,) = bench.kiosk.directory.types
    bench.kiosk.directory.types = (replace(kind, steps=(Step.DOCUMENT, Step.DETAILS)),)
    invited = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "contractor", "Ada Sample", "", "en")
    bench.lobby.turn.invite(replace(invited, agreed={"site-rules": "3", "induction": "2"}))
    assert [each.id for each in bench.lobby.turn.documents] == ["site-rules", "induction"]
