"""[order_size]: how much one quote offers."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import above
from neo.records import frozen


@frozen(kw_only=True)
class OrderSizeConfig:
    """Sizes as value in the quote currency."""

    base_size_rlusd: Decimal = attrs.field(
        default=Decimal("15.0"),
        validator=above(0),
        metadata=about("value of the first level on each side", "RLUSD"),
    )
