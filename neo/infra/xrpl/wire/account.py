"""Our account: balances, sequence, tickets, and what is looked at before trading; and the issuer's terms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from neo.domain.messages.venue import AccountState
from neo.domain.units import ZERO, drops_to_xrp
from neo.infra.xrpl.wire.amounts import drops, token_value
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import UINT32_MAX, Fields
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.validated_view import ViewedLedger, open_pages, open_view, same_ledger
from neo.records import frozen

#: Flags of an AccountRoot. https://xrpl.org/docs/references/protocol/ledger-data/ledger-entry-types/accountroot
_REQUIRE_AUTH = 0x00040000
_DISABLE_MASTER = 0x00100000
GLOBAL_FREEZE = 0x00400000
_ALLOW_CLAWBACK = 0x80000000

_ENTRIES_MAX = 10_000
_RATE_UNIT = 10**9


@frozen
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


@frozen
class AccountFacts:
    """`state` is the message for the engine; the rest is for checks before trading. Everything of one validated ledger."""

    state: AccountState
    ledger_hash: str
    regular_key: str | None
    master_disabled: bool
    trust_line: TrustLine | None
    other_lines: int


@frozen
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
    outer, ledger = open_view(info, "account_info")
    root = _account_root(outer, pair.account)
    line, other_lines = _lines(pair, lines, ledger)
    state = AccountState(
        account=pair.account,
        ledger_index=ledger.index,
        close_time_ns=close_time_ns,
        sequence=root.whole("Sequence"),
        base=drops_to_xrp(drops(root, "Balance")),
        quote=ZERO if line is None else line.balance,
        owner_count=root.whole("OwnerCount"),
        has_trust_line=line is not None,
        reserve_base_drops=reserve_base_drops,
        reserve_increment_drops=reserve_increment_drops,
        base_fee_drops=base_fee_drops,
        open_ledger_fee_drops=open_ledger_fee_drops,
        tickets=_tickets(pair, tickets, ledger),
    )
    return AccountFacts(
        state,
        ledger.hash,
        root.account("RegularKey") if "RegularKey" in root else None,
        bool(root.whole("Flags") & _DISABLE_MASTER),
        line,
        other_lines,
    )


def parse_issuer(pair: WirePair, info: object) -> IssuerTerms:
    """From `account_info` of the issuer in a validated ledger."""
    outer, ledger = open_view(info, "account_info")
    root = _account_root(outer, pair.issuer)
    flags = root.whole("Flags")
    return IssuerTerms(
        ledger.index,
        read_transfer_rate(root),
        root.whole("TickSize", 3, 15) if root.raw("TickSize") not in (None, 0) else None,
        bool(flags & GLOBAL_FREEZE),
        bool(flags & _REQUIRE_AUTH),
        bool(flags & _ALLOW_CLAWBACK),
    )


def _account_root(outer: Fields, account: str) -> Fields:
    root = outer.child("account_data")
    root.only("Account", account, f"the account {account}")
    return root


def read_transfer_rate(root: Fields) -> Decimal:
    """Stored in billionths; 0 and absence mean no fee, twice the amount is the most that the ledger allows."""
    if root.raw("TransferRate") in (None, 0):
        return Decimal(1)
    return Decimal(root.whole("TransferRate", _RATE_UNIT, 2 * _RATE_UNIT)) / _RATE_UNIT


def _lines(pair: WirePair, results: Sequence[object], ledger: ViewedLedger) -> tuple[TrustLine | None, int]:
    pages, of = open_pages(results, "account_lines", pair.account)
    same_ledger(pages[0], of, ledger)
    ours: TrustLine | None = None
    others = 0
    for page in pages:
        for line in page.children("lines", _ENTRIES_MAX):
            if line.account("account") != pair.issuer or line.text("currency") != pair.currency:
                others += 1
            elif ours is not None:
                raise WireError(line.path, "one trust line to the issuer", pair.issuer)
            else:
                ours = _trust_line(line)
    return ours, others


def _trust_line(line: Fields) -> TrustLine:
    """A flag that is not set is left out."""
    return TrustLine(
        token_value(line, "balance"),
        token_value(line, "limit"),
        line.optional_flag("freeze_peer") or False,
        line.optional_flag("deep_freeze_peer") or False,
        line.optional_flag("freeze") or False,
        line.optional_flag("peer_authorized") or False,
        line.optional_flag("no_ripple") or False,
    )


def _tickets(pair: WirePair, results: Sequence[object], ledger: ViewedLedger) -> tuple[int, ...]:
    pages, of = open_pages(results, "account_objects", pair.account)
    same_ledger(pages[0], of, ledger)
    found: list[int] = []
    for page in pages:
        for entry in page.children("account_objects", _ENTRIES_MAX):
            entry.only("LedgerEntryType", "Ticket", "tickets only")
            entry.only("Account", pair.account, f"tickets of {pair.account}")
            found.append(entry.whole("TicketSequence", 1, UINT32_MAX))
    if len(set(found)) != len(found):
        raise WireError("account_objects", "each ticket once")
    return tuple(sorted(found))
