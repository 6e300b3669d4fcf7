"""Whatever is sent, the answer is one of the exchange's own."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.sandbox.exchange.endpoint import Security
from neo.infra.sandbox.exchange.plan import DialectName
from tests.infra.sandbox.exchange.clients import BINANCE, MEXC
from tests.infra.sandbox.exchange.offline import Offline

BOTH = pytest.mark.parametrize("dialect", [MEXC, BINANCE], ids=lambda dialect: dialect.value)
NAMES = (
    "symbol", "symbols", "side", "type", "timeInForce", "quantity", "price", "quoteOrderQty", "newClientOrderId",
    "origClientOrderId", "orderId", "recvWindow", "timestamp", "signature", "limit", "startTime", "endTime", "interval",
    "fromId", "newOrderRespType", "selfTradePreventionMode", "listenKey", "",
)  # fmt: skip
SENSIBLE = (
    "XRPUSDT", "BTCUSDT", '["XRPUSDT","BTCUSDT"]', "XRPUSDT,BTCUSDT", "BUY", "SELL", "LIMIT", "MARKET", "LIMIT_MAKER",
    "IMMEDIATE_OR_CANCEL", "GTC", "IOC", "FOK", "100", "0.62", "0.61999", "25", "1", "C02__385413065019000000001", "1m",
    "60m", "1h", "1d", "5000", "1699999000000", "FULL", "ACK", "EXPIRE_BOTH",
)  # fmt: skip
ABSURD = (
    "", "0", "-1", "NaN", "Infinity", "1e400", "0x10", "9" * 400, "1." + "0" * 60, "null", "[]", "{}", "[" * 5_000,
    '["' + "A" * 40 + '"]', "%00", "\x00", "✓", "٣", "' OR 1=1 --", "..", "true", "1,000", " ", "C02__", "C02__²",
)  # fmt: skip
#: Client ids that may be used, although they are no numbers of orders; an empty one is none.
WELL_FORMED_IDS = {"", "0", "-1", "NaN", "Infinity", "1e400", "0x10", "null", "..", "true", "C02__"}
values = st.one_of(st.sampled_from(SENSIBLE), st.sampled_from(ABSURD), st.text(max_size=40))
parameters = st.dictionaries(st.sampled_from(NAMES), values, max_size=10)


@pytest.fixture(scope="module")
def sites() -> dict[DialectName, Offline]:
    return {MEXC: Offline(MEXC), BINANCE: Offline(BINANCE)}


def is_harmless(order_type: str, field: str, absurd: str) -> bool:
    """A field that this type of order does not look at, or that stands for nothing, or a client id like any other."""
    not_looked_at = "price" if order_type == "MARKET" else "quoteOrderQty"
    if field == "newClientOrderId":
        return absurd in WELL_FORMED_IDS
    return field == not_looked_at or (field == "quoteOrderQty" and not absurd)


def check(reply: Any) -> None:
    assert reply.status in {200, 400, 401, 404}, (reply.status, reply.body)
    found = json.loads(reply.body)
    assert reply.status == 200 or (isinstance(found["code"], int) and found["msg"])


@BOTH
@settings(max_examples=400)
@given(data=st.data())
def test_signed_nonsense_is_refused_in_the_exchanges_own_words(
    sites: dict[DialectName, Offline], dialect: DialectName, data: st.DataObject
) -> None:
    site = sites[dialect]
    method, path = data.draw(st.sampled_from(sorted(site.endpoints)))
    sent = {"symbol": "XRPUSDT", **data.draw(parameters)}
    sent = {name: value for name, value in sent.items() if name not in ("timestamp", "signature", "recvWindow")}

    check(site.ask(method, path, sent, signed=True))

    assert site.site.exchange.money_out_of_place() == {}


@BOTH
@settings(max_examples=300)
@given(data=st.data())
def test_raw_nonsense_is_refused_in_the_exchanges_own_words(
    sites: dict[DialectName, Offline], dialect: DialectName, data: st.DataObject
) -> None:
    site = sites[dialect]
    method, path = data.draw(st.sampled_from([*sorted(site.endpoints), ("PATCH", "/api/v3/order"), ("GET", "/")]))
    text = st.one_of(
        st.text(max_size=80), parameters.map(urlencode), parameters.map(json.dumps), st.sampled_from(ABSURD)
    )

    check(
        site.send(method, path, data.draw(text), data.draw(text), data.draw(st.sampled_from(["", "no", "sandbox-key"])))
    )


@BOTH
@pytest.mark.parametrize("order_type", ["LIMIT", "MARKET"])
@pytest.mark.parametrize("absurd", ABSURD)
@pytest.mark.parametrize("field", ["quantity", "price", "quoteOrderQty", "newClientOrderId", "side", "type", "symbol"])
def test_an_order_with_one_absurd_field_is_refused(
    sites: dict[DialectName, Offline], dialect: DialectName, order_type: str, absurd: str, field: str
) -> None:
    site = sites[dialect]
    order = {"symbol": "XRPUSDT", "side": "BUY", "type": order_type, "quantity": "100"}
    if order_type == "LIMIT":
        order |= {"price": "0.5", "timeInForce": "GTC"}
    before = len(site.site.exchange.register.orders())

    reply = site.ask("POST", "/api/v3/order", {**order, field: absurd}, signed=True)

    check(reply)
    assert reply.status == 400 or is_harmless(order_type, field, absurd), reply.body
    assert reply.status == 200 or len(site.site.exchange.register.orders()) == before


@BOTH
@pytest.mark.parametrize("body", ["{" * 100_000, '{"a":' * 5_000, "&".join(f"a{n}=1" for n in range(300))])
def test_a_body_that_cannot_be_read_is_refused(
    sites: dict[DialectName, Offline], dialect: DialectName, body: str
) -> None:
    check(sites[dialect].send("POST", "/api/v3/order", "", body))


@BOTH
def test_every_signed_address_wants_a_key_a_signature_and_a_fresh_timestamp(
    sites: dict[DialectName, Offline], dialect: DialectName
) -> None:
    site = sites[dialect]
    now_ms = site.clock.now_ms()
    for (method, path), endpoint in site.endpoints.items():
        if endpoint.security is not Security.SIGNED:
            continue
        unsigned = site.ask(method, path, {"symbol": "XRPUSDT", "timestamp": str(now_ms)})
        assert unsigned.status == 400 and b"signature" in unsigned.body
        assert site.send(method, path, "symbol=XRPUSDT", "", api_key="").status in {400, 401}
        old = site.ask(method, path, {"symbol": "XRPUSDT", "timestamp": str(now_ms - 5_001)}, signed=True)
        assert b"recvWindow" in old.body
        early = site.ask(method, path, {"symbol": "XRPUSDT", "timestamp": str(now_ms + 1_000)}, signed=True)
        assert early.status == 400 and b"imestamp" in early.body


@BOTH
def test_a_wider_window_forgives_an_older_timestamp_up_to_a_minute(
    sites: dict[DialectName, Offline], dialect: DialectName
) -> None:
    site = sites[dialect]
    old = {"timestamp": str(site.clock.now_ms() - 20_000)}

    assert site.ask("GET", "/api/v3/account", {**old, "recvWindow": "30000"}, signed=True).status == 200
    assert site.ask("GET", "/api/v3/account", {**old, "recvWindow": "60001"}, signed=True).status == 400


@BOTH
def test_a_signature_covers_every_parameter(sites: dict[DialectName, Offline], dialect: DialectName) -> None:
    site = sites[dialect]
    query = f"symbol=XRPUSDT&timestamp={site.clock.now_ms()}"
    signed = f"{query}&signature={site.signature(query)}"
    assert site.send("GET", "/api/v3/allOrders", signed, "").status == 200

    forged = site.send("GET", "/api/v3/allOrders", signed.replace("XRPUSDT", "BTCUSDT"), "")

    assert forged.status == 400 and b"ignature" in forged.body


@BOTH
def test_parameters_may_stand_in_the_body_and_are_signed_after_the_query(
    sites: dict[DialectName, Offline], dialect: DialectName
) -> None:
    site = sites[dialect]
    query, rest = (
        "symbol=XRPUSDT&side=BUY&type=LIMIT",
        f"timeInForce=GTC&quantity=100&price=0.5&timestamp={site.clock.now_ms()}",
    )

    reply = site.send("POST", "/api/v3/order/test", query, f"{rest}&signature={site.signature(query + rest)}")

    assert (reply.status, reply.body) == (200, b"{}")


@BOTH
def test_the_bulk_ticker_follows_the_second_and_our_own_orders(dialect: DialectName) -> None:
    site = Offline(dialect)
    address = ("GET", "/api/v3/ticker/bookTicker")
    first, same = site.ask(*address).body, site.ask(*address).body
    site.clock.at_ms += 1_000
    later = site.json(*address)
    assert first == same != json.dumps(later, separators=(",", ":")).encode()

    ask = next(row for row in later if row["symbol"] == "XRPUSDT")
    order = {"symbol": "XRPUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": ask["askPrice"]}
    site.json("POST", "/api/v3/order", {**order, "quantity": ask["askQty"]}, signed=True)

    taken = next(row for row in site.json(*address) if row["symbol"] == "XRPUSDT")
    assert float(taken["askPrice"]) > float(ask["askPrice"])


@BOTH
def test_listen_keys_are_given_prolonged_and_taken_back(dialect: DialectName) -> None:
    site = Offline(dialect)
    address = "/api/v3/userDataStream"
    key = site.json("POST", address, signed=True)["listenKey"]

    assert site.ask("PUT", address, {"listenKey": key}, signed=True).status == 200
    assert site.ask("DELETE", address, {"listenKey": key}, signed=True).status == 200
    assert site.ask("PUT", address, {"listenKey": key}, signed=True).status == 400
