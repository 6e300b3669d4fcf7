"""Lives of a ledger with every kind of transaction, mostly sensible ones, from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs

from neo.infra.simulated import flags
from neo.infra.simulated import transactions as tx
from neo.infra.simulated.changes import Threads
from neo.infra.simulated.ledger import ClosedLedger, SimulatedLedger
from neo.infra.simulated.openings import open_account
from neo.infra.simulated.records import AccountSettings, LedgerRules
from neo.infra.simulated.state import LedgerState

XRP = 1_000_000
HOLDERS = ("ann", "bob", "cid", "dan")
_OFFER_FLAGS = (0, 0, tx.SELL, tx.PASSIVE, tx.IMMEDIATE_OR_CANCEL, tx.FILL_OR_KILL, tx.SELL | tx.FILL_OR_KILL)
_LINE_FLAGS = (0, flags.SET_NO_RIPPLE, flags.SET_FREEZE, flags.CLEAR_FREEZE, flags.SET_FREEZE | flags.SET_DEEP_FREEZE,
               flags.CLEAR_FREEZE | flags.CLEAR_DEEP_FREEZE)  # fmt: skip


@attrs.define
class Life:
    """Draws transactions that fit the ledger as it is now."""

    rng: random.Random
    ledger: SimulatedLedger

    def step(self) -> ClosedLedger:
        """A few transactions and a close; sometimes hours pass."""
        for _ in range(self.rng.randrange(1, 5)):
            draw = self.rng.choice(_DRAWS)
            self.ledger.submit(draw(self, *self._head()))
        longest_s = 9_000 if self.rng.random() < 0.1 else 5
        return self.ledger.close(self.ledger.close_time_s + self.rng.randrange(1, longest_s))

    def _head(self) -> tuple[str, int, int, dict[str, Any]]:
        rng, who = self.rng, self.rng.choice((*HOLDERS, "issuer"))
        tickets = self.ledger.state.tickets_of(who)
        more: dict[str, Any] = {"hash": f"{rng.getrandbits(256):064X}"}
        sequence = self.ledger.sequence_available(who)
        if tickets and rng.random() < 0.3:
            sequence, more["ticket_sequence"] = 0, rng.choice(tickets)
        return who, sequence, rng.choice((10, 10, 10, 12, 6_000)), more

    def drops(self) -> int:
        return self.rng.randrange(1, 10**9 if self.rng.random() < 0.8 else 5)

    def token(self) -> Decimal:
        return Decimal(self.rng.randrange(1, 10**9)).scaleb(-self.rng.randrange(4, 8))

    def either(self) -> int | Decimal:
        return self.drops() if self.rng.random() < 0.5 else self.token()

    def earlier(self, who: str) -> int:
        return max(1, self.ledger.state.sequence[who] - self.rng.randrange(1, 6))

    def shares(self) -> Decimal:
        held = sum(self.ledger.state.shares.values(), Decimal(0))
        return max(Decimal("0.001"), (held / self.rng.randrange(2, 50)).quantize(Decimal("0.001")))


def _offer(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    drops, rng = life.drops(), life.rng
    token = Decimal(drops) * rng.randrange(200, 300) / 10**8
    pays, gets = (drops, token) if rng.random() < 0.5 else (token, drops)
    replaced = life.earlier(who) if rng.random() < 0.3 else None
    expires = life.ledger.close_time_s + 5 if rng.random() < 0.3 else None
    return tx.OfferCreate(who, sequence, fee, pays, gets, rng.choice(_OFFER_FLAGS), replaced, expires, **more)


def _cancel(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    return tx.OfferCancel(who, sequence, fee, life.earlier(who), **more)


def _payment(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    to, amount = life.rng.choice((*HOLDERS, "issuer")), life.either()
    send_max = life.rng.choice((None, life.drops(), life.token()))
    return tx.Payment(who, sequence, fee, to, amount, life.rng.choice((0, flags.PARTIAL_PAYMENT)), send_max, **more)


def _trust(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    issues = who == "issuer"
    peer = life.rng.choice(HOLDERS) if issues else "issuer"
    limit = Decimal(0) if issues else life.rng.choice((Decimal(0), Decimal(10**6)))
    return tx.TrustSet(who, sequence, fee, peer, limit, life.rng.choice(_LINE_FLAGS), **more)


def _clawback(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    del who, sequence
    turn = life.ledger.sequence_available("issuer")
    return tx.Clawback("issuer", turn, fee, life.rng.choice(HOLDERS), life.token(), hash=more["hash"])


def _tickets(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    return tx.TicketCreate(who, sequence, fee, life.rng.randrange(1, 4), **more)


def _settings(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    choose = life.rng.choice
    return tx.AccountSet(who, sequence, fee, 0, choose((None, 7, 8)), choose((None, 7, 7, 8)), **more)


def _create(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    del fee
    return tx.AmmCreate(who, sequence, 200_000, life.drops(), life.token(), life.rng.randrange(0, 1_001), **more)


def _deposit(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    mode = life.rng.choice((flags.LP_TOKEN, flags.SINGLE_ASSET, flags.TWO_ASSET, flags.ONE_ASSET_LP_TOKEN))
    if mode == flags.TWO_ASSET:
        return tx.AmmDeposit(who, sequence, fee, mode, life.drops(), life.token(), **more)
    amount = None if mode == flags.LP_TOKEN else life.either()
    shares = None if mode == flags.SINGLE_ASSET else life.shares()
    return tx.AmmDeposit(who, sequence, fee, mode, amount, shares_out=shares, **more)


def _withdraw(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    mode = life.rng.choice(
        (flags.LP_TOKEN, flags.WITHDRAW_ALL, flags.ONE_ASSET_WITHDRAW_ALL, flags.SINGLE_ASSET, flags.TWO_ASSET)
    )
    if mode == flags.LP_TOKEN:
        return tx.AmmWithdraw(who, sequence, fee, mode, shares_in=life.shares(), **more)
    if mode == flags.TWO_ASSET:
        return tx.AmmWithdraw(who, sequence, fee, mode, life.drops() // 50 + 1, life.token(), **more)
    amount = None if mode == flags.WITHDRAW_ALL else life.rng.choice((life.drops() // 100 + 1, life.token()))
    return tx.AmmWithdraw(who, sequence, fee, mode, amount, **more)


def _vote_or_bid(life: Life, who: str, sequence: int, fee: int, more: dict[str, Any]) -> tx.Transaction:
    if life.rng.random() < 0.5:
        return tx.AmmVote(who, sequence, fee, life.rng.randrange(0, 1_001), **more)
    return tx.AmmBid(who, sequence, fee, **more)


_Draw = Callable[[Life, str, int, int, dict[str, Any]], tx.Transaction]
_DRAWS: tuple[_Draw, ...] = (
    *(_offer,) * 8, _cancel, *(_payment,) * 3, _trust, _clawback, _tickets, _settings, _create, _deposit, _deposit,
    _withdraw, _vote_or_bid,
)  # fmt: skip


def begin(seed: int) -> Life:
    """Three holders with XRP and tokens, one with a little XRP, an issuer that may charge fees and set ticks."""
    rng = random.Random(seed)
    state = LedgerState(LedgerRules(open_limit=rng.choice((4, 1_000)), queue_size_min=10))
    open_account(state, "issuer", 1_000 * XRP, None, sequence=5)
    state.settings["issuer"] = AccountSettings(
        flags=flags.DEFAULT_RIPPLE | flags.ALLOW_CLAWBACK,
        transfer_rate=rng.choice((0, 0, 1_002_000_000, 1_500_000_000)),
        tick_size=rng.choice((0, 0, 5)),
    )
    for name in HOLDERS[:3]:
        open_account(state, name, 2_000 * XRP, Decimal(2_000), sequence=5)
    open_account(state, HOLDERS[3], 3 * XRP, None, sequence=5)
    ledger = SimulatedLedger(state, index=10, close_time_s=1_000)
    ledger.threads = Threads()
    return Life(rng, ledger)
