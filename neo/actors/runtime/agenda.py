"""What is due when: a heap that forgets what was cancelled."""

from __future__ import annotations

import heapq
from collections.abc import Callable

COMPACT_ABOVE = 1_024


class Entry:
    """Something due."""

    __slots__ = ("_agenda", "callback", "owner")

    def __init__(self, agenda: Agenda, callback: Callable[[], None], owner: object) -> None:
        self._agenda = agenda
        self.callback: Callable[[], None] | None = callback
        self.owner = owner

    def cancel(self) -> None:
        """It will not happen."""
        if self.callback is not None:
            self.callback = None
            self._agenda.cancelled += 1


class Agenda:
    """Ordered by deadline, then by age. Not locked.

    Cancelled entries stay until they are due or outnumber the others: a timer that is re-armed with every message
    must not fill the memory. `cancelled` may be counted a little wrong by racing threads, which only delays that.
    """

    __slots__ = ("_heap", "_number", "cancelled")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Entry]] = []
        self._number = 0
        self.cancelled = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due_ns: int, callback: Callable[[], None], owner: object = None) -> Entry:
        if self.cancelled > COMPACT_ABOVE and 2 * self.cancelled > len(self._heap):
            self._keep(lambda entry: entry.callback is not None)
            self.cancelled = 0
        entry = Entry(self, callback, owner)
        self._number += 1
        heapq.heappush(self._heap, (due_ns, self._number, entry))
        return entry

    def next_due_ns(self) -> int | None:
        heap = self._heap
        while heap and heap[0][2].callback is None:
            heapq.heappop(heap)
            self.cancelled -= 1
        return heap[0][0] if heap else None

    def take(self) -> Callable[[], None] | None:
        """The earliest entry; None when it was cancelled meanwhile, or there is none."""
        if not self._heap:
            return None
        entry = heapq.heappop(self._heap)[2]
        callback, entry.callback = entry.callback, None
        return callback

    def take_due(self, until_ns: int) -> tuple[int, int, Entry] | None:
        """The earliest entry that was not cancelled, with its deadline first; None when none is due by `until_ns`."""
        heap = self._heap
        while heap:
            first = heap[0]
            if first[2].callback is None:
                self.cancelled -= 1
            elif first[0] > until_ns:
                return None
            else:
                return heapq.heappop(heap)
            heapq.heappop(heap)
        return None

    def forget(self, owner: object) -> None:
        """Nothing that `owner` entered will happen."""
        self._keep(lambda entry: entry.owner is not owner)

    def clear(self) -> None:
        self._heap.clear()

    def _keep(self, wanted: Callable[[Entry], bool]) -> None:
        self._heap = [item for item in self._heap if wanted(item[2])]
        heapq.heapify(self._heap)
