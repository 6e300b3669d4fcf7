"""The clients that everybody uses, against the sandbox, over loopback sockets."""

from __future__ import annotations

import asyncio
import threading

from xrpl.asyncio.clients import AsyncWebsocketClient
from xrpl.clients import JsonRpcClient, WebsocketClient
from xrpl.models.amounts import IssuedCurrencyAmount
from xrpl.models.currencies import XRP, IssuedCurrency
from xrpl.models.requests import AccountInfo, AccountOffers, AccountTx, BookOffers, ServerInfo, Subscribe, Tx
from xrpl.models.requests.subscribe import StreamParameter
from xrpl.models.transactions import OfferCancel, OfferCreate
from xrpl.transaction import autofill_and_sign, submit, submit_and_wait
from xrpl.wallet import Wallet

from neo.infra.sandbox.xrpl.server import SandboxServer
from tests.infra.sandbox.xrpl.conftest import Sandboxes


def wallet_of(sandbox: SandboxServer) -> Wallet:
    return Wallet.from_seed(sandbox.wallet.seed)


def tokens(sandbox: SandboxServer, value: str) -> IssuedCurrencyAmount:
    currency, issuer = sandbox.token
    return IssuedCurrencyAmount(currency=currency, issuer=issuer, value=value)


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
    sandbox = sandboxes(close_every_s=4.0, speed=40.0)
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

        # The client gives its own answers again when it is read: only what came unasked counts.
        unasked = (message for message in client if message["type"] != "response")
        closed, told = next(unasked), next(unasked)
    assert first["ledger_index"] + 1 == closed["ledger_index"]
    assert (closed["type"], closed["txn_count"]) == ("ledgerClosed", 1)
    assert (told["type"], told["hash"], told["validated"]) == ("transaction", signed.get_hash(), True)
    assert told["ledger_hash"] == closed["ledger_hash"]


def test_the_asynchronous_client_works_as_well(sandbox: SandboxServer) -> None:
    async def converse() -> tuple[str, str]:
        async with AsyncWebsocketClient(sandbox.urls_ws[0]) as client:
            info = await client.request(ServerInfo())
            account = await client.request(AccountInfo(account=sandbox.wallet.account, ledger_index="validated"))
        return info.result["info"]["server_state"], account.result["account_data"]["Balance"]

    state, balance = asyncio.run(converse())

    assert (state, balance) == ("full", "1000000000")


def test_a_stopped_server_leaves_no_thread(sandboxes: Sandboxes) -> None:
    before = threading.active_count()
    sandbox = sandboxes(nodes=2)

    sandbox.stop()

    assert threading.active_count() == before
