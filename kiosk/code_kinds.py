"""What a code is that is none of ours, so that its bearer is told what it was. By its first signs alone (C33)."""

from __future__ import annotations

import re
from enum import StrEnum

from kiosk.licence_codes import looks_like_licence

MOST_SIGNS = 2048
"""So much of a code is looked at."""


class CodeKind(StrEnum):
    """What a code is about, as far as its form tells."""

    UNKNOWN = "unknown"
    WEB = "web"
    WIFI = "wifi"
    CONTACT = "contact"
    MESSAGE = "message"
    BOARDING = "boarding"
    PAYMENT = "payment"
    EVENT = "event"
    SIGN_IN = "sign-in"
    PRODUCT = "product"
    LICENCE = "licence"


_FORMS: tuple[tuple[CodeKind, re.Pattern[str]], ...] = (
    (CodeKind.WIFI, re.compile(r"WIFI:", re.IGNORECASE)),
    (CodeKind.CONTACT, re.compile(r"BEGIN:VCARD|MECARD:|BIZCARD:", re.IGNORECASE)),
    (CodeKind.EVENT, re.compile(r"BEGIN:V(?:EVENT|CALENDAR)", re.IGNORECASE)),
    (CodeKind.SIGN_IN, re.compile(r"otpauth(?:-migration)?:", re.IGNORECASE)),
    (CodeKind.MESSAGE, re.compile(r"(?:mailto|MATMSG|SMTP|tel|sms|smsto|mmsto|whatsapp|facetime):", re.IGNORECASE)),
    (CodeKind.PAYMENT, re.compile(r"BCD\s|SPC\s|upi:|bitcoin:|ethereum:|000201", re.IGNORECASE)),
    (CodeKind.WEB, re.compile(r"(?:https?|ftp)://|www\.|URLTO:|MEBKM:", re.IGNORECASE)),
    # IATA resolution 792: M, how many legs, twenty signs of a name, E, seven of a booking, from and to, the airline.
    (CodeKind.BOARDING, re.compile(r"M[1-4].{20}[E ][A-Z0-9 ]{7}[A-Z]{6}[A-Z0-9 ]{3}")),
    # EAN-8, UPC-A, EAN-13, ISBN-13, GTIN-14, as the scanners of shops read them.
    (CodeKind.PRODUCT, re.compile(r"[0-9]{8}$|[0-9]{12,14}$")),
)


def kind_of(text: str) -> CodeKind:
    """Return what a text that a scanner read is about; never raises."""
    begins = text[:MOST_SIGNS].lstrip("\ufeff \t\r\n")
    if looks_like_licence(begins):
        return CodeKind.LICENCE
    return next((kind for kind, form in _FORMS if form.match(begins)), CodeKind.UNKNOWN)
