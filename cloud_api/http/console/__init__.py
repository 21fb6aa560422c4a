"""The console: server-rendered pages for staff, live by ticks, without inline code and without a build step.

Usage::

    pages = Pages(origin="https://lodge.example.org")
    router = console_router(ConsolePorts(...))          # every page's data comes through the session's tenant
    install_failures(app, pages, gate)                  # browsers get pages, programs get problem documents
"""
