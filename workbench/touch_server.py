"""Lets another process lay a finger on a kiosk: one line of JSON a request over a local socket.

    server = TouchServer(Path("/tmp/kiosk.sock"))
    server.open()                       # before the kiosk's window runs; requests are served between its frames
    ...
    with TouchClient(Path("/tmp/kiosk.sock")) as kiosk:
        kiosk.tap("welcome.visit")
        kiosk.wait_for("details")
        kiosk.picture(Path("kiosk-02.png"))

Only the demo and tests open it, from an entry of the workbench; the product has no such door. The socket file is
readable by its owner alone. A finger's work is done on the drawing thread, a little of it in each frame.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self, TypeVar

from kiosk.navigation import Screen

T = TypeVar("T")
ANSWER_SECONDS = 60.0
MOST_BYTES = 65_536


class TouchRefusedError(RuntimeError):
    """The kiosk could not do what it was asked; the message says why."""


class TouchServer:
    """Serves one client at a time. Kivy is imported only when :meth:`open` is called."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        path.chmod(0o600)
        self._socket.listen(1)
        self._finger: Any = None

    def open(self) -> None:
        """Begin to take requests, on a thread that ends with the process."""
        from workbench.touch import Finger  # noqa: PLC0415 - imports Kivy, which needs its environment first

        self._finger = Finger(pump=lambda: on_drawing_thread(lambda: None), drawing=on_drawing_thread)
        threading.Thread(target=self._serve, name="touch-server", daemon=True).start()

    def close(self) -> None:
        """Stop taking requests."""
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                for line in iter(lambda: stream.readline(MOST_BYTES), b""):
                    stream.write(json.dumps(self._answer(line)).encode() + b"\n")
                    stream.flush()

    def _answer(self, line: bytes) -> dict[str, Any]:
        """Do one request and return its answer; a refusal is an answer too."""
        try:
            return {"ok": True, **self._do(json.loads(line))}
        except (AssertionError, KeyError, ValueError, OSError, TimeoutError) as problem:
            return {"ok": False, "error": f"{type(problem).__name__}: {problem}"}

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        finger = self._finger
        acts: dict[str, Callable[[], Any]] = {
            "tap": lambda: finger.tap(request["id"]),
            "hold": lambda: finger.hold(request["id"]),
            "type": lambda: finger.type_text(request.get("id", ""), request["text"]),
            "swipe": lambda: finger.swipe(tuple(request["from"]), tuple(request["to"])),
            "picture": lambda: str(finger.picture(Path(request["path"]))),
            "where": lambda: on_drawing_thread(lambda: finger.middle(request["id"])),
            "look": lambda: None,
        }
        result = acts[request["act"]]()
        seen = finger.look()
        return {"result": result, "screen": seen.screen.value, "words": seen.words, "targets": seen.targets}


def on_drawing_thread(act: Callable[[], T]) -> T:
    """Run ``act`` on the drawing thread, in the next frame, and return what it returns or raise what it raises.

    Raises:
        TimeoutError: the kiosk does not draw any more.
    """
    from kivy.clock import Clock  # noqa: PLC0415 - needs Kivy's environment, which the kiosk set

    answer: Future[T] = Future()

    def in_a_frame(_seconds: float) -> None:
        try:
            answer.set_result(act())
        except Exception as problem:  # noqa: BLE001 - handed to the thread that asked
            answer.set_exception(problem)

    Clock.schedule_once(in_a_frame, 0)
    return answer.result(ANSWER_SECONDS)


class TouchClient:
    """The other end. Every method raises :class:`TouchRefusedError` when the kiosk could not do it."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_SECONDS + 5)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._stream = self._socket.makefile("rwb")

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_unused: object) -> None:
        """Close the connection."""
        self._stream.close()
        self._socket.close()

    def ask(self, act: str, **values: object) -> dict[str, Any]:
        """Send one request and return the whole answer."""
        self._stream.write(json.dumps({"act": act, **values}).encode() + b"\n")
        self._stream.flush()
        answer: dict[str, Any] = json.loads(self._stream.readline() or b'{"ok": false, "error": "The kiosk is gone."}')
        if not answer["ok"]:
            raise TouchRefusedError(answer["error"])
        return answer

    def tap(self, touch_id: str) -> None:
        """Touch a target."""
        self.ask("tap", id=touch_id)

    def hold(self, touch_id: str) -> None:
        """Touch a target for a while."""
        self.ask("hold", id=touch_id)

    def type_text(self, field_id: str, text: str) -> None:
        """Type on the on-screen keyboard; an empty ``field_id`` types where the cursor is."""
        self.ask("type", id=field_id, text=text)

    def where(self, touch_id: str) -> tuple[float, float]:
        """Return a target's middle, in pixels from the window's lower left corner."""
        x, y = self.ask("where", id=touch_id)["result"]
        return float(x), float(y)

    def picture(self, path: Path) -> Path:
        """Save what the kiosk shows."""
        self.ask("picture", path=str(path.absolute()))
        return path

    @property
    def screen(self) -> Screen:
        """Return the screen shown now."""
        return Screen(self.ask("look")["screen"])

    @property
    def words(self) -> list[str]:
        """Return all words on the screen."""
        return list(self.ask("look")["words"])

    @property
    def targets(self) -> list[str]:
        """Return the ids of everything on the screen that can be touched."""
        return list(self.ask("look")["targets"])

    def wait_for(self, screen: Screen | str, seconds: float = 20.0) -> None:
        """Wait until a screen is shown."""
        self._wait(lambda: self.screen == Screen(screen), f"screen {screen}", seconds)

    def wait_for_words(self, words: str, seconds: float = 20.0) -> None:
        """Wait until some words are on the screen."""
        self._wait(lambda: words in " ".join(self.words), f"the words {words!r}", seconds)

    def _wait(self, true: Callable[[], bool], what: str, seconds: float) -> None:
        pause = threading.Event()
        for _ in range(max(1, round(seconds / 0.1))):
            if true():
                return
            pause.wait(0.1)
        raise TouchRefusedError(f"Waited {seconds} s for {what}; the kiosk shows {self.screen}: {self.words}")
