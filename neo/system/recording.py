"""Recording live market data: a gateway without an engine, and a file that its books go into."""

from __future__ import annotations

import logging
import queue
import random
import time
from pathlib import Path

import attrs

from neo.domain.errors import NeoError
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.venue import BookObserved
from neo.domain.session.exit_codes import CONFIG
from neo.domain.telemetry.event import TelemetryEvent
from neo.infra.config.loader import Loaded
from neo.infra.recorder.market_file import MarketFile
from neo.infra.replay.market_lines import Recorded
from neo.records import frozen
from neo.system.real_ledger import real_ledger
from neo.system.session_venue import VenuePort

_log = logging.getLogger("neo.record")

#: Books that wait for the disk; more means that the disk stands still, and the oldest are given up.
WAITING_MAX = 1_000
_BOOKS = "recorder"


class NothingToRecord(NeoError):
    """The configuration names no server."""

    exit_code = CONFIG


@frozen
class RecordingProgress:
    """`ledgers` of this run, `bytes_written` of the whole file, `lost` books that the disk was too slow for."""

    ledgers: int
    last_ledger: int
    bytes_written: int
    lost: int


class MarketRecording:
    """Started by whoever builds it; the main thread writes in `wait`, so that a slow disk never holds up the gateway."""

    def __init__(self, venue: VenuePort, file: MarketFile) -> None:
        self._venue = venue
        self._file = file
        self._books: queue.Queue[BookObserved] = queue.Queue(WAITING_MAX)
        self._lost = 0
        self._closed = False

    def open(self) -> None:
        self._venue.attach(self._heard, (), (_BOOKS,))
        self._venue.start()

    def _heard(self, name: str, message: object) -> None:
        if name != _BOOKS or not isinstance(message, BookObserved):
            return
        try:
            self._books.put_nowait(message)
        except queue.Full:
            self._lost += 1

    def wait(self, slice_s: float) -> str | None:
        """Write what comes in the next `slice_s`; why the recording is over, or None. RecordingFailed when the disk refuses."""
        try:
            self._file.add(self._books.get(timeout=slice_s))
            while True:
                if self._file.is_full:
                    return "the file has the size that was asked for"
                self._file.add(self._books.get_nowait())
        except queue.Empty:
            return None

    @property
    def path(self) -> Path:
        return self._file.path

    def progress(self) -> RecordingProgress:
        return RecordingProgress(self._file.ledgers, self._file.last_ledger, self._file.bytes_written, self._lost)

    def close(self) -> None:
        """The gateway first, then what is still waiting goes into the file. RecordingFailed when that does not work."""
        if self._closed:
            return
        self._closed = True
        self._venue.stop()
        try:
            while not self._file.is_full:
                self._file.add(self._books.get_nowait())
        except queue.Empty:
            pass
        finally:
            self._file.close()


@frozen
class _WallClock:
    """Real time, and random streams that nobody has to repeat."""

    seed: int

    def now_ns(self) -> int:
        return time.time_ns()

    def rng_for(self, label: str, /) -> random.Random:
        return random.Random(f"{self.seed}/{label}")


def start_recording(loaded: Loaded, out: Path, bytes_max: int) -> MarketRecording:
    """Connect to the configured servers and write into `out`. NeoError for what is in the way."""
    config = loaded.config
    if not config.xrpl.nodes:
        raise NothingToRecord(
            "xrpl.nodes is empty: there is no market to record", "Use a configuration like paper.toml."
        )
    gateway = real_ledger(config, _WallClock(config.seed), 1.0, _log_event)
    file = MarketFile(out, Recorded(LEDGER_VENUE, f"{config.xrpl.base}/{config.xrpl.quote}"), bytes_max)
    recording = MarketRecording(gateway, file)
    try:
        recording.open()
    except BaseException:
        recording.close()
        raise
    return recording


def _log_event(event: TelemetryEvent) -> None:
    """A recording has no telemetry file: what the connections tell goes to whoever listens to the log."""
    _log.info("%s %s", event.NAME, attrs.asdict(event))
