"""What is due when: a heap that forgets what was cancelled."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

COMPACT_ABOVE = 1_024


class Entry(list[Any]):
    """Something due: when, its number, what is called then (None: nothing any more), whose it is, and the agenda it is in.

    A list because the heap compares and Python builds lists without a call of a function of ours; a simulated day has a
    hundred thousand entries. No two have the same number, so what comes after it is never compared.
    """

    __slots__ = ()

    def cancel(self) -> None:
        """It will not happen."""
        if self[_CALLBACK] is not None:
            self[_CALLBACK] = None
            self[_AGENDA].cancelled += 1


_DUE_NS, _CALLBACK, _OWNER, _AGENDA = 0, 2, 3, 4


class Agenda:
    """Ordered by deadline, then by age. Not locked.

    Cancelled entries stay until they are due or outnumber the others: a timer that is re-armed with every message
    must not fill the memory. `cancelled` may be counted a little wrong by racing threads, which only delays that.
    """

    __slots__ = ("_heap", "_number", "cancelled")

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._number = 0
        self.cancelled = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due_ns: int, callback: Callable[[], None], owner: object = None) -> Entry:
        if self.cancelled > COMPACT_ABOVE and 2 * self.cancelled > len(self._heap):
            self._keep(lambda entry: entry[_CALLBACK] is not None)
            self.cancelled = 0
        self._number += 1
        entry = Entry((due_ns, self._number, callback, owner, self))
        heappush(self._heap, entry)
        return entry

    def next_due_ns(self) -> int | None:
        heap = self._heap
        while heap and heap[0][_CALLBACK] is None:
            heappop(heap)
            self.cancelled -= 1
        return heap[0][_DUE_NS] if heap else None

    def take(self) -> Callable[[], None] | None:
        """The earliest entry; None when it was cancelled meanwhile, or there is none."""
        if not self._heap:
            return None
        entry = heappop(self._heap)
        callback: Callable[[], None] | None = entry[_CALLBACK]
        entry[_CALLBACK] = None
        return callback

    def forget(self, owner: object) -> None:
        """Nothing that `owner` entered will happen."""
        self._keep(lambda entry: entry[_OWNER] is not owner)

    def clear(self) -> None:
        self._heap.clear()

    def _keep(self, wanted: Callable[[Entry], bool]) -> None:
        self._heap = [entry for entry in self._heap if wanted(entry)]
        heapify(self._heap)
