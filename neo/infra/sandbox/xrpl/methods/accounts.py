"""What an account is and owns: account_info, account_offers, account_objects, account_lines and what is made of lines.

Source: https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/account-methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from neo.infra.sandbox.xrpl.methods.call import Call, ChosenLedger, choose_ledger, is_address, limit_of
from neo.infra.sandbox.xrpl.methods.pages import PAGE, page_of
from neo.infra.sandbox.xrpl.methods.queue_data import queue_data
from neo.infra.sandbox.xrpl.rpc.errors import RpcError, invalid, missing
from neo.infra.simulated.wire.values import number_text

_DEFAULT_RIPPLE = 0x0080_0000
_TYPES: Mapping[str, str] = {
    "amm": "AMM", "offer": "Offer", "state": "RippleState", "ticket": "Ticket", "check": "Check", "escrow": "Escrow",
    "payment_channel": "PayChannel", "signer_list": "SignerList", "nft_page": "NFTokenPage", "nft_offer": "NFTokenOffer",
    "deposit_preauth": "DepositPreauth", "did": "DID", "oracle": "Oracle", "mptoken": "MPToken",
    "mpt_issuance": "MPTokenIssuance", "credential": "Credential",
}  # fmt: skip


def account_info(call: Call) -> dict[str, Any]:
    """The account root, what its flags mean, and on request its queue."""
    if "account" not in call.params:
        raise missing("account")
    if not isinstance(call.params["account"], str):
        raise invalid("account")
    chosen = choose_ledger(call)
    account = _address(call, chosen)
    result: dict[str, Any] = {**_found(chosen, account), **chosen.fields}
    if chosen.view.is_pool(account):
        result["pseudo_account"] = {"type": "AMM"}
    if call.api_version > 1 and not isinstance(call.params.get("signer_lists", False), bool):
        raise RpcError("invalidParams", fields=chosen.fields)
    if call.params.get("signer_lists") is True:
        if call.api_version > 1:
            result["signer_lists"] = []
        else:
            result["account_data"] = {**result["account_data"], "signer_lists": []}
    if call.flag("queue"):
        if chosen.record is not None:
            raise RpcError("invalidParams", fields=chosen.fields)
        result["queue_data"] = queue_data(call.node.chain.model.queued(account), call.node.chain.model.fees())
    return result


def account_offers(call: Call) -> dict[str, Any]:
    """Offers of an account in the order of its owner directory."""
    chosen, account = _of_account(call)
    page, more = page_of(call, chosen.view.offers_of(account))
    return {"account": account, "offers": page, **more, **chosen.fields}


def account_objects(call: Call) -> dict[str, Any]:
    """All entries that an account owns, or those of one type."""
    chosen, account = _of_account(call)
    entries = list(chosen.view.entries_of(account))
    wanted = call.params.get("type")
    if wanted is not None:
        if not isinstance(wanted, str):
            raise RpcError("invalidParams", "Invalid field 'type', not string.")
        if wanted not in _TYPES and wanted not in _TYPES.values():
            raise invalid("type")
        entries = [entry for entry in entries if entry["LedgerEntryType"] in (wanted, _TYPES.get(wanted))]
    if call.flag("deletion_blockers_only"):
        entries = [entry for entry in entries if entry["LedgerEntryType"] == "RippleState"]
    page, more = page_of(call, [(str(entry["index"]), entry) for entry in entries])
    return {"account": account, "account_objects": page, **more, **chosen.fields}


def account_lines(call: Call) -> dict[str, Any]:
    """Trust lines as the account sees them; `peer` picks those with one other account."""
    chosen, account = _of_account(call)
    peer = call.params.get("peer")
    if peer is not None and (not isinstance(peer, str) or not is_address(peer)):
        raise RpcError("actMalformed", fields=chosen.fields)
    rows = [row for row in chosen.view.lines_of(account) if peer is None or row[1]["account"] == peer]
    page, more = page_of(call, rows)
    return {"account": account, "lines": page, **more, **chosen.fields}


def account_currencies(call: Call) -> dict[str, Any]:
    """Currencies that an account can receive and send, limits taken into account."""
    chosen, account = _of_account(call)
    lines = [line for _, line in chosen.view.lines_of(account)]
    receive = {each["currency"] for each in lines if Decimal(each["balance"]) < Decimal(each["limit"])}
    send = {each["currency"] for each in lines if -Decimal(each["balance"]) < Decimal(each["limit_peer"])}
    send |= {each["currency"] for each in lines if Decimal(each["balance"]) > 0}
    return {"receive_currencies": sorted(receive), "send_currencies": sorted(send), **chosen.fields}


def gateway_balances(call: Call) -> dict[str, Any]:
    """What an issuer owes, by currency, and what an account holds of others."""
    chosen, account = _of_account(call)
    owed: dict[str, Decimal] = {}
    assets: dict[str, list[dict[str, str]]] = {}
    for _, line in chosen.view.lines_of(account):
        balance = Decimal(line["balance"])
        if balance < 0:
            owed[line["currency"]] = owed.get(line["currency"], Decimal()) - balance
        elif balance > 0:
            assets.setdefault(line["account"], []).append({"currency": line["currency"], "value": line["balance"]})
    result: dict[str, Any] = {"account": account, **chosen.fields}
    if owed:
        result["obligations"] = {currency: number_text(value) for currency, value in owed.items()}
    if assets:
        result["assets"] = assets
    return result


def noripple_check(call: Call) -> dict[str, Any]:
    """Trust lines whose No Ripple flag is not what is advised for a user, or for a gateway."""
    if not isinstance(call.params.get("account"), str):
        raise missing("account") if "account" not in call.params else invalid("account")
    role = call.params.get("role")
    if role is None:
        raise missing("role")
    if role not in ("user", "gateway"):
        raise invalid("role")
    chosen = choose_ledger(call)
    account = _address(call, chosen)
    root = _found(chosen, account)["account_data"]
    problems = []
    if role == "gateway" and not root["Flags"] & _DEFAULT_RIPPLE:
        problems.append("You should immediately set your default ripple flag")
    wanted = role == "user"
    for _, line in chosen.view.lines_of(account)[: limit_of(call, 10, 300, PAGE[2])]:
        if bool(line.get("no_ripple", False)) is not wanted:
            verb = "probably set" if wanted else "clear"
            problems.append(
                f"You should {verb} the no ripple flag on your {line['currency']} line to {line['account']}"
            )
    return {"problems": problems, **chosen.fields}


def _of_account(call: Call) -> tuple[ChosenLedger, str]:
    """The ledger and an account that exists in it."""
    if "account" not in call.params:
        raise missing("account")
    if not isinstance(call.params["account"], str):
        raise invalid("account")
    chosen = choose_ledger(call)
    account = _address(call, chosen)
    _found(chosen, account)
    return chosen, account


def _address(call: Call, chosen: ChosenLedger) -> str:
    """The account asked about; what is ill-formed is refused with the ledger that had been found."""
    account = call.params["account"]
    if not is_address(account):
        raise RpcError("actMalformed", fields=chosen.fields)
    return str(account)


def _found(chosen: ChosenLedger, account: str) -> dict[str, Any]:
    found = chosen.view.account(account)
    if found is None:
        raise chosen.missing_account(account)
    return found
