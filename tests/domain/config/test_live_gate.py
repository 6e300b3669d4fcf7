"""Real money is traded only after two separate acts."""

from __future__ import annotations

import attrs

from neo.domain.config.choices import Mode
from neo.domain.session.live_gate import live_refusal
from tests.domain.config.test_values import some_config


def test_live_needs_the_written_consent_and_the_option() -> None:
    config = some_config()
    live = attrs.evolve(config, mode=Mode.LIVE, xrpl=attrs.evolve(config.xrpl, nodes=("wss://one.example",)))
    consented = attrs.evolve(live, allow_live=True)

    assert "allow_live = true" in str(live_refusal(live, asked_at_start=True))
    assert "--mode live" in str(live_refusal(consented, asked_at_start=False))
    assert live_refusal(consented, asked_at_start=True) is None
    assert live_refusal(some_config(), asked_at_start=False) is None
