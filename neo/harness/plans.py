"""Named plans of what goes wrong in a simulated world."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.actors import names
from neo.actors.runtime import ANY, Faults
from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import CONFIG
from neo.infra.simulated.faults import NO_FAULTS as QUIET_LEDGER
from neo.infra.simulated.faults import LedgerFaults
from neo.infra.simulated_exchange.faults import NO_EXCHANGE_FAULTS, ExchangeFaults
from neo.records import frozen


@frozen
class FaultPlan:
    """`actors`: inside the process. `ledger`, `exchange`: at the venue and on the way. `kills_per_hour`: of the whole process."""

    name: str
    actors: Faults = attrs.field(factory=Faults)
    ledger: LedgerFaults = QUIET_LEDGER
    exchange: ExchangeFaults = NO_EXCHANGE_FAULTS
    kills_per_hour: float = 0.0


NO_FAULTS = FaultPlan("none")

_CRASHING = dict.fromkeys((name for name in names.START_ORDER), 4e-5)

DEFAULT = FaultPlan(
    "default",
    Faults(
        crash_before=_CRASHING,
        crash_after=_CRASHING,
        crash_between_sends=_CRASHING,
        hang={ANY: 5e-6, names.SUPERVISOR: 0.0},
        delay_p=0.002,
        delay_max_ns=500_000_000,
        pause_p=5e-5,
        pause_max_ns=3_000_000_000,
    ),
    LedgerFaults(
        unavailable=0.01,
        request_lost=0.01,
        reply_lost=0.01,
        late_reply=0.02,
        duplicate_reply=0.01,
        rejected=0.002,
        stale_ledger=0.0005,
        stale_closes=3,
        dropped_close=0.005,
    ),
    ExchangeFaults(
        unavailable=0.005,
        request_lost=0.005,
        reply_lost=0.005,
        outcome_unknown=0.01,
        late_reply=0.005,
        duplicate_request=0.005,
        duplicate_reply=0.005,
        rejected=0.01,
        late_visible=0.1,
    ),
    kills_per_hour=1.0,
)

CRASHES = attrs.evolve(DEFAULT, name="crashes", ledger=QUIET_LEDGER, exchange=NO_EXCHANGE_FAULTS, kills_per_hour=0.0)
KILLS = FaultPlan("kills", kills_per_hour=12.0)
VENUE = attrs.evolve(DEFAULT, name="venue", actors=Faults(), kills_per_hour=0.0)

PLANS: Mapping[str, FaultPlan] = {plan.name: plan for plan in (NO_FAULTS, DEFAULT, CRASHES, KILLS, VENUE)}


class UnknownFaultPlan(NeoError):
    exit_code = CONFIG


def plan_named(name: str) -> FaultPlan:
    """UnknownFaultPlan when there is none of that name."""
    try:
        return PLANS[name]
    except KeyError:
        raise UnknownFaultPlan(f"there is no fault plan {name!r}", f"Known are {', '.join(PLANS)}.") from None
