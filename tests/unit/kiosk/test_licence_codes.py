"""F07: what is read off the back of a driving licence, and what is left there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import zxingcpp

from kiosk.code_kinds import CodeKind, kind_of
from kiosk.codes import read_codes
from kiosk.licence_codes import LicenceCodeError, read_licence
from workbench.sample_licence import MODERN, held_licence, licence_text

BOARDING = "M1FERNHOLLOW/ODALYS   EABC123 ZZAYYBXX 0834 326J001A0025 100"
FIRST = {"DAA": "FERNHOLLOW,ODALYS,WREN", "DAQ": "T64235789", "DBA": "20290704", "DBB": "19860704"}
THIRD = MODERN | {"DCT": "ODALYS,WREN", "DBA": "07042029"}
CANADIAN = MODERN | {"DCG": "CAN", "DBA": "20290704", "DCS": "d’Étoile-O'Brien", "DAC": "Zoë"}


def without(elements: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in elements.items() if name not in names}


@pytest.mark.parametrize(
    ("elements", "version", "name"),
    [
        (FIRST, 1, "Odalys,Wren Fernhollow"),
        (without(THIRD, "DAC"), 3, "Odalys Wren Fernhollow"),
        (MODERN, 8, "Odalys Fernhollow"),
        (MODERN, 10, "Odalys Fernhollow"),
        (MODERN, 11, "Odalys Fernhollow"),
        (MODERN, 99, "Odalys Fernhollow"),
        (CANADIAN, 9, "Zoë d’Étoile-O'Brien"),
        (MODERN | {"DAC": "NONE"}, 9, "Fernhollow"),
        (without(MODERN, "DCS", "DAC"), 9, ""),
    ],
)
def test_f07_the_number_the_name_and_the_last_good_day_are_read_in_every_version(
    elements: dict[str, str], version: int, name: str
) -> None:
    licence = read_licence(licence_text(elements, version=version))
    assert (licence.number, licence.name.replace(",", " "), licence.expires) == (
        elements["DAQ"],
        name.replace(",", " "),
        date(2029, 7, 4),
    )
    assert (licence.is_expired(date(2029, 7, 4)), licence.is_expired(date(2029, 7, 5))) == (False, True)


def test_r33_nothing_else_of_the_licence_is_in_what_was_read_and_its_repr_names_nobody() -> None:
    licence = read_licence(licence_text())
    kept = f"{licence.number} {licence.name} {licence.expires}"
    left_out = (MODERN[name] for name in ("DAD", "DBB", "DAG", "DAI", "DAK", "DAU", "DAY", "DCF"))
    assert not any(value.strip().casefold() in kept.casefold() for value in left_out)
    assert "Odalys" not in repr(licence)
    assert licence.number not in repr(licence)


@pytest.mark.parametrize("ends", ["\n", "\r", "\n\n", "\r\n"])
def test_a_scanner_s_keyboard_may_end_lines_as_it_likes_and_drop_the_controls(ends: str) -> None:
    text = licence_text().replace("\x1e", "").replace("\r", "\n").replace("\n", ends).strip()
    assert read_licence(text) == read_licence(licence_text())


@pytest.mark.parametrize("day", ["", "00000000", "13322029", "never", "0704202", "99999999", "07040202"])
def test_a_day_that_is_none_is_not_told(day: str) -> None:
    assert read_licence(licence_text(MODERN | {"DBA": day})).expires is None


@pytest.mark.parametrize(
    ("text", "unreadable", "identity_card"),
    [
        (licence_text(kind="ID"), False, True),
        (licence_text(MODERN | {"DAI": "MIDLDALE"}, kind="ID"), False, True),
        (licence_text(without(MODERN, "DAQ")), True, False),
        (licence_text(MODERN | {"DAQ": "UNAVL"}), True, False),
        (licence_text(version=0), True, False),
        (licence_text()[:40], True, False),
        (licence_text().replace("\n", " ").replace("\r", " "), True, False),
        (licence_text().replace("\n", "").replace("\r", ""), True, False),
        (licence_text(MODERN | {"DAQ": "9" * 26}), True, False),
        (licence_text() + "X" * 2048, False, False),
        ("", False, False),
        ("@\n\x1e\rANSI 63", False, False),
        ("\x00\x01", False, False),
    ],
)
def test_c33_what_is_no_licence_is_refused_for_what_it_is_and_nothing_of_it_is_repeated(
    text: str, unreadable: bool, identity_card: bool
) -> None:
    with pytest.raises(LicenceCodeError) as refused:
        read_licence(text)
    assert (refused.value.unreadable, refused.value.identity_card) == (unreadable, identity_card)
    assert "Fernhollow".casefold() not in str(refused.value).casefold()


def test_c33_a_number_and_a_name_are_bounded_and_carry_no_control() -> None:
    hostile = MODERN | {"DAQ": "A\x00\u202eB 12", "DCS": "\x1b[2J" + "n" * 900}
    licence = read_licence(licence_text(hostile))
    assert (licence.number, licence.name) == ("AB 12", "Odalys [2J" + "n" * 37)


def test_f07_c33_the_camera_reads_a_licence_and_the_codes_that_are_shown_by_mistake() -> None:
    (text,) = read_codes(held_licence(licence_text()))
    assert text == licence_text()
    made = zxingcpp.create_barcode(BOARDING, zxingcpp.BarcodeFormat.Aztec)
    aztec = np.asarray(zxingcpp.write_barcode_to_image(made, scale=6))
    assert read_codes(np.dstack([aztec] * 3)) == (BOARDING,)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://example.org/menu", CodeKind.WEB),
        ("HTTP://EXAMPLE.ORG", CodeKind.WEB),
        ("WIFI:S:guest;T:WPA;P:secret;;", CodeKind.WIFI),
        ("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Hazelgrove;Pim\r\nEND:VCARD" + " " * 9000, CodeKind.CONTACT),
        ("MECARD:N:Pim;;", CodeKind.CONTACT),
        ("mailto:pim@example.org", CodeKind.MESSAGE),
        (BOARDING, CodeKind.BOARDING),
        ("BCD\n002\n1\nSCT", CodeKind.PAYMENT),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT", CodeKind.EVENT),
        ("otpauth://totp/x?secret=ABC", CodeKind.SIGN_IN),
        ("4006381333931", CodeKind.PRODUCT),
        (licence_text(), CodeKind.LICENCE),
        (licence_text(kind="ID"), CodeKind.LICENCE),
        ("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", CodeKind.UNKNOWN),
        ("K7QF2M9D", CodeKind.UNKNOWN),
        ("", CodeKind.UNKNOWN),
        ("\x00\x01\ud800", CodeKind.UNKNOWN),
    ],
)
def test_c33_a_code_of_something_else_is_known_by_its_first_signs(text: str, kind: CodeKind) -> None:
    assert kind_of(text) is kind
