"""The one family of exceptions of the cloud: each message can be shown to the person who runs it."""


class CloudError(Exception):
    """Something that the operator or caller must hear of, in one clear line."""


class ConfigurationError(CloudError):
    """A setting, file or folder is missing or not usable; the message says which and what to do."""


class PageFullError(ConfigurationError):
    """A page for kiosks would outgrow what they take; nothing was changed. The message says which, and names nobody."""


class PostgresError(CloudError):
    """The database server that Lodge starts by itself cannot be had."""


class ReasonNeededError(CloudError):
    """An act that wants a reason came without; nothing was done."""


class MigrationError(CloudError):
    """The database could not be brought up to date; it is left as it was."""


class StoreError(CloudError):
    """The database refused or could not be reached."""


class KeyServiceError(CloudError):
    """A key cannot be wrapped, unwrapped or found; what it protects stays unreadable."""


class KeyServiceAwayError(StoreError):
    """The key service does not answer, or refuses for now; nothing is lost, and the same can be tried again.

    ``silent``: it did not answer at all, so that asking again at once is of no use.
    """

    def __init__(self, message: str, *, silent: bool) -> None:
        super().__init__(message)
        self.silent = silent


class SealedFieldError(CloudError):
    """A stored ciphertext does not open: damaged, moved to another row, or its key is gone."""


class NotifyError(CloudError):
    """A message could not be handed to the mail server; the message never holds personal data."""


class ObjectStoreError(CloudError):
    """The bytes of a photo or signature cannot be kept, read or deleted; the message holds no personal data."""


class ErasureJournalError(CloudError):
    """The erasure journal cannot be read or written; the message says what that means."""


class PictureRefusedError(CloudError):
    """A picture is none, or asks for more than drawing it anew may take; it is shown to nobody."""
