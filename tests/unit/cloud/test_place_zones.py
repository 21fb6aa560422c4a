"""Which clock an organisation's pages go by."""

from uuid import UUID

from cloud_api.services.announced import over_at
from cloud_api.services.file_people import InvitationEntry, WindowEntry
from cloud_api.services.place_zones import place_zone
from cloud_api.store.organisations import Site


def _site(number: int, name: str, zone: str) -> Site:
    return Site(UUID(int=number), name.lower(), name, zone, b"{}", "")


def test_where_no_site_is_named_that_of_most_counts_and_neither_a_name_nor_one_more_changes_it() -> None:
    """Days of the audit log begin by it."""
    london = [_site(2, "Mill Lane", "Europe/London"), _site(3, "Weir Road", "Europe/London")]
    assert str(place_zone([_site(1, "Aachen", "Asia/Tokyo"), *london], None)) == "Europe/London"
    tied = [_site(5, "Aachen", "Asia/Tokyo"), _site(4, "Mill Lane", "Europe/London")]
    assert str(place_zone(tied, None)) == str(place_zone(tied[::-1], None)) == "Europe/London"
    assert str(place_zone(tied, UUID(int=5))) == "Asia/Tokyo"
    assert str(place_zone([], None)) == "UTC"


def test_a_window_to_the_end_of_the_calendar_has_an_end() -> None:
    """West of Greenwich it lies in the year 10000, which no date can say."""
    window = WindowEntry(begins="2026-11-29T09:00+00:00", ends="9999-12-31T23:59-14:00")
    entry = InvitationEntry(key="x", type="visitor", name="Odalys Fernhollow", windows=(window,))
    assert over_at(entry).year == 9999
