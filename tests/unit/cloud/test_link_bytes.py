"""The bytes of signed links (R10, ADR 70), by a second way of making them."""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.services.signed_links import link_key, write_link
from cloud_api.store.signed_links import LinkRow
from sync.protocol.keys import base64url

TENANT, ROW, SUBJECT = UUID(int=1), UUID(int=2), UUID(int=3)
LINK = LinkRow(ROW, "host-mail", SUBJECT, 1, datetime(2026, 3, 2, 9, 30, tzinfo=UTC), None)
GOLDEN = "AQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAACZQ709O9SjfVHBFiZcXaJ6Q"


def test_the_bytes_of_a_link_are_these() -> None:
    """R10: links are in people's mail for ninety days, whatever version reads them."""
    key = bytes(range(32))
    assert write_link(TENANT, LINK, key) == GOLDEN
    signed = f"lodge-link-v1|{TENANT}|{ROW}|host-mail|{SUBJECT}|1772443800".encode()
    made = b"\x01" + TENANT.bytes + ROW.bytes + hmac.new(key, signed, sha256).digest()[:16]
    assert base64url(made) == GOLDEN


def test_each_generation_of_a_key_signs_otherwise() -> None:
    cipher = FieldCipher(TENANT, TENANT, bytes(32))
    assert link_key(cipher, 1).hex() == "e02b07026448c4b991ebfebc7c3441ba0a9cd5dca9cf564b03c72d9f0c8b452a"
    assert link_key(cipher, 1) != link_key(cipher, 2)
