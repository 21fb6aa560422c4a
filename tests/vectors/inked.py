"""The sample's signature, the consent that names it, and a page of types whose fields have conditions (ADR 92)."""

from hashlib import sha256
from uuid import UUID

from sync.protocol import exact_json, feed
from sync.protocol.chain import Act
from sync.protocol.ink import Ink, encode_ink
from sync.protocol.kinds import ConsentFull, Kind
from tests.vectors import sample

INK = Ink(
    320,
    (
        ((100, 200), (140, 120), (180, 210), (230, 130), (300, 190)),
        ((120, 260), (420, 250)),
        ((640, 90),),
    ),
)
SIGNATURE = UUID("7d4c1a52-63b5-4b0e-9a2f-8f1d2c3b4a59")


def copied_consent() -> dict[str, object]:
    """The event of a consent of which a copy is wanted (ADR 99)."""
    body = ConsentFull(
        purpose="document",
        document="induction",
        version="2",
        sha256=sha256(b"induction").hexdigest(),
        language="en",
        granted=True,
        copy=True,
    )
    (event,) = sample.make_chain(Act(Kind.CONSENT_RECORDED, sample.STAY, full=body), name="copied consent")
    return {"lines": event.line().decode()}


def signed_consent() -> dict[str, object]:
    """The bytes of a signature, and the event of a consent that was signed after a quiz."""
    raw = encode_ink(INK)
    body = ConsentFull(
        purpose="document",
        document="induction",
        version="2",
        sha256=sha256(b"induction").hexdigest(),
        language="en",
        granted=True,
        signature=SIGNATURE,
        asked=2,
        right=2,
    )
    (event,) = sample.make_chain(Act(Kind.CONSENT_RECORDED, sample.STAY, full=body), name="signed consent")
    return {"svg": raw.decode("ascii"), "sha256": sha256(raw).hexdigest(), "lines": event.line().decode()}


def conditional_types() -> dict[str, object]:
    """A page of types: a field with neither condition nor notices, and one with both; documents likewise."""
    plain = feed.Field(
        id="car", words={"en": "By car?"}, kind="yes_no", purpose="To know what stands in the yard", basis="contract"
    )
    plate = feed.Field(
        id="vehicle",
        words={"en": "Number plate"},
        kind="vehicle",
        purpose="To call the driver",
        basis="contract",
        when=feed.Condition(field="car", answers=("yes",)),
        notices={"en": "To call you when the yard must be cleared"},
    )
    kind = feed.VisitorType(id="contractor", words={"en": "Contractor"}, badge="contractor", fields=(plain, plate))
    undated = feed.Document(id="rules", texts=())
    documents = feed.Documents(documents=(undated, feed.Document(id="safety", texts=(), since="2026-03-03")))
    return {
        "content": exact_json.encode(feed.VisitorTypes(types=(kind,))).decode(),
        "documents": exact_json.encode(documents).decode(),
    }
