"""What neo record stores of a live market, neo replay trades."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from neo.domain.config.choices import Mode
from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import CONFIG
from neo.harness.live.world import LiveWorld, live_plan
from neo.infra.replay.market_lines import read_market
from neo.system.in_virtual_time import start_replay
from neo.system.recording import MarketRecording, start_recording
from tests.infra.sandbox.xrpl.raw_client import rpc
from tests.patience import the_end_of

LEDGERS = 12
WAITS_MAX = 10_000
#: How often the next ledger is looked for before another one is closed: the first ones come before anybody listens.
LOOKS_MAX = 25


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    """Ledgers close on command and at the clock on the wall, as a recording expects."""
    plan = attrs.evolve(live_plan(nodes=1, speed=1.0), close_every_s=None, states_kept=WAITS_MAX)
    with LiveWorld(tmp_path, plan) as world:
        yield world


def recorded(world: LiveWorld, out: Path, ledgers: int = LEDGERS) -> MarketRecording:
    """A closed recording of so many ledgers; every wait is bounded."""
    recording = start_recording(world.loaded(Mode.PAPER), out, 10**9)
    try:
        for _ in range(WAITS_MAX):
            if recording.progress().ledgers >= ledgers:
                break
            before = recording.progress().ledgers
            world.sandbox.close_ledger()
            for _ in range(LOOKS_MAX):
                recording.wait(0.02)
                if recording.progress().ledgers > before:
                    break
    finally:
        recording.close()
    return recording


def base_offered(world: LiveWorld, ledger_index: int, side: str) -> Decimal:
    """What the ledger says that others offer (taker_gets) or ask for (taker_pays) of XRP, all of it paid for."""
    code, issuer = world.sandbox.token
    xrp, token = {"currency": "XRP"}, {"currency": code, "issuer": issuer}
    book: dict[str, Any] = {"taker_gets": token, "taker_pays": token, side: xrp}
    offers = rpc(world.sandbox.urls_http[0], "book_offers", ledger_index=ledger_index, **book)["offers"]
    field = {"taker_gets": "TakerGets", "taker_pays": "TakerPays"}[side]
    funded = f"{side}_funded"
    return sum((Decimal(offer.get(funded, offer[field])) for offer in offers), Decimal(0)) / 10**6


def test_a_live_market_is_recorded_ledger_by_ledger_as_the_ledger_had_it(world: LiveWorld, tmp_path: Path) -> None:
    out = tmp_path / "market.jsonl"

    recorded(world, out)

    books = list(read_market([out]))
    indices = [book.ledger_index for book in books]
    assert len(indices) >= LEDGERS
    assert indices == list(range(indices[0], indices[0] + len(indices)))
    closes = {record.index: record.close_time_s for record in world.sandbox.ledgers()}
    assert set(indices) <= set(closes)
    for book in books:
        assert sum(level.quantity for level in book.asks) == base_offered(world, book.ledger_index, "taker_gets")
        assert sum(level.quantity for level in book.bids) == base_offered(world, book.ledger_index, "taker_pays")
        assert book.pool is not None
    assert any(book.asks for book in books) and any(book.bids for book in books)
    assert any(book.trades for book in books)
    assert not [r for r in world.sandbox.history() if r.tx_json["Account"] == world.sandbox.wallet.account]


def test_a_recording_that_goes_on_has_no_ledger_twice(world: LiveWorld, tmp_path: Path) -> None:
    out = tmp_path / "market.jsonl"

    recorded(world, out, 4)
    recorded(world, out, 4)

    indices = [book.ledger_index for book in read_market([out])]
    assert len(indices) >= 8
    assert indices == sorted(set(indices))


def test_what_was_recorded_is_traded_in_virtual_time(world: LiveWorld, tmp_path: Path) -> None:
    out = tmp_path / "market.jsonl"
    recorded(world, out)
    books = list(read_market([out]))
    price = (books[0].bids[0].price + books[0].asks[0].price) / 2

    session = start_replay(world.loaded(Mode.REPLAY), [out])
    try:
        ended = the_end_of(session)
        status = session.status()
    finally:
        session.close()

    assert ended.halt_reason == "duration_elapsed"
    assert status.market is not None and status.market.anchor is not None
    assert abs(status.market.anchor / price - 1) < Decimal("0.01")


def test_a_configuration_without_servers_has_nothing_to_record(world: LiveWorld, tmp_path: Path) -> None:
    world.configured = lambda config: attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, nodes=()))

    with pytest.raises(NeoError) as caught:
        start_recording(world.loaded(Mode.SIM), tmp_path / "out", 10**9)

    assert caught.value.exit_code == CONFIG
    assert not (tmp_path / "out").exists()
