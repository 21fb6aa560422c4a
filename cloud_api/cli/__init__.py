"""``lodge-cloud``: everything that an operator does with a server.

Usage::

    lodge-cloud --data /var/lib/lodge-cloud init --origin https://lodge.example.org
    lodge-cloud org create "Thistledown Works" --root-key root.key
    lodge-cloud org apply thistledown.json
    lodge-cloud kiosk create "Lobby kiosk"
    lodge-cloud serve --with-worker
"""

from cloud_api.cli.main import main

__all__ = ["main"]
