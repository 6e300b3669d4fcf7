"""The simulated ledger behind the sandbox's model interface."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

import attrs
from xrpl.core import binarycodec

from neo.domain.units import ripple_time_s, xrp_to_drops
from neo.infra.sandbox.xrpl.chain import keylets
from neo.infra.sandbox.xrpl.chain.entries import Names, account_root, offer_entry, trust_line
from neo.infra.sandbox.xrpl.chain.model import AppliedTransaction, FeeFigures
from neo.infra.sandbox.xrpl.chain.signed import transaction_hash
from neo.infra.sandbox.xrpl.chain.state_view import SimulatedView
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.wallets import TOKEN_CURRENCY, cast_of, issuer_of, pool_account_of, trading_wallet
from neo.infra.simulated.amounts import ZERO, Amount
from neo.infra.simulated.flags import DEFAULT_RIPPLE
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.market import Market
from neo.infra.simulated.metadata import OfferFate, TransactionOutcome
from neo.infra.simulated.prices import WanderingPrice
from neo.infra.simulated.quality import quality_of
from neo.infra.simulated.records import AccountSettings, Issue, Offer
from neo.infra.simulated.rules import apply_transaction
from neo.infra.simulated.state import LedgerState, open_account, open_pool
from neo.infra.simulated.transactions import OfferCancel, OfferCreate, Payment, Transaction

_TRADER_XRP = Decimal(2_000_000)
_VAULT_XRP = Decimal(1_000_000_000)
_PLAYED_KEY = "ED" + "0" * 64


def served_model(plan: SandboxPlan, now_ns: int) -> SimulatedModel:
    """The first ledger of a plan."""
    cast, wallet = cast_of(plan.seed), trading_wallet(plan.seed)
    issuer, pool = issuer_of(plan.seed), pool_account_of(plan.seed)
    names = Names(issuer, pool, TOKEN_CURRENCY)
    rules = attrs.evolve(plan.rules, network_id=plan.network_id)
    state = LedgerState(rules, issue=Issue(TOKEN_CURRENCY, issuer), pool_account=pool)
    price = plan.first_price
    open_account(state, issuer, xrp_to_drops(Decimal(1_000)), None)
    state.settings[issuer] = AccountSettings(flags=DEFAULT_RIPPLE)
    if plan.pool_xrp > 0:
        open_pool(state, xrp_to_drops(plan.pool_xrp), plan.pool_xrp * price, plan.pool_fee_hundred_thousandths)
    for trader in cast.traders:
        open_account(state, trader, xrp_to_drops(_TRADER_XRP), _TRADER_XRP * price)
    open_account(state, cast.vault, xrp_to_drops(_VAULT_XRP), _VAULT_XRP * price)
    open_account(state, wallet.account, xrp_to_drops(plan.wallet_xrp), plan.wallet_token)
    state.settings[wallet.account] = AccountSettings(regular_key=wallet.regular_account)
    ledger = SimulatedLedger(state, plan.first_ledger, ripple_time_s(now_ns))
    market = None
    if plan.market is not None:
        path = WanderingPrice(random.Random(f"price-{plan.seed}"), price, plan.daily_move_bps, now_ns)
        market = Market(ledger, path, random.Random(f"market-{plan.seed}"), plan.market, cast)
    return SimulatedModel(ledger, names, market)


class SimulatedModel:
    """Translates between wire form and model."""

    def __init__(self, ledger: SimulatedLedger, names: Names, market: Market | None) -> None:
        self._ledger = ledger
        self._names = names
        self._market = market
        self._sent: dict[str, Mapping[str, Any]] = {}
        self._threads: dict[str, tuple[str, int]] = {}
        self._queued: dict[str, Mapping[str, Any]] = {}

    @property
    def index(self) -> int:
        return self._ledger.index

    @property
    def close_time_s(self) -> int:
        return self._ledger.close_time_s

    @property
    def token(self) -> tuple[str, str]:
        return self._names.token

    def submit(self, tx_json: Mapping[str, Any], tx_hash: str, signer: str, *, hold: bool) -> str:
        transaction = self._parsed(tx_json, tx_hash)
        if isinstance(transaction, str):
            return transaction
        self._sent[tx_hash] = tx_json
        return self._ledger.submit(attrs.evolve(transaction, signer=signer))

    def simulate(self, tx_json: Mapping[str, Any], tx_hash: str) -> tuple[str, dict[str, Any] | None]:
        transaction = self._parsed(tx_json, tx_hash)
        if isinstance(transaction, str):
            return transaction, None
        ledger = self._ledger
        return apply_transaction(ledger.state.copy(), transaction, ledger.open_index, ledger.close_time_s), None

    def close(self, now_ns: int, close_time_s: int) -> Sequence[AppliedTransaction]:
        if self._market is not None:
            self._market.trade(now_ns)
        closed = self._ledger.close(close_time_s)
        return [self._applied(outcome) for outcome in closed.outcomes]

    def current(self) -> SimulatedView:
        return SimulatedView(self._ledger.state, self._names, self._threads)

    def validated(self) -> SimulatedView:
        state = self._ledger.validated()
        return SimulatedView(state.copy() if state is self._ledger.state else state, self._names, dict(self._threads))

    def fees(self) -> FeeFigures:
        rules = self._ledger.state.rules
        return FeeFigures(
            base_fee_drops=rules.base_fee_drops,
            open_ledger_fee_drops=self._ledger.open_ledger_fee_drops,
            open_transactions=len(self._ledger._open),
            queued_transactions=0,
            expected_transactions=rules.open_limit,
            reserve_base_drops=rules.reserve_base_drops,
            reserve_increment_drops=rules.reserve_increment_drops,
        )

    def next_sequence(self, account: str) -> int:
        return self._ledger.state.sequence.get(account, 0)

    def queued(self, account: str) -> Sequence[Mapping[str, Any]]:
        del account
        return ()

    # ------------------------------------------------------------------------------------------------- translation

    def _parsed(self, tx_json: Mapping[str, Any], tx_hash: str) -> Transaction | str:
        account, sequence, fee = tx_json["Account"], tx_json["Sequence"], int(tx_json["Fee"])
        last = tx_json.get("LastLedgerSequence")
        match tx_json["TransactionType"]:
            case "OfferCreate":
                return OfferCreate(
                    account, sequence, fee, self._amount(tx_json["TakerPays"]), self._amount(tx_json["TakerGets"]),
                    tx_json.get("Flags", 0), tx_json.get("OfferSequence"), tx_json.get("Expiration"),
                    last_ledger_sequence=last, hash=tx_hash,
                )  # fmt: skip
            case "OfferCancel":
                cancelled = tx_json["OfferSequence"]
                return OfferCancel(account, sequence, fee, cancelled, last_ledger_sequence=last, hash=tx_hash)
            case "Payment":
                to, amount = tx_json["Destination"], self._amount(tx_json["Amount"])
                return Payment(account, sequence, fee, to, amount, last_ledger_sequence=last, hash=tx_hash)
        return "temDISABLED"

    def _amount(self, wire: Any) -> Amount:
        return int(wire) if isinstance(wire, str) else Decimal(wire["value"])

    def _rendered(self, sent: Transaction) -> dict[str, Any]:
        names = self._names
        fields: dict[str, Any] = {
            "Account": sent.account, "Fee": str(sent.fee_drops), "Flags": 0, "Sequence": sent.sequence,
            "SigningPubKey": _PLAYED_KEY,
            "TxnSignature": sha256(f"{sent}".encode()).hexdigest().upper() * 2,
        }  # fmt: skip
        if isinstance(sent, OfferCreate):
            fields |= {
                "TransactionType": "OfferCreate", "TakerPays": names.amount(sent.taker_pays),
                "TakerGets": names.amount(sent.taker_gets), "Flags": sent.flags,
            }  # fmt: skip
            if sent.offer_sequence is not None:
                fields["OfferSequence"] = sent.offer_sequence
        elif isinstance(sent, OfferCancel):
            fields |= {"TransactionType": "OfferCancel", "OfferSequence": sent.offer_sequence}
        elif isinstance(sent, Payment):
            fields |= {"TransactionType": "Payment", "Amount": names.amount(sent.amount),
                       "Destination": sent.destination}  # fmt: skip
        return fields

    def _applied(self, outcome: TransactionOutcome) -> AppliedTransaction:
        sent = outcome.transaction
        played = sent.hash not in self._sent
        tx_json = self._rendered(sent) if played else self._sent.pop(sent.hash)
        tx_hash = transaction_hash(binarycodec.encode(dict(tx_json))) if played else sent.hash
        return AppliedTransaction(tx_hash, tx_json, self._meta(outcome, tx_hash, tx_json), played)

    def _meta(self, outcome: TransactionOutcome, tx_hash: str, tx_json: Mapping[str, Any]) -> dict[str, Any]:
        nodes = [*self._balance_nodes(outcome), *self._offer_nodes(outcome)]
        nodes.sort(key=lambda node: str(next(iter(node.values()))["LedgerIndex"]))
        for node in nodes:
            ((kind, body),) = node.items()
            before = self._threads.get(body["LedgerIndex"])
            if kind == "ModifiedNode" and before is not None:
                body["PreviousTxnID"], body["PreviousTxnLgrSeq"] = before
            if kind == "DeletedNode":
                self._threads.pop(body["LedgerIndex"], None)
            else:
                self._threads[body["LedgerIndex"]] = (tx_hash, self._ledger.index)
        meta = {"AffectedNodes": nodes, "TransactionIndex": outcome.index, "TransactionResult": outcome.result}
        if tx_json["TransactionType"] == "Payment" and outcome.result == "tesSUCCESS":
            meta["delivered_amount"] = tx_json["Amount"]
        return meta

    def _balance_nodes(self, outcome: TransactionOutcome) -> list[dict[str, Any]]:
        nodes, state, names = [], self._ledger.state, self._names
        sender = outcome.transaction.account
        for effect in outcome.balances:
            if effect.drops_before != effect.drops_after or effect.account == sender:
                after = account_root(state, effect.account) | {"Balance": str(effect.drops_after)}
                previous: dict[str, Any] = {"Balance": str(effect.drops_before)}
                if effect.account == sender:
                    after["Sequence"] = outcome.transaction.sequence + 1
                    previous["Sequence"] = outcome.transaction.sequence
                nodes.append(_modified(after, previous))
            if effect.token_before != effect.token_after:
                limit = state.token_limit.get(effect.account, ZERO)
                line = trust_line(names, effect.account, Decimal(effect.token_after), limit)
                old = trust_line(names, effect.account, Decimal(effect.token_before), limit)
                nodes.append(_modified(line, {"Balance": old["Balance"]}))
        return nodes

    def _offer_nodes(self, outcome: TransactionOutcome) -> list[dict[str, Any]]:
        nodes = []
        for effect in outcome.offers:
            pays, gets = effect.after
            placed = effect.before or effect.after
            quality = quality_of(*placed) if placed[0] and placed[1] else 0
            kept = self._ledger.state.offers.get((effect.owner, effect.sequence))
            quality, flags = (kept.quality, kept.flags) if kept is not None else (quality, 0)
            entry = offer_entry(self._names, Offer(effect.owner, effect.sequence, pays, gets, quality, 0, flags))
            index, fields = keylets.offer(entry["Account"], effect.sequence), _fields(entry)
            body: dict[str, Any] = {"LedgerEntryType": "Offer", "LedgerIndex": index}
            if effect.fate is OfferFate.CREATED:
                new = {
                    key: value for key, value in fields.items() if key not in ("BookNode", "OwnerNode") and value != 0
                }
                nodes.append({"CreatedNode": {**body, "NewFields": new}})
                continue
            body["FinalFields"] = fields
            if effect.before is not None and effect.before != effect.after:
                amounts = (self._names.amount(each) for each in effect.before)
                body["PreviousFields"] = dict(zip(("TakerPays", "TakerGets"), amounts, strict=True))
            nodes.append({"DeletedNode" if effect.fate is OfferFate.DELETED else "ModifiedNode": body})
        return nodes


def _fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("index", "LedgerEntryType")}


def _modified(entry: Mapping[str, Any], previous: dict[str, Any]) -> dict[str, Any]:
    body = {"FinalFields": _fields(entry), "LedgerEntryType": entry["LedgerEntryType"], "LedgerIndex": entry["index"]}
    return {"ModifiedNode": {**body, "PreviousFields": previous}}
