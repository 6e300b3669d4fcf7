"""Confidence intervals of means: Student's t, two-sided, 95 %; of differences as Welch has it.

Hours of one session hang together a little, so the true intervals are somewhat wider. Source: Student (1908), Welch (1947);
quantiles beyond the table by the expansion 26.7.5 of Abramowitz and Stegun.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from neo.records import frozen

LEVEL_PERCENT = 95
#: 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom.
_TABLE = (
    "12.7062", "4.3027", "3.1824", "2.7764", "2.5706", "2.4469", "2.3646", "2.3060", "2.2622", "2.2281",
    "2.2010", "2.1788", "2.1604", "2.1448", "2.1314", "2.1199", "2.1098", "2.1009", "2.0930", "2.0860",
    "2.0796", "2.0739", "2.0687", "2.0639", "2.0595", "2.0555", "2.0518", "2.0484", "2.0452", "2.0423",
)  # fmt: skip
_QUANTILES = tuple(map(Decimal, _TABLE))
_NORMAL = Decimal("1.959964")


@frozen
class Interval:
    """`low` and `high` are None where fewer than two values say nothing about chance."""

    count: int
    mean: Decimal
    low: Decimal | None
    high: Decimal | None

    @property
    def excludes_zero(self) -> bool | None:
        """Whether chance alone hardly explains it; None when nobody can say."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0


def mean_interval(values: Sequence[Decimal]) -> Interval | None:
    """Of the mean of `values`; None without any."""
    if not values:
        return None
    mean, variance = _moments(values)
    if variance is None:
        return Interval(len(values), mean, None, None)
    half = t_quantile(Decimal(len(values) - 1)) * (variance / len(values)).sqrt()
    return Interval(len(values), mean, mean - half, mean + half)


def difference_interval(values: Sequence[Decimal], baseline: Sequence[Decimal]) -> Interval | None:
    """Of the mean of `values` less that of `baseline`; the two may vary differently."""
    if not values or not baseline:
        return None
    (mean, variance), (base_mean, base_variance) = _moments(values), _moments(baseline)
    count = min(len(values), len(baseline))
    if variance is None or base_variance is None:
        return Interval(count, mean - base_mean, None, None)
    one, other = variance / len(values), base_variance / len(baseline)
    if not one + other:
        return Interval(count, mean - base_mean, mean - base_mean, mean - base_mean)
    freedom = (one + other) ** 2 / (one**2 / (len(values) - 1) + other**2 / (len(baseline) - 1))
    half = t_quantile(freedom) * (one + other).sqrt()
    return Interval(count, mean - base_mean, mean - base_mean - half, mean - base_mean + half)


def t_quantile(freedom: Decimal) -> Decimal:
    """97.5 % of Student's t lie below; broken degrees of freedom are rounded down, which widens the interval."""
    whole = max(1, int(freedom))
    if whole <= len(_QUANTILES):
        return _QUANTILES[whole - 1]
    z = _NORMAL
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / whole + second / whole**2


def _moments(values: Sequence[Decimal]) -> tuple[Decimal, Decimal | None]:
    """Mean and sample variance."""
    mean = sum(values, Decimal(0)) / len(values)
    if len(values) < 2:
        return mean, None
    return mean, sum(((value - mean) ** 2 for value in values), Decimal(0)) / (len(values) - 1)
