"""The real processes: serve and worker, on a database that they start themselves."""

import signal
import socket
import ssl
import time

import pytest

from cloud_api.clock import SystemClock
from sync.archive_file import read_archive
from sync.protocol.archive import verify_archive
from sync.protocol.batch import MEDIA_TYPE
from sync.protocol.exchange import EVENTS_PATH
from tests.fakes.cloud_mail import MailServer
from tests.fakes.cloud_site import Site, Tarpit, await_job, await_mail, enrol, grace, send


def test_a_visit_from_the_kiosk_to_the_host_and_the_auditor(site: Site, mail_server: MailServer) -> None:
    """Serve and worker as separate processes on the database that they share."""
    now = SystemClock().now()
    with site.process("serve"), site.process("worker"), site.client() as client:
        site.wait_until_ready()
        kiosk = enrol(site, client)
        host = grace(client, kiosk)
        before = len(mail_server.box.raw)
        kiosk.arrive(now, host_id=host)
        wire = kiosk.batch()
        receipts = {send(client, kiosk, "POST", EVENTS_PATH, wire, content_type=MEDIA_TYPE).text for _ in range(3)}
        assert len(receipts) == 1
        await_mail(mail_server, before + 1)
        archive = site.folder / "audit.zip"
        deadline = time.monotonic() + 30
        while True:  # the worker takes events into the log by and by
            facts = site.facts("audit", "export", "--reason", "drill", "--force", "-o", str(archive))
            verified = verify_archive(read_archive(archive), pinned_root=facts["root"])
            if verified.device_events or time.monotonic() > deadline:
                break
        assert verified.device_events == 1
        assert "verified" in site.run("audit", "verify", str(archive), "--root", facts["root"]).stdout
        states = {item["id"]: item["state"] for item in site.facts("kiosk", "list")}
        assert states[str(kiosk.identity.kiosk)] == "enrolled"
    assert len(mail_server.box.raw) == before + 1
    assert mail_server.box.messages[-1]["To"] == "grace@example.org"


def test_r16_only_tls_1_3_is_spoken(site: Site) -> None:
    """R16."""
    with site.process("serve"):
        site.wait_until_ready()
        context = ssl.create_default_context(cafile=str(site.folder / "tls.crt"))
        with (
            socket.create_connection(("localhost", site.port)) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as spoken,
        ):
            assert spoken.version() == "TLSv1.3"
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with socket.create_connection(("localhost", site.port)) as raw, pytest.raises(ssl.SSLError):
            context.wrap_socket(raw, server_hostname="localhost")


def test_the_server_stops_soon_while_a_kiosk_keeps_its_connection_open(site: Site) -> None:
    with site.process("serve") as running, site.client() as client:
        site.wait_until_ready()
        assert client.get("/healthz").status_code == 200
        running.terminate()
        assert running.wait(25) in (0, -signal.SIGTERM)


def test_r36_the_database_runs_alone_for_whoever_puts_a_backup_back(site: Site) -> None:
    log = site.folder / "database.log"
    with site.process("database") as running:
        deadline = time.monotonic() + 60
        while b"The database runs at" not in log.read_bytes() and time.monotonic() < deadline:
            time.sleep(0.05)
        with site.superuser() as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0


def test_a_worker_killed_in_mid_alert_neither_loses_nor_doubles_it(site: Site, mail_server: MailServer) -> None:
    """C10, F11: killed while the mail server is slow to greet; the next worker takes the job up."""
    now = SystemClock().now()
    with site.process("serve"), site.client() as client:
        site.wait_until_ready()
        kiosk = enrol(site, client)
        host = grace(client, kiosk)
        before = len(mail_server.box.raw)
        with Tarpit(site), site.process("worker") as worker:
            kiosk.arrive(now, host_id=host)
            assert send(client, kiosk, "POST", EVENTS_PATH, kiosk.batch(), content_type=MEDIA_TYPE).status_code == 200
            await_job(site, "doing")
            worker.kill()
            worker.wait()
        with site.superuser() as connection:
            # The heartbeats of a dead worker grow old: not waited for here, but told.
            connection.execute("update queue.procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
        with site.process("worker"):
            await_mail(mail_server, before + 1)
            await_job(site, "succeeded")
    assert len(mail_server.box.raw) == before + 1


def test_serve_with_worker_is_one_process_that_does_both(site: Site, mail_server: MailServer) -> None:
    now = SystemClock().now()
    with site.process("serve", "--with-worker"), site.client() as client:
        site.wait_until_ready()
        kiosk = enrol(site, client)
        before = len(mail_server.box.raw)
        kiosk.arrive(now, host_id=grace(client, kiosk))
        taken = send(client, kiosk, "POST", EVENTS_PATH, kiosk.batch(), content_type=MEDIA_TYPE)
        assert taken.status_code == 200
        await_mail(mail_server, before + 1)
