"""Method names and what carries them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from neo.infra.sandbox.xrpl.methods import accounts, books, history, ledgers, server, submission, subscriptions
from neo.infra.sandbox.xrpl.methods.call import Call
from neo.infra.sandbox.xrpl.rpc.errors import PlainRefusal, RpcError
from neo.infra.sandbox.xrpl.rpc.request import Request
from neo.infra.sandbox.xrpl.serving.node import Node
from neo.infra.sandbox.xrpl.streams.subscriber import Subscriber

Method = Callable[[Call], dict[str, Any]]

METHODS: Mapping[str, Method] = {
    "account_currencies": accounts.account_currencies,
    "account_info": accounts.account_info,
    "account_lines": accounts.account_lines,
    "account_objects": accounts.account_objects,
    "account_offers": accounts.account_offers,
    "account_tx": history.account_tx,
    "amm_info": books.amm_info,
    "book_changes": books.book_changes,
    "book_offers": books.book_offers,
    "fee": server.fee,
    "gateway_balances": accounts.gateway_balances,
    "ledger": ledgers.ledger,
    "ledger_accept": ledgers.ledger_accept,
    "ledger_closed": ledgers.ledger_closed,
    "ledger_current": ledgers.ledger_current,
    "ledger_entry": ledgers.ledger_entry,
    "noripple_check": accounts.noripple_check,
    "path_find": books.path_find,
    "ping": server.ping,
    "ripple_path_find": books.path_find,
    "server_definitions": server.server_definitions,
    "server_info": server.server_info,
    "server_state": server.server_state,
    "simulate": submission.simulate,
    "submit": submission.submit,
    "subscribe": subscriptions.subscribe,
    "transaction_entry": history.transaction_entry,
    "tx": history.tx,
    "unsubscribe": subscriptions.unsubscribe,
}
#: For callers with admin rights; nobody has them here, but ledgers may be closed by hand.
ADMIN = frozenset(
    {"ledger_accept", "stop", "log_level", "connect", "can_delete", "validators", "peers", "sign", "wallet_propose"}
)
_ADMIN_IN_MANUAL = frozenset({"ledger_accept"})


def forbids(request: Request, node: Node) -> bool:
    """True for a method that a public port does not serve."""
    return request.method in ADMIN and not (node.manual and request.method in _ADMIN_IN_MANUAL)


def carry_out(request: Request, node: Node, subscriber: Subscriber | None = None) -> dict[str, Any]:
    """The result of one request; RpcError for an answer of status error, PlainRefusal for 403 on HTTP."""
    if forbids(request, node):
        if subscriber is None:
            raise PlainRefusal(403, "Forbidden")
        raise RpcError("forbidden")
    method = METHODS.get(request.method)
    if method is None:
        raise RpcError("unknownCmd")
    return method(Call(node, request.params, request.api_version, subscriber))
