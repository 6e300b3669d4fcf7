"""Alerts behind telemetry: a sink that never waits, and a thread of its own that may."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Sequence

from neo.domain.alerts.causes import Told, is_worth_reading
from neo.domain.alerts.notice import Sender
from neo.domain.config.alerts import AlertsConfig
from neo.infra.alerts.address import Address
from neo.infra.alerts.desk import AlertDesk

#: Events that wait while an address is slow. What comes then is counted and lost: trade does not wait for a webhook.
WAITING_MAX = 1000
#: Real seconds between two looks at what is due.
LOOK_EVERY_S = 1.0
_MARK = ',"event":"'
_SEVERITY = '","severity":"'


class AlertThread:
    """A TelemetrySink. Its thread is a daemon: an address that hangs must not keep the process alive."""

    def __init__(
        self,
        config: AlertsConfig,
        sender: Sender,
        addresses: Sequence[Address],
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._now_ns = now_ns
        self._stop = threading.Event()
        self._desk = AlertDesk(config, sender, addresses, self._pause, now_ns())
        self._events: queue.Queue[Told | None] = queue.Queue(WAITING_MAX)
        self._lost = 0
        self._heard = False
        self._thread = threading.Thread(target=self._run, name="neo-alerts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def write(self, line: str) -> str | None:
        """Called for every line: what is no cause costs a search in it. The reason is an address that does not work."""
        self._heard = True
        start = line.find(_MARK) + len(_MARK)
        end = line.find('"', start)
        rest = end + len(_SEVERITY)
        severity = line[rest : line.find('"', rest)]
        if is_worth_reading(line[start:end], severity):
            self._take(Told(line[start:end], severity, json.loads(line)["fields"]))
        return self._complaint()

    def flush(self) -> str | None:
        return self._complaint()

    def close(self) -> None:
        """Telemetry may be closed and opened again with its actor; the thread ends with `finish`."""

    def finish(self, wait_s: float) -> bool:
        """Deliver what is there, without a second try; whether that was done in time."""
        if self._thread.ident is None:
            self._desk.close()
            return True
        self._stop.set()
        self._take(None)
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _take(self, told: Told | None) -> None:
        try:
            self._events.put_nowait(told)
        except queue.Full:
            self._lost += 1

    def _complaint(self) -> str | None:
        problem = self._desk.problem
        # the number of lost events is left out: the complaint would be another one with each event
        return problem if not self._lost else f"{problem or 'an address was slow'}; events were lost"

    def _pause(self, pause_s: float) -> bool:
        return not self._stop.wait(pause_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._look(LOOK_EVERY_S)
        self._look(0)
        self._desk.close()

    def _look(self, wait_s: float) -> None:
        """Everything that waits, or what comes within `wait_s`; then what is due."""
        try:
            told = self._events.get(timeout=wait_s)
            while told is not None:
                self._desk.hear(told, self._now_ns())
                told = self._events.get_nowait()
        except queue.Empty:
            pass
        now_ns = self._now_ns()
        if self._heard:
            self._heard = False
            self._desk.alive(now_ns)
        self._desk.tell(now_ns)
