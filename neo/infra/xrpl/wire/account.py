"""Our account: balances, sequence, tickets, and what `neo doctor` looks at; and the issuer's terms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import attrs

from neo.domain.messages.venue import AccountState
from neo.infra.xrpl.wire.pair import WirePair


@attrs.frozen
class TrustLine:
    """Our line to the issuer. `frozen`: the issuer froze it (we cannot send); `deep_frozen`: nor receive.

    `frozen_by_us`: our own freeze of the line. `limit` is what we would hold, `authorized` whether the issuer allowed it.
    """

    balance: Decimal
    limit: Decimal
    frozen: bool
    deep_frozen: bool
    frozen_by_us: bool
    authorized: bool
    no_ripple: bool


@attrs.frozen
class AccountFacts:
    """`state` is the message for the engine; the rest is for checks before trading. Everything of one validated ledger."""

    state: AccountState
    ledger_hash: str
    regular_key: str | None
    master_disabled: bool
    trust_line: TrustLine | None
    other_lines: int


@attrs.frozen
class IssuerTerms:
    """What the issuer's account says about its token. `transfer_rate` 1 = no fee (1.002: 0.2 %), `tick_size` None = none."""

    ledger_index: int
    transfer_rate: Decimal
    tick_size: int | None
    global_freeze: bool
    requires_authorization: bool
    can_claw_back: bool


def parse_account(
    pair: WirePair,
    info: object,
    lines: Sequence[object],
    tickets: Sequence[object],
    *,
    close_time_ns: int,
    base_fee_drops: int,
    open_ledger_fee_drops: int,
    reserve_base_drops: int,
    reserve_increment_drops: int,
) -> AccountFacts:
    """From `account_info`, all pages of `account_lines` and all pages of `account_objects` (type ticket).

    WireError when they are not all of one validated ledger and of `pair.account`, or a page is missing (a marker on the last).
    """
    raise NotImplementedError


def parse_issuer(pair: WirePair, info: object) -> IssuerTerms:
    """From `account_info` of the issuer in a validated ledger."""
    raise NotImplementedError
