"""Chromium in kiosk mode with a comparable form, which tells a server on this machine when it was painted; and the form
again with a camera's picture on it, which tells when that moves.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FLAGS = ("--kiosk", "--no-first-run", "--no-sandbox", "--disable-sync", "--disable-background-networking")
CAMERA_FLAGS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
"""A camera of Chromium's own making, as the kiosk's is a file, and leave to use it."""
PAGE = b"""<!doctype html><meta charset="utf-8"><title>Visit</title>
<style>body{font:24px sans-serif;background:#F3F1EB;margin:0;padding:7vw}label,input,button{display:block;width:100%}
input,button{font:inherit;padding:1em;margin:.4em 0 1em;border-radius:18px}button{background:#1F4D40;color:#fff}</style>
<h1>Tell us who you are</h1><form><label>Your name<input autofocus></label><label>Company<input></label>
<label>E-mail<input type="email"></label><label><input type="checkbox">I need assistance in an emergency</label>
<button>Next</button></form>
<script>new PerformanceObserver((list)=>{if(list.getEntriesByName("first-contentful-paint").length)fetch("/painted")})
.observe({type:"paint",buffered:true})</script>"""

CAMERA_PAGE = (
    PAGE.split(b"<script>")[0]
    + b"""<video autoplay muted style="width:320px"></video>
<script>navigator.mediaDevices.getUserMedia({video:{width:640,height:480}}).then((stream)=>{
const video=document.querySelector("video");video.onplaying=()=>fetch("/painted");video.srcObject=stream})
</script>"""
)


class FormServer(ThreadingHTTPServer):
    """Serves the page; ``painted`` is set when it says so."""

    def __init__(self, page: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.page = page
        self.painted = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: FormServer

    def do_GET(self) -> None:
        """Give the page, or note that it is painted."""
        if self.path == "/painted":
            self.server.painted.set()
        body = self.server.page if self.path == "/" else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_unused: object) -> None:
        """Say nothing."""


@contextmanager
def chromium(
    program: str, profile: Path, size: str, *, camera: bool = False
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A browser that has painted the form (or shows a camera's picture on it), and the seconds from its start until
    then.
    """
    server = FormServer(CAMERA_PAGE if camera else PAGE)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    begun = time.perf_counter()
    running = subprocess.Popen(
        [
            program,
            *FLAGS,
            *(CAMERA_FLAGS if camera else ()),
            f"--user-data-dir={profile}",
            f"--window-size={size.replace('x', ',')}",
            f"http://127.0.0.1:{server.server_port}/",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if not server.painted.wait(60):
            raise TimeoutError("Chromium painted nothing within a minute")
        yield running, time.perf_counter() - begun
    finally:
        running.terminate()
        running.wait()
        server.shutdown()
