"""The kinds of text that pages are made of.

A list of values such as the steps of a visit is open: a reader that does not know a value leaves it out, so that a
newer cloud can name one without an older kiosk refusing the page. What is known is told by the JSON Schema's examples.
"""

from typing import Annotated

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=400)]
"""A line."""

Paragraph = Annotated[str, msgspec.Meta(max_length=8000)]

EntryId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
"""Names an entry of a page for as long as it lives."""

Days = Annotated[int, msgspec.Meta(ge=0, le=36500)]
"""A number of days; 0: without end."""

Words = dict[Annotated[str, msgspec.Meta(max_length=35)], Text]
"""The same words by language code."""

StepName = Annotated[str, msgspec.Meta(max_length=40, examples=["details", "fields", "host", "document", "photo"])]
FieldKind = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        examples=["line", "email", "phone", "number", "date", "yes_no", "choice", "vehicle", "licence", "reference"],
    ),
]
LegalBasis = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        examples=["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"],
    ),
]
"""One of the bases of article 6 (1) of the GDPR; R33."""

BadgeStyleName = Annotated[str, msgspec.Meta(max_length=40, examples=["visitor", "contractor", "escort"])]
DocumentKind = Annotated[str, msgspec.Meta(max_length=40, examples=["agreement", "rules", "induction"])]
BadgePart = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        examples=[
            "photo",
            "name",
            "company",
            "type",
            "host",
            "valid_until",
            "code",
            "escort",
            "organisation",
            "logo",
            "place",
            "zone",
            "muster_point",
            "readable_code",
            "text",
            "icon",
        ],
    ),
]
BadgeSize = Annotated[str, msgspec.Meta(max_length=40, examples=["small", "normal", "large"])]
BadgeBand = Annotated[str, msgspec.Meta(max_length=40, examples=["style", "rules", "solid", "plain"])]
BadgeOrientation = Annotated[str, msgspec.Meta(max_length=40, examples=["auto", "portrait", "landscape"])]
PinScope = Annotated[
    str,
    msgspec.Meta(
        max_length=40, examples=["evacuation", "departure", "reprint", "printer", "status", "readiness", "override"]
    ),
]
WatchAction = Annotated[str, msgspec.Meta(max_length=40, examples=["hold", "alert"])]
MatchField = Annotated[
    str, msgspec.Meta(max_length=40, examples=["name", "email", "phone", "company", "document", "code"])
]
MatchToken = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""A word under the page's key: ``sync.protocol.matching``."""

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", examples=["2026-03-03"])]
"""A day of the calendar."""

HexKey = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Picture = Annotated[str, msgspec.Meta(max_length=65536)]
"""A PNG of at most ``MOST_PICTURE_BYTES`` in base64url without padding. Whoever shows it looks at it first."""

MOST_PICTURE_BYTES = 48 * 1024

Colour = Annotated[str, msgspec.Meta(pattern=r"^(#[0-9A-F]{6})?\Z")]
"""``#RRGGBB``, or empty."""
