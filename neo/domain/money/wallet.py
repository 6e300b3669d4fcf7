"""Why the wallet holds what it holds: books and ledger side by side, line by line, with nothing left over unnamed.

Two sums for each asset. What the books say happened, plus rounding, plus what nobody can explain, is the balance on the
ledger; and that balance is what is locked as reserve, promised by open offers, and free. Reserves:
https://xrpl.org/docs/concepts/accounts/reserves.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from neo.domain.market.instrument import Instrument, Side
from neo.domain.messages.storage import AssetBalance
from neo.domain.messages.venue import AccountState, OpenOffer
from neo.domain.money.exact import difference, total
from neo.domain.units import ZERO, drops_to_xrp
from neo.records import frozen

#: Sums of 16-digit quote amounts may differ from the ledger's own sum by this much; the base asset has to agree exactly.
ROUNDING_MAX = Decimal("1e-9")


class WalletItem(enum.Enum):
    """What a line is about. The first five add up to the balance, and so do the others."""

    TRADED = "traded"
    FEES = "fees"
    CAPITAL = "capital"
    ROUNDING = "rounding"
    UNEXPLAINED = "unexplained"
    BASE_RESERVE = "base reserve"
    TRUST_LINE_RESERVE = "reserve of the trust line"
    OFFER_RESERVE = "reserve of open offers"
    TICKET_RESERVE = "reserve of tickets"
    OBJECT_RESERVE = "reserve of other owned objects"
    OFFERED = "promised by open offers"
    FREE = "free"


#: Where the balance came from.
ORIGINS = (WalletItem.TRADED, WalletItem.FEES, WalletItem.CAPITAL, WalletItem.ROUNDING, WalletItem.UNEXPLAINED)


@frozen
class ExplainedLine:
    """One line: `amount` in whole units of `asset`, signed. `note` says why, where the item alone does not."""

    asset: str
    item: WalletItem
    amount: Decimal
    note: str = ""

    @property
    def text(self) -> str:
        return f"{self.amount:+f} {self.asset} {self.item.value}" + (f" ({self.note})" if self.note else "")


def explain_wallet(
    account: AccountState,
    offers: Sequence[OpenOffer],
    balances: Sequence[AssetBalance],
    instrument: Instrument,
    fees: Mapping[str, Decimal] | None = None,
) -> tuple[ExplainedLine, ...]:
    """Both assets of `instrument`, base first. Account, offers and books have to be of one ledger.

    `balances` are the books' (those of other venues and assets are passed over), `fees` what they charged by asset,
    positive; without it fees are part of the trades' line. Lines of zero are left out.
    """
    lines: list[ExplainedLine] = []
    for asset, held in ((instrument.base, account.base), (instrument.quote, account.quote)):
        is_base = asset == instrument.base
        lines += _origins(asset, held, _booked(balances, instrument.venue, asset), (fees or {}).get(asset), is_base)
        lines += _uses(asset, held, account, offers, is_base)
    return tuple(line for line in lines if line.amount)


def unexplained(lines: Sequence[ExplainedLine]) -> tuple[ExplainedLine, ...]:
    """The lines that somebody has to look into."""
    return tuple(line for line in lines if line.item is WalletItem.UNEXPLAINED)


def _booked(balances: Sequence[AssetBalance], venue: str, asset: str) -> AssetBalance:
    found = [row for row in balances if row.venue == venue and row.asset == asset]
    return found[0] if found else AssetBalance(venue, asset, ZERO, ZERO)


def _origins(
    asset: str, held: Decimal, booked: AssetBalance, fees: Decimal | None, is_base: bool
) -> tuple[ExplainedLine, ...]:
    left = difference(held, total(booked.fills_only, booked.capital))
    is_rounding = not is_base and abs(left) <= ROUNDING_MAX
    traded = booked.fills_only if fees is None else total(booked.fills_only, fees)
    return (
        ExplainedLine(asset, WalletItem.TRADED, traded, "fees included" if fees is None else ""),
        ExplainedLine(
            asset, WalletItem.FEES, -(fees or ZERO), "transactions" if is_base else "transfer fee of the token"
        ),
        ExplainedLine(asset, WalletItem.CAPITAL, booked.capital, "deposits, withdrawals, opening balance"),
        ExplainedLine(asset, WalletItem.ROUNDING, left if is_rounding else ZERO, "the ledger keeps 16 digits"),
        ExplainedLine(asset, WalletItem.UNEXPLAINED, ZERO if is_rounding else left, "the books do not know of it"),
    )


def _uses(
    asset: str, held: Decimal, account: AccountState, offers: Sequence[OpenOffer], is_base: bool
) -> tuple[ExplainedLine, ...]:
    reserves = _reserves(asset, account, len(offers)) if is_base else ()
    side = Side.SELL if is_base else Side.BUY
    own = [offer for offer in offers if offer.side is side]
    offered = sum((offer.base_quantity if is_base else offer.quote_quantity for offer in own), ZERO)
    free = held
    for amount in (*(line.amount for line in reserves), offered):
        free = difference(free, amount)
    return (
        *reserves,
        ExplainedLine(asset, WalletItem.OFFERED, offered, f"{len(own)} offers"),
        ExplainedLine(asset, WalletItem.FREE, free, "less than nothing: not all of it can fill" if free < ZERO else ""),
    )


def _reserves(asset: str, account: AccountState, offers: int) -> tuple[ExplainedLine, ...]:
    lines = 1 if account.has_trust_line else 0
    others = account.owner_count - lines - offers - len(account.tickets)
    counted = (
        (WalletItem.TRUST_LINE_RESERVE, lines),
        (WalletItem.OFFER_RESERVE, offers),
        (WalletItem.TICKET_RESERVE, len(account.tickets)),
        (WalletItem.OBJECT_RESERVE, others),
    )
    each = drops_to_xrp(account.reserve_increment_drops)
    return (
        ExplainedLine(asset, WalletItem.BASE_RESERVE, drops_to_xrp(account.reserve_base_drops)),
        *(ExplainedLine(asset, item, count * each, f"{count} x {each}") for item, count in counted),
    )


# ------------------------------------------------------------------------------------------------------------ as text


def wallet_key(venue: str) -> str:
    """engine_state key of the newest comparison."""
    return f"wallet.{venue}"


def wallet_text(ledger_index: int, lines: Sequence[ExplainedLine]) -> str:
    """What engine_state keeps."""
    rows = [[line.asset, line.item.value, f"{line.amount:f}", line.note] for line in lines]
    return json.dumps({"ledger_index": ledger_index, "lines": rows})


def wallet_lines(text: str) -> tuple[ExplainedLine, ...]:
    """Back from `wallet_text`. ValueError, KeyError or TypeError for anything else."""
    rows = json.loads(text)["lines"]
    return tuple(ExplainedLine(asset, WalletItem(item), Decimal(amount), note) for asset, item, amount, note in rows)
