"""What a person does with an authenticator app and recovery codes, through the pages."""

import re
from collections import Counter
from datetime import datetime
from html import unescape

import httpx

from cloud_api.services import totp
from tests.fakes.cloud_server import Ground


class App:
    """An authenticator app: shows the code of a moment, never the same twice."""

    def __init__(self, secret: str) -> None:
        self._secret = totp.secret_of(secret)

    def code(self, now: datetime, *, steps: int = 0) -> str:
        return totp.code_at(self._secret, totp.step_at(now) + steps)


async def set_up_app(client: httpx.AsyncClient, ground: Ground) -> tuple[App, list[str]]:
    """Set up an app as a person does, from the page; the app, and the recovery codes."""
    page = (await client.get("/account/app")).text
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    app = App(found[1])
    told = await client.post("/account/app", data={"code": app.code(ground.clock.now())})
    assert told.status_code == 200, told.text
    return app, re.findall(r"<code>([0-9A-Z-]{19})</code>", told.text)


async def kinds(ground: Ground, like: str = "staff.%") -> Counter[str]:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        query = "select kind from lodge.audit_record where tenant_id = %s and kind like %s"
        return Counter(row[0] for row in await (await tx.connection.execute(query, (tx.id, like))).fetchall())


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}
