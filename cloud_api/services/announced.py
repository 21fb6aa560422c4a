"""How long announced visitors are kept, and how many one person may announce by the API."""

from datetime import datetime, timedelta

from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.file_texts import moment_at, moment_ms
from sync.protocol.feed import MAX_CONTENT_BYTES

KEPT_AFTER_THE_LAST_DAY = timedelta(days=7)
"""Kiosks that were off for a while still know by what somebody came; then pages need the room."""
MOST_BYTES_OF_ONE_PERSON = MAX_CONTENT_BYTES // 4
"""A quarter of a page: some 2,500 visitors who come once, 40 of 400 windows. The others have room whatever one does."""


def over_at(entry: InvitationEntry) -> datetime:
    """When the last window ends."""
    return moment_at(max(moment_ms(window.ends) for window in entry.windows))
