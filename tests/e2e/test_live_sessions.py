"""Whole sessions over real sockets: they start, quote, are filled, stop, and their books are the ledger's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.harness.live.audit import LiveAudit
from neo.harness.live.truth import held_by, offers_of
from neo.harness.live.world import LiveWorld
from tests.threads import engine_threads_since


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    with LiveWorld(tmp_path) as world:
        yield world


def fills(world: LiveWorld) -> int:
    money = world.session.status().money
    return money.fills if money is not None else 0


def test_a_live_session_quotes_is_filled_and_leaves_the_ledger_as_its_books_say(world: LiveWorld) -> None:
    audit = LiveAudit(world.sandbox)
    threads = set(threading.enumerate())

    world.start()
    world.until_trading()
    world.until(lambda: len(world.session.status().quotes) == 2 and fills(world) >= 1)
    ended = world.stop()

    assert (ended.halt_reason, ended.exit_code) == ("interrupted_sigterm", 0)
    assert (ended.stuck, ended.unverified) == ((), ())
    assert offers_of(world.sandbox.snapshot().state, world.sandbox.wallet.account) == frozenset()
    with world.reader() as reader:
        assert audit.broken(reader) == ()
        assert reader.sessions()[0].mode == "live"
    assert engine_threads_since(threads) == []


def test_a_paper_session_trades_the_same_market_and_sends_nothing(world: LiveWorld) -> None:
    wallet, issuer = world.sandbox.wallet.account, world.sandbox.token[1]
    before = held_by(world.sandbox.snapshot().state, wallet, issuer)

    world.start(Mode.PAPER)
    world.until_trading()
    world.until(lambda: len(world.session.status().quotes) == 2 and fills(world) >= 1)
    ended = world.stop()

    assert (ended.halt_reason, ended.unverified) == ("interrupted_sigterm", ())
    assert held_by(world.sandbox.snapshot().state, wallet, issuer) == before
    assert not [record for record in world.sandbox.history() if record.tx_json["Account"] == wallet]


def test_a_live_session_that_follows_another_begins_with_what_that_one_left(world: LiveWorld) -> None:
    audit = LiveAudit(world.sandbox)

    for _ in range(2):
        world.start()
        world.until_trading()
        world.until(lambda: len(world.session.status().quotes) == 2)
        world.stop()

    with world.reader() as reader:
        assert audit.broken(reader) == ()
        assert [row.asset for row in reader.capital_events()] == ["XRP", "RLUSD"]


def test_no_secret_is_in_anything_that_a_live_session_writes(world: LiveWorld) -> None:
    world.start()
    world.until_trading()
    world.until(lambda: len(world.session.status().quotes) == 2)
    world.stop()

    wallet = world.sandbox.wallet
    written = [path for path in world.directory.rglob("*") if path.is_file() and path != world.key_file]
    assert {"neo.db", "events.jsonl"} <= {path.name for path in written}
    for secret in (wallet.regular_seed, wallet.seed):
        assert [path for path in written if secret.encode() in path.read_bytes()] == []


def test_a_paper_session_needs_no_account_on_the_ledger(world: LiveWorld) -> None:
    def of_nobody(config: Config) -> Config:
        return attrs.evolve(config, xrpl=attrs.evolve(config.xrpl, account="rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T"))

    world.configured = of_nobody

    world.start(Mode.PAPER)
    world.until_trading()
    world.until(lambda: len(world.session.status().quotes) == 2)

    assert world.stop().halt_reason == "interrupted_sigterm"
