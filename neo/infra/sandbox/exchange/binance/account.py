"""Binance spot: the account and its assets."""

from __future__ import annotations

from neo.domain.units import ZERO
from neo.infra.sandbox.exchange.api_error import Json
from neo.infra.sandbox.exchange.binance.market_data import price_text
from neo.infra.sandbox.exchange.endpoint import Call


def account(call: Call) -> Json:
    """Every asset of every market, also those of which there is nothing."""
    exchange = call.site.exchange
    wallet = exchange.wallet(call.account)
    assets = {*_assets(call), *(each.asset for each in wallet.balances())}
    rules = exchange.listed()[0].rules if exchange.listed() else None
    maker, taker = (rules.maker_fee, rules.taker_fee) if rules is not None else (ZERO, ZERO)
    return {
        "makerCommission": int(maker * 10_000),
        "takerCommission": int(taker * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": price_text(maker),
            "taker": price_text(taker),
            "buyer": price_text(ZERO),
            "seller": price_text(ZERO),
        },
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": call.now_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": each, "free": price_text(wallet.free(each)), "locked": price_text(wallet.locked(each))}
            for each in sorted(assets)
        ],
        "permissions": ["SPOT"],
        "uid": 1,
    }


def currencies(call: Call) -> Json:
    """Every asset, with no network to move it over."""
    return [
        {"coin": asset, "name": asset, "trading": True, "isLegalMoney": False, "networkList": []}
        for asset in _assets(call)
    ]


def _assets(call: Call) -> list[str]:
    """Whatever is traded, by name."""
    return sorted({asset for each in call.site.exchange.listed() for asset in (each.rules.base, each.rules.quote)})
