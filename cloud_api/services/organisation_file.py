"""The file that describes an organisation: its shape, and what must hold beyond the shape.

Faults name where they are, such as ``sites[0].time_zone``, and say what to do in words.
"""

from collections.abc import Sequence

import msgspec

from cloud_api.errors import ConfigurationError
from cloud_api.services.feed_sizes import size_faults
from cloud_api.services.file_badges import BadgeTemplateEntry
from cloud_api.services.file_fleet import CommandEntry, ErasureEntry, KioskEntry, RevocationEntry
from cloud_api.services.file_people import AttestationEntry, HostEntry, InvitationEntry, WatchEntry, WindowEntry
from cloud_api.services.file_places import SiteEntry, StaffPinEntry, ZoneEntry
from cloud_api.services.file_rules import rule_faults
from cloud_api.services.file_shape import find_faults, read_json
from cloud_api.services.file_visits import DocumentEntry, DocumentRuleEntry, FieldEntry, VisitorTypeEntry
from cloud_api.services.file_whole import OrganisationFile

__all__ = [
    "AttestationEntry",
    "BadgeTemplateEntry",
    "CommandEntry",
    "DocumentEntry",
    "DocumentRuleEntry",
    "ErasureEntry",
    "FieldEntry",
    "HostEntry",
    "InvitationEntry",
    "KioskEntry",
    "OrganisationFile",
    "RevocationEntry",
    "SiteEntry",
    "StaffPinEntry",
    "VisitorTypeEntry",
    "WatchEntry",
    "WindowEntry",
    "ZoneEntry",
    "read_organisation_file",
    "require_none",
]
_MOST_FAULTS = 20


def read_organisation_file(raw: bytes) -> OrganisationFile:
    """Read and check a file.

    Raises:
        ConfigurationError: names every fault of the shape, or every fault beyond it, by place.
    """
    value = read_json(raw)
    require_none(list(find_faults(value, OrganisationFile)))
    try:
        read = msgspec.convert(value, type=OrganisationFile)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"the file cannot be used: {error}") from error
    require_none(list(rule_faults(read)))
    require_none(list(size_faults(read)))
    return read


def require_none(faults: Sequence[str]) -> None:
    """Refuse a file that has any.

    Raises:
        ConfigurationError: names them, the first ones at least.
    """
    if faults:
        rest = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise ConfigurationError("; ".join(faults[:_MOST_FAULTS]) + rest)
