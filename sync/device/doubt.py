"""That the kiosk's records could not be checked by their second witness: kept until a person has looked (ADR 34)."""

import msgspec

from sync.device.errors import StorageError
from sync.device.settings import Settings
from sync.device.witness import Found, Witness
from sync.protocol.chain import Head

_DOUBT = "records-doubt"
_WITNESSED = "witnessed"


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """The witness was not there to say whether the newest records are.

    ``found`` is a value of ``Found``; ``since_ms`` the kiosk's time when it was first noticed, milliseconds since 1970;
    ``recorded`` the seq at which the database ended then; ``times`` how often it was noticed since.
    """

    found: str
    since_ms: int
    recorded: int
    times: int = 1


class RecordsDoubt:
    """Keeps the doubt in the settings, and in memory where the disk refuses."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._unsaved: Doubt | None = None

    def standing(self) -> Doubt | None:
        """The doubt that nobody has closed yet, or ``None``.

        Raises:
            StorageError: the disk refused.
        """
        if self._unsaved is not None:
            return self._unsaved
        raw = self._settings.get(_DOUBT)
        return None if raw is None else msgspec.json.decode(raw, type=Doubt)

    def weigh(self, witness: Witness, head: Head, now_ms: int) -> Doubt | None:
        """Judge what was found of the witness; returns the doubt if this raised it, after making the witness good.

        A kiosk that was never witnessed and has recorded nothing is new: it has no witness to miss. The doubt is
        on disk before the witness is written, lest a power cut between the two leave a start that looks healthy;
        until then whoever records must leave the witness as it is (``unsaved``).

        Raises:
            StorageError: the settings cannot be read.
        """
        if witness.found is Found.INTACT:
            self._mark_witnessed()
            return None
        raised = None
        if (
            head.seq > 0
            or witness.found in (Found.DAMAGED, Found.UNUSABLE)
            or self._settings.get(_WITNESSED) is not None
        ):
            raised = self._raise(witness.found, head, now_ms)
        if self._unsaved is None:
            witness.note(head)
            self._mark_witnessed()
        return raised

    @property
    def unsaved(self) -> bool:
        """Whether the disk has refused to keep the doubt so far."""
        return self._unsaved is not None

    def save(self) -> bool:
        """Keep a doubt that the disk had refused; ``True`` when that was needed and done.

        Raises:
            StorageError: it refuses still.
        """
        if self._unsaved is None:
            return False
        self._settings.put(_DOUBT, msgspec.json.encode(self._unsaved))
        self._unsaved = None
        return True

    def close(self) -> bool:
        """A person has looked: the doubt is over. ``False`` when there was none.

        Raises:
            StorageError: the disk refused; the doubt stands.
        """
        if self.standing() is None:
            return False
        self._settings.remove(_DOUBT)
        self._unsaved = None
        return True

    def _raise(self, found: Found, head: Head, now_ms: int) -> Doubt:
        before = self.standing()
        doubt = (
            Doubt(found=found.value, since_ms=now_ms, recorded=head.seq)
            if before is None
            else Doubt(found=found.value, since_ms=before.since_ms, recorded=before.recorded, times=before.times + 1)
        )
        try:
            self._settings.put(_DOUBT, msgspec.json.encode(doubt))
        except StorageError:
            # A full disk must not keep the lobby closed; the witness stays as it is, so the next start asks again.
            self._unsaved = doubt
        return doubt

    def _mark_witnessed(self) -> None:
        """Remember in the database that there is a witness, so that even an empty log misses it."""
        if self._settings.get(_WITNESSED) is not None:
            return
        try:
            self._settings.put(_WITNESSED, b"1")
        except StorageError:
            return
