"""The demo: database, cloud, worker, mail server, virtual printer and kiosk on this machine, and real visits.

With a display a person uses it; ``--headless`` drives it by touches and asserts on what comes out.
"""
