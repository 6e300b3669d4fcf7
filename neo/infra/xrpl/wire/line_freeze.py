"""Whether the issuer froze a trust line: its holder can then pay nothing with the token.

https://xrpl.org/docs/references/protocol/ledger-data/ledger-entry-types/ripplestate#ripplestate-flags
"""

from __future__ import annotations

from neo.infra.xrpl.wire.balance_changes import LineBalance

_LOW_FREEZE = 0x00400000 | 0x02000000  # by the low account: freeze, deep freeze
_HIGH_FREEZE = 0x00800000 | 0x04000000


def is_frozen_by_issuer(line: LineBalance) -> bool:
    """The freeze that counts is that of the issuer's side; a line without flags has none."""
    flags = line.fields.whole("Flags") if "Flags" in line.fields else 0
    return bool(flags & (_HIGH_FREEZE if line.holder_is_low else _LOW_FREEZE))
