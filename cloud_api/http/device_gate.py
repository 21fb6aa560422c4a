"""Who may come in as a device: signature, audience, freshness and standing, in this order."""

from dataclasses import dataclass

from http_message_signatures.structures import CaseInsensitiveDict
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.http.backpressure import DeviceShares
from cloud_api.http.bodies import read_body
from cloud_api.http.limits import client_address
from cloud_api.http.problems import ProblemError
from cloud_api.services.devices import Device, Devices
from cloud_api.services.nonces import Nonces
from cloud_api.services.refusal_notes import RefusalNotes
from sync.protocol.batch import MAX_WIRE_BYTES
from sync.protocol.errors import ProtocolError
from sync.signable_request import NONCE_HEADER, SignableRequest
from sync.signed_requests import claimed_key, verify_request

_SUSPENDED_SECONDS = 120
"""How soon a kiosk asks again: as late as a fleet is to hear that it may go on."""


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """An authenticated request of a device, with its body."""

    device: Device
    body: bytes


class DeviceGate:
    """Authenticates device requests. Nothing but the device record says which key verifies (C16)."""

    def __init__(self, devices: Devices, nonces: Nonces, shares: DeviceShares, refusals: RefusalNotes) -> None:
        self._refusals = refusals
        self._devices = devices
        self._nonces = nonces
        self._shares = shares

    async def admit(self, request: Request, *, limit: int = MAX_WIRE_BYTES) -> DeviceRequest:
        """The device behind a request of at most ``limit`` bytes.

        Raises:
            ProblemError: 401 unsigned, unknown, badly signed or stale; 403 revoked, or its organisation was closed; 503
                its organisation is suspended; 429 asks too often; 413 and 408 for the body.
        """
        body = await read_body(request, limit=limit)
        signable = SignableRequest(request.method, _signed_url(request), body, joined_headers(request))
        claimed = ""
        try:
            claimed = claimed_key(signable.headers)
            device = await self._devices.find(claimed)
            if device is None:
                if await self._devices.was_closed(claimed):
                    raise closed()
                await self._refusals.note("device.refused", client_address(request), claimed)
                raise _refused("The device is not known")
            signed = verify_request(signable, key=device.key, audience=device.audience)
        except ProtocolError as error:
            if claimed:
                await self._refusals.note("device.refused", client_address(request), claimed)
            raise _refused(str(error).capitalize()) from error
        if not self._nonces.is_fresh(signed.nonce):
            raise ProblemError(
                401, "nonce-required", "Sign the request again with the nonce of this answer's Lodge-Nonce header"
            )
        if device.organisation == "destroyed":
            raise closed()
        if device.organisation != "open":
            raise suspended()
        if device.standing == "revoked":
            raise revoked()
        self._shares.take(device.epoch)
        return DeviceRequest(device, body)

    def stamp(self, response: Response) -> None:
        """Give a response the nonce for the next request."""
        response.headers[NONCE_HEADER] = self._nonces.issue()


def joined_headers(request: Request) -> CaseInsensitiveDict:
    """Headers by name; what stands there twice is joined as RFC 9110 section 5.2 says, never chosen from."""
    found = CaseInsensitiveDict()  # type: ignore[no-untyped-call]  # the library types it in part
    for name, value in request.headers.items():
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def revoked() -> ProblemError:
    """The refusal of a kiosk whose key is believed no more."""
    return ProblemError(403, "revoked", "This kiosk was revoked; an administrator can enrol it again")


def suspended() -> ProblemError:
    """The refusal of a kiosk whose organisation is suspended: it keeps all that waits, and comes again."""
    title = "The organisation is suspended on this server; the kiosk goes on, keeps what it records, and asks again"
    return ProblemError(503, "organisation-suspended", title, headers={"Retry-After": str(_SUSPENDED_SECONDS)})


def closed() -> ProblemError:
    """The refusal of a kiosk whose organisation is no more."""
    title = "The organisation was closed on this server; what the kiosk still holds is its own to keep or to wipe"
    return ProblemError(403, "organisation-closed", title)


def _signed_url(request: Request) -> str:
    # Path and query exactly as they came; scheme and host are not signed: proxies change them, audience does not.
    path = request.scope.get("raw_path") or request.url.path.encode("ascii", "replace")
    query = request.scope.get("query_string", b"")
    return "https://device.invalid" + path.decode("ascii", "replace") + (f"?{query.decode('ascii')}" if query else "")


def _refused(title: str) -> ProblemError:
    return ProblemError(401, "signature-refused", title)
