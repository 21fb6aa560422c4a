"""docs/protocol.md says what the code does: names, routes, limits and examples."""

import json
import re
from pathlib import Path

import pytest

from sync.protocol import archive, batch, checkpoint, codes, exchange, feed, jws, keyspage, objects, receipt, sealing
from sync.protocol.audit import AdminBody, AdminHeader, EntryLine
from sync.protocol.batch import Manifest
from sync.protocol.commitments import Part
from sync.protocol.enrolment import FinishRequest, FinishResponse, StartRequest, StartResponse
from sync.protocol.events import HEADER_DOMAIN, MAX_HEADER_BYTES, Header
from sync.protocol.feed import Changes, ClearBranch, PageHead, PageKind, RosterKey, RosterKiosk, SentPage, orders
from sync.protocol.keys import from_base64url
from sync.protocol.keyspage import KeyEntry, KeysPage, KeyState, KeyUse
from sync.protocol.kinds import BODIES, Kind, ObjectReference
from sync.protocol.muster_exchange import HeardKiosk, HeardLog, MusterAnswer, MusterQuestion, ToldBatch
from sync.protocol.receipt import Receipt
from sync.protocol.repeats import Again
from tests.vectors.stored import FOLDER

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
STRUCTS = (
    Header,
    Manifest,
    Receipt,
    KeysPage,
    KeyEntry,
    PageHead,
    SentPage,
    Changes,
    exchange.FeedAnswer,
    orders.Command,
    RosterKiosk,
    RosterKey,
    ClearBranch,
    AdminHeader,
    AdminBody,
    EntryLine,
    ObjectReference,
    Again,
    objects.ObjectReceipt,
    objects.ObjectState,
    objects.OffsetProblem,
    StartRequest,
    StartResponse,
    FinishRequest,
    FinishResponse,
    archive.ArchiveManifest,
    archive.Member,
    archive.RootStatement,
    archive.EpochKey,
    archive.EpochKeys,
    HeardLog,
    MusterQuestion,
    ToldBatch,
    HeardKiosk,
    MusterAnswer,
    *(body for bodies in BODIES.values() for body in bodies),
)


def stored(name: str) -> dict[str, str]:
    value: dict[str, str] = json.loads((FOLDER / f"{name}.json").read_bytes())
    return value


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: str(struct.__name__))
def test_every_member_of_every_format_is_described(struct: type) -> None:
    missing = [name for name in getattr(struct, "__struct_fields__") if f"`{name}`" not in TEXT]  # noqa: B009  mypy does not know it on type
    assert missing == []


@pytest.mark.parametrize(
    "name", [*Kind, *PageKind, *KeyUse, *KeyState, keyspage.SEALING, *objects.ObjectKind, *objects.ObjectStanding]
)
def test_every_kind_page_use_and_state_is_described(name: str) -> None:
    assert f"`{name}`" in TEXT


@pytest.mark.parametrize(
    "text",
    [
        batch.TYP,
        receipt.TYP,
        keyspage.TYP,
        feed.TYP,
        orders.TYP,
        archive.TYP,
        batch.MEDIA_TYPE,
        exchange.RECEIPT_MEDIA_TYPE,
        exchange.PROBLEM_MEDIA_TYPE,
        exchange.ENROL_START_PATH,
        exchange.ENROL_FINISH_PATH,
        exchange.HELLO_PATH,
        exchange.EVENTS_PATH,
        exchange.FEED_PATH,
        exchange.OBJECTS_PATH,
        exchange.MUSTER_PATH,
        objects.TYP,
        objects.MEDIA_TYPE,
        f"{sealing.MAX_OBJECT_BYTES // 2**20} MiB sealed, parts of {objects.PART_BYTES // 1024} KiB",
        *(f'"{part.value[:-1].decode()}\\0"' for part in Part),
        f'"{HEADER_DOMAIN[:-1].decode()}\\0"',
        archive.MANIFEST,
        *archive.SIGNED_MEMBERS,
        jws.ALGORITHM,
        "Lodge-Audience",
        "Lodge-Nonce",
        "lodge-device-v1",
        f"{MAX_HEADER_BYTES:,} bytes",
        f"{batch.MAX_EVENTS} events",
        f"{codes.MAX_SIGNS} characters",
        f"{checkpoint.MAX_NOTE:,} characters",
    ],
)
def test_every_type_route_domain_and_limit_is_stated(text: str) -> None:
    assert text in TEXT


def test_every_domain_string_of_the_code_is_in_the_document() -> None:
    """What is hashed or signed begins with one of these; a new one must be specified."""
    sources = [*(ROOT / "sync" / "protocol").rglob("*.py")]
    domains = {found for path in sources for found in re.findall(r'b"(lodge-[a-z0-9-]+)', path.read_text("utf-8"))}
    assert len(domains) > 10
    assert [domain for domain in sorted(domains) if domain not in TEXT] == []


def test_the_problems_that_the_cloud_answers_kiosks_with_are_listed() -> None:
    """Routes and document agree (`cloud_api/http`)."""
    folder = ROOT / "cloud_api" / "http"
    files = (
        "device.py",
        "device_logs.py",
        "device_objects.py",
        "device_musters.py",
        "device_messages.py",
        "device_gate.py",
        "backpressure.py",
        "bodies.py",
    )
    source = "".join((folder / name).read_text("utf-8") for name in files)
    problems = set(re.findall(r'ProblemError\(\s*\d+,\s*"([a-z-]+)"', source))
    problems |= set(re.findall(r'\(\d{3}, "([a-z-]+)"\)', source))
    assert {"gap", "nonce-required", "code-used", "too-large", "unavailable"} <= problems
    assert [name for name in sorted(problems) if f"`{name}`" not in TEXT] == []


def test_the_examples_are_the_frozen_ones() -> None:
    assert stored("enrolment")["typed"] in TEXT
    assert stored("checkpoint")["note"].partition("\n\n")[0] in TEXT
    header = stored("receipt")["jws"].partition(".")[0]
    assert json.loads(from_base64url(header, what="header"))["alg"] in TEXT
    assert json.loads(stored("event")["header"])["epoch"] in TEXT


def test_the_table_of_contents_names_every_section() -> None:
    sections = re.findall(r"^## (\d+)\. (.+)$", TEXT, flags=re.MULTILINE)
    assert [int(number) for number, _ in sections] == list(range(1, len(sections) + 1))
    assert [title for _, title in sections if f"[{title}](#" not in TEXT] == []
