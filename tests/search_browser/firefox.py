"""Firefox by its own remote protocol, Marionette: JSON over a socket, nothing to install.

Playwright drives a Firefox of its own build only; the tests ask the one readers have.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

PROGRAM = next((path for name in ("firefox-esr", "firefox") if (path := shutil.which(name))), None)

_PATIENCE = 60.0  # seconds for Firefox to start
_ANSWER = 900.0  # seconds for one script
_PREFERENCES = """\
user_pref("marionette.port", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("browser.safebrowsing.update.enabled", false);
"""
_ASYNC = """
const arg = arguments[0], done = arguments[arguments.length - 1];
const answer = (async function () { %s })();
answer.then((value) => done({ value }), (error) => done({ error: String(error) }));
"""


class Firefox:
    """One headless Firefox with an empty profile; a context manager."""

    def __init__(self) -> None:
        assert PROGRAM, "Firefox is not installed"
        self._profile = tempfile.TemporaryDirectory()
        folder = Path(self._profile.name)
        (folder / "user.js").write_text(_PREFERENCES, encoding="ascii")
        command = [PROGRAM, "--headless", "--no-remote", "--profile", str(folder)]
        command += ["--marionette", "--remote-allow-system-access"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._buffer = b""
        self._number = 0
        self._socket = self._connect(folder / "MarionetteActivePort")
        self._receive()  # the greeting
        self._send("WebDriver:NewSession", {"timeouts": {"script": int(_ANSWER * 1000)}})

    def __enter__(self) -> Firefox:
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(OSError, AssertionError):
            self._send("Marionette:Quit", {"flags": ["eForceQuit"]})
        self._socket.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        with contextlib.suppress(OSError):
            self._profile.cleanup()

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self._send("WebDriver:Navigate", {"url": url})

    def run(self, body: str, arg: Any = None) -> Any:
        """Run the body of an async function of ``arg`` in the page itself; what it returns."""
        params = {"script": _ASYNC % body, "args": [arg], "sandbox": None, "newSandbox": False}
        answer = self._send("WebDriver:ExecuteAsyncScript", params)["value"]
        assert "error" not in answer, answer["error"]
        return answer.get("value")

    def keys(self, selector: str, text: str) -> None:
        """Type into the element the selector finds."""
        using = {"using": "css selector", "value": selector}
        found = self._send("WebDriver:FindElement", using)["value"]
        self._send("WebDriver:ElementSendKeys", {"id": next(iter(found.values())), "text": text})

    def back(self) -> None:
        """The back button."""
        self._send("WebDriver:Back", {})

    def offline(self, without: bool) -> None:
        """Cut Firefox off from every network, as its own menu item does, or join it again."""
        self._send("Marionette:SetContext", {"value": "chrome"})
        script = "Services.io.offline = arguments[0]; return Services.io.offline;"
        answer = self._send("WebDriver:ExecuteScript", {"script": script, "args": [without]})
        assert answer["value"] is without
        self._send("Marionette:SetContext", {"value": "content"})

    def _connect(self, port_file: Path) -> socket.socket:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                port = int(port_file.read_text(encoding="ascii"))
                return socket.create_connection(("127.0.0.1", port), timeout=_ANSWER)
            time.sleep(0.1)
        self._process.kill()
        raise OSError("Firefox did not start")

    def _send(self, command: str, params: dict[str, Any]) -> Any:
        self._number += 1
        data = json.dumps([0, self._number, command, params]).encode("utf-8")
        self._socket.sendall(b"%d:%s" % (len(data), data))
        kind, number, error, result = self._receive()
        assert (kind, number) == (1, self._number)
        assert error is None, (command, error and error.get("message"))
        return result

    def _receive(self) -> Any:
        while b":" not in self._buffer:
            self._more()
        size, _, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(size):
            self._more()
        data, self._buffer = self._buffer[: int(size)], self._buffer[int(size) :]
        return json.loads(data)

    def _more(self) -> None:
        data = self._socket.recv(1 << 20)
        if not data:
            raise OSError("Firefox is gone")
        self._buffer += data
