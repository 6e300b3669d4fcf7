"""The clients that everybody uses, against the sandbox, over loopback sockets."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from xrpl.account import does_account_exist, get_balance, get_next_valid_seq_number
from xrpl.asyncio.clients import AsyncWebsocketClient
from xrpl.clients import JsonRpcClient, WebsocketClient
from xrpl.ledger import get_fee, get_latest_validated_ledger_sequence
from xrpl.models.amounts import IssuedCurrencyAmount
from xrpl.models.currencies import XRP, IssuedCurrency
from xrpl.models.requests import AccountInfo, AccountOffers, AccountTx, BookOffers, Ping, ServerInfo, Subscribe, Tx
from xrpl.models.requests.subscribe import StreamParameter, SubscribeBook
from xrpl.models.transactions import OfferCancel, OfferCreate
from xrpl.transaction import autofill_and_sign, submit, submit_and_wait
from xrpl.utils import get_balance_changes, get_order_book_changes
from xrpl.wallet import Wallet

from neo.infra.sandbox.xrpl.server import SandboxServer
from neo.infra.sandbox.xrpl.wallets import seed_of
from tests.infra.sandbox.xrpl.conftest import Sandboxes
from tests.threads import threads_since


def wallet_of(sandbox: SandboxServer) -> Wallet:
    return Wallet.from_seed(sandbox.wallet.seed)


def tokens(sandbox: SandboxServer, value: str) -> IssuedCurrencyAmount:
    currency, issuer = sandbox.token
    return IssuedCurrencyAmount(currency=currency, issuer=issuer, value=value)


def unasked(client: WebsocketClient) -> list[dict[str, Any]]:
    """Stream messages until now: a last ping is answered behind them. The client gives its own answers again when read."""
    client.send(Ping(id="last"))
    heard: list[dict[str, Any]] = []
    for message in client:
        if message.get("id") == "last":
            break
        heard.append(message)
    return [message for message in heard if message["type"] != "response"]


def ask(sandbox: SandboxServer, xrp: int, value: str) -> OfferCreate:
    return OfferCreate(
        account=sandbox.wallet.account, taker_gets=str(xrp * 1_000_000), taker_pays=tokens(sandbox, value)
    )


def test_an_offer_that_is_submitted_rests_in_the_book_after_the_ledger_closed(sandbox: SandboxServer) -> None:
    client, wallet = JsonRpcClient(sandbox.urls_http[0]), wallet_of(sandbox)
    signed = autofill_and_sign(ask(sandbox, 10, "30"), client, wallet)

    answer = submit(signed, client).result
    sandbox.close_ledger()

    assert answer["engine_result"] == "tesSUCCESS"
    currency, issuer = sandbox.token
    book = BookOffers(
        taker_gets=XRP(), taker_pays=IssuedCurrency(currency=currency, issuer=issuer), ledger_index="validated"
    )
    (offer,) = client.request(book).result["offers"]
    assert (offer["Account"], offer["TakerGets"], offer["TakerPays"]["value"]) == (wallet.address, "10000000", "30")
    assert offer["Sequence"] == signed.sequence
    (mine,) = client.request(AccountOffers(account=wallet.address, ledger_index="validated")).result["offers"]
    assert (mine["seq"], mine["quality"]) == (signed.sequence, "0.000003")
    found = client.request(Tx(transaction=signed.get_hash())).result
    assert found["validated"] is True
    assert found["meta"]["TransactionResult"] == "tesSUCCESS"
    (entry,) = client.request(AccountTx(account=wallet.address)).result["transactions"]
    assert entry["hash"] == signed.get_hash()


def test_the_client_library_submits_and_waits_while_ledgers_close_by_the_clock(sandboxes: Sandboxes) -> None:
    # A ledger each second: a transaction may wait for twenty of them, a machine stands still for less.
    sandbox = sandboxes(close_every_s=4.0, speed=4.0)
    client, wallet = JsonRpcClient(sandbox.urls_http[0]), wallet_of(sandbox)

    placed = submit_and_wait(ask(sandbox, 10, "30"), client, wallet).result
    cancel = OfferCancel(account=wallet.address, offer_sequence=placed["tx_json"]["Sequence"])
    cancelled = submit_and_wait(cancel, client, wallet).result

    assert placed["meta"]["TransactionResult"] == "tesSUCCESS"
    assert cancelled["validated"] is True
    assert [record.hash for record in sandbox.history()] == [placed["hash"], cancelled["hash"]]


def test_a_regular_key_signs_for_the_account(sandbox: SandboxServer) -> None:
    client = JsonRpcClient(sandbox.urls_http[0])
    regular = Wallet.from_seed(sandbox.wallet.regular_seed)
    stranger = Wallet.create()

    good = submit(autofill_and_sign(ask(sandbox, 1, "3"), client, regular), client).result
    bad = submit(autofill_and_sign(ask(sandbox, 1, "3"), client, stranger), client).result

    assert good["engine_result"] == "tesSUCCESS"
    assert bad["engine_result"] == "tefBAD_AUTH"


def test_a_websocket_client_hears_of_ledgers_and_of_its_own_transactions(sandbox: SandboxServer) -> None:
    wallet = wallet_of(sandbox)
    with WebsocketClient(sandbox.urls_ws[0]) as client:
        first = client.request(Subscribe(streams=[StreamParameter.LEDGER], accounts=[wallet.address])).result
        signed = autofill_and_sign(ask(sandbox, 10, "30"), client, wallet)
        submit(signed, client)

        sandbox.close_ledger()

        closed, told = unasked(client)
    assert first["ledger_index"] + 1 == closed["ledger_index"]
    assert (closed["type"], closed["txn_count"]) == ("ledgerClosed", 1)
    assert (told["type"], told["hash"], told["validated"]) == ("transaction", signed.get_hash(), True)
    assert told["ledger_hash"] == closed["ledger_hash"]


def test_the_library_reads_balances_and_book_changes_from_the_metadata_of_a_trade(sandbox: SandboxServer) -> None:
    client, wallet = JsonRpcClient(sandbox.urls_http[0]), wallet_of(sandbox)
    taker = Wallet.from_seed(seed_of(sandbox.plan.seed, "taker-1"))
    submit(autofill_and_sign(ask(sandbox, 10, "25"), client, wallet), client)
    sandbox.close_ledger()
    take = OfferCreate(account=taker.address, taker_gets=tokens(sandbox, "10"), taker_pays="4000000")
    signed = autofill_and_sign(take, client, taker)
    submit(signed, client)
    sandbox.close_ledger()

    meta = client.request(Tx(transaction=signed.get_hash())).result["meta"]

    changes = {
        each["account"]: {b["currency"]: b["value"] for b in each["balances"]} for each in get_balance_changes(meta)
    }
    assert changes[wallet.address] == {"XRP": "-4", sandbox.token[0]: "10"}
    assert changes[taker.address] == {"XRP": "3.99999", sandbox.token[0]: "-10"}
    (offers,) = get_order_book_changes(meta)
    assert offers["maker_account"] == wallet.address
    assert offers["offer_changes"][0]["status"] == "partially-filled"


def test_the_library_asks_for_balances_sequences_and_fees(sandbox: SandboxServer) -> None:
    client, account = JsonRpcClient(sandbox.urls_http[0]), sandbox.wallet.account

    assert does_account_exist(account, client)
    assert not does_account_exist(Wallet.create().address, client)
    assert get_balance(account, client) == 1_000_000_000
    assert get_next_valid_seq_number(account, client) == 1
    assert get_fee(client) == "10"
    assert get_latest_validated_ledger_sequence(client) == sandbox.snapshot().record.index


def test_a_book_is_subscribed_with_a_snapshot_and_then_changes(sandbox: SandboxServer) -> None:
    client, wallet = JsonRpcClient(sandbox.urls_http[0]), wallet_of(sandbox)
    submit(autofill_and_sign(ask(sandbox, 10, "30"), client, wallet), client)
    sandbox.close_ledger()
    currency, issuer = sandbox.token
    book = SubscribeBook(
        taker_gets=XRP(), taker_pays=IssuedCurrency(currency=currency, issuer=issuer), taker=wallet.address,
        both=True, snapshot=True,
    )  # fmt: skip
    with WebsocketClient(sandbox.urls_ws[0]) as socket:
        snapshot = socket.request(Subscribe(books=[book], accounts_proposed=[wallet.address])).result
        second = autofill_and_sign(ask(sandbox, 5, "16"), client, wallet)
        submit(second, client)
        sandbox.close_ledger()
        proposed, first, again = unasked(socket)

    assert [offer["TakerGets"] for offer in snapshot["bids"]] == ["10000000"]
    assert snapshot["asks"] == []
    assert (proposed["status"], proposed["validated"], proposed["hash"]) == ("proposed", False, second.get_hash())
    # Once for the account, once for the book.
    assert [first["hash"], again["hash"]] == [second.get_hash()] * 2
    assert first == again


def test_the_asynchronous_client_works_as_well(sandbox: SandboxServer) -> None:
    async def converse() -> tuple[str, str]:
        async with AsyncWebsocketClient(sandbox.urls_ws[0]) as client:
            info = await client.request(ServerInfo())
            account = await client.request(AccountInfo(account=sandbox.wallet.account, ledger_index="validated"))
        return info.result["info"]["server_state"], account.result["account_data"]["Balance"]

    state, balance = asyncio.run(converse())

    assert (state, balance) == ("full", "1000000000")


def test_a_stopped_server_leaves_no_thread(sandboxes: Sandboxes) -> None:
    before = set(threading.enumerate())
    sandbox = sandboxes(nodes=2)

    sandbox.stop()

    assert threads_since(before) == []
