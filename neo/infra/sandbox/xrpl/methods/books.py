"""Order books and pools: book_offers, book_changes, amm_info; path finding is not served.

Source: https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/path-and-order-book-methods.
"""

from __future__ import annotations

import re
from typing import Any

from neo.infra.sandbox.xrpl.chain.book_changes import book_changes_of
from neo.infra.sandbox.xrpl.chain.records import BookSides
from neo.infra.sandbox.xrpl.methods.call import Call, ChosenLedger, choose_ledger, is_address, limit_of
from neo.infra.sandbox.xrpl.rpc.errors import RpcError, invalid, missing

_CURRENCY = re.compile(r"(?!XRP\Z)[A-Za-z0-9?!@#$%^&*<>(){}\[\]|]{3}\Z|(?!0{40}\Z)[0-9A-Fa-f]{40}\Z")
BOOK_OFFERS = (1, 60, 100)
#: (prefix of the error names for a bad currency, for a bad issuer) by side.
_SIDE_ERRORS = {
    "taker_pays": ("srcCurMalformed", "srcIsrMalformed"),
    "taker_gets": ("dstAmtMalformed", "dstIsrMalformed"),
}


def read_book(params: Any) -> BookSides:
    """(what the offers give, what they want) of a request's taker_gets and taker_pays; refused as the server does."""
    for side in ("taker_pays", "taker_gets"):
        if side not in params:
            raise missing(side)
        if not isinstance(params[side], dict):
            raise RpcError("invalidParams", f"Invalid field '{side}', not object.")
    pays, gets = (_asset(params[side], side) for side in ("taker_pays", "taker_gets"))
    if pays == gets:
        raise RpcError("badMarket")
    return gets, pays


def _asset(given: dict[str, Any], side: str) -> tuple[str, str]:
    bad_currency, bad_issuer = _SIDE_ERRORS[side]
    currency, issuer = given.get("currency"), given.get("issuer")
    if currency is None:
        raise missing(f"{side}.currency")
    if not isinstance(currency, str):
        raise RpcError("invalidParams", f"Invalid field '{side}.currency', not string.")
    if currency in ("XRP", ""):
        if issuer is not None:
            raise RpcError(bad_issuer, f"Unneeded field '{side}.issuer' for XRP currency specification.")
        return "XRP", ""
    if not _CURRENCY.match(currency):
        raise RpcError(bad_currency, f"Invalid field '{side}.currency', bad currency.")
    if issuer is None:
        raise RpcError(bad_issuer, f"Invalid field '{side}.issuer', expected non-XRP issuer.")
    if not isinstance(issuer, str):
        raise RpcError("invalidParams", f"Invalid field '{side}.issuer', not string.")
    if not is_address(issuer):
        raise RpcError(bad_issuer, f"Invalid field '{side}.issuer', bad issuer.")
    return currency, issuer


def offers_of_book(call: Call, chosen: ChosenLedger, book: BookSides, limit: int) -> list[dict[str, Any]]:
    """The best `limit` offers of a book; a book of other assets is empty here."""
    token = call.node.chain.model.token
    if book == (("XRP", ""), token):
        return list(chosen.view.book(True)[:limit])
    if book == (token, ("XRP", "")):
        return list(chosen.view.book(False)[:limit])
    return []


def book_offers(call: Call) -> dict[str, Any]:
    """Offers of one book, best first, unfunded and expired ones included as the server does until they are touched."""
    chosen = choose_ledger(call)
    book = read_book(call.params)
    taker = call.params.get("taker")
    if taker is not None and (not isinstance(taker, str) or not is_address(taker)):
        raise (
            RpcError("invalidParams", "Invalid field 'taker', bad address.")
            if isinstance(taker, str)
            else invalid("taker")
        )
    limit = limit_of(call, *BOOK_OFFERS)
    return {"offers": offers_of_book(call, chosen, book, limit), **chosen.fields}


def book_changes(call: Call) -> dict[str, Any]:
    """What traded in the books in one validated ledger."""
    chosen = choose_ledger(call, default="validated")
    if chosen.record is None:
        raise RpcError("lgrNotFound")
    return {**book_changes_of(chosen.record), **chosen.fields}


def amm_info(call: Call) -> dict[str, Any]:
    """The pool of two assets, or of an account that is one."""
    chosen = choose_ledger(call)
    params = call.params
    by_assets = "asset" in params or "asset2" in params
    if by_assets == ("amm_account" in params) or (by_assets and not ("asset" in params and "asset2" in params)):
        raise RpcError("invalidParams", fields=chosen.fields)
    pool = chosen.view.amm()
    if by_assets:
        wanted = {_issue(params["asset"], chosen), _issue(params["asset2"], chosen)}
        known = wanted == {("XRP", ""), call.node.chain.model.token}
    else:
        account = params["amm_account"]
        if not isinstance(account, str) or not is_address(account):
            raise RpcError("actMalformed", fields=chosen.fields)
        known = pool is not None and pool["account"] == account
    if pool is None or not known:
        raise RpcError("actNotFound", fields=chosen.fields)
    return {"amm": _for_account(call, chosen, pool), **chosen.fields}


def _issue(asset: Any, chosen: ChosenLedger) -> tuple[str, str]:
    if not isinstance(asset, dict):
        raise RpcError("issueMalformed", fields=chosen.fields)
    try:
        return _asset(asset, "taker_pays")
    except RpcError:
        raise RpcError("issueMalformed", fields=chosen.fields) from None


def _for_account(call: Call, chosen: ChosenLedger, pool: dict[str, Any]) -> dict[str, Any]:
    """With `account`, lp_token is what that account holds."""
    account = call.params.get("account")
    if account is None:
        return pool
    if not isinstance(account, str) or not is_address(account) or chosen.view.account(account) is None:
        raise RpcError("actMalformed", fields=chosen.fields)
    shares = chosen.view.owner_funds(account, (pool["lp_token"]["currency"], pool["lp_token"]["issuer"]))
    return {**pool, "lp_token": {**pool["lp_token"], "value": shares}}


def path_find(call: Call) -> dict[str, Any]:
    """Path finding belongs to servers with a whole ledger; the simulated one has a single pair."""
    del call
    raise RpcError("notSupported", "Operation not supported: this server finds no paths.")
