"""Whole visits of six events each, as a kiosk records them: what benchmarks send and fold."""

import secrets
from collections.abc import Iterator
from itertools import count
from uuid import UUID

from sync.protocol.chain import Act
from sync.protocol.identifiers import stay_id
from sync.protocol.kinds import (
    ArrivedFull,
    ArrivedMuster,
    BadgeOutcomeFull,
    BadgeRequestedFull,
    ConsentFull,
    DepartedFull,
    Kind,
)


def visits() -> Iterator[Act]:
    """Acts of one visit after the other, without end."""
    for number in count(1):
        yield from visit(number)


def visit(number: int) -> list[Act]:
    """Arrival, two consents, badge wanted and printed, departure."""
    stay: UUID = stay_id(secrets.token_bytes)
    muster = ArrivedMuster(
        name=f"Odalys Fernhollow {number}", company="Larkspur Looms", host="Ines Caldermoor", zone="Lobby",
        assistance=False,
    )  # fmt: skip
    full = ArrivedFull(type="visitor", language="en", host_id=None, email="odalys@example.org", phone="", answers={})
    consent = ConsentFull(
        purpose="document", document="site-rules", version="3", sha256="a" * 64, language="en", granted=True
    )
    return [
        Act(Kind.VISITOR_ARRIVED, stay, muster, full),
        Act(Kind.CONSENT_RECORDED, stay, full=consent),
        Act(Kind.CONSENT_RECORDED, stay, full=consent),
        Act(Kind.BADGE_REQUESTED, stay, full=BadgeRequestedFull(medium="62x100", photo=True)),
        Act(Kind.BADGE_PRINTED, stay, full=BadgeOutcomeFull(printer="usb", reason="", unsure=False)),
        Act(Kind.VISITOR_DEPARTED, stay, full=DepartedFull(method="badge")),
    ]
