"""Two replicas behind a balancer are restarted one after the other: nobody notices, and their logs name nobody."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import httpx

from tests.fakes.cloud_mail import MailServer
from tests.fakes.cloud_site import Site, free_port, open_site
from tests.fakes.forked_command import Forked
from tests.processes.balancer import Balancer, balancing
from tests.processes.premises import Premises, UnseenKiosk, await_true

_TOKEN = "a-token-for-the-scraper-0123456789"
_SETTINGS = f"""
[log]
format = "json"
requests = true

[metrics]
token = "{_TOKEN}"
"""
_PERSONAL = ("Visitor 0", "Larkspur", "Grace", "grace@example.org", "burdock@example.org", "a wrong pass")


def _configure(site: Site) -> None:
    path = site.folder / "lodge-cloud.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("\nport =", "\ndrain_seconds = 1.5\nport =", 1) + _SETTINGS, "utf-8")


def test_a_rolling_restart_is_noticed_by_nobody_and_the_logs_name_nobody(tmp_path: Path) -> None:
    with MailServer() as mail, open_site(mail) as site:
        _configure(site)
        ports = [free_port(), free_port()]
        balancer = Balancer(site.port, ports, site.folder / "tls.crt")
        replicas = {port: site.spawn("serve", "--port", str(port)) for port in ports}
        try:
            with balancing(balancer), site.client() as client:
                await_true("both replicas are ready", lambda: len(balancer.ready) == len(ports))
                premises = Premises(site, mail)
                kiosk = premises.enrol(tmp_path / "kiosk")
                kiosk.start()
                try:
                    _restart_all_while_visitors_come(premises, kiosk, balancer, replicas)
                finally:
                    kiosk.stop()
                told = client.post(
                    "/sign-in",
                    data={"email": "burdock@example.org", "password": "a wrong pass phrase"},
                    headers={"Origin": f"https://localhost:{site.port}"},
                )
                assert told.status_code == httpx.codes.UNAUTHORIZED
                shown = client.get("/metrics", headers={"Authorization": f"Bearer {_TOKEN}"})
        finally:
            for running in replicas.values():
                running.terminate()
            for running in replicas.values():
                assert running.wait(60) in (0, -signal.SIGTERM)
        _judge((site.folder / "serve.log").read_text("utf-8"), shown.text)


def _restart_all_while_visitors_come(
    premises: Premises, kiosk: UnseenKiosk, balancer: Balancer, replicas: dict[int, Forked]
) -> None:
    site = premises.site
    answers: list[int] = []

    def look() -> None:
        with site.client() as once:  # a connection of its own, as of one person after the other
            answers.append(once.get("/sign-in").status_code)

    for port, running in list(replicas.items()):
        kiosk.visit()
        running.terminate()
        while running.poll() is None:
            look()
            time.sleep(0.1)  # a person's address has 200 requests a minute
        replicas[port] = site.spawn("serve", "--port", str(port))
        kiosk.visit()
        await_true("the replica is back", lambda port=port: port in balancer.ready)  # type: ignore[misc]  # bound now
        look()
    assert len(answers) > len(replicas)
    assert set(answers) == {httpx.codes.OK}
    await_true("four visitors were told", lambda: len(kiosk.told) == 2 * len(replicas))
    await_true("the kiosk has sent everything", kiosk.has_sent_everything)
    arrivals = premises.arrivals()
    assert set(arrivals) == set(kiosk.told)
    assert set(arrivals.values()) == {1}


def _judge(log: str, metrics: str) -> None:
    lines = [json.loads(line) for line in log.splitlines()]
    answered = [line for line in lines if line["event"] == "answered"]
    assert {"/sign-in", "/device/v1/events"} <= {line["route"] for line in answered}
    assert all(re.fullmatch("[0-9a-f]{16}", line["request"]) for line in answered)
    assert not [
        line for line in answered if line["status"] >= httpx.codes.INTERNAL_SERVER_ERROR and line["route"] != "/readyz"
    ]
    assert sum(line["event"].startswith("told to stop") for line in lines) >= 2
    assert "lodge_kiosks 1.0" in metrics
    assert 'route="/sign-in"' in metrics
    for word in _PERSONAL:
        assert word not in log + metrics
