"""A short live session over nodes that fail all the time; the long one is benchmarks/live_campaign.py."""

from __future__ import annotations

from pathlib import Path

import attrs

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.messages.journal import FillRecorded
from neo.domain.messages.storage import Persist
from neo.harness.live.audit import LiveAudit
from neo.harness.live.campaign import LiveCampaign, run_live
from neo.harness.live.world import LiveWorld

FIRST_SEED, SEEDS_MAX = 3, 6


def test_books_and_ledger_agree_after_a_session_over_failing_nodes(tmp_path: Path) -> None:
    orders = dropped = 0
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS_MAX):
        directory = tmp_path / str(seed)
        directory.mkdir()
        campaign = LiveCampaign(seed=seed, length_s=200, mean_gap_s=15, mean_length_s=15, quiet_s=60)

        report = run_live(campaign, directory)

        assert report.broken == ()
        orders += report.orders
        dropped += report.told.get("NODE_DROPPED", 0)
        # The first seed is enough, but for a machine that stood still while a node was down.
        if orders and dropped:
            break
    assert orders > 0
    assert dropped > 0  # the schedule did what it is there for


def test_the_audit_finds_a_fill_that_the_books_have_lost(tmp_path: Path) -> None:
    """A test of the test: what would be found if the engine forgot a trade."""

    def forgetful(envelope: Envelope) -> Envelope:
        message = envelope.message
        if not isinstance(message, Persist) or envelope.sender != names.ORDER_ROUTER:
            return envelope
        kept = tuple(event for event in message.events if not isinstance(event, FillRecorded))
        return attrs.evolve(envelope, message=attrs.evolve(message, events=kept))

    with LiveWorld(tmp_path) as world:
        audit = LiveAudit(world.sandbox)
        world.start()
        world.session.system.intercept(forgetful)
        world.until_trading()
        world.until(lambda: any(r.tx_json["Account"] != world.sandbox.wallet.account for r in audit.history()))
        world.stop()
        with world.reader() as reader:
            broken = {each.invariant for each in audit.broken(reader)}

    assert {"no fill lost, none made up", "engine inventory equals the ledger's"} <= broken
