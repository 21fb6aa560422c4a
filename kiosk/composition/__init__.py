"""Builds the kiosk from its parts: the one place where concrete objects meet.

Three storeys, each built on the one below: ``station`` is everything without a screen (the commands ``status`` and
``roster`` use it beside a running kiosk), ``desks`` adds the use cases, network and printer, ``lobby`` threads and
window. Each is imported on its own, so that the list in a fire need not wait for the camera's library::

    with open_station(KioskConfiguration(data_folder=folder)) as station:
        run_lobby(station)
"""
