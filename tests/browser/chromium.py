"""Chromium, driven over its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/).

One process for each `Chromium`, one target for each `Page`. Everything waits for something that happened, never for time to
pass; what does not happen within PATIENCE_S raises `BrowserFault`.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, cast

from websockets.sync.client import ClientConnection, connect

from tests.patience import PATIENCE_S

#: Names that distributions give the program.
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    # Names that are not this machine do not even get as far as a resolver.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
)
_LISTENING = re.compile(r"DevTools listening on (ws://\S+)")


class BrowserFault(AssertionError):
    """The browser or the page did not do what was waited for."""


def installed() -> str | None:
    """The program's path, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """A running browser; `folder` takes its profile. Close it."""

    def __init__(self, folder: Path) -> None:
        program = installed()
        if program is None:
            raise BrowserFault(f"no browser: none of {', '.join(NAMES)} is installed")
        command = [program, *_FLAGS, f"--user-data-dir={folder}", "about:blank"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        try:
            self._socket: ClientConnection = connect(
                self._address(), max_size=None, ping_interval=None, open_timeout=PATIENCE_S, proxy=None
            )
        except BaseException:
            self._process.kill()
            self._reap()
            raise
        self._number = 0
        self._pages: dict[str, Page] = {}

    def _address(self) -> str:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := _LISTENING.search(line):
                return found.group(1)
        raise BrowserFault(f"Chromium ended with {self._process.wait()} before it listened")

    def page(self, width: int = 1280, height: int = 800, *, mobile: bool = False, scheme: str = "dark") -> Page:
        """An empty page of that many CSS pixels."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session, context)
        page.prepare(width, height, mobile, scheme)
        return page

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """One command and its answer; events that come in between go to their pages."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        self._socket.send(json.dumps(message))
        until = time.monotonic() + PATIENCE_S
        while True:
            record = self.receive(until - time.monotonic(), method)
            if record.get("id") == number:
                if "error" in record:
                    raise BrowserFault(f"{method}: {record['error']['message']}")
                return cast(dict[str, Any], record["result"])

    def receive(self, timeout_s: float, wanted: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = json.loads(self._socket.recv(timeout=max(0.01, timeout_s)))
        except TimeoutError:
            raise BrowserFault(f"nothing came within {PATIENCE_S:g} s: {wanted}") from None
        page = self._pages.get(record.get("sessionId", ""))
        if page is not None and "method" in record:
            page.happened(record["method"], record["params"])
        return record

    def close(self) -> None:
        try:
            self._socket.close()
        finally:
            self._process.terminate()
            self._reap()

    def _reap(self) -> None:
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(PATIENCE_S)
        if self._process.stderr is not None:
            self._process.stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Page:
    """One page: where it went, what it asked for, what went wrong in it."""

    def __init__(self, browser: Chromium, session: str, context: str) -> None:
        self._browser = browser
        self._session = session
        self._context = context
        #: Every address that the page asked for.
        self.requests: list[str] = []
        #: What the console says, exceptions and violations of the content policy included.
        self.complaints: deque[str] = deque(maxlen=200)
        self._loaded = False

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **params)

    def prepare(self, width: int, height: int, mobile: bool, scheme: str) -> None:
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.resize(width, height, mobile=mobile)
        self.scheme(scheme)

    def resize(self, width: int, height: int, *, mobile: bool = False, ratio: float = 1) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=ratio, mobile=mobile
        )

    def scheme(self, name: str) -> None:
        """`dark` or `light`, as the system would ask for it."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def happened(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Runtime.exceptionThrown":
            detail = params["exceptionDetails"]
            self.complaints.append(str(detail.get("exception", {}).get("description", detail["text"])))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(part.get("value", part)) for part in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}".strip())

    def open(self, url: str) -> None:
        """Go there and wait until it is loaded."""
        self._loaded = False
        answer = self.call("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserFault(f"{url}: {answer['errorText']}")
        until = time.monotonic() + PATIENCE_S
        while not self._loaded:
            self._browser.receive(until - time.monotonic(), f"load of {url}")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression is; a promise is awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            detail = answer["exceptionDetails"]
            raise BrowserFault(str(detail.get("exception", {}).get("description", detail["text"])))
        return answer["result"].get("value")

    def wait(self, expression: str, says: Callable[[Any], bool] = bool) -> Any:
        """The expression's value once it satisfies; asked again after each painted frame."""
        until = time.monotonic() + PATIENCE_S
        while True:
            value = self.value(expression)
            if says(value):
                return value
            if time.monotonic() > until:
                complaints = "; ".join(self.complaints) or "no complaints"
                raise BrowserFault(f"{expression} stayed {value!r} ({complaints})")
            self.value("new Promise(done => setTimeout(done, 25))")

    def text(self, selector: str) -> str:
        """The visible text of the first element that matches."""
        return cast(str, self.value(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def click(self, selector: str) -> None:
        """A real click in the middle of an element, as the pointer would do it."""
        place = self.value(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); if (!e) return null;"
            " e.scrollIntoView({block: 'center', behavior: 'instant'}); const r = e.getBoundingClientRect();"
            " return [r.left + r.width / 2, r.top + r.height / 2, r.width]; })()"
        )
        if not place or not place[2]:
            raise BrowserFault(f"{selector} is not there to be clicked")
        for kind in ("mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1, buttons=1
            )

    def move(self, x: float, y: float) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def key(self, key: str, modifiers: int = 0) -> None:
        """A key by its name (`Tab`, `ArrowLeft`, `a`); modifiers 1 Alt, 2 Ctrl, 8 Shift."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowRight": 39}
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        common = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0), "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def picture(self, path: Path, *, whole: bool = False, kind: str = "png", quality: int = 0) -> None:
        """What one sees, or the whole page, as a file."""
        options: dict[str, Any] = {"format": kind, "captureBeyondViewport": whole}
        if quality:
            options["quality"] = quality
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            options["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", **options)["data"]))

    def close(self) -> None:
        self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)


@contextmanager
def browser(folder: Path) -> Iterator[Chromium]:
    """A browser for one with-block."""
    with Chromium(folder) as opened:
        yield opened
