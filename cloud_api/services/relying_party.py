"""WebAuthn: what a browser is asked, and whether what it answers is true. Bound to the server's one configured origin.

Usage::

    party = RelyingParty("https://lodge.example.org")
    party.creation_options(account, known, challenge)             # JSON for navigator.credentials.create()
    made = party.read_creation(answer, challenge)                 # NewCredential, or None: not to be believed
    party.request_options(known, challenge, verify=True)          # JSON for navigator.credentials.get()
    said = party.read_assertion(answer, challenge, credential, verify=True)

Attestation is not asked for: which make of key somebody has is nobody's business here. A counter that does not grow is
told to the caller, not refused as a forgery would be: the signature is true, and there may be two of the key.
"""

import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
LONGEST_ANSWER = 12_000
_TIMEOUT_MS = 120_000
_NAME = "Lodge"


@dataclass(frozen=True, slots=True)
class Credential:
    """What is known of a credential: its id, its COSE public key, the counter that it last came with."""

    id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Assertion:
    """A true signature. ``cloned``: its counter did not grow as it must; ``verified``: by PIN, finger or face."""

    sign_count: int
    verified: bool
    cloned: bool


def new_challenge() -> bytes:
    """32 random bytes, for one ceremony."""
    return secrets.token_bytes(CHALLENGE_BYTES)


class RelyingParty:
    """The server as authenticators know it. ``id`` is ``None`` where the origin is an address and no name: browsers
    keep passkeys for names only.
    """

    def __init__(self, origin: str) -> None:
        host = urlsplit(origin).hostname or ""
        self._origin = origin
        self.id: str | None = None if _is_address(host) else host

    def creation_options(self, user_id: UUID, email: str, name: str, known: Sequence[bytes], challenge: bytes) -> str:
        """What the browser is asked when a passkey is added; ``known`` are those that the account has."""
        options = generate_registration_options(
            rp_id=self.id or "",
            rp_name=_NAME,
            user_id=user_id.bytes,
            user_name=email,
            user_display_name=name,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        )
        return options_to_json(options)

    def request_options(self, known: Sequence[bytes], challenge: bytes, *, verify: bool) -> str:
        """What the browser is asked when a passkey is used; ``verify``: only with PIN, finger or face."""
        wanted = UserVerificationRequirement.REQUIRED if verify else UserVerificationRequirement.PREFERRED
        options = generate_authentication_options(
            rp_id=self.id or "",
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            user_verification=wanted,
        )
        return options_to_json(options)

    def read_creation(self, answer: str, challenge: bytes) -> Credential | None:
        """The new credential, or ``None``: not made for this challenge, origin and name, or no answer at all."""
        if self.id is None or not _is_plain(answer):
            return None
        try:
            made = verify_registration_response(
                credential=answer, expected_challenge=challenge, expected_rp_id=self.id, expected_origin=self._origin
            )
        except Exception:  # noqa: BLE001 -- CBOR, ASN.1 and keys of strangers: whatever fails in reading them is a refusal
            return None
        return Credential(made.credential_id, made.credential_public_key, made.sign_count)

    def read_assertion(
        self, answer: str, challenge: bytes, credential: Credential, *, verify: bool
    ) -> Assertion | None:
        """What was signed, or ``None``: not with this key, for this challenge, origin and name; or no answer at all."""
        if self.id is None or not _is_plain(answer):
            return None
        try:
            said = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self._origin,
                credential_public_key=credential.public_key,
                credential_current_sign_count=0,  # judged below, once the signature is known to be true
                require_user_verification=verify,
            )
        except Exception:  # noqa: BLE001 -- as above
            return None
        counts = said.new_sign_count > 0 or credential.sign_count > 0
        return Assertion(
            said.new_sign_count, said.user_verified, counts and said.new_sign_count <= credential.sign_count
        )


def credential_id_of(answer: str) -> bytes | None:
    """Which credential an answer says it is of."""
    if not _is_plain(answer):
        return None
    try:
        return parse_authentication_credential_json(answer).raw_id
    except Exception:  # noqa: BLE001 -- as above
        return None


def _is_plain(answer: str) -> bool:
    # Nested deeply, JSON exhausts the stack of whoever reads it.
    if len(answer) > LONGEST_ANSWER or answer.count("[") + answer.count("{") > 16:  # noqa: PLR2004  a true one has four
        return False
    try:
        return isinstance(json.loads(answer), dict)
    except (ValueError, RecursionError):
        return False


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host
    return True
