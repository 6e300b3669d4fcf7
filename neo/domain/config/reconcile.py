"""[reconcile]: how often our records are compared with the venue's."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above
from neo.records import frozen


@frozen(kw_only=True)
class ReconcileConfig:
    """Intervals in seconds."""

    reconcile_interval_s: Decimal = attrs.field(
        default=Decimal(60),
        validator=above(0, at_most=86400),
        metadata=about(
            "time between two comparisons of offers, history and balances; one is always made at start", "s"
        ),
    )
