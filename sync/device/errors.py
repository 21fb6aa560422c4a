"""What can go wrong on a kiosk's disk and on its way to the cloud."""


class DeviceError(Exception):
    """Base of this package's errors."""


class StorageError(DeviceError):
    """The kiosk's own disk refused: nothing was recorded by the act that met this."""


class WrongKeyError(StorageError):
    """The database does not open with this key, or is damaged."""


class DiskFullError(StorageError):
    """No space: nothing was recorded; acts may be tried again once there is room (C03)."""


class ConflictError(StorageError):
    """What was to be recorded is there already, by another program or an earlier call: nothing was recorded."""


class RolledBackError(StorageError):
    """The database is older than the witness says: it was restored, or its WAL was lost (C04, C08)."""


class UnfitActError(DeviceError):
    """An act breaks the protocol's rules, so that no reader could take it: nothing was recorded."""


class TransportError(DeviceError):
    """The cloud was not reached, or did not answer in HTTP. Trying again later is right."""


class UntrustedServerError(TransportError):
    """Somebody answered who does not hold the pinned TLS key."""


class EnrolmentError(DeviceError):
    """The kiosk was not enrolled; the message says why and what to do."""
