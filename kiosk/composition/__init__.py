"""Builds the kiosk from its parts: the one place where concrete objects meet.

Three storeys, each built on the one below: ``station`` is everything without a screen (the commands ``status`` and
``roster`` use it beside a running kiosk), ``desks`` adds the use cases, network and printer, ``lobby`` threads and
window::

    with open_station(KioskConfiguration(data_folder=folder)) as station:
        run_lobby(station)
"""

from kiosk.composition.desks import Desks, Lines, build_desks, build_feed_reader, build_lines, build_photo_keeper
from kiosk.composition.lobby import run_lobby
from kiosk.composition.station import Station, open_station, open_store

__all__ = [
    "Desks",
    "Lines",
    "Station",
    "build_desks",
    "build_feed_reader",
    "build_lines",
    "build_photo_keeper",
    "open_station",
    "open_store",
    "run_lobby",
]
