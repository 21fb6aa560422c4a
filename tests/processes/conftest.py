"""One site for each test: what is killed and restored is shared with nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.cloud_mail import MailServer
from tests.fakes.cloud_site import open_site
from tests.processes.premises import Premises


@pytest.fixture
def premises() -> Iterator[Premises]:
    with MailServer() as mail, open_site(mail) as site:
        made = Premises(site, mail)
        try:
            made.start_all()
            yield made
        finally:
            made.stop()
