"""What neo calls of xrpl-py, checked at start: the synchronous is synchronous, and the hooks that are replaced exist.

A later release of the library may turn a function into a coroutine function, or stop calling a hook that
NodeSocket and NodeRpc override; both would fail silently, with orders that never left.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

from xrpl.asyncio.clients import AsyncJsonRpcClient, AsyncWebsocketClient
from xrpl.asyncio.clients.utils import (
    json_to_response,
    request_to_json_rpc,
    request_to_websocket,
    websocket_to_response,
)
from xrpl.core.binarycodec import decode, encode, encode_for_signing
from xrpl.core.keypairs import derive_classic_address, derive_keypair, is_valid_message, sign
from xrpl.models import requests
from xrpl.models.currencies import XRP, IssuedCurrency
from xrpl.models.requests.request import Request
from xrpl.models.transactions import OfferCancel, OfferCreate, TicketCreate
from xrpl.transaction import sign as sign_transaction
from xrpl.wallet import Wallet

from neo.infra.xrpl.synchronous import ADVICE, NotSynchronous, require_synchronous

#: Everything that is called and whose result is used at once: signing, encoding, models, the form of requests and answers.
SYNCHRONOUS: Mapping[str, Callable[..., object]] = {
    "xrpl.core.binarycodec.encode": encode,
    "xrpl.core.binarycodec.decode": decode,
    "xrpl.core.binarycodec.encode_for_signing": encode_for_signing,
    "xrpl.core.keypairs.sign": sign,
    "xrpl.core.keypairs.is_valid_message": is_valid_message,
    "xrpl.core.keypairs.derive_keypair": derive_keypair,
    "xrpl.core.keypairs.derive_classic_address": derive_classic_address,
    "xrpl.transaction.sign": sign_transaction,
    "xrpl.wallet.Wallet": Wallet,
    "xrpl.wallet.Wallet.from_seed": Wallet.from_seed,
    "xrpl.models.transactions.OfferCreate": OfferCreate,
    "xrpl.models.transactions.OfferCancel": OfferCancel,
    "xrpl.models.transactions.TicketCreate": TicketCreate,
    "xrpl.models.transactions.OfferCreate.to_xrpl": OfferCreate.to_xrpl,
    "xrpl.models.transactions.OfferCreate.blob": OfferCreate.blob,
    "xrpl.models.transactions.OfferCreate.get_hash": OfferCreate.get_hash,
    "xrpl.models.currencies.XRP": XRP,
    "xrpl.models.currencies.IssuedCurrency": IssuedCurrency,
    "xrpl.models.requests.Request.to_dict": Request.to_dict,
    **{
        f"xrpl.models.requests.{name}": getattr(requests, name)
        for name in (
            "AccountInfo",
            "AccountLines",
            "AccountObjects",
            "AccountOffers",
            "AccountTx",
            "BookOffers",
            "Fee",
            "GenericRequest",
            "Ledger",
            "ServerState",
            "SubmitOnly",
            "Subscribe",
            "Unsubscribe",
        )
    },
    "xrpl.asyncio.clients.AsyncWebsocketClient.is_open": AsyncWebsocketClient.is_open,
    "xrpl.asyncio.clients.utils.request_to_websocket": request_to_websocket,
    "xrpl.asyncio.clients.utils.websocket_to_response": websocket_to_response,
    "xrpl.asyncio.clients.utils.request_to_json_rpc": request_to_json_rpc,
    "xrpl.asyncio.clients.utils.json_to_response": json_to_response,
}

#: Awaited by neo, or overridden by it and awaited by the library.
ASYNCHRONOUS: Mapping[str, Callable[..., object]] = {
    "AsyncWebsocketClient.open": AsyncWebsocketClient.open,
    "AsyncWebsocketClient._do_open": AsyncWebsocketClient._do_open,
    "AsyncWebsocketClient._handler": AsyncWebsocketClient._handler,
    "AsyncWebsocketClient._request_impl": AsyncWebsocketClient._request_impl,
    "AsyncJsonRpcClient._request_impl": AsyncJsonRpcClient._request_impl,
}


def require_known_client() -> None:
    """NotSynchronous unless the installed library is the one that the gateway was written for."""
    require_synchronous(SYNCHRONOUS)
    require_asynchronous(ASYNCHRONOUS)


def require_asynchronous(entry_points: Mapping[str, Callable[..., object]]) -> None:
    """NotSynchronous, with the names of what is awaited and can no longer be."""
    wrong = [name for name, function in entry_points.items() if not inspect.iscoroutinefunction(function)]
    if wrong:
        raise NotSynchronous(f"must be coroutine functions, and are not: {', '.join(wrong)}", ADVICE)
