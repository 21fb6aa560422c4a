"""F23: the screen read aloud: by the real program into a file, and what of a screen is read."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import pytest

from kiosk.admission_values import Invited
from kiosk.lobby_values import HostChoice
from kiosk.ports import NoSpeech
from kiosk.presenters.sheets import Sheet
from kiosk.speech import PROGRAM, VOICES, Speaker, find_speaker
from kiosk.words.catalogue import languages
from tests.fakes.kiosk_lobby import LobbyUnderTest


def spoken(tmp_path: Path, text: str, language: str) -> float:
    """How many seconds of sound a text makes."""
    path = tmp_path / f"{language}.wav"
    program = shutil.which(PROGRAM)
    assert program is not None
    speaker = Speaker(program, ("-w", str(path)))
    speaker.say(text, language)
    speaker.wait()
    with wave.open(str(path)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def test_f23_there_is_a_voice_for_every_language_of_the_kiosk(tmp_path: Path) -> None:
    assert set(VOICES) == set(languages())
    for code, words in languages().items():
        assert spoken(tmp_path, words.say("welcome.visit"), code) > 0.3, code


def test_f23_a_name_is_neither_an_option_nor_markup(tmp_path: Path) -> None:
    """C34 for the voice: what looks like an option or a tag is read as it stands."""
    plain = spoken(tmp_path, "hello", "en")
    assert spoken(tmp_path, "--version hello", "en") > plain
    assert spoken(tmp_path, "<break time='30s'/> hello", "en") < 15
    assert spoken(tmp_path, "x" * 100_000, "en") < 1200


def test_f23_a_new_sentence_ends_the_one_before(tmp_path: Path) -> None:
    speaker = Speaker(str(_slow(tmp_path)))
    speaker.say("a long text", "en")
    first = speaker._speaking
    speaker.say("another", "en")
    assert first is not None
    assert first.returncode is not None
    speaker.stop()
    speaker.wait()


def test_a_program_that_has_gone_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Speaker(str(tmp_path / "gone")).say("hello", "en")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert isinstance(find_speaker(), NoSpeech)


def _slow(tmp_path: Path) -> Path:
    program = tmp_path / "slow"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def bench() -> LobbyUnderTest:
    return LobbyUnderTest()


def heard(bench: LobbyUnderTest) -> str:
    """What was said since this was last asked."""
    said = " | ".join(text for text, _ in bench.kiosk.voice.said)
    bench.kiosk.voice.said.clear()
    return said


def test_f23_nothing_is_read_until_somebody_wishes_it_and_all_ends_with_them(bench: LobbyUnderTest) -> None:
    lobby = bench.lobby
    lobby.welcome.visit()
    assert heard(bench) == ""
    lobby.choose("spoken")
    assert "Tell us who you are" in heard(bench)
    lobby.reset()
    assert bench.kiosk.voice.stops == 2
    lobby.welcome.visit()
    assert heard(bench) == ""


def test_f23_prompts_and_the_field_in_use_are_read_and_typed_letters_are_not(bench: LobbyUnderTest) -> None:
    lobby = bench.lobby
    lobby.choose("spoken")
    heard(bench)
    lobby.welcome.visit()
    first = heard(bench)
    assert "Tell us who you are" in first
    assert "Your name" in first
    lobby.details.type("Odalys")
    assert heard(bench) == ""
    lobby.details.next()
    second = heard(bench)
    assert second.startswith("Company")
    assert "Tell us" not in second
    lobby.details.focus("name")
    for _ in range(6):
        lobby.details.press("delete")
    lobby.details.next()
    assert "name" in heard(bench).casefold()


def test_f23_a_pin_is_not_read(bench: LobbyUnderTest) -> None:
    lobby = bench.lobby
    lobby.choose("spoken")
    lobby.welcome.staff()
    heard(bench)
    for digit in "1357":
        lobby.pin.digit(digit)
    assert heard(bench) == ""


def test_f23_a_document_is_read_whole_in_the_visitor_s_language(bench: LobbyUnderTest) -> None:
    lobby = bench.lobby
    lobby.choose_language("de")
    lobby.choose("spoken")
    bench.to_document()
    (text, language), *_ = reversed(bench.kiosk.voice.said)
    assert language == "de"
    assert lobby.document.view().paragraphs[-1].rstrip(".") in text


def test_f23_where_there_is_no_voice_none_is_offered(bench: LobbyUnderTest) -> None:
    bench.kiosk.voice.available = False
    bench.lobby.ask(Sheet.DISPLAY)
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert "spoken" not in [choice.id for choice in sheet.choices]


def test_f23_nobody_is_asked_whether_they_are_there_while_they_listen(bench: LobbyUnderTest) -> None:
    bench.lobby.choose("spoken")
    bench.lobby.welcome.visit()
    bench.kiosk.voice.speaking = True
    bench.kiosk.scheduler.pass_time(600)
    assert bench.lobby.view().sheet is None
    bench.kiosk.voice.speaking = False
    bench.kiosk.scheduler.pass_time(2)
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert sheet.seconds_left is not None


def test_f23_a_sheet_that_has_gone_does_not_let_the_screen_be_read_again(bench: LobbyUnderTest) -> None:
    lobby = bench.lobby
    lobby.choose("spoken")
    lobby.welcome.visit()
    heard(bench)
    lobby.ask(Sheet.HELP)
    assert "High contrast: off" in heard(bench)
    lobby.choose("contrast")
    assert heard(bench) == "High contrast: on"
    lobby.choose("close")
    assert heard(bench) == ""
    lobby.ask(Sheet.HELP)
    assert "High contrast: on" in heard(bench)


def test_f23_hosts_that_are_found_and_what_is_switched_on_are_read(bench: LobbyUnderTest) -> None:
    lobby = bench.lobby
    lobby.choose("spoken")
    lobby.welcome.visit()
    heard(bench)
    lobby.details.toggle_assistance()
    assert heard(bench).endswith(": on")
    bench.fill_details()
    heard(bench)
    lobby.host.type("cald")
    assert "Ines Caldermoor, Offices" in heard(bench)


def test_f22_the_marks_around_a_name_are_drawn_by_and_not_read(bench: LobbyUnderTest) -> None:
    lobby = bench.lobby
    lobby.choose_language("ar")
    lobby.choose("spoken")
    heard(bench)
    name = "Ines Caldermoor Jr."
    lobby.turn.invite(Invited("5e0e", "visitor", "Ada Sample", "", "ar", HostChoice("h1", name)))
    lobby.welcome.visit()
    lobby.turn.changed()
    state = lobby.details.view()
    assert "\ufdd0" + name in state.lead, "drawn by them"
    said = heard(bench)
    assert name.rstrip(".") in said
    assert not {"\ufdd0", "\ufdd1", "\ufdd2"} & set(said)
