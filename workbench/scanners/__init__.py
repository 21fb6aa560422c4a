"""Outside scanners, each in an environment of its own: none is part of the product, nor of its developers' packages.

``./lodge test --slow security`` runs them (``./lodge test --slow bandit``: that one), writes what came of it to
``docs/security/scanners/`` and renders ``docs/security/scanners.md``.
"""
