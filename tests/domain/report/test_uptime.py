from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.report.uptime import SLOTS, UptimeTally
from neo.domain.session.summary_rows import HaltEntry
from neo.domain.units import NS_PER_S

DAY_S = 86_400


def spans(ticks: list[tuple[int, str | None]], ends_s: int = DAY_S) -> list[tuple[int, int, str, str]]:
    tally = UptimeTally(0, ends_s * NS_PER_S)
    for at_s, suspended in ticks:
        tally.tick(at_s * NS_PER_S, suspended)
    (_, found), _ = tally.time_line(()).rows
    return [(span.from_ns // NS_PER_S, span.to_ns // NS_PER_S, span.kind, span.text) for span in found]


def test_quoting_doubt_and_silence_each_look_different() -> None:
    ticks: list[tuple[int, str | None]] = [(at_s, None) for at_s in range(0, 36_000, 4)]
    ticks += [(at_s, "divergence") for at_s in range(36_000, 43_200, 4)]
    ticks += [(43_200, None), (43_204, "one_sided_book")]

    assert spans(ticks) == [
        (0, 36_000, "good", "quoting"),
        (36_000, 43_200, "halt", "suspended: divergence"),
        (43_200, 43_380, "warn", "at times: one_sided_book"),
        (43_380, 86_400, "grid", "no tick"),
    ]


def test_halts_stand_at_their_time() -> None:
    _, (name, halts) = UptimeTally(0, 10).time_line([HaltEntry(5, "kill_switch", "me: enough", True)]).rows

    assert (name, [(halt.from_ns, halt.text) for halt in halts]) == ("halts", [(5, "kill_switch: me: enough")])


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from([None, "a", "b"])), max_size=200), st.integers(1, 9000)
)
def test_the_parts_cover_the_session_without_gap_or_overlap(ticks: list[tuple[int, str | None]], ends_s: int) -> None:
    found = spans(sorted(ticks, key=lambda tick: tick[0]), ends_s)

    assert found[0][0] == 0
    assert found[-1][1] == ends_s
    assert all(before[1] == after[0] for before, after in itertools.pairwise(found))
    assert len(found) <= SLOTS + 1
