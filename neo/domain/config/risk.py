"""[risk]: the limits at which trading halts. None has a default: who trades writes down what may be lost."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above, at_least
from neo.domain.units import seconds_ns
from neo.records import frozen


@frozen(kw_only=True)
class RiskConfig:
    """Exposure and loss in RLUSD of value, ages in seconds."""

    max_xrp_exposure: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "highest value of XRP held, orders in flight counted",
            "RLUSD",
            protects="against a fall of XRP",
            example="2500",
        ),
    )
    max_rlusd_exposure: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "highest value of RLUSD held, orders in flight counted",
            "RLUSD",
            protects="against a failure of the RLUSD issuer",
            example="2500",
        ),
    )
    max_drawdown_rlusd: Decimal = attrs.field(
        validator=above(0),
        metadata=about(
            "greatest loss from the best value of the session",
            "RLUSD",
            protects="against a session that goes on losing",
            example="100",
        ),
    )
    max_orders_per_minute: int = attrs.field(
        validator=at_least(1, at_most=100000),
        metadata=about(
            "most transactions sent in any minute",
            "orders/min",
            protects="against a loop that burns fees",
            example="60",
        ),
    )
    ledger_age_max_s: Decimal = attrs.field(
        validator=above(0, at_most=3600),
        metadata=about(
            "greatest age of the last validated ledger",
            "s",
            protects="against trading on a ledger that has stopped",
            example="20",
        ),
    )
    rpc_failures_max: int = attrs.field(
        validator=at_least(1, at_most=10000),
        metadata=about(
            "most requests to the venue that may fail in a row",
            "requests",
            protects="against trading half blind",
            example="10",
        ),
    )
    market_data_age_max_s: Decimal = attrs.field(
        validator=above(0, at_most=3600),
        metadata=about(
            "greatest age of the book and pool that a quote is built on",
            "s",
            protects="against quoting yesterday's price",
            example="20",
        ),
    )
    gateway_unhealthy_s: Decimal = attrs.field(
        validator=above(0, at_most=86400),
        metadata=about(
            "longest time without a healthy connection to the venue",
            "s",
            protects="open orders that nobody can reach",
            example="60",
        ),
    )

    # The ages as whole ns, worked out once: they are compared with every message.

    @cached_property
    def ledger_age_max_ns(self) -> int:
        return seconds_ns(self.ledger_age_max_s)

    @cached_property
    def market_data_age_max_ns(self) -> int:
        return seconds_ns(self.market_data_age_max_s)
