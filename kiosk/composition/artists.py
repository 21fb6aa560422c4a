"""Who draws what is printed: badges, test badges and the evacuation list on badge paper.

Apart from the printers' queue: drawing loads much, and the lobby opens without waiting for it.
"""

from kiosk.composition.station import Station
from kiosk.flows.printing.badge_artist import BadgeArtist
from kiosk.flows.printing.badge_templates import BadgeTemplates
from kiosk.flows.printing.badge_tests import DrawTest
from kiosk.flows.printing.list_artist import ListArtist
from kiosk.journal import tell_unused_template


def build_artist(station: Station) -> BadgeArtist:
    """Draws badges as the feed has it."""
    return BadgeArtist(
        enrolment=station.enrolment,
        key=station.log.epochs.current_key,
        configuration=station.directory.configuration,
        place=station.directory.place,
        types=station.directory.published_types,
        templates=BadgeTemplates(station.directory.badge_templates, tell=tell_unused_template),
    )


def build_test_drawing(station: Station, artist: BadgeArtist) -> DrawTest:
    """Draws the test badge, in the site's first language."""
    return lambda printer, paper: artist.draw_test(printer, paper, station.evacuation.words(), station.time.now())


def build_list_artist(station: Station) -> ListArtist:
    """Lays out the evacuation list for badge paper."""
    return ListArtist(
        enrolment=station.enrolment,
        key=station.log.epochs.current_key,
        configuration=station.directory.configuration,
        place=station.directory.place,
        words=station.evacuation.words,
    )
