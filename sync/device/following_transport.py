"""HTTPS by the TLS keys that the newest keys page pins: a rotated key is followed without a restart (C46)."""

from typing import TYPE_CHECKING

from sync.device.settings import Settings
from sync.device.transport import Answer, TransportLimits
from sync.signable_request import SignableRequest

if TYPE_CHECKING:
    from sync.device.https_transport import HttpsTransport


class FollowingTransport:
    """A ``Transport`` that is built when it is first used, and anew when the pins change. Used by one thread."""

    def __init__(self, settings: Settings, limits: TransportLimits | None = None) -> None:
        self._settings = settings
        self._limits = limits or TransportLimits()
        self._pins: tuple[str, ...] = ()
        self._transport: HttpsTransport | None = None

    def send(self, request: SignableRequest) -> Answer:
        """Send by the pins of this moment.

        Raises:
            TransportError, UntrustedServerError: as ``HttpsTransport``.
        """
        pins = self._newest_pins()
        if self._transport is None or pins != self._pins:
            self.close()
            self._pins, self._transport = pins, self._open(pins)
        return self._transport.send(request)

    def close(self) -> None:
        """Close idle connections."""
        if self._transport is not None:
            self._transport.close()

    def _open(self, pins: tuple[str, ...]) -> "HttpsTransport":
        # Loaded by the thread that sends, not while a kiosk starts: requests is much of what a kiosk loads.
        from sync.device.https_transport import HttpsTransport  # noqa: PLC0415 -- as above

        return HttpsTransport(pins=pins, limits=self._limits)

    def _newest_pins(self) -> tuple[str, ...]:
        keys = self._settings.keys_page()
        return () if keys is None else keys[1].tls
