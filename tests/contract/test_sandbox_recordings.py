"""What a real server answered is what the sandbox answers: the recordings are put to it, transaction by transaction.

Everything is compared, metadata and transaction hashes as well, but for the hashes of ledgers, which depend on trees that the
model does not have, and for what a server says about its own day (`VOLATILE`: same fields, same types).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.contract.sandbox_replay import Replay, Turn

LEDGER_HASHES = {"ledger_hash", "parent_hash", "account_hash", "transaction_hash"}
VOLATILE = {
    "age", "closed_ledger", "converge_time", "duration_us", "hostid",
    "initial_sync_duration_us", "io_latency_ms", "peer_disconnects", "ports", "pubkey_node", "random",
    "server_state_duration_us", "time", "transitions", "uptime", "validated_ledger",
}  # fmt: skip
SERVER_METHODS = ("server_info", "server_state", "subscribe")

ADMIN = "the recording asked an admin port, which the sandbox does not have"
CUT = "the recording keeps only the first two and the last offer of a long list"
FEATURE = "amendments are not modelled: feature is not served"
DEFINITIONS = "the codec's tables are those of the client library, another version's: so is their hash"
PATHS = "path finding is not served"
PAGES = "directories have no pages in the model: OwnerNode is 0, order and markers differ beyond 32 entries"
#: Number of the entry in its recording: why the sandbox's answer is another one.
EXCEPTIONS: Mapping[str, Mapping[int, str]] = {
    "01_server": {8: FEATURE, 10: ADMIN, 11: ADMIN, 43: DEFINITIONS},
    "13_payments": {11: PATHS},
    "20_book_depth": {0: CUT, 2: CUT, 4: ADMIN, **dict.fromkeys((8, 10, 12, 14, 16, 18, 20), f"{CUT}; {PAGES}")},
}
NAMES = (
    "01_server", "02_setup", "03_quoting", "05_failures", "06_reserve", "07_amm", "08_streams", "09_fee_queue",
    "10_submit_and_wait", "12_freeze_clawback", "13_payments",
    "14_simulate", "15_history", "16_tickets", "17_same_ledger", "18_trust_line_by_offer", "20_book_depth",
    "23_not_synced",
)  # fmt: skip


def differences(theirs: Any, ours: Any, *, server: bool, path: str = "") -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            place = f"{path}.{key}"
            if key not in theirs or key not in ours:
                yield f"{place} is {'extra' if key in ours else 'missing'}"
            elif key in LEDGER_HASHES:
                if type(theirs[key]) is not type(ours[key]):
                    yield f"{place} is of another type"
            elif server and key in VOLATILE:
                yield from shape_differences(theirs[key], ours[key], place)
            else:
                yield from differences(theirs[key], ours[key], server=server, path=place)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            yield f"{path} has {len(ours)} entries instead of {len(theirs)}"
        for number, (their, our) in enumerate(zip(theirs, ours, strict=False)):
            yield from differences(their, our, server=server, path=f"{path}[{number}]")
    elif theirs != ours:
        yield f"{path}: {ours!r} instead of {theirs!r}"


def shape_differences(theirs: Any, ours: Any, path: str) -> Iterator[str]:
    """Fields and types only; numbers may be whole or not."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        if theirs.keys() != ours.keys():
            yield f"{path} has fields {sorted(ours)} instead of {sorted(theirs)}"
        for key in theirs.keys() & ours.keys():
            yield from shape_differences(theirs[key], ours[key], f"{path}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        for their, our in zip(theirs[:1], ours[:1], strict=False):
            yield from shape_differences(their, our, f"{path}[0]")
    elif _kind(theirs) != _kind(ours):
        yield f"{path} is {type(ours).__name__} instead of {type(theirs).__name__}"


def _kind(value: Any) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def wrong(turn: Turn) -> list[str]:
    return list(differences(turn.theirs, turn.ours, server=turn.method in SERVER_METHODS))


@pytest.mark.parametrize("name", NAMES)
def test_the_sandbox_answers_as_the_real_server_did(name: str) -> None:
    exceptions = EXCEPTIONS.get(name, {})
    complaints: list[str] = []
    compared = 0

    with Replay(name) as replay:
        for turn in replay.turns():
            compared += 1
            found = wrong(turn)
            place = f"{name} entry {turn.number} {turn.step} {turn.method}"
            if turn.number not in exceptions:
                complaints += [f"{place}{each}" for each in found[:5]]
            elif not found:
                complaints.append(f"{place} is listed as an exception and is none")

    assert complaints == []
    assert compared > 10
