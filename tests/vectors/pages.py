"""The sample's pages of the feed: a page of hosts, the one after it as changes, a command, and tokens."""

import struct
import zlib

import msgspec

from sync.protocol import exact_json, feed
from sync.protocol.exchange import FeedAnswer
from sync.protocol.feed import orders
from sync.protocol.feed.envelope import MAX_CONTENT_BYTES
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from sync.protocol.keys import base64url
from sync.protocol.keyspage import sign_keys_page
from sync.protocol.matching import folded_words, match_tokens
from tests.vectors import sample

DAY_MS = 86_400_000
_HOSTS = (
    ("0b0c9c4e-6f7d-4c9a-8d43-2f6d3a1c7e01", "Bram Oakentide", "Dye house"),
    ("f2a1b3c4-9d8e-4f70-a1b2-c3d4e5f60718", "Odalys Fernhollow", "Weaving"),
)
PARAGRAPHS = ("Wear your badge.", "Mind the looms.")
_TEXTS = (
    ("name", "  Ångström, ZOË-Marie "),
    ("name", "张伟"),
    ("company", "Straße & Söhne"),
    ("email", " Ada.Fernsby@Example.org "),
    ("phone", "+44 (0)20 7946 0000"),
    ("document", "gb-12 34.56"),
)


def hosts(*more: tuple[str, str, str]) -> bytes:
    """The content of the page of hosts."""
    listed = [{"id": str(sample.HOST), "name": "Prof. Ada Fernsby", "department": "Looms"}]
    listed += [{"id": key, "name": name, "department": department} for key, name, department in more]
    return exact_json.encode({"hosts": sorted(listed, key=lambda host: host["id"])})


def head(raw: bytes, *, version: int, previous: str, page: feed.PageKind = feed.PageKind.HOSTS) -> str:
    """The signed head of a page."""
    assert len(raw) <= MAX_CONTENT_BYTES
    made = feed.PageHead(
        v=1,
        tenant=sample.TENANT,
        site=sample.SITE,
        page=page,
        version=version,
        previous=previous,
        issued_ms=sample.NOW_MS + (version - 1) * DAY_MS,
        expires_ms=sample.NOW_MS + version * DAY_MS,
        sha256=sha256_hex(raw),
        size=len(raw),
    )
    return feed.sign_head(made, sample.key_of("feed"))


def first_head() -> str:
    """The signed head of version 1."""
    return head(hosts(_HOSTS[0]), version=1, previous=ZERO_SHA256)


def feed_page() -> dict[str, object]:
    """Version 1, whole."""
    signed = first_head()
    return {
        "jws": signed,
        "content": hosts(_HOSTS[0]).decode(),
        "page_hash": feed.page_hash(signed),
        "document": {
            "title": "Site rules",
            "paragraphs": list(PARAGRAPHS),
            "sha256": feed.document_hash("Site rules", PARAGRAPHS),
        },
    }


def feed_changes() -> dict[str, object]:
    """Version 2, as the answer to a kiosk that holds version 1."""
    before, after = hosts(_HOSTS[0]), hosts(_HOSTS[1])
    signed = head(after, version=2, previous=feed.page_hash(first_head()))
    changes = feed.changes_between(feed.PageKind.HOSTS, before, after, since=1)
    keys = sign_keys_page(sample.sample_keys_page(), sample.ROOT_KEY)
    answer = FeedAnswer(keys=keys, pages=(feed.send_changes(signed, changes),), again_seconds=0)
    return {"have": "hosts:1", "answer": exact_json.encode(answer).decode(), "content": after.decode()}


def configuration(logo: str | msgspec.UnsetType = msgspec.UNSET) -> bytes:
    """The content of the page of a site."""
    zone = feed.Zone(id="looms", name="Looms", muster_point="Mill pond")
    made = feed.Configuration(
        organisation="Thistledown Works",
        site="Mill Lane",
        time_zone="Europe/London",
        languages=("en",),
        badge_hours=10,
        zones=(zone,),
        logo=logo,
    )
    return exact_json.encode(made)


def logo_png() -> bytes:
    """Two pixels beside each other, black and nothing, by hand: packed without compression, it has one form."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 2, 1, 8, 4, 0, 0, 0)
    pixels = zlib.compress(bytes((0, 0, 255, 0, 0)), level=0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def configuration_logo() -> dict[str, object]:
    """The page of a site without a logo, and with one (ADR 91)."""
    png = logo_png()
    raw = configuration(base64url(png))
    signed = head(raw, version=1, previous=ZERO_SHA256, page=feed.PageKind.CONFIGURATION)
    return {
        "without": configuration().decode(),
        "png_hex": png.hex(),
        "content": raw.decode(),
        "jws": signed,
        "page_hash": feed.page_hash(signed),
    }


def invitations(agreed: tuple[feed.Agreed, ...] | msgspec.UnsetType = msgspec.UNSET) -> bytes:
    """The content of a page with one invitation."""
    invited = feed.Invitation(
        id=sample.STAY,
        type="visitor",
        host=sample.HOST,
        name="Odalys Fernhollow",
        company="",
        language="en",
        windows=(feed.Window(from_ms=sample.NOW_MS, until_ms=sample.NOW_MS + 30 * DAY_MS),),
        uses=0,
        agreed=agreed,
    )
    return exact_json.encode(feed.Invitations(key=bytes(range(32)).hex(), invitations=(invited,)))


def agreed_before() -> dict[str, object]:
    """The page of somebody who has not agreed to anything, and of the same person later (ADR 98)."""
    text = feed.document_hash("Site rules", PARAGRAPHS)
    made = invitations((feed.Agreed(document="site-rules", sha256=text, at_ms=sample.NOW_MS, signed=True, right=2),))
    signed = head(made, version=1, previous=ZERO_SHA256, page=feed.PageKind.INVITATIONS)
    return {
        "without": invitations().decode(),
        "content": made.decode(),
        "jws": signed,
        "page_hash": feed.page_hash(signed),
    }


def command() -> dict[str, object]:
    """An order to one kiosk."""
    made = orders.Command(
        v=1,
        tenant=sample.TENANT,
        site=sample.SITE,
        id=sample.STAY,
        kiosk=sample.KIOSK,
        order="wipe",
        arguments={"because": "stolen"},
        issued_ms=sample.NOW_MS,
        expires_ms=sample.NOW_MS + DAY_MS,
    )
    return {"jws": orders.sign_command(made, sample.key_of("command"))}


def matching() -> dict[str, object]:
    """Texts, the words that are compared, and their tokens."""
    key = bytes(range(32))
    return {
        "key_hex": key.hex(),
        "cases": [
            {
                "field": field,
                "text": text,
                "words": list(folded_words(field, text)),
                "tokens": list(match_tokens(key, field, text)),
            }
            for field, text in _TEXTS
        ],
    }
