"""What decided the fills of a session: every report names it, because its numbers mean nothing without."""

from __future__ import annotations

from neo.domain.config.choices import FillModel, Mode

#: The simulated ledger matched our offers like everybody else's.
LEDGER = "ledger"
#: The real venue did.
VENUE = "venue"


#: engine_state: what decided the fills of a session whose mode alone does not tell, a replay.
FILLED_BY_KEY = "fills.decided_by"


def fill_source(mode: str, paper_model: str | None) -> str:
    """`paper_model` is the session's own paper.fill_model; a session that did not store one had the usual one.

    An unknown mode (a database of a later version) has an unknown source: empty.
    """
    if mode in (Mode.SIM.value, Mode.REPLAY.value):
        return LEDGER
    if mode == Mode.LIVE.value:
        return VENUE
    return (paper_model or FillModel.QUEUE.value) if mode == Mode.PAPER.value else ""
